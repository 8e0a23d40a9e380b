"""What to think of the exports: gaps, clocks that differ, time zones that cannot be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pmkit.analysis.impact.impact import Impact
from pmkit.core.filenames import log_family
from pmkit.core.wording import clock, count, duration

MANY: Final = 12
"""More exports of one kind are told as one."""
_STEP_S: Final = 900
"""Zones differ by multiples of a quarter of an hour."""
_FARTHEST_S: Final = 14 * 3600
_FEWEST_SHARED: Final = 20
_SKEW_S: Final = 1.0
_FEWEST_ERRORS: Final = 5
_GAP_S: Final = 60
_USUAL_IN_GAP: Final = 15
"""Events that would have to be in a gap for it to be told: by chance alone one in three million gaps is as empty."""
_ZONES: Final = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
    "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """Something that a reader should know of one export.

    Attributes
    ----------
    source : str
        The export.
    text : str
        What it is, to stand behind the export's name.
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
        Columns of `schema.JUDGED`.
    impact : Impact
        The impact, for its window.
    differences : DataFrame
        What the clocks say of the same requests, see `Store.clock_differences`.
    zone : ZoneInfo
        In which times are written.

    Returns
    -------
    list of Remark
        Zones that would put a log elsewhere in time, clocks that go differently, gaps.
    """
    logs = exports[(exports["table"] == "logs") & (exports["events"] > 0)]
    kinds = _spans_of_kinds(logs)
    flows = _flows(judged)
    apart = differences.groupby("source").indices
    found: list[Remark] = []
    for row in ({str(name): value for name, value in log.items()} for log in logs.to_dict("records")):
        source = row["source"]
        own = differences.iloc[apart.get(source, [])]
        shift = _shift(row, own, judged, impact)
        if shift:
            found.append(Remark(source, _aligned(row, *shift)))
            continue
        found += _skew(source, own)
        flow = flows.get(source)
        if flow is not None and flow.usual > 0:  # none where another log holds all of it
            found += (Remark(source, text) for text in _gaps(flow, impact, zone))
            found += (Remark(source, text) for text in _ends(row, flow, kinds[_kind(row)], impact, zone))
    return found


def gathered(exports: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bring exports together of which there are more than `MANY` of one kind.

    Parameters
    ----------
    exports : iterable of dict
        What was read: `source`, `format`, `lines`, `events`, `continuation`, `blank`, `rejected`, `first`, `last`, and more.

    Returns
    -------
    list of dict
        The same; of such a kind the first, with the counts and the span of all, and in `others` how many more they are.
    """
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in exports:
        kinds.setdefault(_kind(row), []).append(row)
    return [row for rows in kinds.values() for row in (rows if len(rows) <= MANY else [_sum(rows)])]


def _sum(rows: list[dict[str, Any]]) -> dict[str, Any]:
    times = {name: [row[name] for row in rows if not pd.isna(row[name])] for name in ("first", "last")}
    return {
        **rows[0],
        **{name: sum(row[name] for row in rows) for name in ("lines", "events", "continuation", "blank", "rejected")},
        "first": min(times["first"], default=None),
        "last": max(times["last"], default=None),
        "others": len(rows) - 1,
    }


