"""Write the gallery of the manual: twelve kinds of incident, the exports that each needs, and what pmkit shows of them.

make manual
"""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gallery_kinds import Kind, kinds
from walkthrough import MANUAL

from pmkit.core.wording import plural
from pmkit.findings import terminal
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate

RECORDINGS: Final = Path(__file__).parent.parent / "data" / "incidents"

# How many suspects the page shows, and how wide.
_SUSPECTS: Final = 3
_WIDTH: Final = 110
# How many entries of the timeline it shows.
_ENTRIES: Final = 5
# How wide lines of Markdown are.
_LINE: Final = 130

_INTRO: Final = """# Gallery of incidents

Twelve kinds of incident: the exports that each needs, and what `pmkit summary` prints of them. Three are the recordings of a demo
shop that ship with pmkit. A script generates the exports of the other nine and runs pmkit on them, so they show what you get, not
how often pmkit is right; [Measurements](measurements.md) has that."""


def page() -> str:
    """Return the page, after running pmkit on every kind of incident."""
    with tempfile.TemporaryDirectory() as folder:
        return "\n\n".join([_INTRO, *(section(kind, Path(folder)) for kind in kinds())]) + "\n"


def section(kind: Kind, folder: Path) -> str:
    """Return what the page says about a kind of incident; its exports are written into a folder."""
    findings = investigate(*_place(kind, folder))
    rows = [
        f"| {', '.join(f'`{name}`' for name in names.split(', '))} | {_read(findings, names)} | {why} |"
        for names, why in kind.needs.items()
    ]
    table = "\n".join(["| export | read as | what it is for |", "| --- | --- | --- |", *rows])
    origin = f"This is the recording `{kind.recording}`. " if kind.recording else ""
    notice = textwrap.fill(f"{origin}{kind.notice}", _LINE)
    return f"## {kind.name}\n\n{kind.story}\n\n{table}\n\n{notice}\n\n```text\n{_shown(findings, kind)}\n```"


def _place(kind: Kind, folder: Path) -> tuple[str, Path]:
    """Return the ID of an incident of this kind and the folder that it lies in, after writing it there."""
    if kind.recording:
        return kind.recording, RECORDINGS
    path = folder / kind.name.lower().replace(" ", "-")
    path.mkdir()
    for name, text in kind.texts().items():
        (path / name).write_text(text, encoding="utf-8")
    (path / "incident.yaml").write_text(f"id: {path.name}\ntitle: {kind.name}\n{kind.fields}", encoding="utf-8")
    return path.name, folder


def _read(findings: Findings, names: str) -> str:
    """Return as which formats the exports of these names, or below this folder, were read."""
    read = [ledger for ledger in findings.exports if ledger.source.startswith(tuple(names.split(", "))) and ledger.events]
    formats = ", ".join(f"`{name}`" for name in dict.fromkeys(ledger.format for ledger in read))
    return f"{formats}: {plural(sum(ledger.events for ledger in read), 'event')}" if read else ""


def _shown(findings: Findings, kind: Kind) -> str:
    """Return the parts of the summary on what happened and why."""
    blocks = [block.splitlines() for block in terminal.text(findings).split("\n\n")]
    wanted = ("Impact", "No impact", "Whether", "What the", "Suspects", *(["Timeline"] if kind.with_timeline else []))
    return "\n\n".join("\n".join(_lines(block)) for block in blocks if block[0].startswith(wanted))


def _lines(block: list[str]) -> Iterator[str]:
    """Yield the lines of a part, wrapped: the first suspects, without their evidence, and how the timeline begins."""
    most = {"Suspects": 2 * _SUSPECTS, "Timeline": _ENTRIES}.get(block[0].split(";")[0], len(block))
    for line in block[: 1 + most]:
        indent = " " * (len(line) - len(line.lstrip()))
        text = line.rpartition(" (")[0] if block[0].startswith("Suspects") and len(indent) > 2 else line
        yield from textwrap.wrap(text, _WIDTH, subsequent_indent=f"{indent}  ", break_long_words=False)


def main() -> None:
    """Write the page."""
    (MANUAL / "gallery.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
