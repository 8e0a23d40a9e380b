"""Carries out `pmkit docs`."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

from platformdirs import user_cache_path

from pmkit.cli.reporting import print_message
from pmkit.core.version import __version__
from pmkit.publish.manual.manual_site import build, write


def show(*, out: Path | None) -> int:
    """Write the manual as web pages, print the first one, and open it if somebody is at the terminal."""
    site = build()
    first = write(site, out or user_cache_path("pmkit", appauthor=False) / "manual" / __version__)
    print(first)
    if site.broken:
        print_message(f"links that lead nowhere: {', '.join(site.broken)}")
    if out is None and sys.stdout.isatty() and not webbrowser.open(first.absolute().as_uri()):
        print_message("no browser was found; open that page yourself")
    return int(bool(site.broken))
