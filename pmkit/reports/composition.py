"""The pieces of a report, which an outline puts in order, and how they become Markdown and charts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.core.markdown import TO_WRITE
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart

# Markdown, or a chart.
Part = str | Chart

# The level of a section's heading.
_SECTION: Final = 2


@dataclass(frozen=True)
class Under:
    """Pieces under a heading, which is left out if none of them has anything to show.

    Attributes
    ----------
    title : str
        The heading.
    pieces : tuple of Piece
        What comes under the heading.
    level : int
        2 for a section, 3 for a part of a section.
    internal : bool
        Whether public reports leave it out.
    """

    title: str
    pieces: tuple[Piece, ...]
    level: int = 3
    internal: bool = False


# A piece of a section: a function of the findings that returns None if it has nothing to show, or pieces under a heading.
Piece = Callable[[Findings], Part | None] | Under


def lay_out(pieces: Sequence[Piece], findings: Findings) -> list[Part]:
    """Return the parts that the pieces produce from the findings, with headings; consecutive texts are joined."""
    parts: list[Part] = []
    for part in _parts(pieces, findings):
        if parts and isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] = f"{parts[-1]}\n\n{part}"
        else:
            parts.append(part)
    return parts


def _parts(pieces: Sequence[Piece], findings: Findings, level: int = _SECTION) -> Iterator[Part]:
    for number, piece in enumerate(pieces):
        if not isinstance(piece, Under):
            part = piece(findings)
            # Customers see no questions to the authors, except where a section would be empty.
            is_question = isinstance(part, str) and part.startswith(f"> **{TO_WRITE}")
            if part and not (is_question and findings.audience == "public" and (number or level > _SECTION)):
                yield part
        elif not (piece.internal and findings.audience == "public"):
            inside = list(_parts(piece.pieces, findings, piece.level))
            yield from [f"{'#' * piece.level} {piece.title}", *inside] if inside else []


def if_written(field: str, write: Callable[[Findings], str | None]) -> Piece:
    """Return a piece that is left out, rather than asked for, if people did not write its field of `incident.yaml`."""

    def written(findings: Findings) -> str | None:
        return write(findings) if getattr(findings.incident.file, field) else None

    return written


def led_by(words: str, write: Callable[[Findings], str]) -> Piece:
    """Return a piece whose text begins with words in bold, except for a prompt to write the text."""

    def led(findings: Findings) -> str:
        text = write(findings)
        if not text or text.startswith(f"> **{TO_WRITE}"):
            return text
        is_block = re.match(r"[-*+] |\d+[.)] |#|>|\||```|~~~", text)
        gap = "\n\n" if is_block else " "
        return f"**{words}.**{gap}{text}"

    return led
