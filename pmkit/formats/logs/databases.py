"""Logs of databases and caches other than MySQL and PostgreSQL."""

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.logs.regexes import CLOCK, DATE

_REDIS_COLUMNS = {"service": "'redis'", "severity": "CASE {mark} WHEN '.' THEN 'DEBUG' WHEN '#' THEN 'WARN' ELSE 'INFO' END"}

REDIS = text_log(
    "redis", "Redis and Valkey: process:role day month year time level message",
    rf"^(?P<pid>\d+):(?P<role>[XCSM]) (?P<time>\d\d [A-Z][a-z]{{2}} \d{{4}} {CLOCK}\.\d{{3}}) "
    r"(?P<mark>[.\-*#]) (?P<message>.*)$",
    "1:M 17 Jan 2026 03:00:00.123 * Ready to accept connections\n"
    "1:M 17 Jan 2026 03:00:01.123 # Can't save in background: fork: Cannot allocate memory\n"
    "7:X 17 Jan 2026 03:00:02.123 # +sdown master shop 10.0.0.7 6379",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "redis", "message": "Ready to accept connections"},
    {"severity": "WARN"},
    {"severity": "WARN", "message": "+sdown master shop 10.0.0.7 6379"},
    columns=_REDIS_COLUMNS,
)  # fmt: skip

REDIS_OLD = text_log(
    "redis-old", "Redis before 4: process, day month time without the year, level, message",
    rf"^(?:(?P<pid>\d+):(?P<role>[XCSM])|\[(?P<old_pid>\d+)\]) (?P<time>\d\d [A-Z][a-z]{{2}} {CLOCK}(?:\.\d{{3}})?) (?P<mark>[.\-*#]) (?P<message>.*)$",
    "[7] 17 Jan 03:00:00 * The server is now ready to accept connections on port 6379\n"
    "[7] 17 Jan 03:00:01.123 # Can't save in background: fork: Cannot allocate memory\n"
    "98738:M 17 Jan 03:00:02.442 * Saving the final RDB snapshot before exiting.",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "service": "redis",
     "message": "The server is now ready to accept connections on port 6379"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "severity": "WARN"},
    {"severity": "INFO"},
    columns=_REDIS_COLUMNS,
    fields={"time": "time", "message": "message", "pid": ("pid", "old_pid"), "role": "role", "mark": "mark"},
)  # fmt: skip

MONGODB = json_log(
    "mongodb", "MongoDB structured log, 4.4 and later", lambda record: "$date" in record["t"] and "s" in record and "c" in record,
    {"time": "t.$date", "level": "s", "message": "msg", "duration_ms": "attr.durationMillis", "peer": ("attr.remote", "attr.client")},
    '{"t":{"$date":"2026-01-17T03:00:00.123+00:00"},"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections",'
    '"attr":{"port":27017}}\n'
    '{"t":{"$date":"2026-01-17T03:00:01.123+00:00"},"s":"E","c":"STORAGE","id":1,"ctx":"conn7","msg":"it broke"}\n'
    '{"t":{"$date":"2026-01-17T04:00:02.123+01:00"},"s":"W","c":"QUERY","id":2,"ctx":"conn7","msg":"Slow query",'
    '"attr":{"ns":"shop.orders","remote":"10.0.0.5:51234","durationMillis":1234}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "mongodb", "message": "Waiting for connections"},
    {"severity": "ERROR"},
    {"timestamp": "2026-01-17T03:00:02.123Z", "severity": "WARN", "duration_s": 1.234, "client": "10.0.0.5"},
    columns={"service": "'mongodb'"},
)  # fmt: skip

