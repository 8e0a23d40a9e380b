"""Declares the command that shows the manual."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from pmkit.cli.declaration import CommandWithExample

DOCS: Final = CommandWithExample(
    "docs",
    help="Open the manual in the browser; it needs no network.",
    example="pmkit docs --out manual",
    target="pmkit.cli.manual_opening:show",
    params=[
        click.RichOption(
            ["--out"],
            metavar="DIR",
            type=click.Path(path_type=Path),
            panel="Output",
            help="Write the pages to this folder instead, and open nothing",
        )
    ],
)
