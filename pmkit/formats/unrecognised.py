"""Describes an export that matches no format, and says what to do about it."""

from __future__ import annotations

import codecs
import json
from typing import Final

from pmkit.core.wording import plural
from pmkit.formats.file_types import FileType, file_type_of
from pmkit.formats.json_documents import is_document
from pmkit.formats.simple_tables import describe_simple_tables
from pmkit.formats.text_types import text_type_of

# How much of an export is enough to describe it.
HEAD_BYTES: Final = 1 << 20

# The share of control characters above which data is binary; text has hardly any.
_MAX_CONTROL_SHARE: Final = 0.05
_CONTROL: Final = bytes(byte for byte in range(1, 32) if byte not in b"\t\n\r\f\x1b")


_BINARY: Final = FileType("binary data", "export the data as text, JSON or CSV")


def describe_unrecognised(head: bytes) -> str:
    r"""Return a description of an export that matches no format, and what to do next.

    Parameters
    ----------
    head : bytes
        The decompressed export, or the first `HEAD_BYTES` of a large one.

    Examples
    --------
    >>> describe_unrecognised(b"\n \n")
    'the file contains only blank lines; export the logs again, with the time span of the incident'
    >>> describe_unrecognised(b'{"a": [1, 2')
    'this is JSON that is cut short in line 1; export it again'
    """
    if not head.strip(b" \t\r\n\x00"):
        problem = "contains only blank lines" if head else "is empty"
        return f"the file {problem}; export the logs again, with the time span of the incident"
    other = other_type_of(head)
    return other.description if other else _describe_text(_decoded(_without_nul(head)), is_whole=len(head) < HEAD_BYTES)


def other_type_of(head: bytes) -> FileType | None:
    r"""Return what an export that matches no format is, if it is no text or certainly no log; None if it may be one.

    Parameters
    ----------
    head : bytes
        As for `describe_unrecognised`.

    Examples
    --------
    >>> other_type_of(b"%PDF-1.7\n1 0 obj").description
    'this is a PDF document, not a log; export the data as text, JSON or CSV'
    """
    text = _without_nul(head)
    is_binary = len(text) - len(text.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(text)
    return file_type_of(head) or (_BINARY if is_binary else text_type_of(_decoded(text)))


def is_json_document(head: bytes) -> bool:
    """Return whether an export is one JSON document, as opposed to JSON lines or no JSON at all.

    Parameters
    ----------
    head : bytes
        As for `describe_unrecognised`.
    """
    return is_document(_decoded(head).split("\n"))


def describe_broken_document(document: bytes) -> str | None:
    """Return where a JSON document is cut short or broken; None if it is valid.

    Parameters
    ----------
    document : bytes
        The whole document, decompressed.
    """
    return _describe_broken_json(_decoded(document))


def _decoded(text: bytes) -> str:
    return text.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").rstrip()


def _without_nul(text: bytes) -> bytes:
    """Return a text without the NUL bytes that UTF-16 has between its characters."""
    return text.replace(b"\x00", b"")


def _describe_text(text: str, *, is_whole: bool) -> str:
    next_step = "name its format with --format, or describe it under `formats` in incident.yaml"
    if is_whole and text.lstrip().startswith(("{", "[")):
        return (
            _describe_broken_json(text)
            or f"this is JSON without the fields of any format; {next_step}; {describe_simple_tables()}"
        )
    lines = sum(bool(line.strip()) for line in text.splitlines())
    size = plural(lines, "line") if is_whole else "many lines"
    return f"{size} of text that no format matches; {next_step}; {describe_simple_tables()}"


def _describe_broken_json(text: str) -> str | None:
    """Return what is wrong with a JSON document; None for a valid one, and for JSON lines."""
    try:
        json.loads(text)
    except RecursionError:
        return "this is JSON that is nested too deeply; export it in another form"
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            return f"this is JSON that is cut short in line {text.count(chr(10)) + 1}; export it again"
        if error.msg != "Extra data":
            return f"this is not valid JSON: line {error.lineno}: {error.msg[0].lower()}{error.msg[1:]}; export it again"
    return None
