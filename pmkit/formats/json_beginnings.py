"""Parses the beginning of a JSON document."""

from __future__ import annotations

import json
import re
from typing import Final

from pmkit.core.json_value import JsonValue

# No export nests its records more deeply.
_MAX_DEPTH: Final = 500
_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)


def parse_beginning(text: str) -> JsonValue:
    """Return as much of a JSON document as its beginning contains, None if that is no complete value.

    Examples
    --------
    >>> parse_beginning('{"events": [{"a": 1}, {"a": 2}, {"a"')
    {'events': [{'a': 1}, {'a': 2}]}
    """
    completed = _completed(text)
    if completed is None:
        return None
    try:
        document: JsonValue = json.loads(completed)
    except (ValueError, RecursionError):
        return None
    return document


def _completed(text: str) -> str | None:
    """Return the text up to its last complete value, with all brackets closed; None if there is none."""
    closing: list[str] = []
    completed: tuple[int, str] | None = None
    for token in _TOKENS.finditer(text):
        if token[0] in "{[":
            if len(closing) >= _MAX_DEPTH:
                return None
            closing.append("}" if token[0] == "{" else "]")
        elif token[0] == "," and closing:
            completed = (token.start(), "".join(reversed(closing)))
        elif token[0] in "}]" and closing:
            closing.pop()
            completed = (token.end(), "".join(reversed(closing)))
            if not closing:
                break
    return text[: completed[0]] + completed[1] if completed else None
