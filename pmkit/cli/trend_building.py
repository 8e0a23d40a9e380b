"""Carries out `pmkit trends`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pmkit.core.errors import InputError
from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.incident.data_folder import data_folder
from pmkit.reports.trends.trend_report import trends


def build(
    *,
    since: str,
    data: str | None,
    out: Path,
    formats: Sequence[str],
    paper: str,
    template: Path | None,
    progress: Progress,
) -> None:
    """Build a report on all incidents and print the files written, or print a table."""
    if "csv" in formats and len(formats) > 1:
        raise InputError("--to csv: prints a table instead of writing a report; run the command once for each")
    trend_report = trends(data, since, progress=progress)
    if since and not trend_report.trends.cases:
        raise InputError(f"no incident in {data_folder(data)} is from {since} or later; choose an earlier day with --since")
    if "csv" in formats:
        print(printable(trend_report.trends.to_csv()), end="")
        return
    from pmkit.cli.trend_publishing import publish  # noqa: PLC0415 - a table needs no notebook runner

    written = publish(
        data=data_folder(data), since=since, out=out, formats=formats, paper=paper, template_folder=template, progress=progress
    )
    print("\n".join(map(str, written)))
