"""Types of text that are no logs: notes, configuration and source code, recognised by their first lines."""

from __future__ import annotations

import re
from typing import Final

from pmkit.formats.file_types import FileType

# So many lines are enough to recognise a type.
_LINES: Final = 60

_XML: Final = FileType("an XML document", "export the data as JSON or CSV")
_MARKDOWN: Final = FileType("a Markdown text", "put what it says into the fields of incident.yaml")
_INI: Final = FileType("a configuration file (INI)", "move it out of the folder")
_YAML: Final = FileType("a YAML file", "move it out of the folder")
_CODE: Final = FileType("a source file", "move it out of the folder")

_COMMENTS: Final = ("#", ";", "//", "/*", "*")
_HEADING: Final = re.compile(r"#{1,6} \S")
_MARKUP: Final = re.compile(r"#{2,6} \S|```|[*+-] \S|\d+\. \S|\| ?-|> \S")
_INI_SECTION: Final = re.compile(r"\[[\w .:/-]+\]")
_INI_FIELD: Final = re.compile(r"[\w.-]+ ?= ?\S*")
_YAML_LINE: Final = re.compile(r"\s*(?:- )?[\w.\"'-]+:(?: .*)?|\s*- .*")
_CODE_LINE: Final = re.compile(
    r"(?:package [\w.]+;?|import [\w.{*\"(].*|from [\w.]+ import .*|#include [<\"].*|using [\w.]+;|(?:async )?def \w+\(.*"
    r"|(?:export )?(?:default )?(?:public |abstract |final )*class \w+.*|(?:export )?(?:async )?function \w+\(.*"
    r"|(?:export )?(?:const|let|var) \w+ = .*|[\"']use strict[\"'];?|fn \w+\(.*|func \w+\(.*)"
)


def text_type_of(text: str) -> FileType | None:
    r"""Return which type of text something is that matches no format; None if it may be a log.

    Examples
    --------
    >>> text_type_of("# Outage\n\n- 03:00 search is down\n").title
    'Markdown text'
    >>> text_type_of("hello world")
    """
    lines = [line.rstrip() for line in text.split("\n", _LINES)[:_LINES] if line.strip()]
    if lines and lines[0].startswith(("<?xml ", "<!DOCTYPE ")):
        return _XML
    if lines and _HEADING.match(lines[0]) and any(_MARKUP.match(line) for line in lines[1:]):
        return _MARKDOWN
    code = [line for line in lines if not line.lstrip().startswith(_COMMENTS) or line.startswith("#include")]
    return _type_of_code(code) if len(code) > 1 else None


def _type_of_code(lines: list[str]) -> FileType | None:
    """Return which type of configuration or program lines without comments are."""
    if _INI_SECTION.fullmatch(lines[0]):
        return _INI if all(_INI_SECTION.fullmatch(line) or _INI_FIELD.match(line) for line in lines) else None
    if lines[0] == "---" or _YAML_LINE.fullmatch(lines[0]):
        return _YAML if all(_YAML_LINE.fullmatch(line) for line in lines[:10] if line != "---") else None
    return _CODE if _CODE_LINE.fullmatch(lines[0]) else None
