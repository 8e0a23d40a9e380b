"""The appendix's lines around the evidence."""

from __future__ import annotations

from pmkit.core.markdown import code, table
from pmkit.findings.excerpts import Excerpt, excerpts
from pmkit.findings.findings import Findings


def lines_around_the_evidence(findings: Findings) -> str | None:
    """Write the lines of the logs that are evidence, with those around them; None if there are none."""
    shown = excerpts(findings)
    if not shown:
        return None
    lead = "The arrow marks the line that the report names. Long lines are shortened, and secrets and personal data are replaced."
    return "\n\n".join(["### Lines around the evidence", lead, *map(_excerpt, shown)])


def _excerpt(excerpt: Excerpt) -> str:
    rows = [[f"{'→ ' if number == excerpt.line else ''}{number}", code(text)] for number, text in excerpt.lines]
    return f"#### {code(f'{excerpt.source}:{excerpt.line}')}\n\n{table(['Line', 'Text'], rows, [-8, 92])}"
