"""Corrects in `incident.yaml` what has only one right answer: the order of the timeline, and wrong durations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import unified_diff
from typing import Final

from pmkit.check.linter import all_rules
from pmkit.check.quantities import durations
from pmkit.check.rule import Context, Match
from pmkit.core.wording import duration
from pmkit.findings.findings import Findings
from pmkit.incident.yaml_editor import Draft

_ORDER: Final = "PM214"
_DURATION: Final = "PM201"
# With these the author gives a limit, and the measured duration would not fit behind it.
_LIMIT: Final = re.compile(r"\b(?:over|under|more than|less than|nearly|almost|up to|just|some)\b", re.I)


def fixed(findings: Findings) -> Draft:
    """Return a draft of `incident.yaml` with the corrections, which is not saved."""
    draft, context = Draft(findings.incident), Context(findings, date.min)
    times = [findings.incident.local(note.at) for note in context.file.timeline if note.at]
    entries = draft.get("timeline") or []
    if any(True for _ in all_rules()[_ORDER].find(context)) and len(times) == len(entries):
        ordered = sorted(zip(times, entries, strict=True), key=lambda pair: pair[0])
        draft.set("timeline", [entry for _, entry in ordered])
    for match in all_rules()[_DURATION].find(context):
        for field, text in _corrected(match, findings, draft):
            draft.set(field, text)
    return draft


def _corrected(match: Match, findings: Findings, draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the field of a wrong duration and its text with the measured one."""
    stated = next(durations(match.words), None)
    if stated is None or _LIMIT.search(match.words):
        return
    field = str(match.location[0])
    words = match.words.replace(stated.number, duration(findings.impact.duration_s))
    yield field, draft.get(field).replace(match.words, words, 1)


def difference(before: str, after: str, path: str) -> str:
    """Return the changed lines of a file as a unified diff."""
    lines = unified_diff(before.splitlines(), after.splitlines(), path, f"{path} (fixed)", lineterm="", n=1)
    return "\n".join(lines)
