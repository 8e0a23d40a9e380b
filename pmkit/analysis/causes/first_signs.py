"""The first signs of an impact: the first new warning or error of each service, by novelty and not by volume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from pmkit.analysis.impact.service_errors import services_of
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.rows import phrase
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import count, short

# Signs come at most this long before the impact, and this long after its start, seconds.
LEAD_S: Final = 600
AFTER_S: Final = 120
# A message is only new if its service logged something for at least this long before it, seconds.
KNOWN_FOR_S: Final = 300
# What is worth a sign.
_SEVERITIES: Final = ("WARN", "ERROR", "FATAL")
_WARNING: Final = "warning"
_ERROR: Final = "error message"

# Columns of what `find_first_signs` returns.
SIGNS: Final = {
    "service": schema.TEMPLATES["service"],
    "severity": schema.TEMPLATES["severity"],
    "template": schema.TEMPLATES["template"],
    "example": schema.TEMPLATES["example"],
    "first_seen": schema.TEMPLATES["first_at"],
    "events": schema.Column("int64", "BIGINT", "how often it was logged up to the end of the impact"),
    "source": schema.TEMPLATES["source"],
    "line": schema.TEMPLATES["line"],
}


def no_signs() -> pd.DataFrame:
    """Return the signs where there are none."""
    return conform(pd.DataFrame(), SIGNS)


def find_first_signs(templates: pd.DataFrame, spans: Sequence[TimeSpan]) -> pd.DataFrame:
    """Return the first warning and the first error of each service that it never logged before, around the onset.

    Parameters
    ----------
    templates : DataFrame
        Columns of `schema.TEMPLATES`; not changed.
    spans : sequence of (Timestamp, Timestamp)
        When the impact took place; without one, there are no signs.

    Returns
    -------
    DataFrame
        Columns of `SIGNS`, the earliest first. A message counts even if it was logged only once. A service that logged
        nothing shortly before has no signs, because what is new to it is not known.
    """
    if templates.empty or not spans:
        return no_signs()
    onset, end = spans[0][0], spans[-1][1]
    rows = templates.assign(of=services_of(templates))
    known_since = rows.groupby("of")["first_at"].min()
    first = rows.sort_values(["first_at", "line"], kind="stable").drop_duplicates(["of", "template"])
    is_known = first["first_at"] - first["of"].map(known_since) >= pd.Timedelta(seconds=KNOWN_FOR_S)
    is_near = first["first_at"].between(onset - pd.Timedelta(seconds=LEAD_S), onset + pd.Timedelta(seconds=AFTER_S))
    signs = first[is_known & is_near & first["severity"].isin(_SEVERITIES)]
    signs = signs.assign(is_error=signs["severity"] != "WARN").drop_duplicates(["of", "is_error"])
    until_end = rows[rows["first_at"] <= end].groupby(["of", "template"])["events"].sum()
    counted = signs.drop(columns="events").join(until_end, on=["of", "template"]).sort_values(["first_at", "line"], kind="stable")
    return conform(counted.rename(columns={"first_at": "first_seen"}).reset_index(drop=True), SIGNS)


def describe_sign(sign: pd.Series) -> str:
    """Return a sign in words, for a row of what `find_first_signs` returns.

    Examples
    --------
    >>> describe_sign(pd.Series({"severity": "WARN", "service": "cart", "example": "pool is full", "events": 3}))
    'First new warning from cart: “pool is full”, 3 times'
    """
    times = f"{count(sign['events'])} times" if sign["events"] > 1 else "once"
    return f"{describe_first(_WARNING if sign['severity'] == 'WARN' else _ERROR, sign)}, {times}"


def describe_first(noun: str, message: pd.Series) -> str:
    """Return a message in words, for a noun and a row of what `first_new_messages` yields."""
    return f"First new {noun}{phrase(' from ', message['service'])}: “{short(str(message['example']))}”"


def new_errors(patterns: pd.DataFrame, signs: pd.DataFrame | None) -> pd.DataFrame:
    """Return the errors that were never logged before the impact: those that came often, and those that are signs of it."""
    often = patterns[~patterns["general"] & (patterns["before"] == 0)]
    return often if signs is None else pd.concat([often, signs[signs["severity"] != "WARN"]], join="inner", ignore_index=True)


def first_new_messages(errors: pd.DataFrame, signs: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield the first new warning, if it came before the first new error, and that error; each with its noun."""
    first_error = errors.sort_values("first_seen", kind="stable").head(1)
    warnings = signs[signs["severity"] == "WARN"].head(1)
    if len(first_error):
        warnings = warnings[warnings["first_seen"] < first_error["first_seen"].iloc[0]]
    yield from ((_WARNING, row) for _, row in warnings.iterrows())
    yield from ((_ERROR, row) for _, row in first_error.iterrows())
