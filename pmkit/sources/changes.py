"""Exports of changes: deploys, configuration, flags."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.sources import aliases
from pmkit.sources.model import Example, RecordFormat
from pmkit.sources.sample import Row
from pmkit.sources.times import time_like

_WORDS = {
    "rollback": ("rollback", "roll back", "revert", "undo"),
    "deploy": ("deploy", "deployment", "release", "rollout", "ship"),
    "config": ("config", "configuration", "setting", "policy"),
    "flag": ("flag", "feature", "toggle"),
    "scale": ("scale", "scaling", "resize"),
    "migration": ("migration", "migrate", "schema"),
}


def kind_of(word: str) -> str:
    """Name the kind of a change in the canonical words.

    Examples
    --------
    >>> kind_of("Deployment"), kind_of("feature_flag"), kind_of("restart")
    ('deploy', 'flag', 'other')
    """
    lowered = word.lower()
    return next((kind for kind, words in _WORDS.items() if any(known in lowered for known in words)), "other")


def _is_change(record: Row) -> bool:
    kind = aliases.value(aliases.KIND, record)
    known = isinstance(kind, str) and kind_of(kind) != "other"
    return known and time_like(aliases.value(aliases.TIME, record))


def _rows(record: Row) -> Iterator[Row]:
    yield {
        "at": aliases.value(aliases.TIME, record),
        "finished_at": aliases.value(aliases.FINISHED, record),
        "kind": kind_of(str(aliases.value(aliases.KIND, record))),
        "service": aliases.value(aliases.SERVICE, record),
        "version": aliases.value(aliases.VERSION, record),
        "summary": aliases.value((*aliases.MESSAGE, "title"), record),
        "actor_role": aliases.value(aliases.ACTOR, record),
        "url": aliases.value(aliases.LINK, record),
    }


GENERIC = RecordFormat(
    name="changes",
    title="Changes as CSV or JSON lines with time, type, service, version",
    table="changes",
    claims=_is_change,
    rows=_rows,
    samples=(
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
    ),
)  # fmt: skip

FORMATS = (GENERIC,)
