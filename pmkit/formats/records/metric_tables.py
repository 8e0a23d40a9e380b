"""Metrics as tables: one column per series, or one row per value with its labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.fields import FOREIGN_TIME_NAMES, LEVEL_NAMES, TIME_NAMES, find_key, spelling
from pmkit.formats.format import Example
from pmkit.formats.metric_values import NO_VALUE, labels_of, name_of, number_with_unit, unit_of
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.timestamps import is_timestamp

# The names of columns of times, also in other languages.
_TIME_COLUMNS: Final = (
    "time", "timestamp", "date", "datetime", "ts", "_time", *TIME_NAMES, *FOREIGN_TIME_NAMES, "periodstart", "interval",
)  # fmt: skip
# What InfluxDB says about a query, not about a value.
_OF_QUERIES: Final = frozenset(("", "result", "table", "_start", "_stop"))
_NAMES: Final = ("metric", "metricname", "series", "name", "field", "counter", "target", "bucket")
# What columns are called that say whose values the others are, and columns that only requests and events have.
_LABELS: Final = frozenset((
    "host", "hostname", "instance", "service", "servicename", "app", "application", "job", "pod", "node", "container", "namespace", "cluster",
    "region", "zone", "availabilityzone", "env", "environment", "device", "disk", "interface", "queue", "topic", "database", "server",
    "machine", "shard", "dienst", "component",
))  # fmt: skip
_OF_REQUESTS: Final = frozenset(
    ("status", "statuscode", "code", "method", "path", "url", "client", "pid", "traceid", "requestid", "message")
)
_OF_EVENTS: Final = frozenset((*LEVEL_NAMES, "message", "msg", "text", "title", "status", "version", "author", "user"))


def _time_column(record: Record) -> str:
    """Return the column of the times: one with a usual name, else the first if its values are times that are no plain numbers."""
    name = find_key(_TIME_COLUMNS, record)
    if name is not None and is_timestamp(record[name]):
        return name
    first = next(iter(record))
    if not is_timestamp(record[first]) or number_with_unit(str(record[first])) is not None:
        raise KeyError("Time")
    return first


def _label_columns(record: Record) -> set[str]:
    """Return the columns that say whose values the others are, such as the host's; none if there may be requests or events."""
    spellings = {name: spelling(name) for name in record}
    if not _OF_REQUESTS.isdisjoint(spellings.values()):
        return set()
    return {name for name, key in spellings.items() if key in _LABELS and number_with_unit(record[name]) is None}


def _is_wide(record: Record) -> bool:
    labels = {_time_column(record), *_label_columns(record)}
    others = [value for name, value in record.items() if name not in labels]
    return bool(others) and all(value in NO_VALUE or number_with_unit(value) is not None for value in others)


def _wide(record: Record) -> Iterator[Row]:
    time, columns = _time_column(record), _label_columns(record)
    labels = {name: record[name] for name in columns if record[name]}
    for series, value in record.items():
        number = number_with_unit(value) if series != time and series not in columns else None
        if number:
            name = name_of(series)
            yield {"at": record[time], "name": name, "labels": sorted_json(labels | labels_of(series)), "value": number[0],
                   "unit": number[1] or unit_of(name)}  # fmt: skip


GRAFANA_CSV = record_export(
    "metrics-csv", "Metrics as CSV: time, then one column per series, as from Grafana", "metrics", "", _wide,
    Example(
        '"Time","errors cart","latency_seconds"\n"2026-01-17 03:00:00","12","250 ms"\n"2026-01-17 03:01:00","3",""\n',
        ({"at": "2026-01-17T03:00:00Z", "name": "errors cart", "value": 12.0}, {"name": "latency_seconds", "value": 250.0, "unit": "ms"},
         {"at": "2026-01-17T03:01:00Z", "value": 3.0}),
    ),
    Example(
        'sep=;\n"Zeit";"latency_seconds{job=""cart"", code=""500""}"\n2026-01-17 03:00:00;12,5\n2026-01-17 03:01:00;0,125\n',
        ({"at": "2026-01-17T03:00:00Z", "name": "latency_seconds", "labels": '{"code": "500", "job": "cart"}', "value": 12.5, "unit": "s"},
         {"value": 0.125}),
    ),
    Example(
        "timestamp,host,cpu_percent,load\n1768618800,web1,50,1.5\n1768618800,web2,60,2\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "cpu_percent", "labels": '{"host": "web1"}', "value": 50.0, "unit": "%"},
         {"name": "load", "value": 1.5}, {"labels": '{"host": "web2"}', "value": 60.0}, {"value": 2.0}),
    ),
    claims=_is_wide, general=True,
)  # fmt: skip


