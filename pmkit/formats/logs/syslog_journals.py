"""Lines of syslog and of systemd's journal; the message that they wrap is parsed in its own format."""

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.logs.regexes import SEVERITIES
from pmkit.formats.record import Record
from pmkit.formats.record_lines import RecordLines

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)"
_TAG = r"(?P<service>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?(?: \([^)]*\))?"


def _has_host(record: Record) -> bool:
    return str(record["host"]).upper() not in SEVERITIES


SYSLOG = text_log(
    "syslog", "syslog in the RFC 3164 format, without year and zone, wraps any other format",
    rf"^(?:<(?P<pri>\d{{1,3}})>)?(?P<time>[A-Z][a-z]{{2}} [ \d]?\d (?:\d{{4}} )?\d\d:\d\d:\d\d(?:\.\d+)?) (?:(?P<host>[^\s\[]*[^\s:\[\]]) )?(?:{_TAG}(?: <(?P<level>[A-Z][a-z]+)>)?: ?)?(?P<message>.*)$",
    "Dec 31 23:59:58 web1 sshd(pam_unix)[19939]: authentication failure; rhost=192.0.2.1\n"
    "Dec 31 23:59:59 web1 kernel: Out of memory\n"
    "<11>Jan  1 00:00:01 web1 app[7]: it is a new year\n"
    "Jan  1 00:00:02 app[7]: without a host",
    {"timestamp": "2025-12-31T23:59:58Z", "host": "web1", "service": "sshd(pam_unix)",
     "message": "authentication failure; rhost=192.0.2.1"},
    {"service": "kernel", "message": "Out of memory"},
    {"timestamp": "2026-01-01T00:00:01Z", "severity": "ERROR", "service": "app"},
    {"host": None, "service": "app", "message": "without a host"},
    claims=_has_host, wraps=True, stream=("host", "service"),
)  # fmt: skip

SYSLOG_ISO = text_log(
    "syslog-iso", "syslog with ISO 8601 times, as from rsyslog and journalctl -o short-iso, wraps any other format",
    rf"^(?:<(?P<pri>\d{{1,3}})>)?(?P<time>{_ISO}) (?P<host>[\w.-]+) {_TAG}: ?(?P<message>.*)$",
    "2026-01-17T03:00:00.123456+01:00 web1 sshd[19939]: Connection closed\n"
    "2026-01-17T03:00:01+0100 web1 kernel: Out of memory\n"
    "2026-01-17T03:00:02+0100 web1 app[7]: ready",
    {"timestamp": "2026-01-17T02:00:00.123456Z", "host": "web1", "service": "sshd", "message": "Connection closed"},
    {"service": "kernel"},
    {"service": "app", "message": "ready"},
    claims=_has_host, wraps=True, stream=("host", "service"),
)  # fmt: skip

SYSLOG_5424 = text_log(
    "syslog-5424", "syslog in the RFC 5424 format, wraps any other format",
    r"^(?:\d+ )?<(?P<pri>\d{1,3})>1 (?P<time>\S+) (?P<host>\S+) (?P<service>\S+) (?P<pid>\S+) (?P<msgid>\S+) "
    r"(?P<data>-|(?:\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\])+)(?: \x{FEFF}?(?P<message>.*))?$".replace(r"\x{FEFF}", "\ufeff"),
    '<165>1 2026-01-17T03:00:00.003Z web1 app 8710 ID47 [ex@1 iut="3" at="a]b"] it broke\n'
    "<11>1 2026-01-17T03:00:01.003+01:00 web1 app - - - twice\n"
    "<14>1 2026-01-17T03:00:02Z web1 app - - - \ufeffthrice",
    {"timestamp": "2026-01-17T03:00:00.003Z", "severity": "INFO", "host": "web1", "service": "app", "message": "it broke"},
    {"timestamp": "2026-01-17T02:00:01.003Z", "severity": "ERROR", "message": "twice"},
    {"message": "thrice"},
    wraps=True, stream=("host", "service"),
)  # fmt: skip

JOURNAL_FULL = text_log(
    "journald-short-full", "systemd journalctl -o short-full and short-unix, wraps any other format",
    rf"^(?:[A-Z][a-z]{{2}} (?P<date>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Z]{{2,5}})|(?P<epoch>\d{{10}}\.\d{{6}})) (?P<host>[\w.-]+) {_TAG}: ?(?P<message>.*)$",
    "Sat 2026-01-17 03:00:00 UTC web1 app[7]: one\n"
    "1768618801.123456 web1 systemd[1]: Started app.\n"
    "Sat 2026-01-17 03:00:02 UTC web1 kernel: three",
    {"timestamp": "2026-01-17T03:00:00Z", "host": "web1", "service": "app", "message": "one"},
    {"timestamp": "2026-01-17T03:00:01.123456Z", "service": "systemd"},
    {"service": "kernel"},
    wraps=True, stream=("host", "service"),
    fields={"time": ("date", "epoch"), "host": "host", "service": "service", "pid": "pid", "message": "message"},
)  # fmt: skip


