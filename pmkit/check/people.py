"""The people whose names an incident's data and its `incident.yaml` hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.word_lists import FIRST_NAMES, WELL_KNOWN
from pmkit.findings.findings import Findings

# Words that are part of the name of a role, a team or a program, and not of a person's.
_NO_PERSON: Final = re.compile(
    r"\b(?:team|on-?call|sre|engineer\w*|support|commander|lead|manager|developer|dev|ops|operations|operator|admin|bot|"
    r"alerts?|deploys?|"
    r"monitor\w*|pager\w*|responder|owner|reviewer|customer|user|system|service|platform|network|database|security|infra\w*|data|"
    r"scribe|liaison|vendor|group|desk|noc|communications?|github|slack|opsgenie|grafana|alertmanager|jenkins|ci|release|"
    r"incident|"
    r"first|second|third|primary|secondary|expert|analyst|architect|director|head|staff|product|business|web|app|api|"
    r"checkout|payments?|search|catalog|orders?|cart|storage|frontend|backend|mobile|legal|marketing|sales|finance|root|"
    r"unknown)\b|[/:#]|^\W*$|^[CUW][A-Z0-9]{6,}$",
    re.I,
)
_LIKE_A_NAME: Final = re.compile(r"^[A-Z][a-z]+(?: [A-Z][\w'.-]*){0,3}$|^[a-z]{3,}\d*$|^[a-z]+[._][a-z]+\d*$|^[A-Z]{2,3}$")


def people_in(findings: Findings) -> Iterator[str]:
    """Yield the names of people among authors of the chat, authors of changes, responders and owners."""
    file = findings.incident.file
    names = [file.owner, file.reviewer, *file.responders, *file.authors, *(item.owner for item in file.measures)]
    names += [*findings.messages["author_role"].dropna().unique()]
    for name in dict.fromkeys(str(name) for name in names if name):
        if _is_person(name):
            yield name


def _is_person(name: str) -> bool:
    """Return whether a name is a person's: one with a first name, initials, or a handle such as jdoe."""
    if _NO_PERSON.search(name) or name in WELL_KNOWN:
        return False
    return name.split(maxsplit=1)[0].casefold() in FIRST_NAMES or bool(_LIKE_A_NAME.search(name))
