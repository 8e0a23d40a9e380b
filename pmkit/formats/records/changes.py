"""Changes as a table, from any source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.change_kinds import change_kind, failure_of
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.fields import (
    ACTOR_NAMES,
    FINISHED_NAMES,
    FOREIGN_TIME_NAMES,
    KIND_NAMES,
    LINK_NAMES,
    MESSAGE_NAMES,
    SERVICE_NAMES,
    TIME_NAMES,
    VERSION_NAMES,
    first_value,
)
from pmkit.formats.format import Example
from pmkit.formats.record import Record
from pmkit.formats.timestamps import is_timestamp

_TIMES: Final = (
    "actualstart",
    "start",
    "startdate",
    "beginn",
    *TIME_NAMES,
    *FOREIGN_TIME_NAMES,
    "deployedat",
    "releasedat",
    "deploymentdate",
    "deploytime",
    "deploydate",
    "mergedat",
    "changedat",
    "plannedstart",
    "scheduledstart",
)
_THINGS: Final = (
    *SERVICE_NAMES,
    "project",
    "repository",
    "repo",
    "deployment",
    "artifact",
    "package",
    "image",
    "system",
    "what",
    "dienst",
    "anwendung",
    "servicio",
    "servizio",
    "serviço",
    "affectedsystem",
    "target",
    "environment",
)
_VERSIONS: Final = (
    *VERSION_NAMES,
    "tag",
    "revision",
    "commit",
    "sha",
    "build",
    "imagetag",
    "newversion",
    "toversion",
    "ref",
    "versión",
    "versione",
    "versie",
    "versão",
)
_OUTCOMES: Final = ("outcome", "result", "status", "conclusion", "state")
# The number of a request for a change, and what tickets of incidents have.
_TICKETS: Final = ("changeid", "changenumber", "changerequest", "changeticket", "rfc", "rfcid", "rfcnumber")
_OF_ALERTS: Final = ("incident", "incidentid", "alert", "alertid", "problem", "problemid")
# The hash of a commit, and its words.
_COMMITS: Final = ("commit", "sha", "hash", "commithash", "commitsha", "commitid")
_SUBJECTS: Final = ("message", "subject", "commitmessage")
# What reports of events have, and changes do not.
_OF_LOGS: Final = ("level", "severity", "loglevel", "message", "msg")


def _is_change(record: Record) -> bool:
    """Return whether a record has a time and the kind of a change, or a time, a thing and its version."""
    if not is_timestamp(first_value(_TIMES, record)):
        return False
    kind = first_value(KIND_NAMES, record)
    if isinstance(kind, str) and change_kind(kind) != "other":
        return True
    if (
        first_value(_TICKETS, record) is not None
        and first_value(_THINGS, record) is not None
        and first_value(_OF_ALERTS, record) is None
    ):
        return True
    has_version = isinstance(first_value(_VERSIONS, record), str | int | float) and first_value(_THINGS, record) is not None
    if has_version and first_value(_OF_LOGS, record) is None:
        return True
    return (
        first_value(_COMMITS, record) is not None
        and first_value(_OF_LOGS[:-2], record) is None
        and first_value((*ACTOR_NAMES, *_SUBJECTS), record) is not None
    )


def _generic(record: Record) -> Iterator[RowOrNone]:
    kind = first_value(KIND_NAMES, record)
    failure = failure_of(first_value(_OUTCOMES, record))
    if failure is not None:
        yield NoRow(f"a change that {failure}")
        return
    yield {
        "at": first_value(_TIMES, record),
        "finished_at": first_value((*FINISHED_NAMES, "end", "actualend", "enddate", "ende"), record),
        "kind": change_kind(kind) if isinstance(kind, str) else "other" if first_value(_THINGS, record) is None else "deploy",
        "service": _name(first_value(_THINGS, record)),
        "version": first_value((*_VERSIONS, *_COMMITS), record),
        "summary": first_value((*MESSAGE_NAMES, *_SUBJECTS, "title", "notes", "comment", "änderung", "beschreibung"), record),
        "actor_role": _name(first_value(ACTOR_NAMES, record)),
        "url": first_value(LINK_NAMES, record),
    }


def _name(value: object) -> object:
    """Return the name of an object; any other value as it is."""
    return first_value(("name", "slug", "displayname", "title", "id"), value) if isinstance(value, dict) else value


GENERIC = record_export(
    "changes", "Changes as CSV or JSON lines with time, type, service, version", "changes", "", _generic,
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
    Example(
        "Deployed at,Service,Version,Status\n2026-01-17 03:00:00Z,cart,v2.4.1,success\n2026-01-17 04:00:00Z,cart,v2.4.2,failed\n",
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1"},),
    ),
    claims=_is_change, general=True,
)  # fmt: skip
