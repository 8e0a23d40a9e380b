"""Alerts of Zabbix, Nagios and Icinga."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.records.alert_steps import ACKNOWLEDGED, FIRED, RESOLVED, step

_ZABBIX = ["not classified", "information", "warning", "average", "high", "disaster"]


def _zabbix(record: Record) -> Iterator[Row]:
    closed = record.get("r_clock")
    hosts = record.get("hosts") or [{}]
    yield {
        "alert_id": f"zabbix-{record['eventid']}",
        "name": record["name"],
        "severity": _ZABBIX[int(record.get("severity", 0))],
        "service": hosts[0].get("host"),
        "started_at": record["clock"],
        "acknowledged_at": (record.get("acknowledges") or [{}])[0].get("clock"),
        "resolved_at": closed if closed not in (None, "0", 0) else None,
        "labels": sorted_json({tag["tag"]: tag.get("value") for tag in record.get("tags", [])}),
    }


ZABBIX = record_export(
    "zabbix-problems", "Zabbix: problem.get and event.get", "alerts",
    lambda record: "eventid" in record and "clock" in record and "name" in record, _zabbix,
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
    path=("result", "*"),
)  # fmt: skip

_NAGIOS = {
    "CRITICAL": FIRED,
    "WARNING": FIRED,
    "UNKNOWN": FIRED,
    "DOWN": FIRED,
    "UNREACHABLE": FIRED,
    "OK": RESOLVED,
    "UP": RESOLVED,
}


def _nagios(record: Record) -> Iterator[Row]:
    if record["what"] is None:
        return
    parts = record["rest"].split(";")
    host = parts[0]
    if record["what"].endswith("ALERT"):
        service, (state, kind) = (parts[1], parts[2:4]) if record["what"].startswith("SERVICE") else (None, parts[1:3])
        if kind == "HARD" and state in _NAGIOS:
            yield step(f"{host};{service or ''}", _NAGIOS[state], record["time"], name=service or f"host {host}", severity=state.lower(),
                       service=host, summary=parts[-1], labels=sorted_json({"host": host, "service": service}))  # fmt: skip
    elif "ACKNOWLEDGE_SVC_PROBLEM" in record["rest"]:
        _, acknowledged, problem = parts[:3]
        yield step(f"{acknowledged};{problem}", ACKNOWLEDGED, record["time"])


NAGIOS = record_export(
    "nagios", "Nagios and Icinga log", "alerts", lambda record: record["time"] is not None, _nagios,
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
    line=r"\[\d{9,10}\] ", pattern=r"^\[(?P<time>\d{9,10})\] (?:(?P<what>SERVICE ALERT|HOST ALERT|EXTERNAL COMMAND): (?P<rest>.*)|(?P<other>.*))$", paired=True,
)  # fmt: skip
