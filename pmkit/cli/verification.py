"""Carries out `pmkit verify`."""

from __future__ import annotations

from pathlib import Path

from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.findings.verify import verify
from pmkit.incident.data_folder import data_folder


def compare(*, report: Path, data: str | None, progress: Progress) -> int:
    """Print where a report differs from the data, and return 1 if it does."""
    differences = verify(report, data_folder(data), progress)
    print(printable("\n".join(differences)) or "the report matches the data")
    return int(bool(differences))
