"""Whether a change that was made during the impact helped, as far as the counts before and after it show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.core import schema
from pmkit.core.wording import percent

LOOK_S: Final = 120
"""So much time before a change is compared with as much after it, seconds."""
SETTLE_S: Final = 120
"""A change that ended the impact finishes no longer than this before the last error, or after it, seconds."""
RESOLUTION_S: Final = 1
"""Logs that write whole seconds may be this much early, seconds."""
CERTAIN: Final = 10.83
"""Least G statistic for a difference (chi-squared, one degree, one in a thousand)."""
_FEWEST: Final = 20
"""So many requests, or samples of metrics, say something of a share."""

Verdict = Literal["ended it", "helped", "no effect", "made it worse", "cannot be told"]


@dataclass(frozen=True)
class Effect:
    """What followed a change.

    Attributes
    ----------
    verdict : str
        `ended it`: the impact ended while it was made or shortly after. `helped`, `made it worse`: clearly
        less, or more, failed afterwards than before. `no effect`: neither. `cannot be told`: too little was
        counted on one side, or another change came too soon.
    failing_before, failing_after : float or None
        Share of requests that failed in the time before and after it; events a second where there are
        no requests.
    words : str
        The verdict with its numbers.
    """

    verdict: Verdict
    failing_before: float | None
    failing_after: float | None
    words: str


def effect(impact: Impact, change: pd.Series, changes: pd.DataFrame) -> Effect:
    """Compare what failed before a change with what failed after it.

    Parameters
    ----------
    impact : Impact
        With its counts per bin.
    change : Series
        One of the changes, columns of `schema.CHANGES`.
    changes : DataFrame
        All of them; not changed.

    Returns
    -------
    Effect
        By the G test of the two shares, or of the two rates (R. R. Sokal and F. J. Rohlf, Biometry).
    """
    begun, done = pd.Timestamp(change["at"]), finished(change)
    start, stop = max(impact.start, begun - _seconds(LOOK_S)), min(impact.data_end, done + _seconds(LOOK_S))
    others = changes.drop(index=change.name)
    complete = pd.to_datetime(others["finished_at"].where(others["finished_at"].notna(), others["at"]), utc=True)
    start = max([start, *complete[complete <= begun].sort_values().tail(1)])
    stop = min([stop, *others["at"][others["at"] >= done].sort_values().head(1)])
    before, after = _counted(impact.fine, start, begun), _counted(impact.fine, done + _seconds(schema.BIN_S), stop)
    requests = impact.measured_on.unit != "event"
    shares = _share(before, requests=requests), _share(after, requests=requests)
    told = _told(*shares, impact.impaired[1], requests=requests)
    if not impact.ongoing and begun <= impact.end + _seconds(RESOLUTION_S) and abs(done - impact.end) <= _seconds(SETTLE_S):
        later = (others["at"] > begun) & (others["at"] <= impact.end + _seconds(RESOLUTION_S))
        if not later.any():
            return Effect("ended it", *shares, f"the impact ended{told}")
    if shares[0] is None or shares[1] is None:
        return Effect("cannot be told", *shares, "cannot be told: too little time before or after it")
    if _g(before, after, requests=requests) < CERTAIN:
        return Effect("no effect", *shares, f"no effect to be seen{told}")
    if shares[1] < shares[0]:
        return Effect("helped", *shares, f"it helped{told}")
    return Effect("made it worse", *shares, f"it was worse than before{told}")


def finished(change: pd.Series) -> pd.Timestamp:
    """Return when a change was complete; its beginning where nothing else is known."""
    return pd.Timestamp(change["at"] if pd.isna(change["finished_at"]) else change["finished_at"])


def _seconds(number: float) -> pd.Timedelta:
    return pd.Timedelta(seconds=number)


def _counted(fine: pd.DataFrame, start: pd.Timestamp, stop: pd.Timestamp) -> tuple[int, int, int]:
    """Count events, errors and bins that lie between two times as a whole."""
    inside = fine[(fine.index >= start.floor(f"{schema.BIN_S}s")) & (fine.index <= stop - _seconds(schema.BIN_S))]
    return int(inside["events"].sum()), int(inside["errors"].sum()), len(inside)


def _share(part: tuple[int, int, int], *, requests: bool) -> float | None:
    events, errors, bins = part
    if requests:
        return errors / events if events >= _FEWEST else None
    return errors / (bins * schema.BIN_S) if bins >= 3 else None


def _told(before: float | None, after: float | None, verb: str, *, requests: bool) -> str:
    if before is None or after is None:
        return ""
    if requests:
        return f": {percent(before)} {verb} before it, {percent(after)} after it"
    return f": {before:.1f} errors a second before it, {after:.1f} after it"


def _g(before: tuple[int, int, int], after: tuple[int, int, int], *, requests: bool) -> float:
    table = np.array([[part[1], part[0] - part[1]] if requests else [part[1]] for part in (before, after)], dtype="float64")
    size = np.array([part[0] if requests else part[2] for part in (before, after)], dtype="float64")
    expected = np.outer(size, table.sum(axis=0)) / size.sum()
    return float(2 * np.sum(table * np.log(np.where(table > 0, table, 1) / np.where(expected > 0, expected, 1)) * (table > 0)))
