"""Log lines held in memory, so that text is looked for in millions of them within the blink of an eye.

Most log lines are like others but for the time. What is looked for is therefore found among the kinds of lines, of which
there are far fewer, and of a kind that came more than once only the times are held. Clients and request IDs are held as
hashes of 64 bits with their times: what is none of them is known at once, and what is one is then fetched at its times.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import pandas as pd

from pmkit.core import schema

MOST: Final = 20_000_000
"""Of so many lines at the most; they take some 60 bytes each."""
_YEAR_1_S: Final = 62_135_596_800
"""From the beginning of the year 1 to that of 1970, seconds."""
_COLUMNS: Final = {"bin": "int64", "events": "int64", "first": schema.TIME, "last": schema.TIME}

Place = tuple[datetime, str, int]
"""Time, file and line of a log line."""


def hold(database: Any, events: str, columns: Iterable[str], whole: Iterable[str]) -> None:
    """Hold log lines in tables of a database, for `lines` and `known`.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        In which `kinds`, `times` and a table for each of `whole` are made.
    events : str
        SQL that gives the lines.
    columns : iterable of str
        What one can ask of the lines besides their time.
    whole : iterable of str
        Columns that are looked for as a whole.
    """
    names, whole = list(columns), list(whole)
    kind, some = f"hash({', '.join(names)}) AS kind", ", ".join(f"any_value({name}) AS {name}" for name in names)
    database.execute(
        f"CREATE TABLE kinds AS SELECT {kind}, count(*) AS lines, any_value(timestamp) AS timestamp, {some} "
        f"FROM {events} GROUP BY ALL"
    )
    database.execute(
        f"CREATE TABLE times AS SELECT kind, timestamp FROM (SELECT {kind}, timestamp FROM {events}) "
        "WHERE kind IN (SELECT kind FROM kinds WHERE lines > 1)"
    )
    for number, name in enumerate(whole):
        once = "".join(f" AND {name} IS DISTINCT FROM {other}" for other in whole[:number])
        values = f"SELECT hash({name}) AS value, {kind}, timestamp FROM {events} WHERE {name} IS NOT NULL{once}"
        database.execute(f"CREATE TABLE {name}s AS {values}")


def lines(columns: Iterable[str]) -> str:
    """Write the SQL that gives the lines that are held: their times and what one can ask of them."""
    names = ", ".join(columns)
    several = f"SELECT times.timestamp, {names} FROM times JOIN kinds USING (kind) WHERE lines > 1"
    return f"(SELECT timestamp, {names} FROM kinds WHERE lines = 1 UNION ALL {several})"


def known(column: str, columns: Iterable[str], whole: Iterable[str]) -> str:
    """Write the SQL that gives the lines in which a column is some value, which is its parameter, twice.

    A line is found by one column of `whole` only, the first of them; the others are null.
    """
    names = [f"CAST({'?' if name == column else 'NULL'} AS VARCHAR) AS {name}" for name in whole]
    told = ", ".join([f"{column}s.timestamp", *columns, *names])
    return f"(SELECT {told} FROM {column}s JOIN kinds USING (kind) WHERE value = hash(?))"


def counted(rows: str, condition: str) -> str:
    """Write the SQL that counts lines per bin, for `added`."""
    return (
        f"SELECT (epoch_us(timestamp) // 1000000 + {_YEAR_1_S}) // {schema.BIN_S} AS bin, count(*) AS events, "
        f"min(timestamp) AS first, max(timestamp) AS last FROM {rows} WHERE {condition} GROUP BY ALL"
    )


def added(counts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Add up what was counted of several logs.

    Returns
    -------
    DataFrame
        Indexed by the start of the bin, by time, with `events`, and `first` and `last`, the times of the first and the
        last line in it.
    """
    every = pd.concat([pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS), *counts])
    found = every.groupby("bin").agg({"events": "sum", "first": "min", "last": "max"})
    starts = pd.to_datetime(found.index * schema.BIN_S - _YEAR_1_S, unit="s", utc=True)
    return found.set_index(pd.DatetimeIndex(starts).as_unit("us").rename("bin"))


def following(found: pd.DataFrame, after: Place | None, size: int) -> pd.DataFrame:
    """Return the bins that hold the next lines.

    Parameters
    ----------
    found : DataFrame
        As of `added`.
    after : tuple or None
        The line behind which they come.
    size : int
        How many are wanted.
    """
    if after is None:
        return found[found["events"].cumsum().shift(fill_value=0) < size]
    left = found[found["last"] >= pd.Timestamp(after[0])]
    unseen = left["events"].where(left["first"] > pd.Timestamp(after[0]), 0)  # all of a bin that has begun may have been seen
    return left[unseen.cumsum().shift(fill_value=0) < size]


def near(found: pd.DataFrame) -> tuple[str, list[Any]]:
    """Write that a time is in bins, between the first and last line of each: a condition with its values."""
    first, last = found["first"].tolist(), found["last"].tolist()
    if len(found) and found["events"].max() <= 2:  # these are the times of all of them, which is quicker to compare
        times = sorted({*first, *last})
        return f"timestamp IN ({', '.join('?' * len(times))})", times
    spans = " OR ".join(["timestamp BETWEEN ? AND ?"] * len(found))
    return f"({spans or 'false'})", [edge for span in zip(first, last, strict=True) for edge in span]
