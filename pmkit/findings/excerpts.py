"""The lines around the evidence, as the logs contain them, redacted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pmkit.findings.findings import Findings
from pmkit.findings.redacted import redact
from pmkit.ingest.source_lines import Place, lines_around

MOST_EXCERPTS: Final = 12
_MARGIN: Final = 2
_LONGEST: Final = 300


@dataclass(frozen=True)
class Excerpt:
    """A line that is evidence, and the lines around it.

    Attributes
    ----------
    source, line : str, int
        The line.
    lines : tuple of (int, str)
        Numbers and texts, redacted.
    """

    source: str
    line: int
    lines: tuple[tuple[int, str], ...]


def excerpts(findings: Findings, most: int = MOST_EXCERPTS) -> list[Excerpt]:
    """Return excerpts for the first lines of logs that a report names as evidence.

    Chat, alerts and changes are left out: the report quotes what matters of them, without names of people.
    """
    places = list(dict.fromkeys(_places(findings)))[:most]
    lines_near = lines_around(findings.incident, places, _MARGIN)
    shown = []
    for place in places:
        if place in lines_near:
            numbers, texts = zip(*lines_near[place], strict=True)
            redacted = redact("\n".join(texts), findings.incident).split("\n")
            # A secret of several lines became one, so the numbers are no longer those of the lines.
            if len(redacted) == len(numbers):
                shown.append(Excerpt(*place, tuple(zip(numbers, map(_shortened, redacted), strict=True))))
    return shown


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _places(findings: Findings) -> Iterator[Place]:
    logs = {part.source for part in findings.store.parts if part.ledger.table == "logs"}
    cited = [entry.source for entry in findings.entries if entry.source]
    cited += [place for suspect in findings.ranked_suspects for place in suspect.evidence]
    cited += [f"{row['source']}:{row['line']}" for _, row in findings.patterns.iterrows()]
    for place in cited:
        source, _, line = place.rpartition(":")
        if source in logs and line.isdigit():
            yield source, int(line)
