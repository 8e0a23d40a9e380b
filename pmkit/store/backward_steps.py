"""Finds where the times of a parsed log go back, as they do when its clock was set back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from pmkit.core import sql
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, Extent
from pmkit.store.union import union_sql

# A log is divided into at most this many blocks of lines, of at least this many lines each.
_MOST_BLOCKS: Final = 500
_FEWEST_LINES: Final = 10

# A smaller step is not told apart from lines that are out of order, seconds.
_SMALLEST_S: Final = 30.0

# At least this many blocks stand on each side of a step.
_FEWEST_BLOCKS: Final = 3

# If more of the shorter side's time is covered twice, two logs stand in one file one below the other.
_MOST_COVERED: Final = 0.8

_BLOCKS: Final = """
    SELECT source, min(line), median(epoch(timestamp)) FROM {events} GROUP BY source, line // CAST({size} AS BIGINT)
    ORDER BY source, min(line)
"""

# The largest step back within some lines, with the line behind it.
_STEP: Final = """
    SELECT line, earlier FROM (
        SELECT line, epoch(lag(timestamp) OVER (ORDER BY line)) - epoch(timestamp) AS earlier FROM {events}
    ) WHERE earlier IS NOT NULL ORDER BY earlier DESC, line LIMIT 1
"""


@dataclass(frozen=True)
class BackwardStep:
    """Where the times of a log go back for good, although the times below it were covered before.

    Attributes
    ----------
    line : int
        The first line with earlier times.
    seconds : float
        By how much they go back.
    """

    line: int
    seconds: float


def find_backward_steps(logs: Mapping[str, tuple[Extent, int]]) -> dict[str, BackwardStep]:
    """Return the first backward step of each log that has one, by the name of the log.

    Parameters
    ----------
    logs : mapping of str to (Extent, int)
        Where the events of each log are, and how many lines it has.

    Returns
    -------
    dict of str to BackwardStep
        Logs that begin with the newest event, whose parts are in another order, or that are several logs one below the
        other, have no step.
    """
    if not logs:
        return {}
    sizes = {name: max(_FEWEST_LINES, -(-lines // _MOST_BLOCKS)) for name, (_, lines) in logs.items()}
    size = f"map {{{', '.join(f'{sql.quoted(name)}: {number}' for name, number in sizes.items())}}}[source]"
    steps: dict[str, BackwardStep] = {}
    with connect(reach=[extent.folder for extent, _ in logs.values()]) as database:
        events = union_sql(database, [(name, extent) for name, (extent, _) in logs.items()], EVENTS)
        rows = database.execute(_BLOCKS.format(events=events, size=size)).fetchnumpy()
        names, lines, times = (np.asarray(column) for column in rows.values())
        for name, (extent, _) in logs.items():
            own = names == name
            step = step_in(times[own].astype("float64"))
            if step is not None:
                steps[name] = _at_line(database, extent, lines[own], step)
    return steps


def step_in(times: NDArray[np.float64]) -> int | None:
    """Return the position of the first of some times, in seconds, from which on they are earlier for good; None if there is none.

    Examples
    --------
    >>> step_in(np.array([0.0, 60, 120, 180, 240, 300, 180, 240, 300, 360, 420, 480]))
    6
    >>> step_in(np.array([300.0, 240, 180, 120, 60, 0])) is None
    True
    """
    steps = np.diff(times)
    if 2 * np.count_nonzero(steps < 0) > len(steps):
        return None
    for place in np.flatnonzero(steps <= -_SMALLEST_S) + 1:
        before, after = times[:place], times[place:]
        if min(len(before), len(after)) < _FEWEST_BLOCKS or after[1:].min() < after[0] - _SMALLEST_S:
            continue
        is_lasting = np.median(after[:_FEWEST_BLOCKS]) < before.max()
        twice_s = min(before.max(), after.max()) - max(before.min(), after.min())
        shorter_s = min(np.ptp(before), np.ptp(after))
        if is_lasting and _SMALLEST_S <= twice_s <= _MOST_COVERED * shorter_s:
            return int(place)
    return None


def _at_line(database: duckdb.DuckDBPyConnection, extent: Extent, lines: NDArray[np.int64], step: int) -> BackwardStep:
    first, last = lines[max(step - 2, 0)], lines[min(step + 1, len(lines) - 1)]
    events = union_sql(database, [("", extent)], EVENTS, f"line BETWEEN {int(first)} AND {int(last)}")
    line, seconds = database.execute(_STEP.format(events=events)).fetchone() or (int(lines[step]), 0.0)
    return BackwardStep(int(line), float(seconds))
