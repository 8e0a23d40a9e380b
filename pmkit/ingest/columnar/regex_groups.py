"""Extracts the named groups of a regular expression."""

from __future__ import annotations

import re
from typing import Final

_GROUP: Final = re.compile(r"\(\?P<(\w+)>")


def groups_of(pattern: str) -> dict[str, str]:
    """Return the expression inside every named group.

    Examples
    --------
    >>> groups_of(r"(?P<a>[)(]+) (?P<b>(?:x|y)*)")
    {'a': '[)(]+', 'b': '(?:x|y)*'}
    """
    return {match[1]: pattern[match.end() : _end_of_group(pattern, match.end())] for match in _GROUP.finditer(pattern)}


def _end_of_group(pattern: str, begin: int) -> int:
    """Return the position of the parenthesis that closes a group."""
    depth, position, in_class = 1, begin, False
    while True:
        sign = pattern[position]
        if sign == "\\":
            position += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        else:
            depth += (sign == "(") - (sign == ")")
        if not depth:
            return position
        position += 1
