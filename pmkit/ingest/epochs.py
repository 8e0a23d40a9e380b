"""Decides whether plain numbers at the beginning of lines are times, or other numbers, such as those of orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import duckdb

from pmkit.formats.fields import TIME_NAMES, find_key
from pmkit.formats.format import LogFormat
from pmkit.formats.sample import Sample
from pmkit.formats.table_rows import is_number
from pmkit.ingest.layer import Layer
from pmkit.ingest.relations import fetch_row

# Numbers at the beginning of lines are no epochs if more than this share of them goes back by more than an hour from line to
# line, or if they span more than about two years.
_DIGITS_OF_SECONDS: Final = 10
_MOST_BACKWARDS: Final = 0.1
_LONGEST_STEP_BACK_S: Final = 3600
_LONGEST_SPAN_S: Final = 2 * 366 * 86400

# They are counted one by one, and no times, if at least this many, and this share of them, are one more than the number before.
_FEWEST_COUNTED: Final = 4
_COUNTED: Final = 0.9

# Seconds since 1970 are said to be a guess if the file was last changed longer after the last of them, or before it.
_FAR: Final = timedelta(days=366)


def are_times(entry: LogFormat, sample: Sample) -> bool:
    """Return whether what a fallback reads as times are times, and not other numbers."""
    layer = Layer(entry, sample)
    if not entry.fallback or layer.notation is None or not layer.notation.digits_only:
        return True
    if _is_column_of_other_numbers(sample):
        return False
    texts = [str(record["time"]) for record in layer.records]
    digits = [text.partition(".")[0] for text in texts]
    seconds = [int(text) // 10 ** (len(text) - _DIGITS_OF_SECONDS) for text in digits if len(text) >= _DIGITS_OF_SECONDS]
    backwards = sum(later < earlier - _LONGEST_STEP_BACK_S for earlier, later in pairwise(seconds))
    is_in_order = backwards <= _MOST_BACKWARDS * len(seconds)
    return not seconds or (is_in_order and max(seconds) - min(seconds) <= _LONGEST_SPAN_S and not _are_counted(texts))


def _is_column_of_other_numbers(sample: Sample) -> bool:
    """Return whether the numbers are the first column of a table whose header does not call them times."""
    if not sample.table:
        return False
    name = next(iter(sample.table[0]))
    return find_key(TIME_NAMES, [name]) is None and all(is_number(row[name]) for row in sample.table)


def _are_counted(texts: list[str]) -> bool:
    """Return whether nearly every number is one more than the number before, as those of orders are."""
    numbers = [int(text) for text in texts if text.isdigit()]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return len(steps) >= _FEWEST_COUNTED and steps.count(1) >= _COUNTED * len(steps)


def doubtful_epochs(database: duckdb.DuckDBPyConnection, lines: str, layer: Layer, modified: datetime) -> list[str]:
    """Return a note if plain numbers were read as times that are far from the file's last change.

    Parameters
    ----------
    lines : str
        A relation with `timestamp`.
    """
    if not layer.entry.fallback or layer.notation is None or not layer.notation.digits_only:
        return []
    if not all(str(text).isdigit() for text in layer.time_texts):
        return []
    (microseconds,) = fetch_row(database, f"SELECT epoch_us(max(timestamp)) FROM {lines}")
    last = None if microseconds is None else datetime.fromtimestamp(microseconds / 1e6, UTC)
    if last is None or abs(last - modified) <= _FAR:
        return []
    return [
        f"numbers at the beginning of its lines are read as seconds since 1970, up to {last:%Y-%m-%d}, a guess: the file "
        f"was last changed on {modified:%Y-%m-%d}"
    ]
