"""Recognises exports that are certainly no logs, such as pictures and web pages, before they are read as lines."""

from __future__ import annotations

from typing import Final

from pmkit.formats.file_types import FileType, file_type_of
from pmkit.formats.unrecognised import HEAD_BYTES
from pmkit.ingest.bytes import archives, decoding
from pmkit.ingest.request import Request

# How much of a text is enough to recognise what it is.
_BEGINNING: Final = 1 << 14


def head_of(request: Request) -> bytes:
    """Return the first bytes of an export, decompressed."""
    head = b""
    with archives.opened(request.path, request.member) as (stream, _, _):
        while len(head) < HEAD_BYTES and (chunk := stream.read(HEAD_BYTES - len(head))):
            head += chunk
    return head


def other_file_of(request: Request, text: decoding.Text) -> FileType | None:
    """Return which type of file an export is, if it is certainly no log; None if it may be one.

    Only of a text that had to be repaired, the original bytes are looked at: those of other types are no valid text.
    """
    if text.notes:
        return file_type_of(head_of(request))
    with text.path.open("rb") as file:
        return file_type_of(file.read(_BEGINNING))
