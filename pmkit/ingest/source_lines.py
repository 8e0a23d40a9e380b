"""Reads single lines of exports as they are written, with the lines around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Final

from pmkit.core.errors import SourceError
from pmkit.core.locations import is_remote
from pmkit.incident.folder import Incident
from pmkit.ingest.bytes import archives, compression
from pmkit.ingest.discovery import incident_requests

# A source, and the number of a line in it.
Place = tuple[str, int]

# The bytes of an export that are read to get to a line, decompressed, and the bytes of a line that are returned.
MOST_BYTES: Final = 64_000_000
_LONGEST: Final = 2000

# Text near this sign is not returned, because a part of a key is not recognised as one.
_KEY: Final = "PRIVATE KEY"
_NEAR: Final = 80

_UNREADABLE: Final[tuple[type[Exception], ...]] = (SourceError, *compression.BROKEN)


def lines_around(
    incident: Incident, places: Iterable[Place], margin: int, most_bytes: int = MOST_BYTES
) -> dict[Place, list[tuple[int, str]]]:
    """Return lines with those around them, by number, not redacted.

    Places that would take long to reach are left out, as are those in exports on other machines, in exports that are not in
    an encoding of bytes, that cannot be read, or in which the line may be a part of a private key.

    Parameters
    ----------
    incident : Incident
        The incident.
    places : iterable of tuple
        The lines.
    margin : int
        How many lines before and after each to return.
    most_bytes : int
        How many bytes of an export to read.
    """
    wanted: dict[str, list[int]] = {}
    for source, line in places:
        wanted.setdefault(source, []).append(line)
    requests = incident_requests(incident) if wanted else {}
    lines_near: dict[Place, list[tuple[int, str]]] = {}
    for source, lines in wanted.items():
        request = requests.get(source)
        if request is None or is_remote(request.path):
            continue
        try:
            with archives.opened(request.path, request.member) as (stream, _, _):
                read = dict(_numbered(stream, lines, margin, most_bytes))
        except _UNREADABLE:
            continue
        for line in lines:
            near = [text for number, text in read.items() if abs(number - line) <= _NEAR]
            if line in read and not any(_KEY in text or "\0" in text for text in near):
                lines_near[source, line] = [(n, read[n]) for n in range(line - margin, line + margin + 1) if n in read]
    return lines_near


def _numbered(stream: IO[bytes], lines: list[int], margin: int, most_bytes: int) -> Iterator[tuple[int, str]]:
    """Yield the lines near any of the given ones, with their numbers, from 1."""
    reach = max(margin, _NEAR)
    near = {n for line in lines for n in range(line - reach, line + reach + 1)}
    read = 0
    for number, text in enumerate(islice(iter(lambda: stream.readline(most_bytes), b""), max(near)), 1):
        read += len(text)
        if read > most_bytes:
            return
        if number in near:
            yield number, text.rstrip(b"\r\n")[:_LONGEST].decode("utf-8", "replace")
