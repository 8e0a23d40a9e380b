"""Carries out `pmkit formats`."""

from __future__ import annotations

from pmkit.formats.catalog_page import listing, page


def show(*, as_markdown: bool) -> None:
    """Print the formats that are recognised."""
    print(page() if as_markdown else listing(), end="" if as_markdown else "\n")