MONGODB_TEXT = text_log(
    "mongodb-text", "MongoDB before 4.4: time level component [context] message",
    rf"^(?P<time>{DATE}T{CLOCK}\.\d{{3}}(?:Z|[+-]\d{{4}})) (?P<level>[FEWID][1-5]?) +(?P<component>[A-Z_]+|-) +\[(?P<context>[^\]]+)\] (?P<message>.*)$",
    "2026-01-17T03:00:00.123+0000 I NETWORK  [initandlisten] waiting for connections on port 27017\n"
    "2026-01-17T03:00:01.123+0000 E STORAGE  [conn1] WiredTiger error (28)\n"
    "2026-01-17T04:00:02.123+0100 I COMMAND  [conn7] command shop.cart command: find { find: \"cart\" } keysExamined:0 protocol:op_msg 250ms\n"
    "2026-01-17T03:00:03.123+0000 F -        [conn2] Got signal: 11",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "mongodb", "message": "waiting for connections on port 27017"},
    {"severity": "ERROR"},
    {"timestamp": "2026-01-17T03:00:02.123Z", "duration_s": 0.25},
    {"severity": "FATAL"},
    multiline=True, columns={
        "service": "'mongodb'",
        "duration_s": "CASE WHEN ends_with({message}, 'ms') THEN seconds_with_unit(regexp_extract({message}, ' (\\d+ms)$', 1)) END",
    },
)  # fmt: skip

SQL_SERVER = text_log(
    "sql-server", "Microsoft SQL Server ERRORLOG: time source message",
    rf"^(?P<time>{DATE} {CLOCK}\.\d\d) (?P<source>spid\d+s?|Server|Logon|Backup) +(?:(?P<error>Error: \d+, Severity: \d+, State: \d+\.)|(?P<text>.*))$",
    "2026-01-17 03:00:00.12 Server      Microsoft SQL Server 2019 (RTM-CU18) - 15.0.4261.1 (X64)\n"
    "2026-01-17 03:00:01.12 Logon       Error: 18456, Severity: 14, State: 8.\n"
    "2026-01-17 03:00:01.12 Logon       Login failed for user 'shop'. Reason: Password did not match\n"
    "2026-01-17 03:00:02.12 spid12s     Starting up database 'shop'.",
    {"timestamp": "2026-01-17T03:00:00.12Z", "service": "sql-server"},
    {"severity": "ERROR", "message": "Error: 18456, Severity: 14, State: 8."},
    {"severity": None},
    {"message": "Starting up database 'shop'."},
    multiline=True, fields={"time": "time", "source": "source", "message": ("error", "text")},
    columns={"service": "'sql-server'", "severity": "CASE WHEN starts_with({message}, 'Error: ') THEN "
             "CASE WHEN TRY_CAST(regexp_extract({message}, 'Severity: (\\d+)', 1) AS INTEGER) >= 20 THEN 'FATAL' "
             "WHEN TRY_CAST(regexp_extract({message}, 'Severity: (\\d+)', 1) AS INTEGER) <= 10 THEN 'INFO' ELSE 'ERROR' END END"},
)  # fmt: skip

CLICKHOUSE = text_log(
    "clickhouse", "ClickHouse: time [thread] {query} <level> logger: message",
    rf"^(?P<time>\d{{4}}\.\d\d\.\d\d {CLOCK}\.\d+) \[ (?P<thread>\d+) \] \{{(?P<query_id>[^}}]*)\}} <(?P<level>[A-Z][a-z]+)> (?P<logger>[^:]+): (?P<message>.*)$",
    "2026.01.17 03:00:00.123456 [ 7 ] {} <Information> Application: Ready for connections.\n"
    "2026.01.17 03:00:01.123456 [ 88 ] {0b9e6f2a} <Error> executeQuery: Code: 60. DB::Exception: Table shop.cart does not exist\n"
    "0. DB::Exception::Exception() @ 0xc5 in /usr/bin/clickhouse\n"
    "2026.01.17 03:00:02.123456 [ 7 ] {} <Warning> Application: Settings are dangerous",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "clickhouse", "message": "Ready for connections."},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True, columns={"service": "'clickhouse'"},
)  # fmt: skip
