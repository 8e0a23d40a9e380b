"""Which conventions of outcomes a log follows, and the SQL that reads them; and which requests come from programs that only test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.core import sql
from pmkit.formats.fields import spelling
from pmkit.formats.outcome_conventions import FIELDS, MESSAGES, FieldConvention, MessageConvention

# A field states outcomes if at least this share of its values in the sample do.
_STATED_SHARE: Final = 0.8

# What ended, by the fields that a structured entry has beside its outcome.
NOUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "task": ("task", "taskid", "taskname", "task.name", "task.id", "taskinstance"),
    "job": ("job", "jobid", "jobname", "jid", "jobclass", "job.name", "job.id", "cronjob", "dagid"),
    "message": ("queue", "topic", "messageid", "deliverytag", "partition", "routingkey", "queuename", "subscription"),
    "health check": ("check", "checkname", "probe", "checkid", "monitor"),
    "deploy": ("deploy", "deployment", "deploymentid", "rollout"),
    "command": ("command", "cmd"),
}
DEFAULT_NOUN: Final = "operation"

# The names of fields that say what was done, and the parts of gRPC's method.
OPERATIONS: Final = (
    "grpc.method", "rpc.method", "grpcmethod", "operationname", "graphql.operation.name", "graphql.operationname", "taskname", "task.name",
    "jobname", "job.name", "jobclass", "class", "task", "job", "dagid", "operation", "checkname", "check", "queue", "topic", "command",
)  # fmt: skip
_GRPC_SERVICES: Final = ("grpc.service", "rpc.service", "grpcservice")

# Programs that only test a service, by a part of the user agent: those that look whether it is up, and those that load it.
TRAFFIC: Final[Mapping[str, str]] = {
    "probe": r"(?i)kube-probe|healthcheck|health-check|googlehc|elb-health|amazon-route53-health|pingdom|uptimerobot|uptime-kuma|statuscake|"
    r"updown\.io|site24x7|blackbox[ _-]exporter|consul health|datadogsynthetics|datadog/synthetics|better ?uptime|betterstack|checkly|nodeping|"
    r"freshping|hetrixtools|catchpoint|new ?relic ?pinger|nagios|check_http|zabbix|haproxy-check|traefik-health|cloudfront-health|prometheus/",
    "load test": r"(?i)\bk6/|apachebench|apache-jmeter|jmeter|locust|\bwrk2?\b|vegeta|\bhey/|gatling|siege/|artillery|autocannon|\boha/|bombardier|"
    r"tsung|loadrunner|fortio|h2load|drill/|ddosify|taurus|blazemeter",
}
_AGENTS: Final = (
    "useragent", "httpuseragent", "http.useragent", "useragent.original", "agent", "request.useragent", "req.headers.useragent",
    "headers.useragent", "request.headers.useragent", "ua", "clientrequestuseragent", "httprequest.useragent",
)  # fmt: skip


@dataclass(frozen=True)
class StatedField:
    """A field of one file that states outcomes.

    Attributes
    ----------
    convention : FieldConvention
        The convention.
    keys, beside : tuple of str
        The keys of this file.
    noun : str
        What ended.
    """

    convention: FieldConvention
    keys: tuple[str, ...]
    beside: tuple[str, ...]
    noun: str


def stated_fields(records: Sequence[Mapping[str, object]], taken: Iterable[str] = ()) -> tuple[StatedField, ...]:
    """Return the fields of flat records that state outcomes, the most specific first.

    Parameters
    ----------
    records : sequence of mapping
        The first records of a structured log.
    taken : iterable of str
        Keys with another meaning in this log, such as that of the severity.

    Examples
    --------
    >>> [field.convention.name for field in stated_fields([{"grpc.code": "OK", "state": "open"}, {"grpc.code": "Unavailable"}])]
    ['grpc']
    """
    keys = {key for record in records for key in record} - set(taken)
    spelled: dict[str, str] = {}
    for key in sorted(keys, key=len):
        spelled.setdefault(spelling(key), key)
    noun = next((noun for noun, names in NOUNS.items() if any(name in spelled for name in names)), DEFAULT_NOUN)
    fields = []
    for convention in FIELDS:
        own = tuple(spelled[name] for name in convention.keys if name in spelled and _states(convention, records, spelled[name]))
        beside = tuple(spelled[name] for name in convention.beside if name in spelled)
        if own and (beside or not convention.beside):
            fields.append(StatedField(convention, own, beside, convention.noun or noun))
    return tuple(fields)


def _states(convention: FieldConvention, records: Sequence[Mapping[str, object]], key: str) -> bool:
    """Return whether the values of a field state outcomes; empty lists and nulls state one where a missing field does."""
    values = [_text(record[key]) for record in records if record.get(key) not in (None, "")]
    if not values:
        return bool(convention.if_missing)
    return sum(convention.outcome_of(value) is not None for value in values) >= _STATED_SHARE * len(values)


def _text(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def stated_messages(messages: Iterable[str]) -> tuple[MessageConvention, ...]:
    """Return the conventions that some of a log's messages follow: of each message, the first that applies.

    Examples
    --------
    >>> [convention.name for convention in stated_messages(["Task shop.pay[7f0c] succeeded in 0.1s: None", "up"])]
    ['celery']
    """
    followed = {next((convention for convention in MESSAGES if convention.outcome_of(text)), None) for text in messages}
    return tuple(convention for convention in MESSAGES if convention in followed)


def agent_key(keys: Iterable[str]) -> str | None:
    """Return the key of the user agent; None if there is none."""
    spelled = {spelling(key): key for key in keys}
    return next((spelled[name] for name in _AGENTS if name in spelled), None)


def operation_keys(keys: Iterable[str]) -> tuple[str | None, str | None]:
    """Return the keys of gRPC's service, and of what was done; None where there is none."""
    spelled = {spelling(key): key for key in keys}
    service = next((spelled[name] for name in _GRPC_SERVICES if name in spelled), None)
    return service, next((spelled[name] for name in OPERATIONS if name in spelled), None)


def field_outcome(field: StatedField, value: str, is_beside: str) -> str:
    """Return the SQL of the outcome that a field states; `value` is the SQL of its text, `is_beside` a condition."""
    cases = " ".join(
        f"WHEN regexp_full_match(trim({value}), {sql.quoted(f'(?is:{pattern})')}) THEN {sql.quoted(outcome)}"
        for outcome, pattern in field.convention.values.items()
    )
    missing = (
        f"WHEN {value} IS NULL AND {is_beside} THEN {sql.quoted(field.convention.if_missing)} "
        if field.convention.if_missing
        else ""
    )
    return f"CASE {missing}{cases} END"


def message_outcome(convention: MessageConvention, message: str) -> str:
    """Return the SQL of the outcome that a message states."""
    cases = " ".join(
        f"WHEN regexp_matches({message}, {sql.quoted(pattern)}) THEN {sql.quoted(outcome)}"
        for outcome, pattern in convention.patterns.items()
    )
    return f"CASE {cases} END"


def traffic_sql(agent: str) -> str:
    """Return the SQL of the kind of traffic that a user agent belongs to; null for users."""
    cases = " ".join(
        f"WHEN regexp_matches({agent}, {sql.quoted(pattern)}) THEN {sql.quoted(kind)}" for kind, pattern in TRAFFIC.items()
    )
    return f"CASE {cases} END"
