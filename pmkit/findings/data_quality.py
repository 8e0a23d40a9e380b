"""Remarks on the exports that a reader should know: gaps, clocks that differ, time zones that cannot be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.core.filenames import log_family
from pmkit.core.schema import latency_at
from pmkit.core.wording import count, duration
from pmkit.findings.clock_doubts import LogTimes, clock_skew, describe_shift, failures_apart, zone_shift
from pmkit.findings.log_gaps import gaps, late_start_or_early_end, log_flows
from pmkit.findings.misplaced_exports import describe_misplaced
from pmkit.store.ledger import Ledger

# A log is remarked on if at least this share, and this number, of its events have neither a severity nor a status.
_UNKNOWN_SHARE: Final = 0.2
_FEWEST_UNKNOWN: Final = 20

# If half of a log's requests take longer than this, in seconds, their unit is doubted.
_LONGEST_USUAL_S: Final = 60

# How many rows the exports of log products are limited to, and how many seconds earlier than others such a log ends.
_LIMITS: Final = (500, *(size * 10**power for power in (3, 4, 5) for size in (1, 2, 5)))
_EARLIER_S: Final = 60

# If there are more exports of one kind than this, they are shown as one.
MAX_PER_KIND: Final = 12


@dataclass(frozen=True, kw_only=True)
class ExportRow(Ledger):
    """An export, and what was read from it; see `Ledger` for the other fields.

    Attributes
    ----------
    source, sha256, bytes
        As in `Part`.
    others : int
        The number of further exports that the row stands for, see `group_exports`.
    """

    source: str
    sha256: str
    bytes: int
    others: int = 0


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
    """Return remarks on what is doubtful about the exports.

    Parameters
    ----------
    exports : DataFrame
        What was read: `source`, `table`, `format`, `lines`, `events`, `first`, `last`, `timezone`, `timezone_assumed`.
    judged : DataFrame
        Counts of events and errors, columns of `schema.JUDGED`.
    impact : Impact
        The impact.
    differences : DataFrame
        How far clocks differ on the same requests, see `Store.clock_skew`.
    zone : ZoneInfo
        The zone in which the remarks give times.

    Returns
    -------
    list of Remark
        Exports that were read as something else than their folder says, logs whose events do not say whether they failed,
        durations that are too long for requests, time zones that cannot be right, clocks that differ, gaps.
    """
    logs = exports[(exports["table"] == "logs") & (exports["events"] > 0)]
    kinds = _spans_of_kinds(logs)
    flows = log_flows(judged)
    outcomes = judged.groupby(["source", "has_outcome"])["events"].sum()
    differences_of = differences.groupby("source").indices
    apart = failures_apart(judged)
    doubts = [*_misplaced(exports), *_long_durations(judged), *_cut_at_a_limit(logs)]
    for row in logs.to_dict("records"):
        source = str(row["source"])
        without, with_outcome = (outcomes.get((source, has_outcome), 0) for has_outcome in (False, True))
        doubts += (Remark(source, text) for text in _unknown_outcomes(without, with_outcome))
        log = LogTimes(source, row["timezone"], row["first"], row["last"])
        own = differences.iloc[differences_of.get(source, [])]
        shift = zone_shift(log, own, judged, impact)
        if shift:
            doubts.append(Remark(source, describe_shift(log, *shift)))
            continue
        doubts += (Remark(source, text) for text in clock_skew(own))
        if own.empty and source in apart:
            doubts.append(Remark(source, apart[source]))
        flow = flows.get(source)
        # A log whose events are all in another one has no flow.
        if flow is not None and flow.per_minute > 0:
            doubts += (Remark(source, text) for text in gaps(flow, impact, zone))
            ends = late_start_or_early_end((log.first, log.last), flow, kinds[_kind(row["format"], source)], impact, zone)
            doubts += (Remark(source, text) for text in ends)
    return doubts


def _unknown_outcomes(without: int, with_outcome: int) -> list[str]:
    """Return a remark if many events of a log do not say whether they failed."""
    total = int(without + with_outcome)
    if without < _FEWEST_UNKNOWN or without < _UNKNOWN_SHARE * total:
        return []
    number = count(int(without)) if with_outcome else "none"
    states = "state neither a severity nor a status" if with_outcome else "states a severity or a status"
    return [f"{number} of its {count(total)} events {states}, so failures among them are not counted"]


def _long_durations(judged: pd.DataFrame) -> list[Remark]:
    """Return a remark on each log whose requests take so long that their durations are probably in another unit."""
    timed = judged[judged["is_request"] & judged["latency_bucket"].notna()]
    remarks = []
    for source, events in timed.groupby(["source", "latency_bucket"])["events"].sum().groupby("source"):
        shares = events.cumsum() / events.sum()
        # The lower bound of the bucket that the median is in.
        median_s = latency_at(float(shares[shares >= 0.5].index[0][1]) - 1)
        if median_s > _LONGEST_USUAL_S:
            text = f"half of its requests took {duration(median_s)} or longer, as their durations were read; check the unit"
            remarks.append(Remark(str(source), text))
    return remarks


def _cut_at_a_limit(logs: pd.DataFrame) -> list[Remark]:
    """Return a remark on each log with exactly as many events as an export often is limited to that ends before the others."""
    ends = logs["last"].max() - pd.Timedelta(seconds=_EARLIER_S)
    limited = logs[logs["events"].isin(_LIMITS) & (logs["last"] < ends)]
    return [
        Remark(source, f"it has exactly {count(events)} events and ends before other logs: was the export cut at a limit?")
        for source, events in zip(limited["source"], limited["events"], strict=True)
    ]


def _misplaced(exports: pd.DataFrame) -> list[Remark]:
    """Return remarks on exports that were read as logs although their folder is for something else."""
    rows = exports[exports["lines"] > 0][["source", "table", "format"]].itertuples(index=False)
    texts = ((str(source), describe_misplaced(str(source), str(table), str(name))) for source, table, name in rows)
    return [Remark(source, text) for source, text in texts if text]


def group_exports(exports: Iterable[ExportRow]) -> list[ExportRow]:
    """Return the exports, with those of a kind as one row if there are more than `MAX_PER_KIND`.

    Parameters
    ----------
    exports : iterable of ExportRow
        What was read.

    Returns
    -------
    list of ExportRow
        The rows; for a grouped kind its first row, with the counts and the time span of all, and the number of the rest in
        `others`.
    """
    kinds: dict[str, list[ExportRow]] = {}
    for row in exports:
        kinds.setdefault(_kind(row.format, row.source), []).append(row)
    return [row for rows in kinds.values() for row in (rows if len(rows) <= MAX_PER_KIND else [_sum(rows)])]


def _sum(rows: list[ExportRow]) -> ExportRow:
    return replace(ExportRow.merged(rows), others=len(rows) - 1)


def sources_by_remark(exports: Iterable[ExportRow]) -> dict[str, list[str]]:
    """Return the remarks on all exports, see `remarks`, each with the exports it applies to."""
    sources: dict[str, list[str]] = {}
    for row in exports:
        for text in remarks(row):
            sources.setdefault(text, []).append(row.source)
    return sources


def remarks(export: ExportRow) -> list[str]:
    """Return the remarks on one export: what is doubtful, the zone that was assumed, what was rejected."""
    return [*export.remarks, *(f"rejected line {example}" for example in export.examples)]


def _kind(format_name: str, source: str) -> str:
    return f"{format_name} {log_family(source)}"


def _spans_of_kinds(logs: pd.DataFrame) -> dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """Return the first and last time of each log, by kind."""
    spans: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = defaultdict(list)
    for row in logs[["source", "format", "first", "last"]].to_dict("records"):
        spans[_kind(row["format"], row["source"])].append((row["first"], row["last"]))
    return spans