def remarked(exports: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Give what a reader should know of exports, see `remarks`, each with the exports that it is said of."""
    told: dict[str, list[str]] = {}
    for row in exports:
        for text in remarks(row):
            told.setdefault(text, []).append(row["source"])
    return told


def remarks(export: dict[str, Any]) -> list[str]:
    """Say what a reader should know of one export: what is doubtful, the zone that was assumed, what was rejected.

    Parameters
    ----------
    export : dict
        What was read: `notes`, `timezone`, `timezone_assumed`, `examples`.
    """
    said = [str(note) for note in export["notes"] if not str(note).startswith("counted in records")]
    if export["timezone"] != "as written":
        whose = "the incident's, for want of another" if export["timezone_assumed"] else "as incident.yaml says"
        said.append(f"its times carry no zone and are read in {export['timezone']}, {whose}")
    return [*said, *(f"rejected line {example}" for example in export["examples"])]


def _shift(row: dict[str, Any], own: pd.DataFrame, judged: pd.DataFrame, impact: Impact) -> tuple[float, str] | None:
    """Tell by how many seconds a log without zones lies ahead of the others, and what shows it."""
    if row["timezone"] == "as written":
        return None
    shared = own[own["requests"] >= _FEWEST_SHARED].sort_values("requests", ascending=False)
    if len(shared):
        best = shared.iloc[0]
        steps = round(best["ahead_s"] / _STEP_S) * _STEP_S
        shown = f"{count(best['requests'])} requests that it shares with {best['other']}"
        return (steps, shown) if steps and abs(best["ahead_s"] - steps) < _STEP_S / 3 else None
    return _by_errors(row, judged, impact) or _by_span(row, impact)


def _by_errors(row: dict[str, Any], judged: pd.DataFrame, impact: Impact) -> tuple[float, str] | None:
    errors = judged[(judged["source"] == row["source"]) & judged["is_error"]]
    if not impact.detected or row["source"] in impact.measured_on.sources or errors["events"].sum() < _FEWEST_ERRORS:
        return None
    begin, end = impact.start - pd.Timedelta(minutes=2), impact.end + pd.Timedelta(minutes=2)

    def inside(ahead_s: int) -> float:
        moved = errors["bin"] - pd.Timedelta(seconds=ahead_s)
        return float(errors.loc[moved.between(begin, end), "events"].sum() / errors["events"].sum())

    steps = sorted(range(-_FARTHEST_S, _FARTHEST_S + 1, 1800), key=abs)
    best = max(steps, key=inside)
    return (best, "its errors, which would else lie outside the impact") if inside(0) < 0.2 and inside(best) > 0.6 else None


def _by_span(row: dict[str, Any], impact: Impact) -> tuple[float, str] | None:
    first, last = row["first"], row["last"]
    if first <= impact.data_end and last >= impact.data_start:
        return None
    middle = first + (last - first) / 2 - (impact.data_start + (impact.data_end - impact.data_start) / 2)
    steps = round(middle.total_seconds() / 1800) * 1800
    return (steps, "a span beside theirs") if abs(steps) <= _FARTHEST_S else None


def _aligned(row: dict[str, Any], ahead_s: float, shown: str) -> str:
    """Say which zone would align a log."""
    now = row["first"].tz_convert(row["timezone"]).utcoffset()
    offset = now + timedelta(seconds=ahead_s)
    minutes = round(offset.total_seconds() / 60)
    written = f"UTC{'+' if minutes >= 0 else '−'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    fitting = [name for name in _ZONES if row["first"].tz_convert(name).utcoffset() == offset]
    such = f", such as {fitting[0]}" if fitting else ""
    where = "ahead of" if ahead_s > 0 else "behind"
    return (
        f"read in {row['timezone']}, its times lie {duration(abs(ahead_s))} {where} the other logs, as shown by {shown}; "
        f"a zone at {written}{such} would align them (say it as timezone under sources in incident.yaml)"
    )


def _skew(source: str, own: pd.DataFrame) -> list[Remark]:
    """Tell of clocks that go differently, by more than the requests take."""
    if own.empty:
        return []
    apart = own[(own["requests"] >= _FEWEST_SHARED) & (own["ahead_s"].abs() > _SKEW_S + own["typical_s"])]
    apart = apart[apart["ahead_s"] > 0].sort_values("requests", ascending=False)
    return [
        Remark(
            source,
            f"its clock is {row['ahead_s']:.1f} s ahead of that of {row['other']}, "
            f"by {count(row['requests'])} requests that both know; nothing was moved "
            f"(clock_offset_s: {-row['ahead_s']:.1f} under sources in incident.yaml would)",
        )
        for _, row in apart.head(1).iterrows()
    ]


@dataclass(frozen=True, eq=False)
class _Flow:
    """How a log flows.

    Attributes
    ----------
    usual : float
        The median of its events per minute, from the first minute to the last.
    times : ndarray of datetime64[us]
        The first and the last event of each bin, UTC, in order.
    """

    usual: float
    times: NDArray[np.datetime64]


def _flows(judged: pd.DataFrame) -> dict[str, _Flow]:
    """Look how each log flows."""
    minutes = judged["bin"].dt.tz_convert(None).to_numpy("datetime64[m]").astype("int64")
    events = judged["events"].to_numpy("float64")
    first, last = (judged[name].dt.tz_convert(None).to_numpy("datetime64[us]") for name in ("first_at", "last_at"))
    return {
        str(source): _Flow(
            _usual_per_minute(minutes[places], events[places]), np.unique(np.concatenate([first[places], last[places]]))
        )
        for source, places in judged.groupby("source", observed=True).indices.items()
    }


def _usual_per_minute(minutes: NDArray[np.int64], events: NDArray[np.float64]) -> float:
    seen, places = np.unique(minutes, return_inverse=True)
    length = int(seen[-1] - seen[0]) + 1
    if 2 * len(seen) < length:
        return 0.0
    return float(np.median(np.concatenate([np.bincount(places, events), np.zeros(length - len(seen))])))


def _kind(row: Mapping[str, Any]) -> str:
    return f"{row['format']} {log_family(row['source'])}"


def _spans_of_kinds(logs: pd.DataFrame) -> dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """Give when the logs of each kind begin and end."""
    spans: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = defaultdict(list)
    for row in logs[["source", "format", "first", "last"]].to_dict("records"):
        spans[_kind({str(name): value for name, value in row.items()})].append((row["first"], row["last"]))
    return spans


def _gaps(flow: _Flow, impact: Impact, zone: ZoneInfo) -> Iterator[str]:
    """Tell where a log that otherwise flows says nothing about the time around the impact."""
    start, end = (impact.start, impact.end) if impact.detected else (impact.data_start, impact.data_end)
    around = pd.Timedelta(minutes=5)
    before, after = flow.times[:-1], flow.times[1:]
    near = (before < _bare(end + around)) & (after > _bare(start - around))
    for place in np.flatnonzero((after - before >= np.timedelta64(_GAP_S, "s")) & near):
        gap = pd.Timestamp(before[place], tz="UTC"), pd.Timestamp(after[place], tz="UTC")
        if _empty(*gap, flow.usual):
            yield (
                f"nothing from it between {clock(gap[0], zone)} and {clock(gap[1], zone)}, where some "
                f"{count(flow.usual * (gap[1] - gap[0]).total_seconds() / 60)} events would be usual: was it down, or is the "
                "export cut?"
            )


def _bare(at: pd.Timestamp) -> np.datetime64:
    return at.tz_convert(None).to_datetime64()


def _ends(
    row: Mapping[str, Any],
    flow: _Flow,
    alike: Iterable[tuple[pd.Timestamp, pd.Timestamp]],
    impact: Impact,
    zone: ZoneInfo,
) -> Iterator[str]:
    """Tell where a log begins or ends during the impact, and no other of its kind goes on, as when it is rotated."""
    near = pd.Timedelta(seconds=_GAP_S)
    if not impact.detected:
        return
    late = row["first"] > impact.start and _empty(impact.start, row["first"], flow.usual)
    if late and not any(abs(last - row["first"]) < near for first, last in alike if first < row["first"]):
        yield f"it begins at {clock(row['first'], zone)}, when the impact had already begun"
    early = row["last"] < impact.end and _empty(row["last"], impact.end, flow.usual)
    if early and not any(abs(first - row["last"]) < near for first, last in alike if last > row["last"]):
        yield f"it ends at {clock(row['last'], zone)}, before the impact does"


def _empty(before: pd.Timestamp, after: pd.Timestamp, usual_per_minute: float) -> bool:
    length = (after - before).total_seconds()
    return length >= _GAP_S and usual_per_minute * length / 60 >= _USUAL_IN_GAP
