"""The table of formats, for people: on the terminal and as a page of the manual."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.core import schema
from pmkit.formats.detection import FAMILIES, FORMATS
from pmkit.formats.fields import TIME, VOCABULARY
from pmkit.formats.format import Format, LogFormat
from pmkit.formats.timestamps import NOTATIONS

BY_RECORD = "read record by record in Python: thousands of records a second, not hundreds of thousands of lines"


def by_record(entry: Format) -> bool:
    """Tell whether records of a format pass through Python one by one, which is slow for more than a few megabytes."""
    return not isinstance(entry, LogFormat) or bool(entry.path) or entry.anywhere


def listing() -> str:
    """Write the formats by family, one a line, as `pmkit formats` prints them."""
    said = []
    for family, entries in FAMILIES.items():
        said += [family, *(f"  {entry.name:26}{'*' if by_record(entry) else ' '} {entry.title}" for entry in entries), ""]
    return "\n".join([*said, f"* {BY_RECORD}"])


def page() -> str:
    """Write the formats as a page in Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Formats"
    yield ""
    yield f"The {len(FORMATS)} formats that pmkit recognises by their content, whatever the file is called. `pmkit formats` lists"
    yield "them, `pmkit events --explain FILE` says which were tried on a file and why one was chosen, and `format:` under"
    yield "`sources` in `incident.yaml` names one for a file. Formats of your own go under `formats` there, see [how](how-to.md)."
    yield "JSON may be one document, lines, or a list. Any of them may be inside a container's or collector's log."
    yield ""
    yield f"Marked with * are exports {BY_RECORD}."
    for family, entries in FAMILIES.items():
        yield from ("", f"## {family}", "", "| name | what it is | gives |", "| --- | --- | --- |")
        for entry in entries:
            yield f"| `{entry.name}`{' *' if by_record(entry) else ''} | {_cell(entry.title)} | {_gives(entry)} |"
    yield from (
        "",
        "## Words",
        "",
        "Named groups and keys of your own formats go by these words; any other word names an attribute.",
    )
    yield from ("", "| word | meaning |", "| --- | --- |")
    yield from (f"| `{word}` | {_cell(meaning)} |" for word, meaning in VOCABULARY.items())
    yield from ("", "## Times", "", "Which of these notations a file writes its times in is seen from its values.")
    yield from ("", "| notation | zone | what is missing |", "| --- | --- | --- |")
    yield from (f"| {one.name} | {'as written' if one.zoned else 'of the file'} | {one.missing} |" for one in NOTATIONS)


def _gives(entry: Format) -> str:
    if not isinstance(entry, LogFormat):
        return f"{entry.table}: {', '.join(name for name in schema.TABLES[entry.table] if name not in ('source', 'line'))}"
    if entry.wraps:
        return "what is inside" + (", " if _words(entry) else "") + ", ".join(_words(entry))
    return ", ".join(_words(entry)) or "what goes by a usual name"


def _words(entry: LogFormat) -> list[str]:
    words = entry.fields if entry.fields is not None else re.compile(entry.pattern).groupindex
    found = {**dict.fromkeys(words), **dict.fromkeys(entry.columns)}
    return [word for word in found if (word in VOCABULARY or word in schema.LOGS) and word not in (TIME, "message", "timestamp")]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
