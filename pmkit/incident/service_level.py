"""Fields of `incident.yaml` that define failure: the error rule and the service level objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from pmkit.core.schema import LOGS, SEVERITIES
from pmkit.core.sql import json_paths, quoted
from pmkit.incident.field_types import Block


class Slo(Block):
    """The service level objective that the error budget is derived from."""

    availability: float = Field(gt=0, lt=1, description="share of requests that must succeed, such as 0.999")
    window_days: int = Field(default=30, gt=0, description="number of days that the error budget covers")


# Kinds of traffic that are not users' requests.
TrafficKind = Literal["probe", "load test", "preflight", "connection"]


class ErrorRule(Block):
    """What counts as an error.

    Requests are judged by their HTTP status. In a log without requests, events are judged by
    their severity.
    """

    min_http_status: int = Field(default=500, ge=100, le=599, description="requests with this status or a higher one failed")
    also_http_status: tuple[int, ...] = Field(default=(), description="lower statuses that count as well, such as 429")
    not_http_status: tuple[int, ...] = Field(default=(), description="higher statuses that do not count, such as 501")
    fails_if: dict[str, tuple[str, ...]] = Field(
        default={}, description="fields with the values that count as failed, such as grpc_status: [Unavailable]"
    )
    fails_if_in: dict[str, dict[str, tuple[str, ...]]] = Field(
        default={}, description="the same for single logs, by name or wildcards, such as logs/worker*.log: {state: [lost]}"
    )
    leave_out: tuple[TrafficKind, ...] = Field(
        default=("probe", "load test", "preflight", "connection"),
        description="requests that are not counted: of probes and load tests, by their user agent, CORS preflights, and "
        "upgrades to WebSockets",
    )
    min_severity: Literal["WARN", "ERROR", "FATAL"] = Field(default="ERROR", description="for logs without requests")

    @property
    def of_all_traffic(self) -> ErrorRule:
        """The rule with nothing left out."""
        return self.model_copy(update={"leave_out": ()})

    def counting(self, statuses: Sequence[int]) -> ErrorRule:
        """Return the rule in which further HTTP statuses count as failed."""
        return self.model_copy(update={"also_http_status": tuple(dict.fromkeys((*self.also_http_status, *statuses)))})

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that count as an error."""
        return SEVERITIES[SEVERITIES.index(self.min_severity) :]

    @property
    def sql(self) -> str:
        """The rule as an SQL condition: by HTTP status, by the outcome that an event states, or else by severity."""
        also = f" OR http_status IN {_sql_list(self.also_http_status)}" if self.also_http_status else ""
        excluded = f" AND http_status NOT IN {_sql_list(self.not_http_status)}" if self.not_http_status else ""
        by_severity = f"severity IN {_sql_list(self.severities)}"
        by_status = f"(http_status >= {self.min_http_status}{also}){excluded}"
        return (
            f"CASE {self._left_out} {self._by_field} WHEN http_status >= 400 THEN {by_status} "
            "WHEN outcome IN ('failed', 'retried') THEN true "
            f"WHEN http_status IS NOT NULL THEN {by_status} "
            "WHEN outcome IS NOT NULL AND outcome <> 'unanswered' THEN false "
            f"ELSE coalesce({by_severity}, false) END"
        )

    @property
    def _left_out(self) -> str:
        left_out = tuple(kind for kind in self.leave_out if kind in ("probe", "load test"))
        return f"WHEN traffic IN {_sql_list(left_out)} THEN false" if left_out else ""

    @property
    def _by_field(self) -> str:
        conditions = [_any_of(self.fails_if)]
        conditions += [
            f"(source GLOB {quoted(log)} AND ({condition}))"
            for log, fields in self.fails_if_in.items()
            if (condition := _any_of(fields))
        ]
        return f"WHEN {' OR '.join(filter(None, conditions))} THEN true" if any(conditions) else ""

    @property
    def words(self) -> str:
        """The rule for requests in words."""
        also = "".join(f", or is {status}" for status in self.also_http_status)
        excluded = "".join(f", unless it is {status}" for status in self.not_http_status)
        return f"its HTTP status is {self.min_http_status} or above{also}{excluded}"


def _any_of(fields: Mapping[str, Sequence[str]]) -> str:
    """Return the condition that a field has one of its values; empty if there are no values."""
    return " OR ".join(f"{_field(name)} IN {_sql_list(values)}" for name, values in fields.items() if values)


def _sql_list(values: Sequence[int | str]) -> str:
    return f"({', '.join(quoted(value) if isinstance(value, str) else str(value) for value in values)})"


def _field(name: str) -> str:
    """Return the SQL of the text of a canonical column or of an attribute."""
    if name in LOGS:
        return f"CAST({name} AS VARCHAR)"
    texts = (f"json_extract_string(attributes, {quoted(path)})" for path in json_paths(name))
    return f"coalesce({', '.join(texts)}, NULL)"
