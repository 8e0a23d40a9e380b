"""Spans as plain tables or objects, with usual names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.core.filenames import service_from_filename
from pmkit.formats.builders import record_export
from pmkit.formats.fields import LEVEL_NAMES, MESSAGE_NAMES, first_value, spelling
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.span_rows import elapsed_s, id_of, is_true, kind_of, parent_of, seconds_between, span_row
from pmkit.formats.timestamps import is_timestamp

# The usual names of the columns, the preferred one first; they are compared without case and separators.
_TRACES: Final = ("traceid", "trace.id", "trace")
_SPANS: Final = ("spanid", "span.id")
_PARENTS: Final = ("parentspanid", "parentid", "parent.id", "parent.span.id", "parent")
_STARTS: Final = (
    "starttimeunixnano", "starttime", "start", "startedat", "starttimestamp", "starttimeus", "starttimems", "timestamp", "time", "@timestamp",
)  # fmt: skip
_ENDS: Final = ("endtimeunixnano", "endtime", "end", "endedat", "endtimestamp", "endtimeus", "endtimems")
_SERVICES: Final = ("servicename", "service", "service.name", "app", "appname", "cmdbid", "component")
_PODS: Final = ("podname", "pod", "k8s.pod.name", "instance", "host", "hostname")
_NAMES: Final = ("operationname", "operation", "spanname", "name", "resourcename", "resource", "methodname", "method", "url")
_KINDS: Final = ("spankind", "span.kind", "kind", "calltype")
_FAILURES: Final = ("error", "iserror", "haserror", "failed")
_STATUSES: Final = ("statuscode", "status", "otelstatuscode", "status.code", "outcome", "result")

# What only spans have, and what only events of logs have.
_OF_SPANS: Final = (*_PARENTS[:4], *_NAMES[:3], *_KINDS[:2])
_OF_EVENTS: Final = frozenset(map(spelling, (*LEVEL_NAMES, *MESSAGE_NAMES)))

# The units of durations by what the name of the column ends with, in seconds.
_UNITS: Final = {
    "duration": None, "elapsed": None, "elapsedtime": None, "latency": None,
    **{f"{name}{unit}": size for name in ("duration", "elapsed", "latency", "elapsedtime")
       for units, size in ((("ns", "nano", "nanos", "nanoseconds"), 1e-9), (("us", "micros", "microseconds", "µs"), 1e-6),
                           (("ms", "millis", "milliseconds"), 1e-3), (("s", "sec", "seconds"), 1.0)) for unit in units},
}  # fmt: skip

_BAD: Final = frozenset(("error", "status_code_error", "failed", "failure", "fault"))
_GOOD: Final = frozenset(("ok", "unset", "status_code_ok", "status_code_unset", "success", "succeeded"))
_FEWEST_DIGITS: Final = 13


def _is_table(record: Record) -> bool:
    """Return whether a row is a span: it has the IDs, a start, how long it took, and nothing that only events of logs have."""
    keys = {spelling(key) for key in record}
    has_ids = first_value(_TRACES, record) is not None and first_value(_SPANS, record) is not None
    lasts = any(key in _ENDS or key.replace(".", "") in _UNITS for key in keys)
    is_span = has_ids and lasts and not keys.isdisjoint(map(spelling, _OF_SPANS)) and keys.isdisjoint(_OF_EVENTS)
    return is_span and is_timestamp(str(first_value(_STARTS, record)))


def _seconds(record: Record) -> float | None:
    """Return the duration of a span: from its start and end, or from a column that names its unit; None if the unit is unknown."""
    start, end = str(first_value(_STARTS, record)).strip(), str(first_value(_ENDS, record) or "").strip()
    if start.isdecimal() and end.isdecimal() and len(start) == len(end) >= _FEWEST_DIGITS:
        return seconds_between(start, end, float(10 ** (len(start) - 10)))
    if (elapsed := elapsed_s(start, end)) is not None:
        return elapsed
    sizes = ((value, _UNITS.get(spelling(key).replace(".", ""))) for key, value in record.items())
    return next((float(value) * size for value, size in sizes if size is not None and value not in (None, "")), None)


def _failed(record: Record) -> bool | None:
    """Return whether a span failed; None if no column says it."""
    error = first_value(_FAILURES, record)
    if error is not None:
        return is_true(error)
    status = str(first_value(_STATUSES, record) or "").strip().lower()
    return True if status in _BAD else False if status in _GOOD else None


def _table(record: Record) -> Iterator[Row]:
    pod = first_value(_PODS, record)
    status = str(first_value(_STATUSES, record) or "").strip()
    columns = {*_TRACES, *_SPANS, *_PARENTS, *_STARTS, *_PODS, *_NAMES, *_SERVICES, *_KINDS}
    yield span_row(
        {key: value for key, value in record.items() if spelling(key) not in columns and value not in (None, "")},
        failed=_failed(record),
        at=first_value(_STARTS, record),
        duration_s=_seconds(record),
        trace_id=id_of(first_value(_TRACES, record)),
        span_id=id_of(first_value(_SPANS, record)),
        parent_id=parent_of(first_value(_PARENTS, record)),
        service=first_value(_SERVICES, record) or (pod and service_from_filename(str(pod))),
        host=pod,
        name=first_value(_NAMES, record),
        kind=kind_of(first_value(_KINDS, record)),
        http_status=int(status) if status.isdecimal() and len(status) == len("200") else None,
    )


TABLE = record_export(
    "spans-csv", "Spans as CSV or JSON: IDs of trace, span and parent, service or pod, operation, start, end or duration", "spans", "", _table,
    Example(
        "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n"
        "0087f677c0a2cf3f,ee744a66e6efcb2e,root,frontend-579b9bff58-t2dbm,Recv.,1768618860000000000,1768618860250000000,250000\n"
        "0087f677c0a2cf3f,a23660ca2e7cc4c8,ee744a66e6efcb2e,cart-5d9c8b7f6-x2x4z,AddItem,1768618860010000000,1768618860110000000,100000\n",
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "0087f677c0a2cf3f", "span_id": "ee744a66e6efcb2e", "parent_id": None,
          "service": "frontend", "name": "Recv.", "outcome": None, "host": "frontend-579b9bff58-t2dbm"},
         {"duration_s": 0.1, "parent_id": "ee744a66e6efcb2e", "service": "cart", "name": "AddItem"}),
    ),
    Example(
        "trace_id;span_id;parent_span_id;service_name;name;kind;start_time;duration_ms;status_code\n"
        "0087f677c0a2cf3f;ee744a66e6efcb2e;;frontend;GET /cart;server;2026-01-17T03:01:00Z;250.5;ERROR\n"
        "0087f677c0a2cf3f;a23660ca2e7cc4c8;ee744a66e6efcb2e;cart;AddItem;client;2026-01-17T03:01:00.010Z;100;OK\n",
        ({"duration_s": 0.2505, "parent_id": None, "service": "frontend", "kind": "server", "outcome": "failed"},
         {"duration_s": 0.1, "kind": "client", "outcome": "ok"}),
    ),
    claims=_is_table, general=True,
)  # fmt: skip
