"""Describes an export that matches no format, and says what to do about it."""

from __future__ import annotations

import codecs
import json
from typing import Final, NamedTuple

from pmkit.core.wording import plural
from pmkit.formats.json_documents import is_document

# How much of an export is enough to describe it.
HEAD_BYTES: Final = 1 << 20

# The share of control characters above which data is binary; text has hardly any.
_MAX_CONTROL_SHARE: Final = 0.05
_CONTROL: Final = bytes(byte for byte in range(1, 32) if byte not in b"\t\n\r\f\x1b")


class _FileType(NamedTuple):
    """A type of file that is not a log, recognised by its first bytes."""

    magic: bytes
    name: str
    advice: str


_AS_TEXT: Final = "export the data as text, JSON or CSV"

_FILE_TYPES: Final = (
    _FileType(b"\x89PNG\r\n", "a PNG image", _AS_TEXT),
    _FileType(b"\xff\xd8\xff", "a JPEG image", _AS_TEXT),
    _FileType(b"GIF8", "a GIF image", _AS_TEXT),
    _FileType(b"%PDF-", "a PDF document", _AS_TEXT),
    _FileType(b"\x7fELF", "a program (ELF)", "name the log that it writes"),
    _FileType(b"MZ", "a program for Windows", "name the log that it writes"),
    _FileType(b"PK\x03\x04", "a ZIP archive or an office document", _AS_TEXT),
    _FileType(b"\xd0\xcf\x11\xe0", "an office document", _AS_TEXT),
    _FileType(b"7z\xbc\xaf'\x1c", "a 7z archive", "unpack it first"),
    _FileType(b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    _FileType(b"SQLite format 3\x00", "an SQLite database", "export its tables as CSV"),
    _FileType(b"LPKSHHRH", "a systemd journal", "export it with `journalctl --file FILE -o json`"),
    _FileType(b"ElfFile\x00", "a Windows event log", "export it as CSV"),
    _FileType(b"\xd4\xc3\xb2\xa1", "a network capture", "export the logs of the servers instead"),
    _FileType(b"Obj\x01", "an Avro file", "convert it to Parquet or JSON"),
)


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
    return describe_binary(head) or _describe_text(_decoded(_without_nul(head)), is_whole=len(head) < HEAD_BYTES)


def describe_binary(head: bytes) -> str | None:
    r"""Return what an export that is no text is, and what to do next; None if it is text.

    Parameters
    ----------
    head : bytes
        As for `describe_unrecognised`.

    Examples
    --------
    >>> describe_binary(b"%PDF-1.7\n1 0 obj")
    'this is a PDF document, not a log; export the data as text, JSON or CSV'
    """
    file_type = next((each for each in _FILE_TYPES if head.startswith(each.magic)), None)
    if file_type:
        return f"this is {file_type.name}, not a log; {file_type.advice}"
    text = _without_nul(head)
    if len(text) - len(text.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(text):
        return f"this is binary data, not a log; {_AS_TEXT}"
    return None


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
        return _describe_broken_json(text) or f"this is JSON without the fields of any format; {next_step}"
    lines = sum(bool(line.strip()) for line in text.splitlines())
    size = plural(lines, "line") if is_whole else "many lines"
    return f"{size} of text that no format matches; {next_step}"


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
