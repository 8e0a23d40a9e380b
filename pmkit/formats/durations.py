"""The names of fields that contain a duration, by the unit that the name says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pmkit.formats.fields import spelling

# What the duration of a request is called, without its unit, in the spelling of `fields.spelling`.
_BASES: Final = (
    "duration", "latency", "elapsed", "elapsedtime", "took", "timetaken", "responsetime", "requesttime", "requestduration",
    "requestlatency", "responselatency", "responseduration", "processingtime", "totaltime", "handletime", "servicetime",
    "executiontime", "rt", "dur",
)  # fmt: skip

# Where it is, if it is nested or has a prefix.
_PLACES: Final = ("", "http.", "http.server.", "http.request.", "http.response.", "http.server.request.", "request.", "response.",
                  "req.", "res.", "http", "fields.", "meta.", "context.", "data.", "extra.", "attributes.")  # fmt: skip

# How a name says its unit.
_SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "duration_ms": (
        "ms",
        "inms",
        "millis",
        "inmillis",
        "millisec",
        "millisecs",
        "milliseconds",
        "inmilliseconds",
        "msec",
        "msecs",
    ),
    "duration_us": ("us", "inus", "µs", "micros", "inmicros", "microsec", "microseconds", "inmicroseconds", "usec", "usecs"),
    "duration_ns": ("ns", "inns", "nanos", "innanos", "nanosec", "nanoseconds", "innanoseconds", "nsec", "nsecs"),
    "duration_s": ("s", "ins", "sec", "secs", "insec", "seconds", "inseconds"),
}

# Names that a specification defines together with the unit.
_DEFINED: Final[Mapping[str, tuple[str, ...]]] = {"duration_ns": ("event.duration",), "duration_ms": ("grpc.timems",)}

# A text that says its unit, such as 12ms, 1m2.5s, PT0.5S or 00:00:01.5; the database reads the same by `seconds_with_unit`.
_WITH_UNIT: Final = re.compile(
    r"\s*(?:(?:\d+\.?\d*|\.\d+)\s*(?:ns|nanos(?:econds?)?|[uµμ]s|micros(?:econds?)?|ms|msecs?|millis(?:econds?)?|s|secs?|seconds?|"
    r"m|mins?|minutes?|h|hrs?|hours?)[\s,]*)+|PT(?:[0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?|\d+:[0-5]\d:[0-5]\d(?:\.\d+)?",
    re.IGNORECASE,
)

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")

# Variables of nginx, whose times are in seconds, and the usual abbreviations of the times of its upstream.
_NGINX_NAMES: Final = frozenset({
    "remoteaddr", "remoteuser", "timelocal", "timeiso8601", "msec", "bodybytessent", "bytessent", "requestlength", "httpuseragent",
    "httpreferer", "httpreferrer", "httpxforwardedfor", "requestmethod", "requesturi", "serverprotocol", "upstreamaddr",
    "upstreamstatus", "upstreamresponsetime", "upstreamconnecttime", "upstreamheadertime", "upstreamcachestatus", "urt", "uct", "uht",
})  # fmt: skip
_NGINX_DURATIONS: Final = ("requesttime", "rt")

# How nginx writes a time: with three decimals.
_NGINX_TIME: Final = re.compile(r"\d+\.\d{3}")


def names_with_units() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each word for a duration with a known unit, with the names that say this unit, the most common first."""
    for word, suffixes in _SUFFIXES.items():
        names = ("".join(parts) for parts in itertools.product(_PLACES, _BASES, suffixes))
        yield word, (*_DEFINED.get(word, ()), *names)


def names_without_units() -> tuple[str, ...]:
    """Return the names of durations that do not say their unit."""
    return tuple(f"{place}{base}{end}" for place in _PLACES for base in _BASES for end in ("", "human"))


def without_unit(records: Iterable[Mapping[str, object]]) -> str | None:
    """Return the first field of flat records that is called a duration and contains a number without a unit; None if none is.

    Examples
    --------
    >>> without_unit([{"msg": "stored", "duration": "12ms"}, {"msg": "stored", "Elapsed": 12}])
    'Elapsed'
    """
    names = set(names_without_units())
    fields = (field for record in records for field in record.items())
    return next((name for name, value in fields if spelling(name) in names and _NUMBER.fullmatch(str(value))), None)


def says_unit(value: object) -> bool:
    """Return whether a value is a text that contains a duration with its unit.

    Examples
    --------
    >>> [says_unit(value) for value in ("12ms", "1m2.5s", "0.3", 12)]
    [True, True, False, False]
    """
    return isinstance(value, str) and _WITH_UNIT.fullmatch(value.strip()) is not None


def nginx_duration(names: Iterable[str], values: Mapping[str, object]) -> str | None:
    """Return the name of the duration that is nginx's $request_time, in seconds; None if it may be anything else.

    Either another of the names is a variable of nginx, too, or the duration is written as nginx writes it.

    Parameters
    ----------
    names : iterable of str
        The names of all fields, in the spelling of `fields.spelling`.
    values : mapping of str to object
        A value of each field.
    """
    present = set(names)
    for name in _NGINX_DURATIONS:
        if name in present and (present & _NGINX_NAMES or _NGINX_TIME.fullmatch(str(values.get(name)))):
            return name
    return None
