"""Chooses, among the keys of structured records, those that usually carry each word of the vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pmkit.formats import durations
from pmkit.formats.fields import (
    LEVEL_NAMES,
    MESSAGE_NAMES,
    SERVICE_NAMES,
    STATUS_NAMES,
    TIME_NAMES,
    TRACE_NAMES,
    VERSION_NAMES,
    find_key,
    spelling,
)
from pmkit.formats.timestamps import is_timestamp

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "PURGE"})
_REQUEST_LINE: Final = re.compile(r"[A-Z]{3,9} \S+(?: HTTP/[\d.]+)?")
_STATUS: Final = re.compile(r"[1-5]\d\d(?:\.0)?(?:[ :].*)?")
_ADDRESS: Final = re.compile(r"[\s\[\"]*(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)")
_NUMERIC_LEVELS: Final = range(10, 70)
_OTEL_LEVELS: Final = frozenset(map(str, range(1, 25)))

# Objects that other objects are put into, by the usual names of their keys.
_ENVELOPES: Final = re.compile(
    r"(?:(?:attributes|attr|body|context|contextmap|ctx|data|details|entry|event|extra|extras|fields|info|json|jsonpayload|labels|log|mdc|"
    r"meta|metadata|params|payload|properties|props|record|resource|tags)\.)+"
)

# Words that are also found inside such objects, with the names that mean the same there.
_INNER_NAMES: Final[Mapping[str, frozenset[str]]] = {
    "time": frozenset(("timestamp", "@timestamp", "time", "ts", "datetime")),
    "level": frozenset(("level", "severity", "loglevel", "levelname", "lvl", "severitytext")),
    "message": frozenset(("message", "msg")),
    "service": frozenset(("service", "service.name", "servicename", "app", "application", "appname", "applicationname")),
    "version": frozenset(("service.version", "appversion", "serviceversion")),
}

# Names that mean something else unless other fields of HTTP are there, too.
_ONLY_IN_REQUESTS: Final = frozenset({"code", "path"})

_USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": TIME_NAMES,
    "level": LEVEL_NAMES,
    "otel_level": ("severitynumber",),
    "message": MESSAGE_NAMES,
    "service": SERVICE_NAMES,
    "host": ("host", "hostname", "host.name", "instance", "pod", "node", "podname", "kubernetes.podname", "kubernetes.pod.name",
             "machine", "machinename", "server", "computer", "servername", "nodename", "node.name"),
    "trace_id": tuple(map(spelling, TRACE_NAMES)),
    "method": ("method", "httpmethod", "http.method", "http.request.method", "req.method", "request.method", "requestmethod", "verb",
               "httpverb", "clientrequestmethod", "fields.method", "meta.req.method", "http.requestmethod"),
    "client": ("xforwardedfor", "httpxforwardedfor", "forwardedfor", "xff", "cfconnectingip", "trueclientip", "xrealip", "realip",
               "clientip", "client.ip", "client.address", "clientaddr", "clientaddress", "client", "remoteaddr", "remoteip",
               "remoteaddress", "remotehost", "remote", "source.ip", "sourceip", "source.address", "srcip", "ip", "ipaddress",
               "userip", "peer", "callerip", "clienthost", "http.clientip", "network.client.ip", "req.remoteaddress", "request.ip",
               "request.remoteip", "request.clientip", "req.ip", "downstreamremoteaddress", "meta.req.ip", "src.ip"),
    "version": VERSION_NAMES,
    "url": ("path", "url", "uri", "http.target", "url.path", "url.original", "http.url", "http.path", "req.url", "request.uri",
            "request.url", "request.path", "requesturi", "httppath", "requestpath", "requesturl", "clientrequesturi", "fields.uri",
            "fields.path", "meta.req.url", "url.full", "resourcepath", "http.route", "originalurl", "req.originalurl", "req.path",
            "http.request.path", "http.request.url", "http.request.uri", "http.uri", "req.uri"),
    "request": ("request", "requestline", "httprequest", "req", "http.request"),
    "status": STATUS_NAMES,
    **dict(durations.names_with_units()),
    "duration": durations.names_without_units(),
}  # fmt: skip


_NAME_SETS: Final = {word: frozenset(names) for word, names in _USUAL_NAMES.items()}


def usual_keys(records: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Return the key for each word of the vocabulary, chosen by its name and by what its values look like.

    A key that at least half of the records have is preferred to a rarer one.

    Parameters
    ----------
    records : iterable of mapping
        Flat records of a sample.

    Returns
    -------
    dict of str to str
        From word to key, in the key's own spelling. A key is used for one word only, and there is at most one duration.
    """
    listed = list(records)
    chosen: dict[str, str] = {}
    keys = {key: spelling(key) for record in listed for key in record}
    for word, names in _USUAL_NAMES.items():
        key = _key_of(word, names, keys, listed, chosen)
        has_duration = any(other.startswith("duration") for other in chosen)
        if key is not None and not (word.startswith("duration") and has_duration):
            chosen[word] = key
    return _without_false_requests(_with_nginx_duration(_with_nested_event(chosen, keys), listed))


