"""Types of files that are not logs, recognised by their contents, and what to do with each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple


class FileType(NamedTuple):
    """A type of file that is not a log.

    Attributes
    ----------
    name : str
        Its name with an article.
    advice : str
        What to do to get its data into the report, or that it has none.
    """

    name: str
    advice: str

    @property
    def description(self) -> str:
        """What the file is, and what to do."""
        return f"this is {self.name}, not a log; {self.advice}"

    @property
    def title(self) -> str:
        """Its name without the article."""
        return self.name.removeprefix("an ").removeprefix("a ")


_AS_TEXT: Final = "export the data as text, JSON or CSV"
_NAME_LOG: Final = "name the log that it writes"
_UNPACK: Final = "unpack it first"
_AS_CSV: Final = "save the sheet as CSV"
_TABLES: Final = "export its tables as CSV"
_CONVERT: Final = "convert it to CSV or JSON"
_KEEP_OUT: Final = "it holds nothing that can be read here; move it out of the folder"

# Types by their first bytes.
_BY_FIRST_BYTES: Final = {
    b"\x89PNG\r\n": FileType("a PNG image", _AS_TEXT),
    b"\xff\xd8\xff": FileType("a JPEG image", _AS_TEXT),
    b"GIF87a": FileType("a GIF image", _AS_TEXT),
    b"GIF89a": FileType("a GIF image", _AS_TEXT),
    b"II*\x00": FileType("a TIFF image", _AS_TEXT),
    b"MM\x00*": FileType("a TIFF image", _AS_TEXT),
    b"\x00\x00\x01\x00": FileType("an icon", _AS_TEXT),
    b"8BPS": FileType("a Photoshop image", _AS_TEXT),
    b"%PDF-": FileType("a PDF document", _AS_TEXT),
    b"%!PS": FileType("a PostScript document", _AS_TEXT),
    b"{\\rtf": FileType("an RTF document", "save it as plain text"),
    b"\xca\xfe\xba\xbe": FileType("a compiled Java class", _NAME_LOG),
    b"\xcf\xfa\xed\xfe": FileType("a program for macOS", _NAME_LOG),
    b"\xce\xfa\xed\xfe": FileType("a program for macOS", _NAME_LOG),
    b"\x00asm": FileType("a WebAssembly program", _NAME_LOG),
    b"MDMP": FileType("a memory dump of Windows", _KEEP_OUT),
    b"PAGEDU": FileType("a memory dump of Windows", _KEEP_OUT),
    b"JAVA PROFILE": FileType("a heap dump of Java", _KEEP_OUT),
    b"FLR\x00": FileType("a recording of Java Flight Recorder", "convert it with `jfr print --json FILE`"),
    b"7z\xbc\xaf'\x1c": FileType("a 7z archive", _UNPACK),
    b"Rar!\x1a\x07": FileType("a RAR archive", _UNPACK),
    b"\x04\x22\x4d\x18": FileType("an LZ4 file", _UNPACK),
    b"\xff\x06\x00\x00sNaPpY": FileType("a Snappy file", _UNPACK),
    b"\x1f\x9d": FileType("a file compressed with `compress`", _UNPACK),
    b"LZIP": FileType("an lzip file", _UNPACK),
    b"!<arch>\n": FileType("a package or library (ar)", _UNPACK),
    b"\xed\xab\xee\xdb": FileType("an RPM package", _KEEP_OUT),
    b"SQLite format 3\x00": FileType("an SQLite database", _TABLES),
    b"\x00\x01\x00\x00Standard ": FileType("an Access database", _TABLES),
    b"PGDMP": FileType("a dump of PostgreSQL", "restore it, and export its tables as CSV"),
    b"REDIS00": FileType("a dump of Redis", _KEEP_OUT),
    b"LPKSHHRH": FileType("a systemd journal", "export it with `journalctl --file FILE -o json`"),
    b"ElfFile\x00": FileType("a Windows event log", "export it as CSV"),
    b"0\x00\x00\x00LfLe": FileType("a Windows event log", "export it as CSV"),
    b"\xd4\xc3\xb2\xa1": FileType("a network capture", "export the logs of the servers instead"),
    b"\xa1\xb2\xc3\xd4": FileType("a network capture", "export the logs of the servers instead"),
    b"\x4d\x3c\xb2\xa1": FileType("a network capture", "export the logs of the servers instead"),
    b"\xa1\xb2\x3c\x4d": FileType("a network capture", "export the logs of the servers instead"),
    b"\x0a\x0d\x0d\x0a": FileType("a network capture", "export the logs of the servers instead"),
    b"PAR1": FileType("a Parquet file", _CONVERT),
    b"Obj\x01": FileType("an Avro file", _CONVERT),
    b"ORC\x08": FileType("an ORC file", _CONVERT),
    b"ARROW1": FileType("an Arrow file", _CONVERT),
    b"FEA1": FileType("a Feather file", _CONVERT),
    b"\x89HDF\r\n": FileType("an HDF5 file", _CONVERT),
    b"\x93NUMPY": FileType("a NumPy array", _CONVERT),
    b"ID3": FileType("a sound recording", _AS_TEXT),
    b"OggS": FileType("a sound recording", _AS_TEXT),
    b"\x1a\x45\xdf\xa3": FileType("a video", _AS_TEXT),
    b"wOFF": FileType("a font", _KEEP_OUT),
    b"wOF2": FileType("a font", _KEEP_OUT),
    b"DIRC": FileType("an index of Git", _KEEP_OUT),
    b"PACK\x00": FileType("a pack of Git", _KEEP_OUT),
}

# Those of types that are, or may be, text.
_OF_TEXT: Final = frozenset({b"%PDF-", b"%!PS", b"{\\rtf"})

_EXCEL: Final = FileType("an Excel workbook", _AS_CSV)
_WORD: Final = FileType("a Word document", "save it as plain text")
_POWERPOINT: Final = FileType("a PowerPoint presentation", _AS_TEXT)

# What the parts of ZIP archives and of old Office files are called, by type. UTF-16 is what old Office files name them in.
_BY_PART: Final = {
    b"PK\x03\x04": (
        (b"xl/", _EXCEL),
        (b"word/", _WORD),
        (b"ppt/", _POWERPOINT),
        (b"opendocument.spreadsheet", FileType("a spreadsheet of LibreOffice", _AS_CSV)),
        (b"opendocument.text", FileType("a text document of LibreOffice", "save it as plain text")),
        (b"", FileType("a ZIP archive or an office document", _AS_TEXT)),
    ),
    b"\xd0\xcf\x11\xe0": (
        ("Workbook".encode("utf-16-le"), _EXCEL),
        ("WordDocument".encode("utf-16-le"), _WORD),
        ("PowerPoint Document".encode("utf-16-le"), _POWERPOINT),
        ("__substg1.0".encode("utf-16-le"), FileType("an Outlook message", "save it as plain text")),
        (b"", FileType("an office document", _AS_TEXT)),
    ),
}

_SVG: Final = FileType("an SVG image", _AS_TEXT)
_HTML: Final = FileType("a web page (HTML)", "export the data behind it as JSON or CSV, or save its text")

# Types of text by how they begin. Only those that no log begins with.
_BY_BEGINNING: Final = (
    (re.compile(rb"-----BEGIN [A-Z ]*(?:CERTIFICATE|KEY|PGP)"), FileType("a certificate or a key", "move it out of the folder")),
    (re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", re.I | re.S), _SVG),
    (re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html|head|body)[\s>]", re.I | re.S), _HTML),
    (re.compile(rb"MIME-Version: |From \S+@\S+ +\w{3} \w{3} ", re.I), FileType("a mailbox", "save the messages as plain text")),
    (re.compile(rb"#! ?/\S*/(?:env )?\S*(?:sh|python|perl|ruby|node|php)[\d.]*\s", re.I), FileType("a script", _NAME_LOG)),
    (re.compile(rb"<\?php\s", re.I), FileType("a PHP script", _NAME_LOG)),
)
# The header of an e-mail, and the fields that every one has.
_MAIL_HEADER: Final = re.compile(rb"(?:[a-z][\w-]*:[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){3,}", re.I)
_MAIL_FIELDS: Final = (b"\nfrom:", b"\nsubject:")
_MAIL: Final = FileType("an e-mail", "save what it says as plain text, or its attachments as files")
# Types by a test of their first bytes; the first that holds decides.
_BY_STRUCTURE: Final[tuple[tuple[Callable[[bytes], bool], FileType], ...]] = (
    (lambda head: head.startswith(b"\x7fELF") and b"\x04" in head[16:18], FileType("a core dump", _KEEP_OUT)),
    (lambda head: head.startswith(b"\x7fELF"), FileType("a program (ELF)", _NAME_LOG)),
    (lambda head: head.startswith(b"MZ") and b"\x00" in head[:64], FileType("a program for Windows", _NAME_LOG)),
    (lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", FileType("a WebP image", _AS_TEXT)),
    (lambda head: head.startswith(b"RIFF") and head[8:12] in (b"WAVE", b"AVI "), FileType("a recording", _AS_TEXT)),
    (lambda head: head[4:8] == b"ftyp" and head[8:11] in (b"hei", b"avi", b"mif"), FileType("a HEIC or AVIF image", _AS_TEXT)),
    (lambda head: head[4:8] == b"ftyp", FileType("a video", _AS_TEXT)),
    (lambda head: head.startswith(b"BM") and b"\x00" in head[:30], FileType("a BMP image", _AS_TEXT)),
    (
        lambda head: head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"),
        FileType("a pickle of Python", "write its data as JSON or CSV; pmkit never unpickles a file"),
    ),
    (lambda head: head[2:4] == b"\r\n" and b"\x00" in head[4:16], FileType("a compiled Python module", _KEEP_OUT)),
)


def file_type_of(head: bytes) -> FileType | None:
    r"""Return which type of file something is, if it is certainly not a log; None if it may be one.

    Parameters
    ----------
    head : bytes
        Its beginning, decompressed.

    Examples
    --------
    >>> file_type_of(b"\x89PNG\r\n\x1a\n").title, file_type_of(b"<!DOCTYPE html><html>").title
    ('PNG image', 'web page (HTML)')
    >>> file_type_of(b"2026-01-17T03:00:00Z up")
    """
    for test in (_by_first_bytes, _by_structure, _by_beginning):
        if (file_type := test(head)) is not None:
            return file_type
    return None


def _by_first_bytes(head: bytes) -> FileType | None:
    for magic, file_type in _BY_FIRST_BYTES.items():
        # A log may begin with the same letters.
        if head.startswith(magic) and (magic in _OF_TEXT or not magic.decode("latin-1").isprintable() or b"\x00" in head[:256]):
            return file_type
    for magic, parts in _BY_PART.items():
        if head.startswith(magic):
            return next(file_type for part, file_type in parts if part in head)
    return None


def _by_structure(head: bytes) -> FileType | None:
    """Return the type of a file whose first bytes say too little."""
    return next((file_type for is_type, file_type in _BY_STRUCTURE if is_type(head)), None)


def _by_beginning(head: bytes) -> FileType | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    file_type = next((file_type for pattern, file_type in _BY_BEGINNING if pattern.match(text)), None)
    header = _MAIL_HEADER.match(text.replace(b"\r\n", b"\n")) if file_type is None else None
    if header and all(name in b"\n" + header[0].lower() for name in _MAIL_FIELDS):
        return _MAIL
    return file_type
