"""Rules about entries of the timeline, and about edits of entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from pmkit.check.rule import Context, Match, rule
from pmkit.core.locations import is_url
from pmkit.core.wording import duration
from pmkit.findings.contract_types import utc
from pmkit.incident.written_times import contains, is_period

# Entries further from the impact than this probably have the wrong date.
_FAR: Final = timedelta(days=1)


@rule(
    "PM117",
    "edit-without-entry",
    "warning",
    reason="An edit that matches no entry has no effect: the report still shows what it was meant to hide or correct.",
    bad="timeline_edits: [{at: 2026-11-03 10:20:47, kind: message, evidence: 'chat/incident-channel.json:7', hide: true}]",
    good="timeline_edits: [{at: 2026-11-03 10:20:47, kind: message, evidence: 'chat/incident-channel.json:62', hide: true}]",
    expected="timeline_edits.0: the timeline has no message at 10:20:47 with this evidence",
    suggestion="Copy time, kind and evidence from the timeline of the report.",
)
def _edit(context: Context) -> Iterator[Match]:
    local = context.findings.incident.local
    for index, edit in enumerate(context.file.timeline_edits):
        at = utc(local(edit.at))
        if not any(entry.matches(at, edit.kind, edit.evidence) for entry in context.findings.story):
            message = f"the timeline has no {edit.kind} at {context.findings.clock(at)} with this evidence"
            yield Match(("timeline_edits", index), message)


@rule(
    "PM213",
    "entry-far-away",
    "warning",
    reason="An entry days after the incident, or days before it and out of order, has the wrong date.",
    bad="timeline: [{at: 2026-11-13 10:20:30, text: The status page shows orders as unavailable.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: The status page shows orders as unavailable.}]",
    expected="timeline.0: the entry is 9 d 23 h away from the impact",
    suggestion="Correct the date or the time zone.",
)
def _far(context: Context) -> Iterator[Match]:
    impact, local, above = context.findings.impact, context.findings.incident.local, None
    resolved = context.findings.response.at("resolved")
    for index, note in enumerate(context.file.timeline):
        if note.at is None:
            continue
        at = local(note.at)
        away = min((max(start - at, at - end) for start, end in impact.spans), default=_FAR)
        # What led up to the impact may be long before it, and what followed lasts until the all clear.
        in_order = above is None or above <= at or contains(note.at, above)
        is_plausible = (at < impact.start and in_order) or impact.start < at < impact.end
        if away > _FAR and not is_plausible and (resolved is None or at > resolved or at < impact.start):
            yield Match(("timeline", index), f"the entry is {duration(away.total_seconds())} away from the impact")
        above = at


@rule(
    "PM214",
    "entry-out-of-order",
    "note",
    reason="A chronological list reads as a story; gaps are easy to miss in any other order.",
    bad="timeline: [{at: 2026-11-03 10:22:00, text: Second.}, {at: 2026-11-03 10:20:30, text: First.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: First.}, {at: 2026-11-03 10:22:00, text: Second.}]",
    expected="timeline.1: the entry is earlier than the one above it",
    suggestion="Sort the entries by time.",
)
def _unordered(context: Context) -> Iterator[Match]:
    local, previous = context.findings.incident.local, None
    for index, note in enumerate(context.file.timeline):
        if note.at is None:
            continue
        at = local(note.at)
        # A day may stand below a time of that day.
        if previous is not None and at < previous and not contains(note.at, previous):
            yield Match(("timeline", index), "the entry is earlier than the one above it")
        previous = max(at, previous) if previous is not None and is_period(note.at) else at


@rule(
    "PM215",
    "evidence-missing",
    "error",
    reason="Evidence that nobody can open proves nothing.",
    bad="timeline: [{at: 2026-11-03 10:20:30, text: It was noticed., evidence: 'logs/gone.log:12'}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: It was noticed., evidence: 'logs/checkout.log.gz:12'}]",
    expected="timeline.0.evidence: logs/gone.log:12 does not exist",
    suggestion="Name a file in the incident's folder with a line, or a URL.",
)
def _evidence(context: Context) -> Iterator[Match]:
    folder = context.findings.incident.folder
    for index, note in enumerate(context.file.timeline):
        place = note.evidence
        if place and not is_url(place) and not _is_file_in(folder, re.sub(r":\d+$", "", place)):
            yield Match(("timeline", index, "evidence"), f"{place} does not exist", place)


def _is_file_in(folder: Path, name: str) -> bool:
    """Return whether a relative name is that of a file in the folder; a name that no file can have is not."""
    try:
        return not Path(name).is_absolute() and ".." not in Path(name).parts and (folder / name).is_file()
    except (OSError, ValueError):
        return False
