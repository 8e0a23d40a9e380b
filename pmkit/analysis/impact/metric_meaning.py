"""What the names and labels of metrics say: what is measured, which direction is bad, and of which service."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

Kind = Literal["errors", "latency", "saturation", "availability", "traffic", "other"]


class Meaning(NamedTuple):
    """What a metric measures.

    Attributes
    ----------
    kind : str
        One of `Kind`.
    bad : int
        1 if high values are bad for users, -1 if low ones are, 0 if neither is known to be.
    """

    kind: Kind
    bad: int


_SEPARATED: Final = r"(?:^|(?<=[^a-z])){}(?![a-z])"

# What is measured, by words in the name; the first kind that matches counts.
_WORDS: Final[tuple[tuple[Meaning, re.Pattern[str]], ...]] = (
    (Meaning("errors", 1), re.compile(r"error|fail|5xx|timeout|reject|drop|unavailab|unhealthy|exception|refused|aborted", re.I)),
    (Meaning("latency", 1), re.compile(r"latency|duration|response.?time|elapsed|[_-]p\d\d|[_-]lat[_-]", re.I)),
    (
        Meaning("saturation", 0),
        re.compile(
            r"cpu|memory|heap|disk|pool|queue|backlog|connections|threads|throttl|utili[sz]ation|saturation|network|syscall|"
            r"filesystem|inodes|" + "|".join(_SEPARATED.format(word) for word in ("mem", "lag", "load", "gc", "io")),
            re.I,
        ),
    ),
    (Meaning("availability", -1), re.compile(r"^up$|availab|success|healthy|ready", re.I)),
    (
        Meaning("traffic", 0),
        re.compile(r"request|throughput|traffic|workload|invocation|" + _SEPARATED.format("(?:rps|qps|ops|rate)"), re.I),
    ),
)
_OTHER: Final = Meaning("other", 0)

# Labels that hold the status of the requests that a series counts.
_STATUS_LABELS: Final = ("status", "code", "status_code", "http_status", "response_code")

# Labels that name the service, the best first; the others name instances of it.
_SERVICE_LABELS: Final = (
    "service", "service_name", "app", "app_kubernetes_io_name", "application", "destination_workload", "destination_service_name",
    "workload", "deployment", "component",
)  # fmt: skip
_INSTANCE_LABELS: Final = ("pod", "pod_name", "container", "container_name", "job")

# Endings of instances' names: those of Kubernetes' ReplicaSets and DaemonSets, and the number of a StatefulSet.
_INSTANCE: Final = re.compile(r"(?:-[a-f0-9]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d+$")

# The last words of a label that CloudWatch makes: `node metric statistic`.
_STATISTIC: Final = re.compile(r"^(?P<service>.+) (?P<metric>\S+) (?:Average|Sum|Maximum|Minimum|SampleCount|p\d+(?:\.\d+)?)$")

# Beginnings of names that say how, and not where, something is measured.
_GENERIC: Final = re.compile(
    r"https?|grpc|rpc|node|container|pod|process|system|host|server|client|requests?|api|db|sql|jvm|go|runtime|kube|kubernetes|"
    r"total|average|avg|max|min|sum|mean|median|istio|nginx",
    re.I,
)

# Services and metrics that users reach directly.
_USER_FACING: Final = re.compile(
    r"front|edge|gateway|ingress|load.?balancer|[a-z]site(?![a-z])|"
    + "|".join(_SEPARATED.format(word) for word in ("ui", "web", "site", "portal", "elb", "alb", "haproxy", "nginx", "traefik")),
    re.I,
)


def meaning_of(name: str, labels: Mapping[str, str]) -> Meaning:
    """Return what a metric measures.

    Examples
    --------
    >>> [meaning_of(name, {}).kind for name in ("checkout_error_ratio", "db_pool_available", "up", "latency_p95", "orders")]
    ['errors', 'saturation', 'availability', 'latency', 'other']
    >>> meaning_of("http_requests_total", {"status": "503"})
    Meaning(kind='errors', bad=1)
    """
    if any(re.fullmatch(r"5\d\d|5xx", labels.get(key, ""), re.I) for key in _STATUS_LABELS):
        return Meaning("errors", 1)
    labelled = _STATISTIC.match(name)
    words = labelled["metric"] if labelled else name
    return next((meaning for meaning, pattern in _WORDS if pattern.search(words)), _OTHER)


def service_of(labels: Mapping[str, str]) -> str | None:
    """Return the service that labels name: a label for services or, without the hash and the namespace, the instance.

    Examples
    --------
    >>> service_of({"pod": "carts-7d9c6b5f4-x2x7k"}), service_of({"pod": "shop/carts-db-0"}), service_of({"le": "0.5"})
    ('carts', 'carts-db', None)
    """
    for key in _SERVICE_LABELS:
        if labels.get(key):
            return labels[key]
    instance = next((labels[key] for key in _INSTANCE_LABELS if labels.get(key)), None)
    return _INSTANCE.sub("", instance.rsplit("/", 1)[-1]) if instance else None


def services_by_name(names: Iterable[str]) -> dict[str, str]:
    """Return the services of metrics whose names begin with one, such as `carts_cpu_percent`.

    The beginning is a service if other names have a different one with the same ending.

    Examples
    --------
    >>> services_by_name(["carts_cpu", "orders_cpu", "http_errors", "grpc_errors", "threads"])
    {'carts_cpu': 'carts', 'orders_cpu': 'orders'}
    >>> services_by_name(["PetSite latency Average"])
    {'PetSite latency Average': 'PetSite'}
    """
    labelled = {name: match["service"] for name in names if (match := _STATISTIC.match(name))}
    by_ending: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        starts = [match.start() for _, pattern in _WORDS if (match := pattern.search(name))]
        place = min((start for start in starts if start), default=0)
        beginning = name[:place].strip("_-. :/")
        if name not in labelled and beginning and not _GENERIC.fullmatch(beginning):
            by_ending[name[place:]][name] = beginning
    several = [begun for begun in by_ending.values() if len(set(begun.values())) > 1]
    return {name: service for begun in (labelled, *several) for name, service in begun.items()}


def is_statistic(name: str) -> bool:
    """Return whether the samples are statistics of the periods that begin at their times, as CloudWatch's labels say.

    Examples
    --------
    >>> is_statistic("PetSite latency Average"), is_statistic("latency_average")
    (True, False)
    """
    return _STATISTIC.match(name) is not None


def is_user_facing(name: str, service: str | None) -> bool:
    """Return whether a metric is measured where users come in, by the name of its service or its own.

    Examples
    --------
    >>> is_user_facing("latency_p95", "front-end"), is_user_facing("latency_p95", "carts"), is_user_facing("edge_errors", None)
    (True, False, True)
    """
    return bool(_USER_FACING.search(name if service is None else service))
