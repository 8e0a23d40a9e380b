"""What changed in the logs: messages that came with the impact, and those that came less often or not at all."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.incident.model import ErrorRule

CHARACTERISTIC: Final = 10.83 / 2
"""Least log-likelihood ratio of a pattern to be shown (chi-squared, one degree, one in a thousand)."""

MORE_OFTEN: Final = 1.5
"""A pattern must come this many times as often during the impact as outside of it, or the other way round."""
RISING: Final = ("new", "more")
"""How messages change that came with the impact."""

PATTERNS: Final = {
    "template": schema.TEMPLATES["template"],
    "severity": schema.TEMPLATES["severity"],
    "service": schema.TEMPLATES["service"],
    "before": schema.TEMPLATES["events"],
    "during": schema.TEMPLATES["events"],
    "after": schema.TEMPLATES["events"],
    "first_seen": schema.TEMPLATES["first_at"],
    "example": schema.TEMPLATES["example"],
    "source": schema.TEMPLATES["source"],
    "line": schema.TEMPLATES["line"],
    "general": schema.Column("boolean", "BOOLEAN", "no error, or words that are logged without one too"),
    "score": schema.Column("float64", "DOUBLE", "log-likelihood ratio against an even rate"),
    "change": schema.Column("string", "VARCHAR", "new, more, less, or gone"),
}
"""Columns of what `changed_patterns` returns."""


Window = tuple[pd.Timestamp, pd.Timestamp]


def changed_patterns(templates: pd.DataFrame, window: Window | None, data: Window, rule: ErrorRule) -> pd.DataFrame:
    """Find the log patterns that came clearly more or less often during the impact than outside of it.

    Parameters
    ----------
    templates : DataFrame
        Columns of `schema.TEMPLATES`; not changed.
    window : tuple of Timestamp or None
        Start and end of the impact; without one, no pattern has moved.
    data : tuple of Timestamp
        Start and end of the data that the impact was found in; what lies beside is not compared.
    rule : ErrorRule
        Which severities count as an error.

    Returns
    -------
    DataFrame
        Columns of `PATTERNS`: counts before, during and after, the first time it was seen with
        its file and line. Only patterns whose rate differs by more than chance allows. First those that
        rose (`new`: never seen before; `more`), errors first, unless the same words are logged without an
        error too; then those that fell (`less`; `gone`: not once during the impact). Each by `score`, the
        log-likelihood ratio (T. Dunning, 1993).
    """
    keys = ["service", "severity", "template"]
    edge = pd.Timedelta(seconds=schema.BIN_S)
    templates = templates[templates["bin"].between(data[0] - edge, data[1])]
    if templates.empty or window is None:
        return conform(pd.DataFrame(), PATTERNS)
    start, end = window
    early, late = templates["bin"] + edge <= start, templates["bin"] > end
    where = pd.Series(np.select([early, late], ["before", "after"], "during"), index=templates.index, name="part")
    sums = templates.groupby([*keys, where], dropna=False)["events"].sum().unstack(fill_value=0)
    sums = sums.reindex(columns=["before", "during", "after"], fill_value=0)
    first = templates.sort_values("first_at").groupby(keys, dropna=False)[["first_at", "example", "source", "line"]].first()
    found = sums.join(first).rename(columns={"first_at": "first_seen"}).reset_index()
    share = min(max((end - start + edge) / (data[1] - data[0] + edge), 1e-9), 1 - 1e-9)
    outside = found["before"] + found["after"]
    found["score"] = _log_likelihood_ratio(found["during"], outside, share)
    here, there = found["during"] * (1 - share), share * outside  # alike where nothing changed
    certain = found["score"] >= CHARACTERISTIC
    rose = certain & (found["during"] > 0) & (here >= MORE_OFTEN * there)
    fell = certain & (found["before"] > 0) & (there >= MORE_OFTEN * here)
    kinds = [rose & (found["before"] == 0), rose, fell & (found["during"] == 0), fell]
    found["change"] = np.select(kinds, ["new", "more", "gone", "less"], "")
    is_error = found["severity"].isin(rule.severities)
    harmless = (~is_error & found["severity"].notna()).groupby([found["service"].fillna(""), found["template"]]).transform("any")
    general = ~is_error | harmless
    ordered = found.assign(general=general, fell=fell)[rose | fell].sort_values(
        ["fell", "general", "score", *keys], ascending=[True, True, False, True, True, True]
    )
    return conform(ordered.reset_index(drop=True), PATTERNS)


def _log_likelihood_ratio(during: pd.Series, outside: pd.Series, share: float) -> pd.Series:
    total = during + outside

    def part(seen: pd.Series, expected: pd.Series) -> pd.Series:
        return seen * np.log(seen.where(seen > 0, 1) / expected)

    return part(during, share * total) + part(outside, (1 - share) * total)
