"""The types of the fields of the JSON contract, and the base of its models."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from pmkit.analysis.rows import evidence
from pmkit.core.schema import SEVERITIES


def utc(at: datetime) -> pd.Timestamp:
    """Return a time with a zone in UTC."""
    return pd.Timestamp(at).tz_convert("UTC")


def iso(at: pd.Timestamp | datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC, with milliseconds; None stays None.

    Examples
    --------
    >>> iso(pd.Timestamp("2026-10-12T17:42:44+02:00"))
    '2026-10-12T15:42:44.000Z'
    """
    if at is None or pd.isna(at):
        return None
    return utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rows(table: pd.DataFrame | Iterable[object]) -> list[object]:
    """Return the rows of a frame as dicts with their evidence, and missing values as None; other iterables as lists."""
    if not isinstance(table, pd.DataFrame):
        return list(table)
    return [
        {str(name): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for name, value in row.items()}
        | ({"evidence": evidence(row)} if "line" in row else {})
        for _, row in table.iterrows()
    ]


class ContractModel(BaseModel):
    """An object of the JSON; each field has a description and is read from the attribute or column of the same name."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"additionalProperties": False})


Rows = BeforeValidator(rows)
Time = Annotated[datetime, PlainSerializer(iso)]
Span = Annotated[tuple[Time, Time] | None, WithJsonSchema({
    "anyOf": [
        {"type": "array", "items": {"type": "string", "format": "date-time"}, "minItems": 2, "maxItems": 2},
        {"type": "null"},
    ]
})]  # fmt: skip
SpanSeconds = Annotated[tuple[float, float] | None, WithJsonSchema({
    "anyOf": [{"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}, {"type": "null"}]
})]  # fmt: skip
# The schema documents these bounds. They are not enforced, so that no report fails because of one.
Count = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0})]
Number = Annotated[float, WithJsonSchema({"type": "number", "minimum": 0})]
Ratio = Annotated[float, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
Location = Annotated[str, WithJsonSchema({"type": "string", "pattern": ".:[0-9]+$"})]
Sha256 = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})]
Day = Annotated[
    str, BeforeValidator(lambda day: None if day is None else str(day)), WithJsonSchema({"type": "string", "format": "date"})
]
Severity = Annotated[str, WithJsonSchema({"type": "string", "enum": list(SEVERITIES)})]
Signal = Literal["errors", "latency", "traffic", "metrics", "alerts", "confirmed times"]
