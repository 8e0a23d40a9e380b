"""Declares the commands that show findings: summary and trends."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample
from pmkit.cli.parameters import (
    DATA,
    INCIDENT,
    PAPER,
    QUIET,
    REPORT_FOLDER,
    REPORT_TIMEZONE,
    report_formats,
)
from pmkit.publish.writers import HTML_TEMPLATE, TYPST_TEMPLATE

SUMMARY: Final = CommandWithExample(
    "summary",
    help="Print what the data show about an incident.",
    example="pmkit summary INC-2026-1103 --json",
    target="pmkit.cli.summary_printing:show",
    params=[
        INCIDENT,
        click.RichOption(
            ["as_json", "--json"],
            is_flag=True,
            panel="Output",
            help="Print JSON, with the fields that json.md in the manual explains",
        ),
        REPORT_TIMEZONE,
        DATA,
        QUIET,
    ],
)

TRENDS: Final = CommandWithExample(
    "trends",
    help="Build a report on all incidents, or print them as CSV.",
    example="pmkit trends --since 2026-01-17 --to html",
    target="pmkit.cli.trend_building:build",
    params=[
        click.RichOption(
            ["--since"],
            metavar="DAY",
            default="",
            panel="Content",
            help="Only incidents from this day on, such as 2026-01-17",
        ),
        report_formats(printed=["csv"], remark="; or csv, to print one row per incident instead"),
        REPORT_FOLDER,
        PAPER,
        click.RichOption(
            ["--template"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="DIR",
            panel="Output",
            help=f"Folder with your own {HTML_TEMPLATE} or {TYPST_TEMPLATE}",
        ),
        DATA,
        QUIET,
    ],
)
