"""Logs whose time zone cannot be right, and clocks that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.core.wording import count, duration

# Zones differ by multiples of a quarter of an hour.
_STEP_S: Final = 900
_FARTHEST_S: Final = 14 * 3600
_FEWEST_SHARED: Final = 20
_SKEW_S: Final = 1.0
_FEWEST_ERRORS: Final = 5
_ZONES: Final = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
    "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip


def zone_shift(row: dict[str, Any], own: pd.DataFrame, judged: pd.DataFrame, impact: Impact) -> tuple[float, str] | None:
    """Return by how many seconds a log without zones is ahead of the others, and what shows it; None if it is not."""
    if row["timezone"] == "as written":
        return None
    shared = own[own["requests"] >= _FEWEST_SHARED].sort_values("requests", ascending=False)
    if len(shared):
        best = shared.iloc[0]
        steps = round(best["ahead_s"] / _STEP_S) * _STEP_S
        shown = f"{count(best['requests'])} requests it shares with {best['other']}"
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
    return (best, "its errors, which would otherwise fall outside the impact") if inside(0) < 0.2 and inside(best) > 0.6 else None


def _by_span(row: dict[str, Any], impact: Impact) -> tuple[float, str] | None:
    first, last = row["first"], row["last"]
    if first <= impact.data_end and last >= impact.data_start:
        return None
    middle = first + (last - first) / 2 - (impact.data_start + (impact.data_end - impact.data_start) / 2)
    steps = round(middle.total_seconds() / 1800) * 1800
    return (steps, "its time span, which does not overlap theirs") if abs(steps) <= _FARTHEST_S else None


def describe_shift(row: dict[str, Any], ahead_s: float, shown: str) -> str:
    """Return a remark that names the zone that would align a log."""
    now = row["first"].tz_convert(row["timezone"]).utcoffset()
    offset = now + timedelta(seconds=ahead_s)
    minutes = round(offset.total_seconds() / 60)
    written = f"UTC{'+' if minutes >= 0 else '−'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    fitting = [name for name in _ZONES if row["first"].tz_convert(name).utcoffset() == offset]
    example = f", for example {fitting[0]}," if fitting else ""
    where = "ahead of" if ahead_s > 0 else "behind"
    return (
        f"read in {row['timezone']}, its timestamps are {duration(abs(ahead_s))} {where} the other logs, as shown by {shown}; "
        f"{written}{example} would align them (set timezone under sources in incident.yaml)"
    )


def clock_skew(own: pd.DataFrame) -> Iterator[str]:
    """Yield a remark if a log's clock differs from another's by more than its requests take."""
    if own.empty:
        return
    apart = own[(own["requests"] >= _FEWEST_SHARED) & (own["ahead_s"].abs() > _SKEW_S + own["typical_s"])]
    apart = apart[apart["ahead_s"] > 0].sort_values("requests", ascending=False)
    for _, row in apart.head(1).iterrows():
        yield (
            f"its clock is {row['ahead_s']:.1f} s ahead of that of {row['other']}, "
            f"as shown by {count(row['requests'])} shared requests; the times were not corrected "
            f"(to correct them, set clock_offset_s: {-row['ahead_s']:.1f} under sources in incident.yaml)"
        )