def _value_column(record: Record) -> str:
    """Return the column of the values, which is called so."""
    return next(name for name in record if spelling(name).startswith(("value", "#value")) and "type" not in spelling(name))


def _is_long(record: Record) -> bool:
    """Return whether a row has a time, a value and labels, and nothing that only events have."""
    columns = [name for name in record if not any(name.startswith(word) for word in ("_start", "_stop"))]
    time, value = _time_column({name: record[name] for name in columns}), _value_column(record)
    has_labels = len(record) > 2 and not {spelling(name) for name in record} & _OF_EVENTS
    return time != value and has_labels and (record[value] in NO_VALUE or number_with_unit(record[value]) is not None)


def _long(record: Record) -> Iterator[Row]:
    value = _value_column(record)
    number = number_with_unit(record[value])
    if number is None:
        return
    kept = {name: text for name, text in record.items() if name not in _OF_QUERIES}
    time = _time_column(kept)
    measurement = ".".join(kept[name] for name in ("_measurement", "_field") if kept.get(name))
    named = find_key(_NAMES, kept)
    labels = {
        name: text
        for name, text in kept.items()
        if text and name not in (time, value, named, "_measurement", "_field", "unit", "Unit")
    }
    name = measurement or (name_of(kept[named]) if named else value)
    yield {"at": record[time], "name": name, "labels": sorted_json(labels | (labels_of(kept[named]) if named else {})), "value": number[0],
           "unit": number[1] or kept.get("unit") or kept.get("Unit") or unit_of(name)}  # fmt: skip


TABLE = record_export(
    "metrics-table", "Metrics as CSV: a time, labels and a value per row, as from Grafana and InfluxDB", "metrics", "", _long,
    Example(
        '"Time","job","Value"\n2026-01-17 03:00:00,cart,12\n2026-01-17 03:00:00,stock,3\n',
        ({"at": "2026-01-17T03:00:00Z", "name": "Value", "labels": '{"job": "cart"}', "value": 12.0}, {"labels": '{"job": "stock"}', "value": 3.0}),
    ),
    Example(
        "#group,false,false,true,true,false,false,true,true\n#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string\n"
        "#default,_result,,,,,,,\n,result,table,_start,_stop,_time,_value,_field,_measurement\n"
        ",,0,2026-01-17T02:00:00Z,2026-01-17T04:00:00Z,2026-01-17T03:00:00Z,12.5,errors,http\n"
        ",,0,2026-01-17T02:00:00Z,2026-01-17T04:00:00Z,2026-01-17T03:01:00Z,3,errors,http\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "http.errors", "value": 12.5}, {"at": "2026-01-17T03:01:00Z", "value": 3.0}),
    ),
    claims=_is_long, general=True,
)  # fmt: skip


def _series(record: Record) -> Iterator[Row]:
    number = number_with_unit(record["Value"])
    if number:
        name = name_of(record["Series"])
        yield {
            "at": record["Time"],
            "name": name,
            "labels": sorted_json(labels_of(record["Series"])),
            "value": number[0],
            "unit": number[1],
        }


GRAFANA_LONG = record_export(
    "grafana-csv-long", "Grafana CSV with one row per point: Series;Time;Value", "metrics", "Series, Time, Value", _series,
    Example(
        '"Series";"Time";"Value"\n"errors cart";"2026-01-17T03:00:00+00:00";12\n"errors cart";"2026-01-17T03:01:00+00:00";null\n',
        ({"at": "2026-01-17T03:00:00Z", "name": "errors cart", "value": 12.0},),
    ),
    Example(
        '"Series";"Time";"Value"\n'
        '"p95";"2026-01-17 04:00:00";250 ms\n'
        '"used";"1768618800000";95%\n',
        ({"name": "p95", "value": 250.0, "unit": "ms"}, {"at": "2026-01-17T03:00:00Z", "name": "used", "value": 95.0, "unit": "%"},),
    ),
)  # fmt: skip
