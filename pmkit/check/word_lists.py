"""The lists of words in `check/lists`: first names, acronyms that readers know, verbs of action items."""

from __future__ import annotations

from importlib import resources
from typing import Final

from pmkit.core.schema import SEVERITIES


def _words(name: str) -> frozenset[str]:
    return frozenset(resources.files("pmkit.check").joinpath("lists", f"{name}.txt").read_text(encoding="utf-8").split())


# First names that are no words, places or products.
FIRST_NAMES: Final = _words("first_names")
# Acronyms that readers of postmortems know: technical ones, time zones, currencies, keywords of HTTP and SQL.
WELL_KNOWN: Final = frozenset(SEVERITIES) | _words("known_acronyms")
# Imperatives with which action items begin.
VERBS: Final = _words("verbs")
