"""An index of log lines in memory, so that a text search over millions of lines answers at once.

Most log lines differ from others only in their time, so distinct lines are stored once, with the times at which they occurred.
A text search reads the distinct lines, of which there are far fewer. Clients and request IDs are matched as a whole, so only
their 64-bit hashes are stored, with times: a value that does not occur is ruled out at once, and the lines of one that does
are fetched from the exports by those times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import pandas as pd

from pmkit.core import schema
from pmkit.explorer.query import Condition

# The most lines to index; each takes about 60 bytes.
MOST_LINES: Final = 20_000_000

# From the beginning of the year 1 to that of 1970, in seconds. DuckDB's integer division rounds towards zero, so bins are
# numbered from the year 1, where no time is negative.
_YEAR_1_S: Final = 62_135_596_800
_COLUMNS: Final = {"bin": "int64", "events": "int64", "first": schema.TIME, "last": schema.TIME}

# Time, file and line of a log line.
Place = tuple[datetime, str, int]


def index_tables(events: str, searched: Iterable[str], matched: Iterable[str]) -> Iterator[str]:
    """Yield the SQL statements that build the index: the tables `kinds`, `times` and one for each of `matched`.

    Parameters
    ----------
    events : str
        SQL that selects the log lines.
    searched : iterable of str
        Columns that a query can filter by or search in, besides the time.
    matched : iterable of str
        Columns that a text matches as a whole.
    """
    names, matched = list(searched), list(matched)
    kind, values_of_kind = f"hash({', '.join(names)}) AS kind", ", ".join(f"any_value({name}) AS {name}" for name in names)
    yield (
        f"CREATE TABLE kinds AS SELECT {kind}, count(*) AS lines, any_value(timestamp) AS timestamp, {values_of_kind} "
        f"FROM {events} GROUP BY ALL"
    )
    yield (
        f"CREATE TABLE times AS SELECT kind, timestamp FROM (SELECT {kind}, timestamp FROM {events}) "
        "WHERE kind IN (SELECT kind FROM kinds WHERE lines > 1)"
    )
    for number, name in enumerate(matched):
        once = "".join(f" AND {name} IS DISTINCT FROM {other}" for other in matched[:number])
        values = f"SELECT hash({name}) AS value, {kind}, timestamp FROM {events} WHERE {name} IS NOT NULL{once}"
        yield f"CREATE TABLE {name}s AS {values}"


def indexed_lines(searched: Iterable[str]) -> str:
    """Return the SQL that selects all lines of the index: their times and the columns that a query can filter by."""
    names = ", ".join(searched)
    repeated = f"SELECT times.timestamp, {names} FROM times JOIN kinds USING (kind) WHERE lines > 1"
    return f"(SELECT timestamp, {names} FROM kinds WHERE lines = 1 UNION ALL {repeated})"


def matching_lines(column: str, searched: Iterable[str], matched: Iterable[str]) -> str:
    """Return the SQL that selects the lines in which a column has a value; the value is its parameter, twice.

    A line is found by only one column of `matched`, the first that has the value; the others are null.
    """
    values = [f"CAST({'?' if name == column else 'NULL'} AS VARCHAR) AS {name}" for name in matched]
    selected = ", ".join([f"{column}s.timestamp", *searched, *values])
    return f"(SELECT {selected} FROM {column}s JOIN kinds USING (kind) WHERE value = hash(?))"


def count_per_bin(rows: str, condition: str) -> str:
    """Return the SQL that counts lines per bin, for `sum_counts`."""
    return (
        f"SELECT (epoch_us(timestamp) // 1000000 + {_YEAR_1_S}) // {schema.BIN_S} AS bin, count(*) AS events, "
        f"min(timestamp) AS first, max(timestamp) AS last FROM {rows} WHERE {condition} GROUP BY ALL"
    )


def sum_counts(counts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Add up the counts of several logs.

    Returns
    -------
    DataFrame
        Indexed by the start of the bin, by time, with `events`, and with the times of the first and the last line in the
        bin as `first` and `last`.
    """
    all_counts = pd.concat([pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS), *counts])
    totals = all_counts.groupby("bin").agg({"events": "sum", "first": "min", "last": "max"})
    starts = pd.to_datetime(totals.index * schema.BIN_S - _YEAR_1_S, unit="s", utc=True)
    return totals.set_index(pd.DatetimeIndex(starts).as_unit("us").rename("bin"))


def next_bins(counts: pd.DataFrame, after: Place | None, size: int) -> pd.DataFrame:
    """Return the bins that contain the next lines.

    Parameters
    ----------
    counts : DataFrame
        As `sum_counts` returns it.
    after : tuple or None
        The line that they follow; None for the first lines.
    size : int
        The number of lines.
    """
    if after is None:
        return counts[counts["events"].cumsum().shift(fill_value=0) < size]
    remaining = counts[counts["last"] >= pd.Timestamp(after[0])]
    # All lines of a bin that begins at or before `after` may have been shown already.
    unseen = remaining["events"].where(remaining["first"] > pd.Timestamp(after[0]), 0)
    return remaining[unseen.cumsum().shift(fill_value=0) < size]


def times_within(bins: pd.DataFrame) -> Condition:
    """Return the SQL condition that a time is between the first and the last line of a bin, with its values."""
    first, last = bins["first"].tolist(), bins["last"].tolist()
    # The first and the last line are all lines of such bins, and times are quicker to compare than spans.
    if len(bins) and bins["events"].max() <= 2:
        times = sorted({*first, *last})
        return f"timestamp IN ({', '.join('?' * len(times))})", times
    spans = " OR ".join(["timestamp BETWEEN ? AND ?"] * len(bins))
    return f"({spans or 'false'})", [edge for span in zip(first, last, strict=True) for edge in span]
