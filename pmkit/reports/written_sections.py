"""What people wrote that has no counterpart in the data: background, lessons, open questions, glossary, authors."""

from __future__ import annotations

from pmkit.core.markdown import bullets, escape
from pmkit.findings.findings import Findings


def background(findings: Findings) -> str | None:
    """Write what a reader has to know about the system first; None where people wrote nothing."""
    return findings.incident.file.background


def lessons(findings: Findings) -> str | None:
    """Write what others can learn from the incident; None where people wrote nothing."""
    return bullets(findings.incident.file.lessons) or None


def open_questions(findings: Findings) -> str | None:
    """Write what is not known yet; None where people wrote nothing."""
    return bullets(findings.incident.file.open_questions) or None


def glossary(findings: Findings) -> str | None:
    """Write the terms with their meaning; None where people wrote none."""
    terms = sorted(findings.incident.file.glossary.items(), key=lambda item: item[0].casefold())
    return bullets([f"**{escape(term)}.** {meaning}" for term, meaning in terms]) or None
