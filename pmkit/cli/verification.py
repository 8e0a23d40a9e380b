"""Carries out `pmkit verify`."""

from __future__ import annotations

from pathlib import Path

from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.incident.data_folder import data_folder
from pmkit.publish.verify import verify


def compare(*, report: Path, template_folder: Path | None, data: str | None, progress: Progress) -> int:
    """Print where a report differs from the data, and return 1 if it does."""
    differences = verify(report, data_folder(data), template_folder, progress)
    print(printable("\n".join(differences)) or "the report matches the data")
    return int(bool(differences))
