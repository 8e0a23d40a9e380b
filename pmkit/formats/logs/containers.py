"""Lines of containers and platforms; the message that they wrap is parsed in its own format."""

import re

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.logs.regexes import SEVERITIES
from pmkit.formats.record import Record

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)"


def _is_docker(record: Record) -> bool:
    return isinstance(record["log"], str) and record["stream"] in {"stdout", "stderr"} and "time" in record


def _is_prefix(record: Record) -> bool:
    """Return whether the word before a bar is a service: no severity, and not the first column of a table."""
    first = str(record["service"] or record["bracketed"])
    second = re.match(r"([\w.-]+) +\|", str(record["message"]))
    return first.upper() not in SEVERITIES and (second is None or second[1].upper() in SEVERITIES)


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
    r"^(?:\[(?P<bracketed>[A-Za-z][\w.-]*)\]|(?P<service>[A-Za-z][\w.-]*)) +\| ?(?P<message>.*)$",
    "web-1    | 2026-01-17 03:00:00,123 INFO [web] up\n"
    "db-1     | 2026-01-17 03:00:01.123 UTC [1] LOG:  ready\n"
    "web-1    | 2026-01-17 03:00:02,123 ERROR [web] broke\n"
    "web-1    | Traceback (most recent call last):\n"
    "web-1    | KeyError: 1",
    {"timestamp": "2026-01-17T03:00:00.123Z", "service": "web", "host": "web-1", "severity": "INFO", "message": "up"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "service": "db", "message": "ready"},
    {"severity": "ERROR", "message": "broke"},
    wraps=True, stream=("service",), claims=_is_prefix,
    fields={"service": ("service", "bracketed"), "message": "message"},
    columns={"service": r"regexp_replace({service}, '[-_]\d+$', '')", "host": "{service}"},
)  # fmt: skip

COMPOSE_SPACES = text_log(
    "docker-compose-spaces", "docker compose logs without bars: service-number, then a line that begins with its time, wraps any other format",
    r"^(?P<service>[A-Za-z][\w.-]*[-_]\d+) +(?P<message>\[?\d{4}[-/]\d\d[-/]\d\d[T ].*)$",
    "web-1  2026-01-17 03:00:00,123 INFO [web] up\n"
    "db-1   2026-01-17 03:00:01.123 UTC [1] LOG:  ready\n"
    "web-1  2026-01-17 03:00:02,123 ERROR [web] broke",
    {"timestamp": "2026-01-17T03:00:00.123Z", "service": "web", "host": "web-1", "severity": "INFO", "message": "up"},
    {"service": "db", "message": "ready"},
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
    r"^(?P<host>[a-z0-9][a-z0-9.-]*-(?:[a-f0-9]{8,10}-[a-z0-9]{5}|\d{1,3})) (?P<service>[a-z0-9][a-z0-9.-]*) (?P<message>.*)$",
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

CLOUD_FOUNDRY = text_log(
    "cloud-foundry", "Cloud Foundry: time [source/instance] OUT or ERR line, wraps any other format",
    rf"^ *(?P<time>{_ISO}) \[(?P<service>[A-Z]+(?:/[\w-]+)*?)/(?P<host>\d+)\] +(?P<stream>OUT|ERR) ?(?P<message>.*)$",
    "   2026-01-17T03:00:00.12+0000 [APP/PROC/WEB/0] OUT listening on 8080\n"
    "   2026-01-17T03:00:01.12+0000 [APP/PROC/WEB/0] ERR it broke\n"
    "   2026-01-17T04:00:02.12+0100 [CELL/0] OUT Creating container",
    {"timestamp": "2026-01-17T03:00:00.12Z", "service": "APP/PROC/WEB", "host": "0", "message": "listening on 8080"},
    {"message": "it broke"},
    {"timestamp": "2026-01-17T03:00:02.12Z", "service": "CELL"},
    wraps=True, stream=("service", "host", "stream"),
)  # fmt: skip

AWS_TAIL = text_log(
    "aws-logs-tail", "aws logs tail: time stream line, wraps any other format",
    rf"^(?P<time>{_ISO}) (?P<host>\d{{4}}/\d\d/\d\d/\[[^\]]+\][0-9a-f]{{32}}|[\w.-]+/[\w./-]+/[0-9a-f]{{32}}) (?P<message>.*)$",
    "2026-01-17T03:00:00.123000+00:00 2026/01/17/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8f9 loading the model\n"
    "2026-01-17T03:00:01.123000+00:00 web/web/0a1b2c3d4e5f60718293a4b5c6d7e8f9 listening on 8080\n"
    "2026-01-17T03:00:02.123000+00:00 web/web/0a1b2c3d4e5f60718293a4b5c6d7e8f9 gone",
    {"timestamp": "2026-01-17T03:00:00.123Z", "host": "2026/01/17/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8f9",
     "message": "loading the model"},
    {"message": "listening on 8080"},
    {"message": "gone"},
    wraps=True, stream=("host",),
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
