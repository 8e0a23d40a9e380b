"""Alerts of monitors of hosts: Zabbix, Nagios and Icinga, Checkmk, LibreNMS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.alert_steps import ACKNOWLEDGED, FIRED, NEITHER, RESOLVED, step
from pmkit.formats.builders import record_export
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.format import Example
from pmkit.formats.record import Record, sorted_json

ZABBIX = record_export(
    "zabbix-problems", "Zabbix: problem.get and event.get", "alerts", "eventid, clock, name",
    {
        # The event of a recovery is named by the problem that it ends.
        "key": "value == '0' && eventid || (r_eventid != '0' && r_eventid) || eventid",
        "state": "value || '1'",
        "at": "clock",
        "resolved_at": "r_clock",
        "name": "name",
        "severity": "element(['not classified', 'information', 'warning', 'average', 'high', 'disaster'], severity || '0')",
        "service": "service(pairs(tags, 'tag', 'value')) || hosts[0].host || hosts[0].name",
        # Bit 2 of an action is an acknowledgement.
        "acknowledged_at": "acknowledges[?!action || contains(['2', '3', '6', '7', '10', '14', '18', '22', '34', '38', '66', '70'], text(action))].clock | min(@)",
        "labels": "pairs(tags, 'tag', 'value')",
    },
    Example(
        '{"jsonrpc": "2.0", "result": [{"eventid": "7", "clock": "1795469336", "name": "High errors", "severity": "4", "r_clock": "1795469396", '
        '"acknowledges": [{"clock": "1795469366"}], "hosts": [{"host": "cart-1"}], "tags": [{"tag": "env", "value": "prod"}]},\n'
        '{"eventid": "8", "clock": "1795469400", "name": "Slow", "severity": "2", "r_clock": "0"}], "id": 1}',
        ({"name": "High errors", "severity": "high", "started_at": "2026-11-23T21:28:56Z", "acknowledged_at": "2026-11-23T21:29:26Z",
          "resolved_at": "2026-11-23T21:29:56Z", "service": "cart-1"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '[{"eventid": "9", "clock": "1795469500", "name": "Disk is full on db-1", "severity": "5"}]',
        ({"name": "Disk is full on db-1", "severity": "disaster", "service": None, "acknowledged_at": None},),
    ),
    states={"1": FIRED, "0": RESOLVED},
)  # fmt: skip

_NAGIOS: Final = {
    "CRITICAL": FIRED, "WARNING": FIRED, "UNKNOWN": FIRED, "DOWN": FIRED, "UNREACHABLE": FIRED, "OK": RESOLVED, "UP": RESOLVED,
}  # fmt: skip


def _nagios(record: Record) -> Iterator[RowOrNone]:
    what, rest = record["what"], record["rest"] or ""
    if what in ("SERVICE ALERT", "HOST ALERT"):
        yield _check(rest, is_service=what == "SERVICE ALERT", at=record["time"])
    elif "ACKNOWLEDGE_SVC_PROBLEM" in rest or "ACKNOWLEDGE_HOST_PROBLEM" in rest:
        command, host, problem = rest.split(";")[:3]
        yield step(f"{host};{problem if 'SVC' in command else ''}", ACKNOWLEDGED, record["time"])
    else:
        yield NoRow("an entry of another kind")


def _check(result: str, *, is_service: bool, at: str) -> RowOrNone:
    """Return the step that the result of a check is; its output stands last, and may contain semicolons itself."""
    parts = result.split(";", 5 if is_service else 4)
    host, service = parts[0], parts[1] if is_service else None
    state, kind = parts[2:4] if is_service else parts[1:3]
    if kind != "HARD":
        return NoRow("a check that failed, but is tried again")
    return step(f"{host};{service or ''}", _NAGIOS[state], at, name=service or f"host {host}", severity=state.lower(),
                service=host, summary=parts[-1], labels=sorted_json({"host": host, "service": service}))  # fmt: skip


NAGIOS = record_export(
    "nagios", "Nagios and Icinga log", "alerts", "", _nagios,
    Example(
        "[1795469336] SERVICE ALERT: web1;HTTP;CRITICAL;SOFT;1;502 Bad Gateway\n"
        "[1795469366] SERVICE ALERT: web1;HTTP;CRITICAL;HARD;3;502 Bad Gateway\n"
        "[1795469376] EXTERNAL COMMAND: ACKNOWLEDGE_SVC_PROBLEM;web1;HTTP;1;1;1;oncall;looking\n"
        "[1795469380] HOST ALERT: db1;DOWN;HARD;3;no answer\n"
        "[1795469396] SERVICE ALERT: web1;HTTP;OK;HARD;3;200 OK\n"
        "[1795469397] Auto-save of retention data completed successfully.",
        ({"name": "HTTP", "service": "web1", "started_at": "2026-11-23T21:29:26Z", "acknowledged_at": "2026-11-23T21:29:36Z",
          "resolved_at": "2026-11-23T21:29:56Z", "severity": "critical"},
         {"name": "host db1", "resolved_at": None}),
    ),
    Example(
        "[1768619100] HOST ALERT: db1;DOWN;HARD;5;no answer\n"
        "[1768619160] EXTERNAL COMMAND: ACKNOWLEDGE_HOST_PROBLEM;db1;2;1;1;oncall;looking\n"
        "[1768620000] HOST ALERT: db1;UP;HARD;5;PING OK\n"
        "[1768620100] SERVICE ALERT: web1;HTTP;CRITICAL;HARD;3;CRITICAL - 502; see the log",
        ({"name": "host db1", "acknowledged_at": "2026-01-17T03:06:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "HTTP", "summary": "CRITICAL - 502; see the log"}),
    ),
    claims=lambda record: record["time"] is not None, line=r"\[\d{9,10}\] ",
    pattern=r"^\[(?P<time>\d{9,10})\] (?:(?P<what>SERVICE ALERT|HOST ALERT|EXTERNAL COMMAND): (?P<rest>.*)|(?P<other>.*))$",
)  # fmt: skip

CHECKMK = record_export(
    "checkmk", "Checkmk: notifications", "alerts", "notification_type|NOTIFICATIONTYPE, what|WHAT, host|HOSTNAME",
    {"key": "join(';', [host || HOSTNAME, service || SERVICEDESC || check_command || ''])", "state": "notification_type || NOTIFICATIONTYPE",
     "at": "short_date_time || SHORTDATETIME || long_date_time || LONGDATETIME", "name": "service || SERVICEDESC || check_command || summary",
     "severity": "(notification_type || NOTIFICATIONTYPE) != 'RECOVERY' && (severity || SERVICESTATE || HOSTSTATE || status) || null", "service": "host || HOSTNAME", "summary": "output || SERVICEOUTPUT || HOSTOUTPUT", "url": "url"},
    Example(
        '{"host": "db1", "service": "Disk", "event": "OK -> CRITICAL", "output": "95 % used", "severity": "CRITICAL", "what": "SERVICE", "notification_type": '
        '"PROBLEM", "short_date_time": "2026-01-17 03:01:00"}\n'
        '{"host": "db1", "service": "Disk", "severity": "CRITICAL", "what": "SERVICE", "notification_type": "ACKNOWLEDGEMENT", "short_date_time": '
        '"2026-01-17 03:03:00"}\n'
        '{"host": "db1", "service": "Disk", "severity": "OK", "what": "SERVICE", "notification_type": "RECOVERY", "short_date_time": "2026-01-17 03:20:00"}',
        ({"name": "Disk", "service": "db1", "severity": "CRITICAL", "summary": "95 % used", "started_at": "2026-01-17T03:01:00Z",
          "acknowledged_at": "2026-01-17T03:03:00Z", "resolved_at": "2026-01-17T03:20:00Z"},),
    ),
    states={"flappingstart": NEITHER, "flappingstop": NEITHER, "downtimestart": NEITHER, "downtimeend": NEITHER, "downtimecancelled": NEITHER, "custom": NEITHER},
)  # fmt: skip

LIBRE_NMS = record_export(
    "librenms", "LibreNMS: notifications of alert rules", "alerts", "rule_id|alert_id, hostname, timestamp, state, name, msg|title",
    {"key": "text(alert_id || rule_id)", "state": "text(state)", "at": "timestamp", "name": "name", "severity": "severity != 'ok' && severity || null", "service": "sysName || hostname",
     "summary": "title", "labels": "{hostname: hostname, rule: rule_id, elapsed: elapsed}"},
    Example(
        '{"title": "Alert for device db1 - Disk is full", "hostname": "db1", "sysName": "db1", "alert_id": "7", "rule_id": "3", "severity": "critical", "name": '
        '"Disk is full", "timestamp": "2026-01-17 03:01:00", "state": "1", "msg": "x"}\n'
        '{"title": "Device db1 recovered from Disk is full", "hostname": "db1", "alert_id": "7", "rule_id": "3", "severity": "ok", "name": "Disk is full", '
        '"timestamp": "2026-01-17 03:20:00", "state": "0", "msg": "x"}\n'
        '{"title": "Device web1 recovered from Down", "hostname": "web1", "alert_id": "8", "rule_id": "4", "severity": "ok", "name": "Down", "timestamp": '
        '"2026-01-17 03:30:00", "state": "0", "msg": "x"}',
        ({"name": "Disk is full", "service": "db1", "severity": "critical", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Down", "started_at": None, "resolved_at": "2026-01-17T03:30:00Z"}),
    ),
    # A state of 3 is worse than before, 4 is better, and both still fire; 2 is acknowledged.
    states={"0": RESOLVED, "1": FIRED, "2": ACKNOWLEDGED, "3": FIRED, "4": FIRED, "5": FIRED},
)  # fmt: skip
