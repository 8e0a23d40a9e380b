"""A query on the logs of an incident, and its condition in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import pandas as pd

from pmkit.analysis.causes.dimensions import QUERY_PARAMETER
from pmkit.store.text_search import MATCHED, SEARCHED, as_json

# The columns of logs that can be filtered by value.
FACETS: Final = ("service", "http_route", "http_status", "severity", "version")

# A text matches a line in several ways: the line contains it, which is this way, one of the columns of `MATCHED` equals it, or
# its attributes contain it, such as a query string or a stack trace.
CONTAINS: Final = "contains"
ATTRIBUTES: Final = "attributes"

# A condition in SQL, with the values of its parameters.
SqlValue = str | int | datetime | list[str]
Condition = tuple[str, Sequence[SqlValue]]


@dataclass(frozen=True)
class Query:
    """A query on the logs.

    Attributes
    ----------
    start, end : Timestamp or None
        The span, UTC, on edges of bins; `end` is exclusive. None stands for the start, or the end, of the logs.
    chosen : mapping of str to tuple of str
        For some of `FACETS`, the values that match; an empty text stands for no value.
    text : str
        What one of `SEARCHED` contains, in any case, or what one of `MATCHED` equals.
    template : str
        The log template that the message was written from.
    failed : bool
        Whether only errors match.
    attributes : mapping of str to str
        Values of attributes by name; the name of a query parameter begins with `QUERY_PARAMETER`.
    """

    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    template: str = ""
    failed: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_lines(self) -> bool:
        """Whether the lines themselves decide what matches, rather than counts."""
        return bool(self.text or self.template or self.attributes)

    @property
    def on_counts(self) -> Query:
        """The query without what only the lines can answer."""
        return replace(self, text="", template="", attributes={})

    def without(self, *columns: str) -> Query:
        """Return the query without the values of some columns."""
        return replace(self, chosen={name: values for name, values in self.chosen.items() if name not in columns})

    @property
    def everywhere(self) -> Query:
        """The query without a span."""
        return replace(self, start=None, end=None)


def text_condition(text: str, way: str, *, messages: bool) -> Condition:
    """Return the SQL condition that a text matches a line, with its values.

    A line contains the text, or else one of `MATCHED` equals it. Without `messages`, messages are not searched. Each way
    has a condition of its own, because a search for several ways at once takes as long as reading every line.
    """
    searched = [name for name in SEARCHED if messages or name != "message"]
    contains = " OR ".join(f"contains(lower({name}), ?)" for name in searched)
    contained = [text.lower()] * len(searched)
    if way == CONTAINS:
        return f"({contains})", contained
    before = MATCHED if way == ATTRIBUTES else MATCHED[: MATCHED.index(way)]
    others = "".join(f" AND {name} IS DISTINCT FROM ?" for name in before)
    matches, value = ("contains(lower(attributes), ?)", as_json(text)) if way == ATTRIBUTES else (f"{way} = ?", text)
    return f"{matches} AND NOT coalesce({contains}, false){others}", [value, *contained, *[text] * len(before)]


def attribute_condition(name: str, value: str) -> Condition:
    """Return the SQL condition that an attribute or a query parameter has a value, with its values."""
    key = name.removeprefix(QUERY_PARAMETER)
    if key == name:
        return "json_extract_string(attributes, ?) = ?", [f"$.{json.dumps(name, ensure_ascii=False)}", value]
    parameters = "string_split(json_extract_string(attributes, '$.query'), '&')"
    decoded = f"list_transform({parameters}, lambda parameter: url_decode(replace(parameter, '+', ' ')))"
    written = [f"{key}={value}", *([] if value else [key])]
    return f"list_has_any({decoded}, ?)", [written]
