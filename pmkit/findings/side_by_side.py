"""Two incidents side by side: when, how long, how bad, and how the response went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from pmkit.analysis.response.moment import STEPS

if TYPE_CHECKING:
    from pmkit.findings.findings import Findings


def side_by_side(findings: Findings, other: Findings) -> pd.DataFrame:
    """Return the figures of two incidents; see `Findings.compare`."""
    names = [findings.incident.id, other.incident.id]
    if names[0] == names[1]:
        names[1] = f"{names[1]} (other)"
    columns = [pd.Series(dict(_figures(each)), dtype=object) for each in (findings, other)]
    return pd.concat(columns, axis="columns", keys=names).rename_axis("what")


def _figures(findings: Findings) -> Iterator[tuple[str, object]]:
    """Yield the name and the value of each figure; None where it is not known."""
    impact, response = findings.impact, findings.response
    counted = impact.detected and impact.measured
    yield "verdict", impact.verdict
    yield "start", impact.start if impact.detected else None
    yield "end", impact.end if impact.detected and not impact.ongoing else None
    yield "duration_s", impact.duration_s if impact.detected else None
    yield "counted", impact.measured_on.noun if counted else None
    for name in ("requests", "failed_requests", "error_ratio", "peak_error_ratio", "baseline_error_ratio", "clients_affected"):
        yield name, getattr(impact, name) if counted else None
    for step, verb in STEPS.items():
        yield f"time_to_{verb}_s", response.time_to(step)
    yield "first_suspect", next((suspect.summary for suspect in findings.ranked_suspects), None)
