"""Redacts an executed notebook before it is exported or kept.

Findings and the texts that people wrote are already redacted. This covers the output of cells that people added, and errors,
which quote data.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

from nbformat import NotebookNode

from pmkit.core import theme
from pmkit.redaction.redactor import Redactor

# Formats in which a placeholder must be escaped.
_MARKUP_TYPES: Final = ("text/html", "image/svg+xml", theme.NARROW_SVG, "application/xml")
# Formats that are not text.
_BINARY_TYPES: Final = ("image/png", "image/jpeg", "image/gif", "application/pdf")
# Attributes of SVG that are lists of coordinates; they look like telephone numbers and addresses.
_COORDINATES: Final = re.compile(r"(\s(?:d|points|transform|viewBox)=\"[^\"]*\")")
_TERMINAL_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


def redact_notebook(notebook: NotebookNode, redactor: Redactor) -> NotebookNode:
    """Redact the sources, outputs and errors of all cells, in place.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook; it is changed.
    redactor : Redactor
        The redactor of the incident.

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    for cell in notebook.cells:
        cell.source = redactor(cell.source)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = _redact_text(output.text, redactor)
            if "data" in output:
                output.data = NotebookNode({mime: _redact_data(mime, value, redactor) for mime, value in output.data.items()})
            if output.output_type == "error":
                output.ename, output.evalue = redactor(output.ename), redactor(output.evalue)
                # A colour code may interrupt a secret.
                traceback = _TERMINAL_COLOUR.sub("", "\n".join(output.traceback))
                output.traceback = redactor(traceback).split("\n")
    return notebook


def _redact_data(mime: str, value: object, redactor: Redactor) -> object:
    if mime in _BINARY_TYPES or mime.startswith("application/vnd.jupyter.widget"):
        return value
    if mime in _MARKUP_TYPES and isinstance(value, str | list):
        return _redact_text(value, lambda text: _redact_markup(text, redactor))
    return _redact_text(value, redactor) if isinstance(value, str | list) else redactor.everywhere(value)


def _redact_text(value: str | list[str], redact: Callable[[str], str]) -> str:
    return redact(value if isinstance(value, str) else "".join(value))


def _redact_markup(text: str, redactor: Redactor) -> str:
    """Redact HTML, SVG or XML, except lists of coordinates."""
    parts = _COORDINATES.split(text)
    return "".join(part if _COORDINATES.fullmatch(part) else _redact_escaped(part, redactor) for part in parts)


def _redact_escaped(text: str, redactor: Redactor) -> str:
    """Redact text with entities; a secret gets the same placeholder as in plain text."""
    parts, end = [], 0
    for hit in redactor.hits(text):
        secret = html.unescape(text[hit.start : hit.end])
        parts += [text[end : hit.start], html.escape(redactor.placeholder(hit.name, secret))]
        end = hit.end
    return "".join([*parts, text[end:]])
