"""Declares the commands that check: check, verify and doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample
from pmkit.cli.parameters import DATA, INCIDENT_HELP, QUIET, IncidentType, NearChoice
from pmkit.publish.writers import HTML_TEMPLATE, TYPST_TEMPLATE

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
        click.RichOption(
            ["--fix"],
            is_flag=True,
            panel="Rules",
            help="Correct what has only one right answer in incident.yaml, and show the changes: order, durations",
        ),
        DATA,
        QUIET,
    ],
)

VERIFY: Final = CommandWithExample(
    "verify",
    help="Rebuild a report from the data and list whatever a reader would see differently.",
    example="pmkit verify reports/INC-2026-1103.html",
    target="pmkit.cli.verification:compare",
    params=[
        click.RichArgument(
            ["report"],
            type=click.Path(path_type=Path),
            help="A web page, a PDF or an executed notebook that pmkit wrote",
        ),
        click.RichOption(
            ["template_folder", "--template"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="DIR",
            panel="Input",
            help=f"Folder with the {HTML_TEMPLATE} or {TYPST_TEMPLATE} that it was written with",
        ),
        DATA,
        QUIET,
    ],
)

DOCTOR: Final = CommandWithExample(
    "doctor",
    help="Check the installation, the incidents, the cache and the reports folder, and print how to fix each problem.",
    example="pmkit doctor --data ~/incidents",
    target="pmkit.cli.doctor:examine_all",
    params=[DATA],
)
