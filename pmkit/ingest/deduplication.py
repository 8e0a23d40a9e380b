"""Removes from each log of an incident the events that it contains repeatedly, and those that a larger log contains too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from pmkit.core.json_value import JsonValue
from pmkit.core.wording import count
from pmkit.ingest.cache_entry import build, load, load_built
from pmkit.ingest.cache_key import short_digest
from pmkit.ingest.kept_answers import kept_answer
from pmkit.store.duplicates import find_overlapping_logs, write_without_duplicates
from pmkit.store.part import Part
from pmkit.store.repeated_events import (
    FEWEST_EVENTS,
    Repetition,
    find_repeated_events,
    write_without_repeated_events,
)


def deduplicate(parts: Sequence[Part], cache: Path) -> list[Part]:
    """Return the parts in their order, each log without repeated events and the events of larger logs that it overlaps with."""
    largest_first = sorted(_without_repeated_events(parts, cache), key=lambda part: -part.ledger.events)
    overlaps = _overlaps([part for part in largest_first if part.ledger.table == "logs" and part.ledger.events], cache)
    reduced: dict[str, Part] = {}
    for part in largest_first:
        larger = [reduced[source] for source in overlaps.get(part.source, ())]
        reduced[part.source] = _without_duplicates(part, larger, cache) if larger else part
    return [reduced[part.source] for part in parts]


def _without_repeated_events(parts: Sequence[Part], cache: Path) -> list[Part]:
    """Return the parts in their order, each log without events that repeat earlier ones."""
    logs = {part.extent.name: part for part in parts if part.ledger.table == "logs" and part.ledger.events >= FEWEST_EVENTS}

    def find() -> JsonValue:
        repeated = find_repeated_events({name: part.extent for name, part in logs.items()})
        return {name: asdict(repetition) for name, repetition in repeated.items()}

    answer = cast("dict[str, dict[str, Any]]", kept_answer("repeated", logs, cache, find))
    repeated = {name: Repetition(**fields) for name, fields in answer.items()}
    return [_once(part, repeated[part.extent.name], cache) if part.extent.name in repeated else part for part in parts]


def _once(part: Part, repetition: Repetition, cache: Path) -> Part:
    """Return a log without the events that repeat earlier ones, with a note."""
    times = "twice" if repetition.times == 2 else f"{repetition.times} times"
    if not repetition.events:
        return _noted(part, f"it contains nearly every event {times}; perhaps its lines are repeated, but all are counted")
    reduced = _reduced(part, "once", partial(write_without_repeated_events, part.extent, part.ledger), cache)
    number = count(reduced.ledger.duplicates)
    if repetition.times:
        return _noted(reduced, f"it contains nearly every event {times}; {number} repetitions are not counted")
    return _noted(
        reduced, f"{number} of its events repeat whole pages of earlier ones, as in overlapping exports, and are counted once"
    )


def _overlaps(logs: Sequence[Part], cache: Path) -> dict[str, list[str]]:
    """Return, for each log, which of the logs before it contain the same events; the result is cached."""
    if len(logs) < 2:
        return {}

    def find() -> JsonValue:
        return [list(pair) for pair in find_overlapping_logs([(log.extent, log.ledger) for log in logs])]

    pairs = cast("list[tuple[int, int]]", kept_answer("overlaps", [log.extent.name for log in logs], cache, find))
    overlaps = defaultdict[str, list[str]](list)
    for a, b in sorted(pairs):
        overlaps[logs[b].source].append(logs[a].source)
    return overlaps


def _without_duplicates(part: Part, larger: Sequence[Part], cache: Path) -> Part:
    """Return a log without the events that larger logs contain, with a note."""
    less = f"less-{short_digest(repr([log.extent.name for log in larger]))}"
    write = partial(write_without_duplicates, part.extent, [log.extent for log in larger], part.ledger)
    reduced = _reduced(part, less, write, cache)
    duplicates = reduced.ledger.duplicates - part.ledger.duplicates
    names = " and ".join(log.source for log in larger)
    subject, verb = ("1 of its events", "is") if duplicates == 1 else (f"{duplicates} of its events", "are")
    return _noted(reduced, f"{subject} {verb} also in {names} and counted once")


def _reduced(part: Part, what: str, write: Callable[[Path], object], cache: Path) -> Part:
    """Return what a function writes of a log, which is kept beside the log's own entry of the cache."""
    folder = part.extent.folder.with_name(f"{part.extent.name}-{what}")
    if load(part.source, part.sha256, folder) is None:
        build(write, folder, cache)
    return replace(load_built(part.source, part.sha256, folder), bytes=part.bytes)


def _noted(part: Part, note: str) -> Part:
    return replace(part, ledger=replace(part.ledger, notes=(*part.ledger.notes, note)))
