"""What to think of the exports: gaps, clocks that differ, time zones that cannot be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pmkit.filenames import kind_of
from pmkit.impact import Impact
from pmkit.prose import clock, count, duration

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
    kind = logs["format"] + " " + logs["source"].map(kind_of)
    each = {str(source): bins for source, bins in judged.groupby("source", observed=True)}
    found: list[Remark] = []
    for row in ({str(name): value for name, value in log.items()} for log in logs.assign(kind=kind).to_dict("records")):
        own = differences[differences["source"] == row["source"]]
        shift = _shift(row, own, judged, impact)
        if shift:
            found.append(Remark(row["source"], _aligned(row, *shift)))
            continue
        found += _skew(row["source"], own)
        bins = each.get(row["source"], judged.head(0))  # none where another log holds all of it
        found += _gaps(row, bins, impact, zone)
        found += _ends(row, bins, logs[kind == row["kind"]], impact, zone)
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
    kinds: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in exports:
        kinds.setdefault((row["format"], kind_of(row["source"])), []).append(row)
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
    if not impact.detected or row["source"] in impact.tier.sources or errors["events"].sum() < _FEWEST_ERRORS:
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


def _gaps(row: dict[str, Any], bins: pd.DataFrame, impact: Impact, zone: ZoneInfo) -> list[Remark]:
    """Tell where a log that otherwise flows says nothing about the time around the impact."""
    usual = _usual_per_minute(bins)
    if usual <= 0:
        return []
    start, end = _window(impact)
    around = pd.Timedelta(minutes=5)
    times = pd.DatetimeIndex(pd.concat([bins["first_at"], bins["last_at"]]).unique()).sort_values()
    before, after = times[:-1], times[1:]
    long = ((after - before).total_seconds() >= _GAP_S) & (before < end + around) & (after > start - around)
    return [
        Remark(
            row["source"],
            f"nothing from it between {clock(before, zone)} and {clock(after, zone)}, where some "
            f"{count(usual * (after - before).total_seconds() / 60)} events would be usual: was it down, or is the export cut?",
        )
        for before, after in zip(before[long], after[long], strict=True)
        if _empty(before, after, usual)
    ]


def _ends(row: dict[str, Any], bins: pd.DataFrame, alike: pd.DataFrame, impact: Impact, zone: ZoneInfo) -> list[Remark]:
    """Tell where a log begins or ends during the impact, and no other of its kind goes on, as when it is rotated."""
    usual = _usual_per_minute(bins)
    if usual <= 0 or not impact.detected:
        return []
    others, near = alike[alike["source"] != row["source"]], pd.Timedelta(seconds=_GAP_S)
    taken_over = (others["last"] - row["first"]).abs().lt(near).any()
    handed_on = (others["first"] - row["last"]).abs().lt(near).any()
    said = []
    if row["first"] > impact.start and not taken_over and _empty(impact.start, row["first"], usual):
        said.append(f"it begins at {clock(row['first'], zone)}, when the impact had already begun")
    if row["last"] < impact.end and not handed_on and _empty(row["last"], impact.end, usual):
        said.append(f"it ends at {clock(row['last'], zone)}, before the impact does")
    return [Remark(row["source"], text) for text in said]


def _window(impact: Impact) -> tuple[pd.Timestamp, pd.Timestamp]:
    return (impact.start, impact.end) if impact.detected else (impact.data_start, impact.data_end)


def _usual_per_minute(bins: pd.DataFrame) -> float:
    """Return the median of the events per minute, from the first minute to the last."""
    if bins.empty:
        return 0.0
    minutes, places = np.unique(bins["bin"].dt.floor("min").to_numpy("datetime64[m]").astype("int64"), return_inverse=True)
    length = int(minutes[-1] - minutes[0]) + 1
    if 2 * len(minutes) < length:
        return 0.0
    counts = np.bincount(places, bins["events"].to_numpy("float64"))
    return float(np.median(np.concatenate([counts, np.zeros(length - len(minutes))])))


def _empty(before: pd.Timestamp, after: pd.Timestamp, usual_per_minute: float) -> bool:
    length = (after - before).total_seconds()
    return length >= _GAP_S and usual_per_minute * length / 60 >= _USUAL_IN_GAP
