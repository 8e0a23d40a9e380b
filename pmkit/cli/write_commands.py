"""Declares the commands that write and publish: new, report and actions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample
from pmkit.cli.parameters import (
    AUDIENCE,
    DATA,
    INCIDENT,
    PAPER,
    QUIET,
    REPORT_FOLDER,
    REPORT_TIMEZONE,
    TEMPLATES,
    IncidentType,
    NearChoice,
    TemplateType,
    TimezoneType,
    WholeNumber,
    report_formats,
)
from pmkit.publish.writers import HTML_TEMPLATE, TYPST_TEMPLATE

NEW: Final = CommandWithExample(
    "new",
    help="Create an incident folder with an incident.yaml to fill in.",
    example='pmkit new INC-2026-0117 --title "Search is down" --timezone Europe/Berlin',
    target="pmkit.cli.new_incident:create",
    params=[
        click.RichArgument(
            ["incident"],
            type=IncidentType(),
            help="ID of the new incident, such as INC-2026-0117, or the path of a folder that contains its exports already",
        ),
        click.RichOption(["--title"], default="", panel="Content", help="What happened, in a few words"),
        click.RichOption(
            ["--timezone"],
            type=TimezoneType(),
            metavar="TZ",
            default="UTC",
            show_default=True,
            panel="Content",
            help="IANA time zone that the report is written in",
        ),
        DATA,
        QUIET,
    ],
)

REPORT: Final = CommandWithExample(
    "report",
    help="Build the postmortem of one or more incidents.",
    example="pmkit report INC-2026-1103 --to html,pdf --out reports",
    target="pmkit.cli.report_building:build",
    params=[
        click.RichArgument(
            ["incidents"],
            nargs=-1,
            type=IncidentType(),
            help="IDs of incidents, or the paths of their folders",
        ),
        click.RichOption(["all_incidents", "--all"], is_flag=True, help="Report on every incident in the data folder"),
        report_formats(),
        REPORT_FOLDER,
        PAPER,
        REPORT_TIMEZONE,
        AUDIENCE,
        click.RichOption(
            ["templates", "--template"],
            multiple=True,
            type=TemplateType(),
            metavar="NAME|DIR",
            panel="Content",
            help=f"Sections as in a published guide: {', '.join(TEMPLATES)}; or a folder with your own {HTML_TEMPLATE} or "
            f"{TYPST_TEMPLATE}, for the look. One of each may be given.",
        ),
        click.RichOption(
            ["--notebook"],
            type=click.Path(path_type=Path),
            panel="Content",
            help="Run this notebook instead of the one that comes with pmkit",
        ),
        click.RichOption(
            ["--jobs"],
            type=WholeNumber(),
            default=os.cpu_count() or 1,
            metavar="N",
            panel="Execution",
            help="Number of reports to build in parallel (default: CPU count)",
        ),
        click.RichOption(
            ["cell_timeout_s", "--cell-timeout"],
            type=WholeNumber(),
            metavar="S",
            panel="Execution",
            help="Give up when one cell takes longer than this many seconds (default: no limit)",
        ),
        DATA,
        QUIET,
    ],
)

ACTIONS: Final = CommandWithExample(
    "actions",
    help="Export an incident's action items, as a table or for an issue tracker.",
    example="pmkit actions INC-2026-1103 --to github",
    target="pmkit.cli.action_item_export:export",
    params=[
        INCIDENT,
        click.RichOption(
            ["output_format", "--to"],
            type=NearChoice(["csv", "json", "github", "jira"]),
            default="csv",
            show_default=True,
            panel="Output",
            help="Format: a table, or what a tracker imports",
        ),
        click.RichOption(
            ["--out"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            panel="Output",
            help="Write to this file instead of standard output",
        ),
        click.RichOption(["--done"], is_flag=True, panel="Output", help="Include action items that are done"),
        DATA,
        QUIET,
    ],
)
