"""Remarks on messages that contradict the severity of their events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.core.wording import clock, count, listing

# How a message begins that says itself that it is an error, also behind the name of a logger.
_SAYS_ERROR: Final = (
    r"(?i)^\W{0,3}(?:[\w.$-]{1,60}(?: - |: ))?\[?(?:error|fatal|critical|crit|severe|emerg|panic|traceback|unhandled exception|"
    r"exception|[\w.$]+(?:Error|Exception))\b(?!\s*[=:]?\s*(?:none|null|nil|false|0|rate|count|budget|ratio|pages?)\b)"
)
_MILD: Final = ("TRACE", "DEBUG", "INFO", "NOTICE")
_FEWEST: Final = 5


def message_doubts(masked_messages: pd.DataFrame, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield a source and a remark for each log with messages that say error under a mild severity or none.

    Parameters
    ----------
    masked_messages : DataFrame
        Columns of `schema.TEMPLATES`; not changed.
    zone : ZoneInfo
        The zone in which the remarks give times.
    """
    severities = masked_messages["severity"].fillna("")
    mild = masked_messages[severities.isin(["", *_MILD])].assign(severity=severities)
    if mild.empty:
        return
    examples = mild["example"].drop_duplicates().dropna()
    erring = mild[mild["example"].isin(examples[examples.str.contains(_SAYS_ERROR, regex=True)])]
    for source, rows in erring.groupby("source"):
        events = int(rows["events"].sum())
        if events < _FEWEST:
            continue
        stated = [name for name in _MILD if (rows["severity"] == name).any()]
        severity = f"severity {listing(stated)}" if stated else "no severity"
        first, last = (clock(at, zone) for at in (rows["first_at"].min(), rows["first_at"].max()))
        yield (
            str(source),
            f"{count(events)} of its events with {severity} have messages that begin like errors, from {first} to {last} or "
            "later; by their severity alone, they do not count as errors",
        )