def _journal_field(*names: str) -> str:
    """Return the SQL of the first of some fields of a journal's entry."""
    values = [f"nullif(regexp_extract({{entry}}, '\\n *{name}=([^\\n]*)', 1), '')" for name in names]
    return f"coalesce({', '.join(values)})"


_JOURNAL_COLUMNS = {
    "message": _journal_field("MESSAGE"),
    "severity": f"syslog_severity(TRY_CAST({_journal_field('PRIORITY')} AS INTEGER))",
    "service": _journal_field("SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "_COMM"),
    "host": _journal_field("_HOSTNAME"),
}

JOURNAL_EXPORT = text_log(
    "journald-export", "systemd journalctl -o export, wraps any other format",
    r"^__CURSOR=(?P<cursor>[^\n]*)(?:\n[A-Z_]+=[^\n]*)*?\n__REALTIME_TIMESTAMP=(?P<time>\d+)(?P<entry>(?s:.*))$",
    "__CURSOR=s=1;i=1\n"
    "__REALTIME_TIMESTAMP=1795469278003000\n"
    "PRIORITY=3\n"
    "_HOSTNAME=web1\n"
    "SYSLOG_IDENTIFIER=shop\n"
    "MESSAGE=could not store order\n"
    "\n"
    "__CURSOR=s=1;i=2\n"
    "__REALTIME_TIMESTAMP=1795469279003000\n"
    "MESSAGE=Started app.\n"
    "PRIORITY=6\n"
    "_SYSTEMD_UNIT=init.scope\n"
    "\n"
    "__CURSOR=s=1;i=3\n"
    "__REALTIME_TIMESTAMP=1795469280003000\n"
    "MESSAGE=without a priority",
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "ERROR", "service": "shop", "host": "web1", "message": "could not store order"},
    {"severity": "INFO", "service": "init.scope", "message": "Started app."},
    {"severity": None},
    wraps=True, lines=RecordLines(first=("__CURSOR=",)), columns=_JOURNAL_COLUMNS,
)  # fmt: skip

JOURNAL_VERBOSE = text_log(
    "journald-verbose", "systemd journalctl -o verbose, wraps any other format",
    r"^[A-Z][a-z]{2} (?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} (?:[A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)) \[(?P<cursor>s=[^\]\n]*)\](?P<entry>\n(?s:.*))$",
    "Sat 2026-01-17 03:00:00.123456 UTC [s=1;i=1;b=2;m=3;t=4;x=5]\n"
    "    PRIORITY=3\n"
    "    _HOSTNAME=web1\n"
    "    SYSLOG_IDENTIFIER=shop\n"
    "    MESSAGE=could not store order\n"
    "Sat 2026-01-17 03:00:01.123456 UTC [s=1;i=2;b=2;m=3;t=4;x=5]\n"
    "    MESSAGE=Started app.\n"
    "    PRIORITY=6",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "ERROR", "service": "shop", "host": "web1",
     "message": "could not store order"},
    {"severity": "INFO", "message": "Started app."},
    wraps=True, lines=RecordLines(first=(r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} (?:[A-Z]{2,5}|[+-]\d\d(?::?\d\d)?) \[s=",), further=" +\\S"),
    columns=_JOURNAL_COLUMNS,
)  # fmt: skip

JOURNALD = json_log(
    "journald-json", "systemd journalctl -o json, wraps any other format", lambda record: "__REALTIME_TIMESTAMP" in record,
    {"time": ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"), "syslog_level": "PRIORITY", "message": "MESSAGE",
     "service": ("SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "_COMM"), "host": "_HOSTNAME"},
    '{"__REALTIME_TIMESTAMP":"1795469278003000","PRIORITY":"6","MESSAGE":"Started web","SYSLOG_IDENTIFIER":"systemd",'
    '"_HOSTNAME":"web1"}\n'
    '{"__REALTIME_TIMESTAMP":"1795469279003000","PRIORITY":"3","MESSAGE":[98,97,100,27],"_COMM":"web","_HOSTNAME":"web1"}\n'
    '{"__REALTIME_TIMESTAMP":"1795469280003000","PRIORITY":"4","MESSAGE":"slow","SYSLOG_IDENTIFIER":"web"}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "systemd", "host": "web1", "message": "Started web"},
    {"severity": "ERROR", "service": "web", "message": "bad\x1b"},
    {"severity": "WARN"},
    wraps=True, stream=("service",),
    columns={"message": r"CASE WHEN regexp_full_match({message}, '\[[0-9, ]*\]') THEN "
             "array_to_string(list_transform(TRY_CAST({message} AS INTEGER[]), lambda code: CASE WHEN code BETWEEN 1 AND 1114111 THEN chr(code) END), '') ELSE {message} END"},
)  # fmt: skip
