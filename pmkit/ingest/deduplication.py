"""Removes from each log of an incident the events that a larger log contains too."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.ingest.cache_entry import build, load, load_built
from pmkit.ingest.cache_key import code_version, short_digest
from pmkit.store.duplicates import find_overlapping_logs, write_without_duplicates
from pmkit.store.part import Part


def deduplicate(parts: Sequence[Part], cache: Path) -> list[Part]:
    """Return the parts in their order, each log without the events of larger logs that it overlaps with."""
    largest_first = sorted(parts, key=lambda part: -part.ledger.events)
    overlaps = _overlaps([part for part in largest_first if part.ledger.table == "logs" and part.ledger.events], cache)
    reduced: dict[str, Part] = {}
    for part in largest_first:
        larger = [reduced[source] for source in overlaps.get(part.source, ())]
        reduced[part.source] = _without_duplicates(part, larger, cache) if larger else part
    return [reduced[part.source] for part in parts]


def _overlaps(logs: Sequence[Part], cache: Path) -> dict[str, list[str]]:
    """Return, for each log, which of the logs before it contain the same events; the result is cached."""
    if len(logs) < 2:
        return {}
    key = hashlib.sha256("\0".join([code_version(), *(log.extent.name for log in logs)]).encode()).hexdigest()
    note = cache / "overlaps" / key
    try:
        pairs = [(int(a), int(b)) for a, b in json.loads(read_checked_text(note))]
    except (OSError, ValueError, TypeError):
        pairs = find_overlapping_logs([(log.extent, log.ledger) for log in logs])
        with contextlib.suppress(OSError):
            put_checked_text(json.dumps(pairs), note)
    overlaps = defaultdict[str, list[str]](list)
    for a, b in sorted(pairs):
        overlaps[logs[b].source].append(logs[a].source)
    return overlaps


def _without_duplicates(part: Part, larger: Sequence[Part], cache: Path) -> Part:
    less = short_digest(repr([log.extent.name for log in larger]))
    folder = part.extent.folder.with_name(f"{part.extent.name}-less-{less}")
    if load(part.source, part.sha256, folder) is None:
        write = partial(write_without_duplicates, part.extent, [log.extent for log in larger], part.ledger)
        build(write, folder, cache)
    reduced = replace(load_built(part.source, part.sha256, folder), bytes=part.bytes)
    duplicates, names = reduced.ledger.duplicates, " and ".join(log.source for log in larger)
    subject, verb = ("1 of its events", "is") if duplicates == 1 else (f"{duplicates} of its events", "are")
    note = f"{subject} {verb} also in {names} and counted once"
    return replace(reduced, ledger=replace(reduced.ledger, notes=(*reduced.ledger.notes, note)))
