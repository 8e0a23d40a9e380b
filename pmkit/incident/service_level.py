"""Fields of `incident.yaml` that define failure: the error rule and the service level objective."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pmkit.core.schema import SEVERITIES
from pmkit.incident.field_types import Block


class Slo(Block):
    """The service level objective that the error budget is derived from."""

    availability: float = Field(gt=0, lt=1, description="share of requests that must succeed, such as 0.999")
    window_days: int = Field(default=30, gt=0, description="number of days that the error budget covers")


class ErrorRule(Block):
    """What counts as an error.

    Requests are judged by their HTTP status. In a log without requests, events are judged by
    their severity.
    """

    min_http_status: int = Field(default=500, ge=100, le=599, description="requests with this status or a higher one failed")
    also_http_status: tuple[int, ...] = Field(default=(), description="lower statuses that count as well, such as 429")
    not_http_status: tuple[int, ...] = Field(default=(), description="higher statuses that do not count, such as 501")
    min_severity: Literal["WARN", "ERROR", "FATAL"] = Field(default="ERROR", description="for logs without requests")

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that count as an error."""
        return SEVERITIES[SEVERITIES.index(self.min_severity) :]

    @property
    def sql(self) -> str:
        """The rule as an SQL condition: by HTTP status for requests, by severity for other events."""
        also = f" OR http_status IN {_sql_list(self.also_http_status)}" if self.also_http_status else ""
        excluded = f" AND http_status NOT IN {_sql_list(self.not_http_status)}" if self.not_http_status else ""
        by_severity = f"severity IN {_sql_list(self.severities)}"
        return (
            f"CASE WHEN http_status IS NULL THEN coalesce({by_severity}, false) "
            f"ELSE (http_status >= {self.min_http_status}{also}){excluded} END"
        )

    @property
    def words(self) -> str:
        """The rule for requests in words."""
        also = "".join(f", or is {status}" for status in self.also_http_status)
        excluded = "".join(f", unless it is {status}" for status in self.not_http_status)
        return f"its HTTP status is {self.min_http_status} or above{also}{excluded}"


def _sql_list(values: tuple[int, ...] | tuple[str, ...]) -> str:
    return f"({', '.join(repr(value) for value in values)})"
