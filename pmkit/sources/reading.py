"""From the bytes of an export to plain UTF-8 lines, decompressed and checked to the last byte."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from pmkit.errors import SourceError
from pmkit.sources.model import Sample

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK: Final = 1 << 20
_SAMPLE_LINES: Final = 200
_WHOLE_BYTES: Final = 64 << 20
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Text:
    r"""An export as plain lines.

    Attributes
    ----------
    path : Path
        UTF-8 with `\n` line ends: the export itself where it is that already.
    notes : tuple of str
        What had to be repaired.
    """

    path: Path
    notes: tuple[str, ...]


def digest(path: Path) -> str:
    """Return the SHA-256 of the file as it lies on disk, in hexadecimal.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as unreadable:
        raise SourceError(f"{path}: cannot be read: {unreadable.strerror}") from unreadable


def _open(path: Path) -> tuple[IO[bytes], bool]:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(_GZIP):
        return cast("IO[bytes]", gzip.open(path, "rb")), True
    if magic == _ZSTD:
        return cast("IO[bytes]", zstd.open(path, "rb")), True
    return path.open("rb"), False


def _chunks(path: Path, stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    except EOFError as cut:
        raise SourceError(
            f"{path}: the compressed file is cut short; export or copy it again, or decompress what is there "
            f"with `zcat {path.name} > {path.stem}` to report on that part"
        ) from cut
    except (OSError, zlib.error, zstd.ZstdError) as broken:
        raise SourceError(f"{path}: the compressed data is damaged ({broken}); export or copy it again") from broken


def materialise(path: Path, folder: Path) -> Text:
    """Give an export as plain UTF-8 lines, through a file in `folder` where that takes one.

    Every byte is read, so that a truncated or damaged archive is noticed. Bytes that are not
    UTF-8 become U+FFFD and NUL bytes are left out; both are noted.

    Raises
    ------
    SourceError
        When the file cannot be read, is cut short or damaged.
    """
    stream, compressed = _open(path)
    with stream:
        first = stream.read(4) if not compressed else b""
        encoding = _encoding(first)
        stream.seek(0)
        if not compressed and encoding == "utf-8" and _is_plain(path, stream):
            return Text(path, ())
        stream.seek(0)
        out = folder / "text"
        notes = _rewrite(_chunks(path, stream), out, encoding)
    return Text(out, notes)


def _encoding(first: bytes) -> str:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8"


def _is_plain(path: Path, stream: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path, stream):
            if b"\r" in chunk or b"\x00" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rewrite(chunks: Iterator[bytes], out: Path, encoding: str) -> tuple[str, ...]:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    replaced = nul = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        for chunk in chunks:
            text = decoder.decode(chunk)
            replaced, nul = replaced + text.count("\ufffd"), nul + text.count("\x00")
            file.write(text.replace("\x00", ""))
        file.write(decoder.decode(b"", final=True))
    notes = {
        f"{encoding.upper()} converted": encoding == "utf-16",
        f"{replaced} bytes that are not UTF-8 shown as \ufffd": replaced,
        f"{nul} NUL bytes left out": nul,
    }
    return tuple(note for note, holds in notes.items() if holds)


def sample_of(text: Text) -> Sample:
    """Take the first lines, or the whole of a file that is not large."""
    size = text.path.stat().st_size
    with text.path.open(encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n") for _, line in zip(range(_SAMPLE_LINES), file, strict=False)]
        rest = file.read() if size <= _WHOLE_BYTES and _may_be_document(lines) else ""
    if rest or len(lines) < _SAMPLE_LINES:
        whole = Sample([*lines, *rest.split("\n")] if rest else lines, whole=True)
        if whole.document is not None or not rest:
            return whole
    return Sample(lines, whole=False)


def _may_be_document(lines: list[str]) -> bool:
    first = next((line.strip() for line in lines if line.strip()), "")
    return first.startswith("[") or (first.startswith("{") and not first.endswith("}"))
