"""Publishes the report on all incidents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pmkit.cli.optional_libraries import UNUSED, without
from pmkit.core.progress import Progress

with without(*UNUSED):
    from pmkit.publish.job import TrendsJob
    from pmkit.publish.run import run


def publish(
    *,
    data: Path,
    since: str,
    out: Path,
    formats: Sequence[str],
    paper: str,
    template_folder: Path | None,
    progress: Progress,
) -> list[Path]:
    """Publish the report and return the files written; `TrendsJob` describes the parameters."""
    return run(TrendsJob(data, out, formats, since=since, paper=paper, template_folder=template_folder), progress)
