"""The series of metrics: names in words, services, and samples in order of time."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.impact.metric_meaning import Meaning, meaning_of, service_of, services_by_name

Numbers = npt.NDArray[np.float64]

# Labels that say where a sample was measured; a new version continues the series of the version before.
_MAKERS: Final = frozenset(
    {"version", "revision", "instance", "pod", "pod_name", "replica", "container", "container_name", "container_id", "job"}
)
_COUNTER: Final = re.compile(r"(?:_total|_count|_sum|_bucket|counter)$", re.I)
# A counter may start again at zero, but hardly ever.
_RESETS: Final = 0.05


@dataclass(frozen=True, eq=False)
class MetricSeries:
    """One series; samples of several instances of a service are averaged, and a counter is its rate per second.

    Attributes
    ----------
    title : str
        The series in words: its name and the labels that distinguish it.
    name, labels, unit
        As in `schema.METRICS`.
    service : str or None
        The service that is measured, if the labels or the name say so.
    meaning : Meaning
        What is measured.
    samples : DataFrame
        `at`, `value`, `source` and `line`, in order of time.
    at_s : float64 array
        The times, seconds since 1970.
    numbers : float64 array
        The samples.
    """

    title: str
    name: str
    labels: str
    unit: str | None
    service: str | None
    meaning: Meaning
    samples: pd.DataFrame
    at_s: Numbers
    numbers: Numbers


def read_series(metrics: pd.DataFrame) -> list[MetricSeries]:
    """Return the series of a table of samples, ordered by name and labels.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.
    """
    valid = metrics[metrics["value"].notna() & np.isfinite(metrics["value"])]
    if valid.empty:
        return []
    names = valid["name"].fillna(valid["source"].map(lambda source: PurePosixPath(source).name.split(".")[0])).astype(str)
    labels = valid["labels"].fillna("").astype(str)
    raw, keys = pd.MultiIndex.from_arrays([names, labels]).factorize(sort=True)
    titles, described = _described([(str(name), str(text)) for name, text in keys])
    ordered = valid.assign(raw=raw).sort_values(["raw", "at"], kind="stable")
    ordered = _as_rates(ordered, np.array([bool(_COUNTER.search(str(name))) for name, _ in keys]))
    ordered = ordered.assign(series=titles[ordered["raw"].to_numpy()])
    columns = ["at", "value", "source", "line", "series"]
    averaged = ordered[["labels", "unit", *columns]].sort_values(["series", "at"], kind="stable")
    if averaged.duplicated(["series", "at"]).any():
        first = dict.fromkeys(("labels", "unit", "source", "line"), "first")
        averaged = averaged.groupby(["series", "at"], sort=True).agg({**first, "value": "mean"}).reset_index()
    codes = averaged["series"].to_numpy()
    starts = np.r_[0, np.flatnonzero(np.diff(codes)) + 1] if len(codes) else np.array([], dtype=int)
    at_s = averaged["at"].astype("int64").to_numpy() / 1e6
    values = averaged["value"].to_numpy("float64")
    all_series = []
    for start, stop in zip(starts, np.append(starts[1:], len(codes)), strict=True):
        title, name, service, meaning = described[codes[start]]
        label, unit = averaged["labels"].iloc[start], averaged["unit"].iloc[start]
        all_series.append(
            MetricSeries(
                title, name, "" if pd.isna(label) else str(label), None if pd.isna(unit) else str(unit), service, meaning,
                averaged.iloc[start:stop][["at", "value", "source", "line"]], at_s[start:stop], values[start:stop],
            )
        )  # fmt: skip
    return all_series


def _described(
    keys: Sequence[tuple[str, str]],
) -> tuple[npt.NDArray[np.intp], list[tuple[str, str, str | None, Meaning]]]:
    """Return the number of the series that each name with labels belongs to; title, name, service and meaning of each series."""
    own = [_labels(text) for _, text in keys]
    unnamed = services_by_name([name for (name, _), labels in zip(keys, own, strict=True) if service_of(labels) is None])
    services = [service_of(labels) or unnamed.get(name) for (name, _), labels in zip(keys, own, strict=True)]
    kept = [
        {key: value for key, value in labels.items() if key not in _MAKERS}
        | ({"service": service} if service is not None and name not in unnamed and not _names_service(labels) else {})
        for (name, _), labels, service in zip(keys, own, services, strict=True)
    ]
    by_name: dict[str, list[dict[str, str]]] = defaultdict(list)
    for (name, _), labels in zip(keys, kept, strict=True):
        by_name[name].append(labels)
    distinguishing = {
        name: [key for key in sorted({key for labels in alike for key in labels}) if len({other.get(key) for other in alike}) > 1]
        for name, alike in by_name.items()
    }
    numbers: dict[str, int] = {}
    described: list[tuple[str, str, str | None, Meaning]] = []
    codes = np.empty(len(keys), dtype=np.intp)
    for n, ((name, _), labels, service) in enumerate(zip(keys, kept, services, strict=True)):
        shown = ", ".join(f"{key}={labels[key]}" for key in distinguishing[name] if key in labels)
        title = f"{name} {{{shown}}}" if shown else name
        if title not in numbers:
            numbers[title] = len(described)
            described.append((title, name, service, meaning_of(name, labels)))
        codes[n] = numbers[title]
    return codes, described


def _names_service(labels: dict[str, str]) -> bool:
    return service_of({key: value for key, value in labels.items() if key not in _MAKERS}) is not None


def _labels(text: str) -> dict[str, str]:
    labels = json.loads(text) if text else {}
    return {key: str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}


def _as_rates(ordered: pd.DataFrame, counters: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the samples with those of counters that only grow replaced by their rates per second."""
    codes = ordered["raw"].to_numpy()
    if not counters[codes].any():
        return ordered
    values, at_s = ordered["value"].to_numpy("float64"), ordered["at"].astype("int64").to_numpy() / 1e6
    same = np.r_[False, codes[1:] == codes[:-1]]
    grown, passed = np.diff(values, prepend=0.0), np.diff(at_s, prepend=0.0)
    table = pd.DataFrame({"raw": codes, "fell": same & (grown < 0), "rose": same & (grown > 0), "number": same})
    sums = table.groupby("raw")[["fell", "rose", "number"]].sum()
    grows = (sums["rose"] > 0) & (sums["fell"] <= (_RESETS * sums["number"]).clip(lower=1))
    counted = counters[codes] & grows.reindex(codes).to_numpy(bool)
    increase = np.where(grown < 0, values, grown)
    rates = np.divide(increase, passed, out=np.zeros_like(increase), where=passed > 0)
    usable = ~counted | (same & (passed > 0))
    rated: pd.DataFrame = ordered.assign(value=np.where(counted, rates, values))[usable]
    return rated
