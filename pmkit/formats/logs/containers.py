"""Lines of containers, journals and syslog; the message that they wrap is parsed in its own format."""

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.record import Record

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)"
_TAG = r"(?P<service>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?(?: \([^)]*\))?"


def _is_docker(record: Record) -> bool:
    return isinstance(record["log"], str) and record["stream"] in {"stdout", "stderr"} and "time" in record


DOCKER = json_log(
    "docker-json", "Docker json-file log, wraps any other format", _is_docker,
    {"time": "time", "message": "log", "stream": "stream"},
    '{"log":"one of\\n","stream":"stdout","time":"2026-01-17T03:00:00.123456789Z"}\n'
    '{"log":"a long ","stream":"stdout","time":"2026-01-17T03:00:01Z"}\n'
    '{"log":"line\\n","stream":"stdout","time":"2026-01-17T03:00:01.1Z"}\n'
    '{"log":"three\\n","stream":"stderr","time":"2026-01-17T03:00:02Z","attrs":{"tag":"web"}}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "message": "one of"},
    {"timestamp": "2026-01-17T03:00:01Z", "message": "a long line"},
    {"message": "three"},
    wraps=True, stream=("stream",), partial="NOT ends_with({message}, chr(10))",
)  # fmt: skip

CRI = text_log(
    "cri", "Kubernetes container log (CRI), wraps any other format",
    rf"^(?P<time>{_ISO}) (?P<stream>stdout|stderr) (?P<tag>[PF])(?::\S*)?(?: (?P<message>.*))?$",
    "2026-01-17T03:00:00.123456789Z stdout F one\n"
    "2026-01-17T03:00:01.000000000Z stdout P a long \n"
    "2026-01-17T03:00:01.100000000Z stderr F between\n"
    "2026-01-17T03:00:01.200000000Z stdout F line\n"
    "2026-01-17T04:00:02.5+01:00 stdout F four",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "message": "one"},
    {"timestamp": "2026-01-17T03:00:01Z", "message": "a long line"},
    {"message": "between"},
    {"timestamp": "2026-01-17T03:00:02.5Z", "message": "four"},
    wraps=True, stream=("stream",), partial="{tag} = 'P'",
)  # fmt: skip

COMPOSE = text_log(
    "docker-compose", "docker compose logs: service | line, wraps any other format",
    r"^(?P<service>[A-Za-z0-9][\w.-]*) +\| ?(?P<message>.*)$",
    "web-1    | 2026-01-17 03:00:00,123 INFO [web] up\n"
    "db-1     | 2026-01-17 03:00:01.123 UTC [1] LOG:  ready\n"
    "web-1    | 2026-01-17 03:00:02,123 ERROR [web] broke\n"
    "web-1    | Traceback (most recent call last):\n"
    "web-1    | KeyError: 1",
    {"timestamp": "2026-01-17T03:00:00.123Z", "service": "web", "host": "web-1", "severity": "INFO", "message": "up"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "service": "db", "message": "ready"},
    {"severity": "ERROR", "message": "broke"},
    wraps=True, stream=("service",),
    columns={"service": r"regexp_replace({service}, '[-_]\d+$', '')", "host": "{service}"},
)  # fmt: skip

KUBECTL = text_log(
    "kubectl-prefix", "kubectl logs --prefix: [pod/container] line, wraps any other format",
    r"^\[pod/(?P<host>[^/\]]+)/(?P<service>[^\]]+)\] (?P<message>.*)$",
    "[pod/web-7d4b9-x2x/web] 2026-01-17 03:00:00,123 INFO [web] up\n"
    "[pod/web-7d4b9-x2x/web] 2026-01-17 03:00:01,123 WARNING [web] slow\n"
    "[pod/web-7d4b9-zzz/web] 2026-01-17 03:00:02,123 ERROR [web] broke",
    {"host": "web-7d4b9-x2x", "service": "web", "severity": "INFO", "message": "up", "timestamp": "2026-01-17T03:00:00.123Z"},
    {"severity": "WARN"},
    {"host": "web-7d4b9-zzz", "severity": "ERROR"},
    wraps=True, stream=("host", "service"),
)  # fmt: skip

STERN = text_log(
    "stern", "stern: pod container line, wraps any other format",
    r"^(?P<host>[a-z0-9][a-z0-9.-]*-[a-f0-9]{8,10}-[a-z0-9]{5}) (?P<service>[a-z0-9][a-z0-9.-]*) (?P<message>.*)$",
    "web-7d4b9c5f6d-x2x4z web 2026-01-17 03:00:00,123 INFO [web] up\n"
    "web-7d4b9c5f6d-x2x4z web 2026-01-17 03:00:01,123 WARNING [web] slow\n"
    "web-7d4b9c5f6d-abcde web 2026-01-17 03:00:02,123 ERROR [web] broke",
    {"host": "web-7d4b9c5f6d-x2x4z", "service": "web", "severity": "INFO", "message": "up"},
    {"severity": "WARN"},
    {"severity": "ERROR"},
    wraps=True, stream=("host", "service"),
)  # fmt: skip

