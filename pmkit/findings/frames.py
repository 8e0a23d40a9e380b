"""The frames of findings by name, with their columns, and those that are built from data classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from pmkit.analysis.causes.attribution import PARTS
from pmkit.analysis.causes.log_patterns import PATTERNS
from pmkit.analysis.causes.suspects import Suspect
from pmkit.analysis.impact.metric_signals import MOVES
from pmkit.analysis.response.timeline import Entry
from pmkit.core import schema
from pmkit.core.schema import TEXT, TIME, Column, conform

SUSPECTS: Final = {
    "rank": Column("int64", "BIGINT", "1 for the strongest evidence"),
    "kind": Column(TEXT, "VARCHAR", "change, dimension (what failed requests share), pattern (a log message) or service"),
    "summary": Column(TEXT, "VARCHAR", "the suspect in words"),
    "at": Column(TIME, "TIMESTAMPTZ", "when it happened; null if that is not one time"),
    "score": Column("float64", "DOUBLE", "for a change, the probability that it is the cause, 0 to 1; else for ordering only"),
    "reasons": Column(TEXT, "VARCHAR", "why it is suspected, joined by semicolons"),
    "evidence": Column(TEXT, "VARCHAR", "`file:line` of what the reasons are based on, joined by commas"),
}

TIMELINE: Final = {
    "at": Column(TIME, "TIMESTAMPTZ", "when it happened; null if people wrote that it is not known"),
    "until": Column(TIME, "TIMESTAMPTZ", "when it ended, if it took a while"),
    "kind": Column(TEXT, "VARCHAR", "change, impact, pattern, metric, alert, message, or note, which people wrote"),
    "text": Column(TEXT, "VARCHAR", "what happened, in one sentence"),
    "evidence": Column(TEXT, "VARCHAR", "`file:line`; null if it was computed"),
    "key": Column("bool", "BOOLEAN", "whether people marked it as one of the entries that matter most"),
}

# The frames, in the order of the manual, with their columns.
FRAMES: Final[Mapping[str, Mapping[str, Column]]] = {
    "suspects": SUSPECTS,
    "timeline": TIMELINE,
    "patterns": PATTERNS,
    "faded": PATTERNS,
    "parts": PARTS,
    "metrics": MOVES,
    "alerts": schema.ALERTS,
    "changes": schema.CHANGES,
    "messages": schema.MESSAGES,
    "logs": schema.LOGS,
    "spans": schema.SPANS,
}


def suspects_frame(suspects: Iterable[Suspect]) -> pd.DataFrame:
    """Return suspects in the columns of `SUSPECTS`."""
    rows = [
        {**vars(suspect), "reasons": "; ".join(suspect.reasons), "evidence": ", ".join(suspect.evidence)} for suspect in suspects
    ]
    return conform(pd.DataFrame(rows), SUSPECTS)


def timeline_frame(entries: Iterable[Entry]) -> pd.DataFrame:
    """Return entries of the timeline in the columns of `TIMELINE`."""
    rows = [
        {**vars(entry), "at": entry.at if entry.is_dated else None, "evidence": entry.source} for entry in entries
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), TIMELINE)
