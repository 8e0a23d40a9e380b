"""Declares the commands on exports: ingest, events and formats."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample
from pmkit.cli.parameters import DATA, INCIDENT, QUIET, FormatType, NearChoice, TimezoneType, WholeNumber

INGEST: Final = CommandWithExample(
    "ingest",
    help="Read an incident's exports into the cache, on this machine or on a cluster.",
    example="pmkit ingest INC-2026-1103 --cluster tcp://scheduler:8786",
    target="pmkit.cli.ingestion:ingest",
    params=[
        INCIDENT,
        click.RichOption(
            ["--cluster"],
            metavar="ADDRESS",
            panel="Cluster",
            help="A Dask scheduler, such as tcp://scheduler:8786, or local (default: this process)",
        ),
        click.RichOption(
            ["range_mib", "--range"],
            type=WholeNumber(),
            default=64,
            show_default=True,
            metavar="MIB",
            panel="Cluster",
            help="Divide plain logs into ranges of this many MiB",
        ),
        DATA,
        QUIET,
    ],
)

EVENTS: Final = CommandWithExample(
    "events",
    help="Convert exports into canonical events, with the hints of the incident that they belong to.",
    example="pmkit events access.log.gz --to csv --out events.csv",
    target="pmkit.cli.event_conversion:convert",
    params=[
        click.RichArgument(
            ["paths"],
            nargs=-1,
            required=True,
            type=click.Path(path_type=Path),
            help="Exports, compressed or not",
        ),
        click.RichOption(
            ["format_name", "--format"],
            type=FormatType(),
            metavar="NAME",
            panel="Input",
            help="Format that the exports are in, a name from `pmkit formats` (default: recognised)",
        ),
        click.RichOption(
            ["--timezone"],
            type=TimezoneType(),
            metavar="TZ",
            default="",
            panel="Input",
            help="Time zone of timestamps without one (default: as in incident.yaml, else UTC)",
        ),
        click.RichOption(
            ["--explain"],
            is_flag=True,
            panel="Input",
            help="Print which formats were tried and why one was chosen, instead of events",
        ),
        click.RichOption(
            ["to", "--to"],
            type=NearChoice(["jsonl", "csv", "parquet"]),
            default="jsonl",
            show_default=True,
            panel="Output",
            help="Format to write",
        ),
        click.RichOption(
            ["--out"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            panel="Output",
            help="Write to this file instead of standard output; required for parquet",
        ),
        QUIET,
    ],
)

FORMATS: Final = CommandWithExample(
    "formats",
    help="List the formats that pmkit recognises.",
    example="pmkit formats",
    target="pmkit.cli.format_listing:show",
    params=[
        click.RichOption(["as_markdown", "--markdown"], is_flag=True, help="Write a Markdown page, with the fields of each"),
    ],
)
