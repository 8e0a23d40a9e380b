"""What the comparison with other incidents contributes to the findings on one incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from pmkit.analysis.causes.recurrence import Match
from pmkit.core.json_value import JsonObject, JsonValue
from pmkit.findings.findings import Findings
from pmkit.incident.model import ActionItem


@dataclass(frozen=True)
class Comparison:
    """What a comparison with other incidents found; the attributes are fields of `Findings`, but for the last.

    Attributes
    ----------
    missing_alerts : tuple of (str, str)
        The field `missing` of `Alerting`.
    """

    seen_before: tuple[Match, ...] = ()
    earlier: int = 0
    not_compared: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    missing_alerts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, findings: Findings) -> Comparison:
        """Return the comparison that findings contain."""
        return cls(findings.seen_before, findings.earlier, findings.not_compared, findings.not_read, findings.alerting.missing)

    def put_into(self, findings: Findings) -> Findings:
        """Return findings that contain this comparison instead of their own."""
        return replace(
            findings,
            seen_before=self.seen_before,
            earlier=self.earlier,
            not_compared=self.not_compared,
            not_read=self.not_read,
            alerting=replace(findings.alerting, missing=self.missing_alerts),
        )

    def to_dict(self) -> JsonObject:
        """Return the comparison as JSON."""
        matches: list[JsonValue] = [
            {
                **asdict(match),
                "at": match.at.isoformat(),
                "open_measures": [item.model_dump(mode="json") for item in match.open_measures],
            }
            for match in self.seen_before
        ]
        return {**asdict(self), "seen_before": matches}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Comparison:
        """Return the comparison that `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            When the fields are others.
        """
        matches = (
            Match(
                **{
                    **match,
                    "at": pd.Timestamp(match["at"]),
                    "reasons": tuple(match["reasons"]),
                    "open_measures": tuple(map(ActionItem.model_validate, match["open_measures"])),
                    "alerts": tuple(match["alerts"]),
                }
            )
            for match in fields["seen_before"]
        )
        return cls(
            tuple(matches),
            fields["earlier"],
            tuple(fields["not_compared"]),
            tuple(fields["not_read"]),
            tuple((name, incident) for name, incident in fields["missing_alerts"]),
        )


# The comparison of an incident that was compared with none.
NO_COMPARISON = Comparison()
