"""Merges the alert events of several exports into one row per firing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from itertools import takewhile
from typing import Any, Final, NamedTuple

import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform

# Two systems report the same firing within their evaluation and scraping intervals.
_SAME_FIRING: Final = pd.Timedelta(minutes=2)


class _Firing(NamedTuple):
    """A firing: its row in the frame, and its fields by column."""

    row: int
    fields: dict[str, Any]


def merge_firings(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row per firing, by start.

    Parameters
    ----------
    events : DataFrame
        Columns of `schema.ALERTS`: one row per time that an export reports a firing.

    Returns
    -------
    DataFrame
        Events with the same `alert_id` are one firing: the first event with the last known end. Two
        firings in different exports are also the same if they have the same name, begin within two minutes, and do not
        name different services.
    """
    events = events.sort_values(["started_at", "source", "line"])
    if events.empty:
        return events
    firings = _by_id(events)
    if (events["source"] == events["source"].iloc[0]).all():
        return firings
    return _across_exports(firings, {str(name): set(names) for name, names in events.groupby("alert_id")["source"]})


def _by_id(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row per `alert_id`."""
    first = events.drop_duplicates("alert_id").set_index("alert_id")
    for column, how in (("resolved_at", "max"), ("acknowledged_at", "min")):
        first[column] = events.groupby("alert_id")[column].agg(how)
    return conform(first.reset_index(), schema.ALERTS)


def _across_exports(firings: pd.DataFrame, sources: dict[str, set[str]]) -> pd.DataFrame:
    """Return the firings without those that another export reports under another ID; they fill in what the earlier one lacks."""
    kept: dict[str, list[_Firing]] = defaultdict(list)
    for row, values in zip(firings.index, firings.to_dict("records"), strict=True):
        firing = _Firing(int(row), {str(column): value for column, value in values.items()})
        rivals = kept[str(firing.fields["name"])]
        recent = takewhile(partial(_is_near, firing), reversed(rivals))
        same = next((earlier for earlier in recent if _is_same(earlier, firing, sources)), None)
        if same is None:
            rivals.append(firing)
            continue
        sources[same.fields["alert_id"]] |= sources[firing.fields["alert_id"]]
        for column, value in firing.fields.items():
            if pd.isna(same.fields[column]) and not pd.isna(value):
                firings.loc[same.row, column] = same.fields[column] = value
    rows = sorted(firing.row for rivals in kept.values() for firing in rivals)
    return firings.loc[rows].reset_index(drop=True)


def _is_near(firing: _Firing, earlier: _Firing) -> bool:
    return bool(firing.fields["started_at"] - earlier.fields["started_at"] <= _SAME_FIRING)


def _is_same(firing: _Firing, other: _Firing, sources: Mapping[str, set[str]]) -> bool:
    """Return whether different exports report both and their services do not contradict each other."""
    services = {each.fields["service"] for each in (firing, other) if not pd.isna(each.fields["service"])}
    return sources[firing.fields["alert_id"]].isdisjoint(sources[other.fields["alert_id"]]) and len(services) < 2
