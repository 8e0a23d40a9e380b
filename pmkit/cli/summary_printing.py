"""Carries out `pmkit summary`."""

from __future__ import annotations

from pmkit.cli.incident_location import locate
from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.findings.investigate import investigate
from pmkit.findings.terminal import text


def show(*, incident: str, as_json: bool, timezone: str, data: str | None, progress: Progress) -> None:
    """Print the findings on an incident."""
    findings = investigate(*locate(incident, data), timezone or None, progress=progress)
    print(findings.to_json() if as_json else printable(text(findings)))
