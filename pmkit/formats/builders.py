"""Shorthands for declaring formats of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pmkit.formats.declared_rows import RowOrNone
from pmkit.formats.format import Example, LogFormat, Syntax
from pmkit.formats.record import FieldKey, Record
from pmkit.formats.record_format import RecordFormat


def text_log(name: str, title: str, pattern: str, text: str, *rows: Mapping[str, object], **options: Any) -> LogFormat:
    """Return the format of a plain-text log, with one sample and the rows that it contains."""
    return LogFormat(name, title, (Example(text, rows),), syntax=Syntax.TEXT, pattern=pattern, **options)


def json_log(
    name: str,
    title: str,
    claims: Callable[[Record], bool],
    fields: Mapping[str, FieldKey] | None,
    text: str,
    *rows: Mapping[str, object],
    **options: Any,
) -> LogFormat:
    """Return the format of a log of JSON objects, with one sample and the rows that it contains."""
    return LogFormat(name, title, (Example(text, rows),), syntax=Syntax.JSON, claims=claims, fields=fields, **options)


def record_export(
    name: str,
    title: str,
    table: str,
    needs: str,
    fields: Mapping[str, str] | Callable[[Record], Iterator[RowOrNone]],
    *samples: Example,
    **options: Any,
) -> RecordFormat:
    """Return the format of an export that is read record by record."""
    return RecordFormat(name, title, samples, table=table, needs=needs, fields=fields, **options)