STAMPED = text_log(
    "timestamped", "Time with its zone before the line, as from kubectl logs --timestamps, wraps any other format",
    rf"^(?P<time>{_ISO})[ \t](?P<message>.*)$",
    "2026-01-17T03:00:00.123456789Z starting up\n"
    "2026-01-17T03:00:01.123456789Z listening on 80\n"
    "2026-01-17T03:00:02.123456789Z going down",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "message": "starting up"},
    {"message": "listening on 80"},
    {"message": "going down"},
    wraps=True,
)  # fmt: skip

SYSLOG = text_log(
    "syslog", "syslog in the RFC 3164 format, without year and zone, wraps any other format",
    rf"^(?:<(?P<pri>\d{{1,3}})>)?(?P<time>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?) (?P<host>\S+) (?:{_TAG}: ?)?(?P<message>.*)$",
    "Dec 31 23:59:58 web1 sshd(pam_unix)[19939]: authentication failure; rhost=192.0.2.1\n"
    "Dec 31 23:59:59 web1 kernel: Out of memory\n"
    "<11>Jan  1 00:00:01 web1 app[7]: it is a new year",
    {"timestamp": "2025-12-31T23:59:58Z", "host": "web1", "service": "sshd(pam_unix)",
     "message": "authentication failure; rhost=192.0.2.1"},
    {"service": "kernel", "message": "Out of memory"},
    {"timestamp": "2026-01-01T00:00:01Z", "severity": "ERROR", "service": "app"},
    wraps=True, stream=("host", "service"),
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
    wraps=True, stream=("host", "service"),
)  # fmt: skip

SYSLOG_5424 = text_log(
    "syslog-5424", "syslog in the RFC 5424 format, wraps any other format",
    r"^<(?P<pri>\d{1,3})>1 (?P<time>\S+) (?P<host>\S+) (?P<service>\S+) (?P<pid>\S+) (?P<msgid>\S+) "
    r"(?P<data>-|(?:\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\])+)(?: \x{FEFF}?(?P<message>.*))?$".replace(r"\x{FEFF}", "\ufeff"),
    '<165>1 2026-01-17T03:00:00.003Z web1 app 8710 ID47 [ex@1 iut="3" at="a]b"] it broke\n'
    "<11>1 2026-01-17T03:00:01.003+01:00 web1 app - - - twice\n"
    "<14>1 2026-01-17T03:00:02Z web1 app - - - \ufeffthrice",
    {"timestamp": "2026-01-17T03:00:00.003Z", "severity": "INFO", "host": "web1", "service": "app", "message": "it broke"},
    {"timestamp": "2026-01-17T02:00:01.003Z", "severity": "ERROR", "message": "twice"},
    {"message": "thrice"},
    wraps=True, stream=("host", "service"),
)  # fmt: skip

LOGPLEX = text_log(
    "logplex", "Heroku logs: time source[process]: line, wraps any other format",
    rf"^(?P<time>{_ISO}) (?P<service>\w+)\[(?P<host>[\w.-]+)\]: (?P<message>.*)$",
    "2026-01-17T03:00:00.123456+00:00 app[web.1]: listening\n"
    '2026-01-17T03:00:01.123456+00:00 heroku[router]: at=error code=H12 method=GET path="/a?b" dyno=web.1 service=30001ms status=503\n'
    "2026-01-17T03:00:02.123456+00:00 app[worker.1]: done",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "service": "app", "host": "web.1", "message": "listening"},
    {"host": "router"},
    {"host": "worker.1"},
    wraps=True, stream=("host",),
)  # fmt: skip

FLUENTD = text_log(
    "fluentd", "fluentd file output: time, tag, record, wraps any other format",
    rf"^(?P<time>{_ISO})[ \t]+(?P<service>[\w.*-]+)(?::[ \t]+|\t)(?P<message>\{{.*\}})$",
    '2026-01-17T03:00:00+00:00\tapp.web\t{"level":"info","message":"up","time":"2026-01-17T03:00:00Z"}\n'
    '2026-01-17T03:00:01+00:00\tapp.web\t{"level":"error","message":"broke","time":"2026-01-17T03:00:01Z"}\n'
    '2026-01-17T03:00:02+00:00\tapp.db\t{"level":"warn","message":"slow","time":"2026-01-17T03:00:02Z"}',
    {"timestamp": "2026-01-17T03:00:00Z", "service": "app.web", "severity": "INFO", "message": "up"},
    {"severity": "ERROR", "message": "broke"},
    {"service": "app.db", "severity": "WARN"},
    wraps=True, stream=("service",),
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
