"""The last look at an executed notebook, before anything is made of it or it is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, Final

from nbformat import NotebookNode

from pmkit.redaction.redactor import Redactor

_MARKED_UP: Final = ("text/html", "image/svg+xml", "application/xml")
"""In these a placeholder is written as text."""
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "application/pdf")
_DRAWN: Final = re.compile(r"(\s(?:d|points|transform|viewBox)=\"[^\"]*\")")
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


def redact_notebook(notebook: NotebookNode, redactor: Redactor) -> NotebookNode:
    """Replace what must not be published in a notebook: in its cells, in all their outputs, in what they raised.

    Findings and texts are without it already; this is for what cells of one's own print, and for errors, which quote what
    they were about.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed.
    redactor : Redactor
        Of the incident.
    """
    for cell in notebook.cells:
        cell.source = redactor(cell.source)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = _text(output.text, redactor)
            if "data" in output:
                output.data = NotebookNode({mime: _data(mime, value, redactor) for mime, value in output.data.items()})
            if output.output_type == "error":
                output.ename, output.evalue = redactor(output.ename), redactor(output.evalue)
                output.traceback = _text("\n".join(output.traceback), lambda text: redactor(_COLOURS.sub("", text))).split("\n")
    return notebook


def _data(mime: str, value: Any, redactor: Redactor) -> Any:
    if mime in _PICTURES or mime.startswith("application/vnd.jupyter.widget"):
        return value
    if mime in _MARKED_UP:
        return _text(value, lambda text: _marked_up(text, redactor))
    return _text(value, redactor) if isinstance(value, str | list) else redactor.everywhere(value)


def _marked_up(text: str, redactor: Redactor) -> str:
    """Replace it in marked-up text, where it may stand with entities; lists of coordinates are left out."""
    return "".join(part if _DRAWN.fullmatch(part) else _part(part, redactor) for part in _DRAWN.split(text))


def _part(text: str, redactor: Redactor) -> str:
    told, end = [], 0
    for hit in redactor.hits(text):
        found = text[hit.start : hit.end]
        told += [text[end : hit.start], html.escape(redactor.placeholder(hit.name, html.unescape(found)))]
        end = hit.end
    return "".join([*told, text[end:]])


def _text(value: str | list[str], change: Callable[[str], str]) -> str:
    return change(value if isinstance(value, str) else "".join(value))
