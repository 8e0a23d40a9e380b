"""Remarks on the exports that a reader should know: gaps, clocks that differ, time zones that cannot be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.core.filenames import log_family
from pmkit.findings.clock_doubts import clock_skew, describe_shift, zone_shift
from pmkit.findings.log_gaps import gaps, late_start_or_early_end, log_flows

# Where there are more exports of one kind, they are shown as one.
MAX_PER_KIND: Final = 12


@dataclass(frozen=True)
class Remark:
    """Something that a reader should know about one export.

    Attributes
    ----------
    source : str
        The export.
    text : str
        The remark, shown after the export's name.
    """

    source: str
    text: str


def assess(
    exports: pd.DataFrame, judged: pd.DataFrame, impact: Impact, differences: pd.DataFrame, zone: ZoneInfo
) -> list[Remark]:
    """Find what is doubtful about the exports.

    Parameters
    ----------
    exports : DataFrame
        What was read: `source`, `table`, `events`, `first`, `last`, `timezone`, `timezone_assumed`.
    judged : DataFrame
        Counts of events and errors, columns of `schema.JUDGED`.
    impact : Impact
        The impact, of which the window is used.
    differences : DataFrame
        How far clocks differ on the same requests, see `Store.clock_differences`.
    zone : ZoneInfo
        The zone in which times are written.

    Returns
    -------
    list of Remark
        Zones that misplace a log in time, clocks that differ, gaps.
    """
    logs = exports[(exports["table"] == "logs") & (exports["events"] > 0)]
    kinds = _spans_of_kinds(logs)
    flows = log_flows(judged)
    differences_of = differences.groupby("source").indices
    doubts: list[Remark] = []
    for row in ({str(name): value for name, value in log.items()} for log in logs.to_dict("records")):
        source = row["source"]
        own = differences.iloc[differences_of.get(source, [])]
        shift = zone_shift(row, own, judged, impact)
        if shift:
            doubts.append(Remark(source, describe_shift(row, *shift)))
            continue
        doubts += (Remark(source, text) for text in clock_skew(own))
        flow = flows.get(source)
        if flow is not None and flow.usual > 0:  # none where another log holds all of it
            doubts += (Remark(source, text) for text in gaps(flow, impact, zone))
            ends = late_start_or_early_end(row, flow, kinds[_kind(row)], impact, zone)
            doubts += (Remark(source, text) for text in ends)
    return doubts


def group_exports(exports: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the exports, with those of a kind as one row if they are more than `MAX_PER_KIND`.

    Parameters
    ----------
    exports : iterable of dict
        What was read: `source`, `format`, `lines`, `events`, `continuation`, `blank`, `rejected`, `first`, `last`, and more.

    Returns
    -------
    list of dict
        The rows; for a grouped kind its first row, with the counts and the span of all, and the number of the rest in `others`.
    """
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in exports:
        kinds.setdefault(_kind(row), []).append(row)
    return [row for rows in kinds.values() for row in (rows if len(rows) <= MAX_PER_KIND else [_sum(rows)])]


def _sum(rows: list[dict[str, Any]]) -> dict[str, Any]:
    times = {name: [row[name] for row in rows if not pd.isna(row[name])] for name in ("first", "last")}
    return {
        **rows[0],
        **{name: sum(row[name] for row in rows) for name in ("lines", "events", "continuation", "blank", "rejected")},
        "first": min(times["first"], default=None),
        "last": max(times["last"], default=None),
        "others": len(rows) - 1,
    }


def sources_by_remark(exports: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the remarks on all exports, see `remarks`, each with the exports it applies to."""
    sources: dict[str, list[str]] = {}
    for row in exports:
        for text in remarks(row):
            sources.setdefault(text, []).append(row["source"])
    return sources


def remarks(export: dict[str, Any]) -> list[str]:
    """Return the remarks on one export: what is doubtful, the zone that was assumed, what was rejected.

    Parameters
    ----------
    export : dict
        What was read: `notes`, `timezone`, `timezone_assumed`, `examples`.
    """
    texts = [str(note) for note in export["notes"] if not str(note).startswith("counted in records")]
    if export["timezone"] != "as written":
        whose = "the incident's zone" if export["timezone_assumed"] else "as set in incident.yaml"
        texts.append(f"timestamps have no time zone; read as {export['timezone']}, {whose}")
    return [*texts, *(f"rejected line {example}" for example in export["examples"])]


def _kind(row: Mapping[str, Any]) -> str:
    return f"{row['format']} {log_family(row['source'])}"


def _spans_of_kinds(logs: pd.DataFrame) -> dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """Return the first and last time of each log, by kind."""
    spans: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = defaultdict(list)
    for row in logs[["source", "format", "first", "last"]].to_dict("records"):
        spans[_kind({str(name): value for name, value in row.items()})].append((row["first"], row["last"]))
    return spans
