"""How findings show themselves: a short card in a notebook, a few lines of text elsewhere."""

from __future__ import annotations

import html
from typing import Final

from pmkit.core.markdown import printable
from pmkit.core.wording import short
from pmkit.findings.findings import Findings
from pmkit.findings.redacted import redact_incident
from pmkit.findings.terminal import impact_in_short

_MOST_SUSPECTS: Final = 3

# What a reader may call next.
_NEXT: Final = ("findings.suspects", "findings.timeline", "findings.patterns", "findings.data_quality", "findings.to_json()")


def card_text(findings: Findings) -> str:
    """Return what, when, how bad, the suspects, and what to call next, as a few lines of text."""
    title, *lines = _lines(findings)
    text = "\n".join([f"<Findings {title}>", *(f"  {line}" for line in lines), f"  Next: {', '.join(_next(findings))}"])
    return printable(text)


def card_html(findings: Findings) -> str:
    """Return the same as HTML; texts from exports and from people are escaped."""
    title, *impact = _lines(findings, suspects=False)
    blocks = [f"<p><strong>{_escape(title)}</strong></p>", f"<p>{'<br>'.join(map(_escape, impact))}</p>"]
    suspects = "".join(f"<li>{_escape(summary)}</li>" for summary in _suspects(findings))
    if suspects:
        blocks.append(f"<p>Suspects</p><ol>{suspects}</ol>")
    calls = ", ".join(f"<code>{_escape(call)}</code>" for call in _next(findings))
    return f'<div class="pmkit-findings">{"".join(blocks)}<p>Next: {calls}</p></div>'


def _lines(findings: Findings, *, suspects: bool = True) -> list[str]:
    """Return the title, then when the impact was and how bad, then the suspects."""
    incident = redact_incident(findings.incident)
    lines = [f"{incident.id}: {short(incident.file.title)}", *impact_in_short(findings)]
    if suspects:
        lines += [f"Suspect {rank}: {summary}" for rank, summary in enumerate(_suspects(findings), 1)]
    return lines


def _suspects(findings: Findings) -> list[str]:
    return [short(suspect.summary, 100) for suspect in findings.suspects[:_MOST_SUSPECTS]]


def _next(findings: Findings) -> tuple[str, ...]:
    return tuple(call for call in _NEXT if findings.suspects or not call.endswith("suspects"))


def _escape(text: str) -> str:
    return html.escape(printable(text))
