"""Declares the commands that check: check and verify."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample
from pmkit.cli.parameters import DATA, INCIDENT_HELP, QUIET, IncidentType, NearChoice

CHECK: Final = CommandWithExample(
    "check",
    help="Lint an incident's postmortem.",
    example="pmkit check INC-2026-1103 --ignore PM401",
    target="pmkit.cli.linting:lint",
    params=[
        click.RichArgument(
            ["incident"],
            required=False,
            type=IncidentType(),
            help=INCIDENT_HELP,
        ),
        click.RichOption(
            ["output_format", "--to"],
            type=NearChoice(["text", "json", "github", "sarif"]),
            default="text",
            show_default=True,
            panel="Output",
            help="Format of the problems",
        ),
        click.RichOption(
            ["--select"],
            metavar="LIST",
            default="",
            panel="Rules",
            help="Only rules with these codes or prefixes, such as PM2,PM401",
        ),
        click.RichOption(
            ["--ignore"], metavar="LIST", default="", panel="Rules", help="Leave out rules with these codes or prefixes"
        ),
        click.RichOption(
            ["list_rules", "--rules"], is_flag=True, panel="Rules", help="List the rules and the reason for each instead"
        ),
        click.RichOption(
            ["as_markdown", "--markdown"],
            is_flag=True,
            panel="Rules",
            help="With --rules: write a Markdown page, with examples",
        ),
        DATA,
        QUIET,
    ],
)

VERIFY: Final = CommandWithExample(
    "verify",
    help="Rebuild a report's content from the data and list any differences.",
    example="pmkit verify reports/INC-2026-1103.html",
    target="pmkit.cli.verification:compare",
    params=[
        click.RichArgument(
            ["report"],
            type=click.Path(path_type=Path),
            help="A web page, a PDF or an executed notebook that pmkit wrote",
        ),
        DATA,
        QUIET,
    ],
)
