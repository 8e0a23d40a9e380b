"""Builds rows of spans from what tracing systems record, by OpenTelemetry's semantic conventions and those before them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from pmkit.core import schema
from pmkit.formats.record import Row, sorted_json

# The attributes that each column is filled from, the preferred one first.
_CONVENTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "http_method": ("http.request.method", "http.method", "/http/method"),
    "http_route": ("http.route", "/http/route"),
    "url_path": ("url.path", "http.target", "http.path", "url.full", "http.url", "/http/path", "/http/url"),
    "http_status": (
        "http.response.status_code", "http.status_code", "http.statusCode", "http.response.statusCode", "/http/status_code",
    ),
    "grpc_status": ("rpc.grpc.status_code", "grpc.status_code", "grpc.code"),
    "host": ("k8s.pod.name", "host.name", "hostname", "host", "service.instance.id"),
    "version": ("service.version", "version"),
    "error": ("error.message", "exception.message", "error.msg", "error.type", "exception.type", "error.class"),
}  # fmt: skip

# What a call goes to: the service, else the database or the queue, else the machine.
_PEERS: Final = (
    "peer.service", "db.system.name", "db.system", "db.type", "messaging.destination.name", "messaging.destination", "rpc.service",
    "server.address", "net.peer.name", "peer.hostname", "http.host", "out.host", "peer.address",
)  # fmt: skip

# The share of the traces that was kept.
_KEPT_RATIOS: Final = ("sampling.ratio", "_sample_rate", "_dd.rule_psr", "_dd.agent_psr")

# For each attribute, the column that it may fill, and how preferred it is.
_FILLED: Final = {**_CONVENTIONS, "peer": _PEERS, "kept_ratio": _KEPT_RATIOS}
_COLUMNS: Final = {key: name for name, keys in _FILLED.items() for key in keys}
_RANKS: Final = {key: rank for keys in _FILLED.values() for rank, key in enumerate(keys)}

# The numbers of the kinds in OpenTelemetry.
_KINDS: Final = ("", "internal", "server", "client", "producer", "consumer")
_KIND_PREFIXES: Final = re.compile(r"^(?:span_kind|rpc|spankind)[_.]?")

_TEXTS: Final = frozenset(name for name, column in schema.SPANS.items() if column.dtype == schema.TEXT)

# What stands for no parent.
_NO_PARENT: Final = re.compile(r"0*|-|root|null|none", re.IGNORECASE)
_BYTES_OF_IDS: Final = (8, 16)
_BASE64_ID: Final = re.compile(r"[A-Za-z0-9+/]{11}=|[A-Za-z0-9+/]{22}==")

# The statuses with which a gRPC server fails, rather than its caller.
_GRPC_FAILURES: Final = frozenset((2, 4, 12, 13, 14, 15))
_GRPC_NAMES: Final = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip

_FIRST_HTTP_FAILURE: Final = 500
_HTTP_STATUS: Final = re.compile(r"[1-5]\d\d")
_FALSE: Final = frozenset(("", "false", "0", "none", "null"))


def span_row(attributes: Mapping[str, object], *, failed: bool | None, **columns: object) -> Row:
    """Return the row of a span.

    Parameters
    ----------
    attributes : mapping of str to object
        What is known of the span beside its own fields: attributes, tags or labels, also those of its service.
    failed : bool or None
        Whether the span says that it failed; None if it does not say it. An HTTP or gRPC status that says so counts, too.
    **columns : object
        Columns of `schema.SPANS`, which come before those that follow from attributes.

    Examples
    --------
    >>> row = span_row({"http.request.method": "GET", "http.response.status_code": 503, "shop": 7}, failed=None, name="GET /cart")
    >>> row["http_method"], row["http_status"], row["outcome"], row["attributes"]
    ('GET', 503, 'failed', '{"shop": 7}')
    """
    stated = _stated(attributes)
    row: Row = dict(columns)
    used = set[str]()
    for name in _CONVENTIONS:
        key = stated.get(name) if row.get(name) is None else None
        if key is not None:
            value = attributes[key]
            row[name] = _CONVERSIONS[name](value) if name in _CONVERSIONS else value
            if str(row[name]) == str(value):
                used.add(key)
    row["outcome"] = _outcome(row, failed)
    if "peer" in stated and row.get("kind") in ("client", "producer") and row.get("peer") is None:
        row["peer"] = attributes[stated["peer"]]
    row["kept_ratio"] = _kept_ratio(attributes, stated)
    row["attributes"] = sorted_json({key: value for key, value in attributes.items() if key not in used and value is not None})
    return {name: str(value) if value is not None and name in _TEXTS else value for name, value in row.items()}


def _stated(attributes: Mapping[str, object]) -> dict[str, str]:
    """Return for each column, for `peer` and for `kept_ratio` the preferred attribute that is not empty."""
    keys: dict[str, str] = {}
    for key, value in attributes.items():
        name = _COLUMNS.get(key)
        if name is not None and value not in (None, "") and (name not in keys or _RANKS[key] < _RANKS[keys[name]]):
            keys[name] = key
    return keys


def kind_of(value: object) -> str | None:
    """Return the kind of a span from its name or number; None if it is not one.

    Examples
    --------
    >>> kind_of(2), kind_of("SPAN_KIND_CLIENT"), kind_of("RPC_SERVER"), kind_of("CONSUMER"), kind_of(0), kind_of("web")
    ('server', 'client', 'server', 'consumer', None, None)
    """
    text = str(value).strip().lower()
    name = _KINDS[int(text)] if text.isdecimal() and int(text) < len(_KINDS) else _KIND_PREFIXES.sub("", text)
    return name if name in schema.SPAN_KINDS else None


def id_of(value: object) -> str | None:
    """Return the ID of a trace or a span as it is usually written: hexadecimal in lower case rather than base64.

    Examples
    --------
    >>> id_of("SyPeJdH7ZkE="), id_of("EEE19B7EC3C1B174"), id_of("1-581cf771-a006649127e371903a2de979"), id_of("")
    ('4b23de25d1fb6641', 'eee19b7ec3c1b174', '1-581cf771-a006649127e371903a2de979', None)
    """
    text = "" if value is None else str(value).strip()
    if _BASE64_ID.fullmatch(text):
        try:
            decoded = base64.b64decode(text, validate=True)
        except binascii.Error:
            return text
        return decoded.hex() if len(decoded) in _BYTES_OF_IDS else text
    return text.lower() or None


def parent_of(value: object) -> str | None:
    """Return the ID of a parent; None for what stands for no parent, such as `root` or zeros.

    Examples
    --------
    >>> parent_of("0000000000000000"), parent_of("root"), parent_of("a1")
    (None, None, 'a1')
    """
    text = id_of(value)
    return None if text is None or _NO_PARENT.fullmatch(text) else text


def seconds_between(start: object, end: object, per_second: float) -> float | None:
    """Return the seconds between two numbers of units, of which there are `per_second`; None if one is missing.

    Examples
    --------
    >>> seconds_between("1768618800000000000", 1768618800250000000, 1e9)
    0.25
    """
    if start in (None, "", 0, "0") or end in (None, "", 0, "0"):
        return None
    return (int(str(end)) - int(str(start))) / per_second


def elapsed_s(start: object, end: object) -> float | None:
    """Return the seconds between two times in the notation of ISO 8601; None if one cannot be read.

    Examples
    --------
    >>> elapsed_s("2026-01-17T03:01:00Z", "2026-01-17T03:01:00.250123456Z")
    0.250123
    """
    try:
        return (datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))).total_seconds()
    except (ValueError, TypeError):
        return None


def is_true(value: object) -> bool:
    """Return whether a tag such as `error` is set: anything but an empty value, false and zero."""
    return value is not None and str(value).strip().lower() not in _FALSE


def _path_of(value: object) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(str(value))
    except ValueError:
        return None
    return parts.path or ("/" if parts.netloc else None)


def _http_status(value: object) -> int | None:
    text = str(value).strip().partition(".")[0]
    return int(text) if _HTTP_STATUS.fullmatch(text) else None


def _grpc_status(value: object) -> int | None:
    text = str(value).strip().upper()
    if text in _GRPC_NAMES:
        return _GRPC_NAMES.index(text)
    return int(text) if text.isdecimal() and int(text) < len(_GRPC_NAMES) else None


_CONVERSIONS: Final[Mapping[str, Callable[[object], object]]] = {
    "url_path": _path_of,
    "http_status": _http_status,
    "grpc_status": _grpc_status,
}


def _outcome(row: Row, failed: bool | None) -> str | None:
    """Return whether the span failed: as it says itself, or as its HTTP or gRPC status says."""
    http, grpc = row.get("http_status"), row.get("grpc_status")
    by_status = (http is not None and http >= _FIRST_HTTP_FAILURE) or grpc in _GRPC_FAILURES
    if failed or by_status:
        return "failed"
    return "ok" if failed is False or http is not None or grpc is not None else None


def _kept_ratio(attributes: Mapping[str, object], stated: Mapping[str, str]) -> float | None:
    """Return the share of the traces that was kept; a sampler that states a rate of traces per second states no share."""
    if attributes.get("sampler.type") == "probabilistic":
        return _ratio(attributes.get("sampler.param"))
    return _ratio(attributes[stated["kept_ratio"]]) if "kept_ratio" in stated else None


def _ratio(value: object) -> float | None:
    try:
        ratio = float(str(value))
    except ValueError:
        return None
    return ratio if 0 < ratio <= 1 else None
