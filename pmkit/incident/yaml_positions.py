"""Where the fields of an `incident.yaml`, and words in them, are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ruamel.yaml.comments import CommentedMap, CommentedSeq


class Positions:
    """Where the fields of an `incident.yaml` are written.

    Parameters
    ----------
    content : mapping
        The parsed file.
    text : str
        The file as it is written.
    """

    def __init__(self, content: Mapping[str, object], text: str) -> None:
        self._content = content
        self._lines = text.splitlines()

    def find(self, *location: str | int, words: str = "", start: int | None = None) -> tuple[int, int]:
        """Return the line and column, from 1, of a field, an item of a list, or some words in it.

        Parameters
        ----------
        location : str or int
            Names of fields and numbers of items, from the outside in. If the file has no such field, the line on which
            it is commented out is used, or else the closest field around it.
        words : str, optional
            Words to look for in the field: all on one line, or else as many as possible of the first ones, at the end
            of a line. If they do not occur, the position is that of the field.
        start : int, optional
            Where in the value of the field the words begin.
        """
        if start is not None and (exact := self._in_value(location, start)):
            return exact
        line, column = position_of(self._content, location)
        if commented := self._commented(location, line, column):
            return commented
        parts = words.split()
        for number_of_words in range(len(parts), 0, -1):
            phrase = " ".join(parts[:number_of_words])
            for number, text in self._lines_of(line, column, is_item=isinstance(location[-1], int)):
                offset = text.find(phrase)
                if offset >= 0 and (number_of_words == len(parts) or text.rstrip().endswith(phrase)):
                    return number, offset + 1
        return line, column

    def _in_value(self, location: Sequence[str | int], start: int) -> tuple[int, int] | None:
        """Return where a character of a text is written; None if the text is not written as it reads."""
        content: object = self._content
        for part in location[:-1]:
            content = content[part] if isinstance(content, Mapping | Sequence) else None  # type: ignore[index]
        try:
            value = content[location[-1]]  # type: ignore[index]
            place = content.lc.value(location[-1]) if isinstance(content, CommentedMap) else content.lc.item(location[-1])  # type: ignore[attr-defined]
        except (AttributeError, KeyError, IndexError, TypeError):
            return None
        text = str(value).strip()
        before = len(re.sub(r"\s", "", text[:start]))
        found = next(islice(_written(self._lines, place[0], place[1]), before, None), None)
        if found is None or start >= len(text) or found[2] != text[start]:
            return None
        return found[0] + 1, found[1] + 1

    def _commented(self, location: Sequence[str | int], line: int, column: int) -> tuple[int, int] | None:
        """Return where a field that is missing in its block is commented out."""
        content: object = self._content
        for depth, part in enumerate(location):
            if isinstance(content, CommentedMap | CommentedSeq) and part in (
                content if isinstance(content, CommentedMap) else range(len(content))
            ):
                content = content[part]
            elif isinstance(part, str):
                lines = self._lines_of(line, column, is_item=False) if depth else enumerate(self._lines, 1)
                pattern = re.compile(rf"\s*#\s*(?:- )?({re.escape(part)}):")
                return next(((number, match.start(1) + 1) for number, text in lines if (match := pattern.match(text))), None)
            else:
                return None
        return None

    def _lines_of(self, line: int, column: int, *, is_item: bool) -> Iterator[tuple[int, str]]:
        """Yield the numbered lines of a field or of a list item: its first line, and those indented more deeply."""
        for number, text in enumerate(self._lines[line - 1 :], line):
            indent = len(text) - len(text.lstrip())
            if number > line and text.strip() and indent < column - is_item:
                return
            yield number, text


def position_of(content: object, location: Sequence[str | int]) -> tuple[int, int]:
    """Return the line and column of a field or item, or of the closest around it that is in the file."""
    line, column = 1, 1
    for part in location:
        if not isinstance(content, CommentedMap | CommentedSeq):
            break
        try:
            position = content.lc.key(part) if isinstance(content, CommentedMap) else content.lc.item(part)
            line, column = position[0] + 1, position[1] + 1
            content = content[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line, column


def _written(lines: Sequence[str], line: int, column: int) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and character, without white space, of the text that begins at a place of a YAML file."""
    opening = lines[line][column : column + 1]
    if opening in ("|", ">"):
        line, column, opening = line + 1, 0, ""
    elif opening in ("'", '"'):
        column += 1
    while line < len(lines):
        text = lines[line]
        while column < len(text):
            char, width = text[column], 1
            if opening == "'" and text[column : column + 2] == "''":
                width = 2
            elif opening == '"' and char == "\\":
                escape = re.match(r"\\(?:x..|u.{4}|U.{8}|.|$)", text[column:])
                width = len(escape[0]) if escape else 1
                code = escape[0][2:] if escape and width > 2 else ""
                char = (
                    chr(int(code, 16))
                    if code
                    else " "
                    if text[column + 1 : column + 2] in "nt r"
                    else text[column + 1 : column + 2]
                )
            if not char.isspace():
                yield line, column, char
            column += width
        line, column = line + 1, 0
