"""Brings the values of each series into one unit: dashboards write `250 ms` beside `1.5 s`."""

from __future__ import annotations

from typing import Final

import pandas as pd

_SECONDS: Final = {
    "ns": 1e-9,
    "µs": 1e-6,
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "mins": 60.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "h": 3600.0,
}
_BYTES: Final = {
    "B": 1.0,
    "kB": 1e3,
    "KB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
    "TiB": 2.0**40,
}


def in_one_unit(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return metrics with the values of every series in one unit; series whose units cannot be converted stay as they are.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["db", "db"], "labels": ["{}", "{}"], "value": [250.0, 1.5], "unit": ["ms", "s"]})
    >>> in_one_unit(frame)[["value", "unit"]].values.tolist()
    [[0.25, 's'], [1.5, 's']]
    """
    if metrics["unit"].nunique() < 2:
        return metrics
    units = metrics[["name", "labels", "unit"]].dropna(subset=["unit"]).drop_duplicates()
    mixed = units.loc[units.duplicated(["name", "labels"], keep=False), ["name", "labels"]].drop_duplicates()
    if mixed.empty:
        return metrics
    converted = metrics.copy()
    with_unit = metrics[metrics["unit"].notna()].reset_index(names="place").merge(mixed, on=["name", "labels"])
    for _, rows in with_unit.groupby(["name", "labels"], sort=False, dropna=False):
        for base, factors in (("s", _SECONDS), ("B", _BYTES)):
            if rows["unit"].isin(list(factors)).all():
                converted.loc[rows["place"], "value"] = (rows["value"] * rows["unit"].map(factors).astype("float64")).to_numpy()
                converted.loc[rows["place"], "unit"] = base
    return converted
