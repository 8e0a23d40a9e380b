"""Plain-text logs of message brokers, monitoring, proxies' own messages and other server processes."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME
from pmkit.formats.record_lines import RecordLines

RABBITMQ_REPORT = text_log(
    "rabbitmq-report", "RabbitMQ before 3.7: =LEVEL REPORT==== time ===, then the message",
    r"^=(?P<level>INFO|WARNING|ERROR|CRASH|SUPERVISOR|PROGRESS) REPORT==== (?P<day>\d\d?-[A-Z][a-z]{2}-\d{4})::(?P<clock>\d\d:\d\d:\d\d) ===\n"
    r"(?P<message>[^\n]*)(?:\n(?P<continuation>(?s:.*)))?$",
    "=INFO REPORT==== 17-Jan-2026::03:00:00 ===\n"
    "Server startup complete; 0 plugins started.\n"
    "=ERROR REPORT==== 17-Jan-2026::03:00:01 ===\n"
    "** Generic server <0.77.0> terminating\n"
    "** Last message in was go\n"
    "=WARNING REPORT==== 17-Jan-2026::03:00:02 ===\n"
    "slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Server startup complete; 0 plugins started."},
    {"severity": "ERROR", "message": "** Generic server <0.77.0> terminating"},
    {"severity": "WARN"},
    fields={"time": "day+clock", "level": "level", "message": "message", "continuation": "continuation"},
    lines=RecordLines(first=(r"=(?:INFO|WARNING|ERROR|CRASH|SUPERVISOR|PROGRESS) REPORT==== ",)),
    columns={"severity": "CASE {level} WHEN 'CRASH' THEN 'ERROR' WHEN 'SUPERVISOR' THEN 'ERROR' WHEN 'PROGRESS' THEN 'INFO' "
             "ELSE to_severity({level}) END"},
)  # fmt: skip

ELIXIR = text_log(
    "elixir", "Elixir's Logger: time of day, metadata, [level] message",
    rf"^(?P<time>{CLOCK}\.\d{{3}}) (?P<pairs>(?:\w+=\S+ )*)\[(?P<level>debug|info|notice|warn|warning|error|critical|alert|emergency)\] +(?P<message>.*)$",
    "03:00:00.123 [info] Running ShopWeb.Endpoint with Bandit\n"
    "03:00:01.123 request_id=F1 [error] GenServer Shop.Cart terminating\n"
    "** (RuntimeError) it broke\n"
    "03:00:02.123 [warning] slow",
    {"timestamp": "2026-11-24T03:00:00.123Z", "severity": "INFO"}, {"severity": "ERROR", "trace_id": "F1"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

HAPROXY = text_log(
    "haproxy-process", "HAProxy's own messages, without times of their own: [LEVEL] (process) : message",
    r"^\[(?P<level>NOTICE|WARNING|ALERT|DIAG)\] +(?:(?P<day_of_year>\d{3}/\d{6}) )?\((?P<pid>\d+)\) : (?P<message>.*)$",
    "[NOTICE]   (7) : New worker (9) forked\n"
    "[WARNING] 016/030001 (9) : Server app/web1 is DOWN, reason: Layer4 timeout\n"
    "[ALERT]    (9) : backend 'app' has no server available!",
    {"severity": "INFO", "message": "New worker (9) forked"}, {"severity": "WARN"}, {"severity": "FATAL"},
    inner=True,
)  # fmt: skip

ICINGA_STARTUP = text_log(
    "icinga-startup", "Icinga 2 while it starts, without times of its own: level/component: message",
    r"^(?P<level>debug|notice|information|warning|critical)/(?P<service>[A-Z]\w+|cli): (?P<message>.*)$",
    "information/cli: Icinga application loader (version: r2.14.0-1)\n"
    "critical/config: Error: Validation failed\n"
    "warning/ApiListener: slow".replace("/config", "/ConfigItem"),
    {"severity": "INFO", "service": "cli"}, {"severity": "FATAL"}, {"severity": "WARN", "message": "slow"},
    inner=True, multiline=True,
)  # fmt: skip

LOGSTASH_SLOW = text_log(
    "logstash-slow", "Logstash slow log: [time][level][slowlog.plugin] event processing time {…}",
    rf"^\[(?P<time>{ISO_TIME})\]\[(?P<level>[A-Z]+) *\]\[(?P<logger>slowlog\.[\w.]+) *\](?:\[(?P<plugin>[^\]]*)\])*"
    r" (?P<message>event processing time \{.*?:took_in_nanos=>(?P<duration_ns>\d+).*)$",
    '[2026-01-17T03:00:00,123][WARN ][slowlog.logstash.filters.sleep] event processing time {:plugin_params=>{"time"=>3}, '
    ":took_in_nanos=>3027675106, :took_in_millis=>3027}\n"
    '[2026-01-17T03:00:01,123][INFO ][slowlog.logstash.filters.grok] event processing time {:took_in_nanos=>250000000, :took_in_millis=>250}\n'
    '[2026-01-17T03:00:02,123][TRACE][slowlog.logstash.filters.grok][main] event processing time {:took_in_nanos=>1000, :took_in_millis=>0}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "WARN", "duration_s": 3.027675106}, {"severity": "INFO"},
    {"severity": "TRACE"},
)  # fmt: skip

WINSTON = text_log(
    "winston", "winston, fluentd and similar: time [level]: message",
    rf"^\[?(?P<time>{ISO_TIME}(?:Z| ?[+-]\d\d:?\d\d)?)\]? (?:\[(?P<label>[\w .:-]+)\] )?"
    r"(?:\[(?P<level>error|warn|info|http|verbose|debug|silly|trace|fatal|ERROR|WARN|INFO|DEBUG)\]:|(?P<word>error|warn|info|http|verbose|debug|silly):) "
    r"(?P<message>.*)$",
    "2026-01-17T03:00:00.123Z [info]: listening on 3000\n"
    "2026-01-17T03:00:01.123Z [error]: could not reach redis\n"
    "Error: connect ECONNREFUSED\n"
    "    at TCPConnectWrap.afterConnect (node:net:1555:16)\n"
    "2026-01-17 03:00:02 [shop] warn: retry\n"
    "2026-01-17 03:00:03 +0000 [fatal]: #0 gone",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "listening on 3000"},
    {"severity": "ERROR", "message": "could not reach redis"},
    {"severity": "WARN", "message": "retry"},
    {"severity": "FATAL", "message": "#0 gone"},
    multiline=True, fields={"time": "time", "level": ("level", "word"), "message": "message", "label": "label"},
    columns={"severity": "CASE {level} WHEN 'http' THEN 'INFO' WHEN 'silly' THEN 'TRACE' WHEN 'verbose' THEN 'DEBUG' ELSE to_severity({level}) END"},
)  # fmt: skip

PINO_PRETTY = text_log(
    "pino-pretty", "pino-pretty: [time] LEVEL (process): message",
    rf"^\[(?P<time>(?:{DATE}[ T])?{CLOCK}(?:\.\d{{3}})?(?: ?[+-]\d{{4}}|Z)?)\] (?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)(?: \((?P<name>[^)]*)\))?: (?P<message>.*)$",
    "[03:00:00.123] INFO (7): up\n"
    "[03:00:01.123] ERROR (shop/7 on web1): it broke\n"
    "    err: {\n"
    "[03:00:02.123] WARN: slow",
    {"timestamp": "2026-11-24T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

NEST = text_log(
    "nestjs", "NestJS: [Nest] process - time level [context] message",
    r"^\[(?P<app>Nest)\] (?P<pid>\d+) +- (?P<time>\d\d/\d\d/\d{4}, \d{1,2}:\d\d:\d\d [AP]M) +(?P<level>LOG|ERROR|WARN|DEBUG|VERBOSE|FATAL) +(?:\[(?P<logger>[^\]]*)\] )?(?P<message>.*)$",
    "[Nest] 7  - 01/17/2026, 3:00:00 AM     LOG [NestFactory] Starting Nest application...\n"
    "[Nest] 7  - 01/17/2026, 3:00:01 AM   ERROR [ExceptionsHandler] it broke\n"
    "Error: it broke\n"
    "    at CartService.add (/srv/shop/dist/cart.service.js:17:11)\n"
    "[Nest] 7  - 01/17/2026, 3:00:02 PM    WARN [Db] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Starting Nest application..."}, {"severity": "ERROR"},
    {"timestamp": "2026-01-17T15:00:02Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

LAMBDA = text_log(
    "aws-lambda", "AWS Lambda: START, END and REPORT, time-outs, and what Python and Node.js log",
    rf"^(?:(?P<kind>START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|EXTENSION)(?: RequestId: (?P<request>[0-9a-f-]{{36}}))?(?P<text>[ \t].*|$)"
    rf"|(?P<timed>{DATE}T{CLOCK}\.\d+Z) (?P<timed_request>[0-9a-f-]{{36}}) (?P<failure>Task timed out after .*|Process exited.*)"
    rf"|(?P<node_time>{DATE}T{CLOCK}\.\d+Z)\t(?P<node_request>[0-9a-f-]{{36}}|undefined)\t(?P<node_level>[A-Z]+)\t(?P<node_message>.*)"
    rf"|\[(?P<python_level>[A-Z]+)\]\t(?P<python_time>{DATE}T{CLOCK}\.\d+Z)\t(?P<python_request>[0-9a-f-]{{36}})?\t(?P<python_message>.*)"
    r"|\[(?P<bare_level>ERROR|CRITICAL|WARNING)\] (?P<bare_message>(?:[\w.]+(?:Error|Exception|Exit|Timeout)|Runtime\.\w+)\b.*)"
    r"|(?P<bare_failure>RequestId: [0-9a-f-]{36} Error: .*))$",
    "2026-01-17T03:00:00.123Z\t6f0c2d3e-1a2b-4c3d-8e9f-0a1b2c3d4e5f\tINFO\tup\n"
    "[ERROR]\t2026-01-17T03:00:01.123Z\t6f0c2d3e-1a2b-4c3d-8e9f-0a1b2c3d4e5f\tit broke\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "2026-01-17T03:00:04.123Z 6f0c2d3e-1a2b-4c3d-8e9f-0a1b2c3d4e5f Task timed out after 3.00 seconds",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up", "trace_id": "6f0c2d3e-1a2b-4c3d-8e9f-0a1b2c3d4e5f"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "ERROR", "message": "Task timed out after 3.00 seconds"},
    multiline=True,
    fields={"time": ("timed", "node_time", "python_time"), "trace_id": ("request", "timed_request", "node_request", "python_request"),
            "level": ("node_level", "python_level", "bare_level"), "kind": "kind",
            "message": ("text", "failure", "node_message", "python_message", "bare_message", "bare_failure"),
            "failure": ("failure", "bare_failure")},
    columns={
        "message": "concat_ws(' ', {kind}, trim(replace({message}, chr(9), ' ')))",
        "severity": "CASE WHEN {failure} IS NOT NULL OR ({kind} = 'REPORT' AND regexp_matches({message}, '\\bStatus: (?:error|timeout)')) THEN 'ERROR' "
                    "WHEN {kind} IS NOT NULL THEN 'INFO' ELSE to_severity({level}) END",
        "duration_s": "CASE WHEN {kind} = 'REPORT' THEN seconds_with_unit(regexp_extract({message}, '(?:^|\\t)\\s*Duration: ([0-9.]+ ms)', 1)) END",
    },
)  # fmt: skip
