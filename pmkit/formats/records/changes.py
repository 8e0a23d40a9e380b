"""Changes as a table, and the kinds of changes."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.fields import (
    ACTOR_NAMES,
    FINISHED_NAMES,
    KIND_NAMES,
    LINK_NAMES,
    MESSAGE_NAMES,
    SERVICE_NAMES,
    TIME_NAMES,
    VERSION_NAMES,
    first_value,
)
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.timestamps import is_timestamp

_WORDS = {
    "rollback": ("rollback", "roll back", "revert", "undo"),
    "deploy": ("deploy", "deployment", "release", "rollout", "ship"),
    "config": ("config", "configuration", "setting", "policy"),
    "flag": ("flag", "feature", "toggle"),
    "scale": ("scale", "scaling", "resize"),
    "migration": ("migration", "migrate", "schema"),
}


def change_kind(word: str) -> str:
    """Return the canonical kind of a change.

    Examples
    --------
    >>> change_kind("Deployment"), change_kind("feature_flag"), change_kind("restart")
    ('deploy', 'flag', 'other')
    """
    lowered = word.lower()
    return next((kind for kind, words in _WORDS.items() if any(part in lowered for part in words)), "other")


def _is_change(record: Record) -> bool:
    kind = first_value(KIND_NAMES, record)
    has_kind = isinstance(kind, str) and change_kind(kind) != "other"
    return has_kind and is_timestamp(first_value(TIME_NAMES, record))


def _generic(record: Record) -> Iterator[Row]:
    yield {
        "at": first_value(TIME_NAMES, record),
        "finished_at": first_value(FINISHED_NAMES, record),
        "kind": change_kind(str(first_value(KIND_NAMES, record))),
        "service": first_value(SERVICE_NAMES, record),
        "version": first_value(VERSION_NAMES, record),
        "summary": first_value((*MESSAGE_NAMES, "title"), record),
        "actor_role": first_value(ACTOR_NAMES, record),
        "url": first_value(LINK_NAMES, record),
    }


GENERIC = record_export(
    "changes", "Changes as CSV or JSON lines with time, type, service, version", "changes", _is_change, _generic,
    Example(
        '{"time": "2026-11-23T21:28:43.353Z", "finished": "2026-11-23T21:28:48Z", "type": "deploy", "service": "catalog", '
        '"version": "v2.4.1", "summary": "rank by facet", "actor": "catalog team"}\n'
        '{"time": "2026-11-23T21:29:53Z", "type": "rollback", "service": "catalog", "version": "v2.4.0"}\n',
        ({"at": "2026-11-23T21:28:43.353Z", "finished_at": "2026-11-23T21:28:48Z", "kind": "deploy", "service": "catalog",
          "version": "v2.4.1", "summary": "rank by facet", "actor_role": "catalog team"},
         {"kind": "rollback", "version": "v2.4.0", "finished_at": None}),
    ),
    Example(
        "time,type,service,version\n2026-01-17 03:00:00+01:00,Config change,edge,57\n"
        "2026-01-17T04:00Z,feature flag,api,x=on\n",
        ({"at": "2026-01-17T02:00:00Z", "kind": "config", "service": "edge"}, {"kind": "flag", "version": "x=on"}),
    ),
)  # fmt: skip
