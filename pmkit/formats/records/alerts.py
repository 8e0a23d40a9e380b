"""Alerts as a table, from any source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.alert_steps import alert_row, state_of
from pmkit.formats.builders import record_export
from pmkit.formats.declared_rows import NoRow, RowOrNone, real_time
from pmkit.formats.fields import (
    ACKNOWLEDGED_NAMES,
    END_NAMES,
    LEVEL_NAMES,
    LINK_NAMES,
    MESSAGE_NAMES,
    TIME_NAMES,
    find_key,
    first_value,
    spelling,
)
from pmkit.formats.format import Example
from pmkit.formats.query_functions import SERVICE_LABELS
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.timestamps import is_timestamp

# Names that only alerts have, and names that other records have, too.
_ALERT_NAMES: Final = (
    "alertname",
    "alert",
    "alarm",
    "alarmname",
    "rule",
    "rulename",
    "check",
    "checkname",
    "incident",
    "incidentname",
    "problem",
    "monitor",
    "monitorname",
    "alerte",
    "nomdelalerte",
    "nomdel'alerte",
    "alarme",
    "alarma",
    "alerta",
    "allarme",
    "störung",
)
_TITLES: Final = ("title", "name", "summary", "subject", "headline", "shortdescription", "titel", "titre", "título", "titolo")
_STARTS: Final = ("startedat", "startsat", "starttime", "start", "firedat", "triggeredat", "openedat", "opened", "began", "begin", "beganat",
                  "started", "raisedat", "activeat", "firingsince", "detectedat", "triggered", "fired", "raised", "detected", "occurredat", "reportedat", "createdat", "createdon",
                  "created", "creationtime", "opentime", "firsttriggered", "fechadeinicio", "datededébut", "startzeit", "startdate", "startdatetime", "outagestart", "starttimeutc", "beginn", "début", "inicio", "inizio", "início")  # fmt: skip
_ENDS: Final = (*END_NAMES, "ended", "endat", "closed", "clearedat", "cleared", "recoveredat", "resolvedtime", "outageend", "stoppedat", "finishedat",
                "resolutiontime", "closetime", "recovered", "resolvedon", "closedon", "enddate", "enddatetime", "endzeit", "fechadefin", "datedefin", "ende", "fin", "fine", "fim")  # fmt: skip
_LEVELS: Final = (
    *LEVEL_NAMES,
    "schweregrad",
    "priorität",
    "gravité",
    "sévérité",
    "gravedad",
    "severidad",
    "gravità",
    "gravidade",
)
_SERVICES: Final = (
    *SERVICE_LABELS,
    "affectedservice",
    "impactedservice",
    "affectedsystem",
    "configurationitem",
    "cmdbci",
    "dienst",
    "anwendung",
    "servicio",
    "servizio",
    "serviço",
)
_STATES: Final = ("status", "state", "alertstate", "newstate", "eventtype", "transition")
_KEYS: Final = ("alertid", "fingerprint", "incidentid", "eventid", "problemid", "incidentnumber", "number", "key", "id")
_ACKNOWLEDGED: Final = (*ACKNOWLEDGED_NAMES, "acknowledgementtime", "acktime", "acked", "firstacknowledgedat")


def _state(record: Record) -> object:
    return first_value(_STATES, record)


def _knows_state(record: Record) -> bool:
    try:
        state_of(_state(record), {}, is_over=False)
    except ValueError:
        return False
    return True


def _is_alert(record: Record) -> bool:
    """Return whether a record has a name that only alerts have and a time, or a title with a start and an end or a state."""
    if find_key(_ALERT_NAMES, record) is not None and isinstance(first_value(_ALERT_NAMES, record), str):
        return is_timestamp(first_value((*_STARTS, *TIME_NAMES), record)) and _knows_state(record)
    if find_key(_TITLES, record) is None or not is_timestamp(first_value(_STARTS, record)):
        return False
    names = {spelling(str(name)) for name in record}
    is_change = names & {
        "version",
        "deployer",
        "commit",
        "sha",
        "revision",
        "changetype",
        "deploymentid",
        "stage",
        "runner",
        "pipeline",
        "pipelineid",
        "jobid",
        "buildid",
    }
    return not is_change and bool(names & set(_ENDS)) and bool(names & {*_LEVELS, *_STATES, *_ACKNOWLEDGED})


def _generic(record: Record) -> Iterator[RowOrNone]:
    name = first_value((*_ALERT_NAMES, *_TITLES), record)
    started = real_time(first_value(_STARTS, record))
    resolved = real_time(first_value(_ENDS, record))
    resolved = resolved if is_timestamp(resolved) else None
    state = state_of(_state(record), {}, is_over=resolved is not None)
    if state is None:
        yield NoRow(f"a record of an alert that is {str(_state(record)).lower()}")
        return
    at = first_value(TIME_NAMES, record)
    is_step = started is None and resolved is None and _state(record) is not None
    service = first_value(_SERVICES, record)
    acknowledged = first_value(_ACKNOWLEDGED, record)
    row: Row = {
        "key": first_value(_KEYS[:-1], record)
        or " ".join(str(part) for part in (name, service, first_value(("instance", "host"), record)) if part),
        "at": at,
        "name": name,
        "severity": first_value(_LEVELS, record),
        "service": service,
        "started_at": started if started is not None or is_step else at,
        "acknowledged_at": acknowledged if is_timestamp(acknowledged) else None,
        "resolved_at": resolved,
        "summary": first_value((*MESSAGE_NAMES, "reason", "output"), record),
        "labels": sorted_json(record),
        "url": first_value(LINK_NAMES, record),
    }
    identity = first_value(_KEYS, record)
    yield alert_row(row if is_step or identity is None else {**row, "alert_id": str(identity)}, state)


GENERIC = record_export(
    "alerts", "Alerts as CSV or JSON with a name and a start time", "alerts", "", _generic,
    Example(
        "alert_name,severity,service,started_at,acknowledged_at,resolved_at\n"
        "High errors,critical,api,2026-01-17T03:00:00Z,2026-01-17T03:02:00Z,2026-01-17T03:30:00Z\n",
        ({"name": "High errors", "service": "api", "started_at": "2026-01-17T03:00:00Z",
          "acknowledged_at": "2026-01-17T03:02:00Z", "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    Example(
        '{"alert": "Disk full", "time": 1768618800, "summary": "95 %"}\n{"alert": "Disk full", "time": 1768618860}\n',
        ({"name": "Disk full", "started_at": "2026-01-17T03:00:00Z", "summary": "95 %"},
         {"name": "Disk full", "started_at": "2026-01-17T03:01:00Z"}),
    ),
    Example(
        '{"alert": "Queue full", "status": "firing", "time": "2026-01-17T03:00:00Z", "service": "mail"}\n'
        '{"alert": "Queue full", "status": "resolved", "time": "2026-01-17T03:30:00Z", "service": "mail"}\n'
        '{"alert": "Queue full", "status": "firing", "time": "2026-01-17T04:00:00Z", "service": "mail"}\n',
        ({"name": "Queue full", "service": "mail", "started_at": "2026-01-17T03:00:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"started_at": "2026-01-17T04:00:00Z", "resolved_at": None}),
    ),
    Example(
        "Title,Priority,Service,Started at,Resolved at\nNo mail goes out,P1,mail,2026-01-17 03:00,2026-01-17 03:20\n",
        ({"name": "No mail goes out", "severity": "P1", "service": "mail", "resolved_at": "2026-01-17T03:20:00Z"},),
    ),
    claims=_is_alert, general=True,
)  # fmt: skip
