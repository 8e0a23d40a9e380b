"""Exports of metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pmkit.sources.model import Example, RecordFormat
from pmkit.sources.sample import Row

_UNITS = {"seconds": "s", "bytes": "By", "ratio": "1", "percent": "%"}


def _is_matrix(record: Row) -> bool:
    data = record.get("data")
    return isinstance(data, dict) and data.get("resultType") == "matrix" and isinstance(data.get("result"), list)


def _unit(name: str) -> str | None:
    return next((unit for word, unit in _UNITS.items() if name.endswith(f"_{word}")), None)


def _rows(record: Row) -> Iterator[Row]:
    for series in record["data"]["result"]:
        labels = dict(series["metric"])
        name = labels.pop("__name__", None)
        text = json.dumps(labels, sort_keys=True)
        for at, value in series["values"]:
            yield {"at": at, "name": name, "labels": text, "value": float(value), "unit": _unit(name or "")}


PROMETHEUS = RecordFormat(
    name="prometheus-range",
    title="Prometheus' GET /api/v1/query_range, a matrix",
    table="metrics",
    claims=_is_matrix,
    rows=_rows,
    samples=(
        Example(
            '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "up", "job": "a"}, '
            '"values": [[1795469336.5, "1"], [1795469351.5, "NaN"]]}]}}',
            ({"at": "2026-11-23T21:28:56.500Z", "name": "up", "labels": '{"job": "a"}', "value": 1.0},
             {"at": "2026-11-23T21:29:11.500Z", "name": "up"}),
        ),
        Example('{"status": "success", "data": {"resultType": "matrix", "result": []}}', ()),
    ),
)  # fmt: skip

FORMATS = (PROMETHEUS,)
