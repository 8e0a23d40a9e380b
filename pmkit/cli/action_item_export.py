"""Carries out `pmkit actions`."""

from __future__ import annotations

from pathlib import Path

from pmkit.cli.incident_location import open_named
from pmkit.core.errors import OutputError
from pmkit.core.locations import put_text
from pmkit.core.markdown import printable
from pmkit.findings.redacted import redact_incident
from pmkit.incident import action_items


def export(*, incident: str, output_format: str, done: bool, out: Path | None, data: str | None) -> None:
    """Print the action items of an incident, or write them to a file."""
    text = action_items.export(redact_incident(open_named(incident, data)), output_format, done=done)
    if out is None:
        print(printable(text), end="")
        return
    try:
        put_text(text, out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}; name another file with --out") from error
