"""Makes one row of each firing of an alert, however many exports tell of it."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import takewhile
from typing import Any, Final

import pandas as pd

from pmkit.core import schema
from pmkit.core.frames import conform

_APART: Final = pd.Timedelta(minutes=2)
"""Two systems notice one firing within their intervals of evaluation and scraping."""


def once(told: pd.DataFrame) -> pd.DataFrame:
    """Return every firing once, by its start.

    Parameters
    ----------
    told : DataFrame
        Columns of `schema.ALERTS`: one row a telling.

    Returns
    -------
    DataFrame
        What has one `alert_id` is one firing: the first telling with the last known end. So are
        two of different exports that carry the same name, are about the same service as far as
        they say, and begin within two minutes.
    """
    told = told.sort_values(["started_at", "source", "line"])
    if told.empty:
        return told
    first = told.drop_duplicates("alert_id").set_index("alert_id")
    for name, how in (("resolved_at", "max"), ("acknowledged_at", "min")):
        first[name] = told.groupby("alert_id")[name].agg(how)
    known: dict[str, set[str]] = {str(name): set(found) for name, found in told.groupby("alert_id")["source"]}
    filled = conform(first.reset_index(), schema.ALERTS)
    if (told["source"] == told["source"].iloc[0]).all():
        return filled
    kept: list[int] = []
    of_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place, row in zip(filled.index, filled.to_dict("records"), strict=True):
        told_again = {"place": place, **{str(name): value for name, value in row.items()}}
        recent = takewhile(partial(_is_near, told_again), reversed(of_name[told_again["name"]]))
        same = next((one for one in recent if _same(one, told_again, known)), None)
        if same is None:
            kept.append(place)
            of_name[told_again["name"]].append(told_again)
            continue
        known[same["alert_id"]] |= known[told_again["alert_id"]]
        for name in (name for name in filled.columns if pd.isna(same[name]) and not pd.isna(told_again[name])):
            filled.loc[same["place"], name] = same[name] = told_again[name]
    return filled.loc[kept].reset_index(drop=True)


def _is_near(other: dict[str, Any], one: dict[str, Any]) -> bool:
    return bool(other["started_at"] - one["started_at"] <= _APART)


def _same(one: dict[str, Any], other: dict[str, Any], known: dict[str, set[str]]) -> bool:
    services = {str(row["service"]) for row in (one, other) if not pd.isna(row["service"])}
    return known[one["alert_id"]].isdisjoint(known[other["alert_id"]]) and len(services) < 2