def _key_of(
    word: str, names: Iterable[str], keys: Mapping[str, str], records: list[Mapping[str, object]], chosen: Mapping[str, str]
) -> str | None:
    """Return the key of a word: one with a usual name, else one with such a name inside another object; None if there is none."""
    free = {key: name for key, name in keys.items() if key not in chosen.values()}
    named = {key: name for key, name in free.items() if name in _NAME_SETS[word]}
    inner_names = _INNER_NAMES.get(word, _NAME_SETS[word])
    inner = {
        key: name for key, outer in free.items() if (name := _ENVELOPES.sub("", outer, count=1)) != outer and name in inner_names
    }
    for places in (named, inner):
        counts = _key_counts(records, set(places), _USABLE.get(word, _is_filled)) if places else Counter[str]()
        key = _most_usual(names, counts, places, len(records))
        if key is not None:
            return key
    return None


def _with_nested_event(chosen: dict[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys with those of level and message in one nested object, if the records have neither outside of it."""
    if "level" in chosen or "message" in chosen:
        return chosen
    nested: dict[str, dict[str, str]] = {}
    for key in keys:
        outer, _, name = key.rpartition(".")
        if outer:
            nested.setdefault(outer, {})[name] = key
    events = [
        {"level": members[level], "message": members[message]}
        for members in nested.values()
        if (level := find_key(LEVEL_NAMES, members)) and (message := find_key(MESSAGE_NAMES, members))
    ]
    return chosen | events[0] if len(events) == 1 else chosen


def _without_false_requests(chosen: dict[str, str]) -> dict[str, str]:
    """Return the keys without those whose names mean something else, such as the path of a file, outside of requests."""
    of_requests = {word: key for word, key in chosen.items() if word in ("method", "url", "request", "status")}
    vague = {word for word, key in of_requests.items() if spelling(key) in _ONLY_IN_REQUESTS}
    return {word: key for word, key in chosen.items() if not (word in vague and len(of_requests) == len(vague) == 1)}


def _with_nginx_duration(chosen: dict[str, str], records: list[Mapping[str, object]]) -> dict[str, str]:
    """Return the keys with the duration, if there is none but nginx's, whose unit is known from the names around it."""
    if any(word.startswith("duration") for word in chosen):
        return chosen
    values = {spelling(key): (key, value) for record in records for key, value in record.items() if _is_filled(value)}
    name = durations.nginx_duration(values, {name: value for name, (_, value) in values.items()})
    return chosen if name is None else {**chosen, "duration_s": values[name][0]}


def _is_filled(value: object) -> bool:
    return value not in (None, "", "-") and not isinstance(value, dict | list)


def _is_time(value: object) -> bool:
    return value is not None and is_timestamp(value)


def _is_level(value: object) -> bool:
    text = str(value)
    return _is_filled(value) and (any(map(str.isalpha, text)) or (text.isdecimal() and int(text) in _NUMERIC_LEVELS))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _is_filled(value)


def _is_method(value: object) -> bool:
    return isinstance(value, str) and value.upper() in _METHODS


def _is_client(value: object) -> bool:
    address = value[0] if isinstance(value, list) and value else value
    return isinstance(address, str) and _ADDRESS.match(address) is not None


def _is_otel_level(value: object) -> bool:
    return str(value) in _OTEL_LEVELS


def _is_url(value: object) -> bool:
    return isinstance(value, str) and (value.startswith(("/", "*")) or "://" in value)


def _is_request_line(value: object) -> bool:
    return isinstance(value, str) and _REQUEST_LINE.fullmatch(value) is not None


def _is_status(value: object) -> bool:
    return _is_filled(value) and _STATUS.fullmatch(str(value)) is not None


# Whether a value can be that of a word.
_USABLE: Final[Mapping[str, Callable[[object], bool]]] = {
    "time": _is_time,
    "level": _is_level,
    "otel_level": _is_otel_level,
    "message": _is_text,
    "method": _is_method,
    "client": _is_client,
    "url": _is_url,
    "request": _is_request_line,
    "status": _is_status,
    "duration": durations.says_unit,
}


def _key_counts(records: list[Mapping[str, object]], keys: set[str], is_usable: Callable[[object], bool]) -> Counter[str]:
    """Return how many records have a usable value for each of the keys."""
    return Counter(key for record in records for key, value in record.items() if key in keys and is_usable(value))


def _most_usual(names: Iterable[str], counts: Counter[str], name_of: Mapping[str, str], records: int) -> str | None:
    """Return the first key, in the order of `names`, that half of the records have, else the first that any has."""
    if not counts:
        return None
    spellings: dict[str, list[str]] = {}
    for key in counts:
        spellings.setdefault(name_of[key], []).append(key)
    matches = [key for name in names for key in spellings.get(name, [])]
    frequent = [key for key in matches if 2 * counts[key] >= records]
    return next(iter(frequent or matches), None)
