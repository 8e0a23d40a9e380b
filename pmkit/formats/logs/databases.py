"""Logs of databases and caches."""

from __future__ import annotations

import re

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.format import Example, LogFormat, Syntax
from pmkit.formats.record import Record

_CSVLOG = ("time", "user", "database", "pid", "remote", "session", "session_line", "command", "session_start", "vxid", "xid",
           "level", "sqlstate", "message", "detail", "hint", "internal_query", "internal_query_pos", "context", "query",
           "query_pos", "location", "application", "backend_type", "leader_pid", "query_id")  # fmt: skip
_CSVLOG_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+")
_DATE = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d:\d\d"
_LEVELS = r"DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY"


def _is_csvlog(record: Record) -> bool:
    return bool(_CSVLOG_TIME.fullmatch(record["time"])) and len(record) >= 20 and record["level"].isupper()


POSTGRES_CSVLOG = LogFormat(
    "postgres-csvlog", "PostgreSQL csvlog",
    (
        Example(
            '2026-11-23 21:27:50.179 UTC,,,5154,,6b04afd6.1422,1,,2026-11-23 21:27:50 UTC,,0,LOG,00000,'
            '"database system was shut down",,,,,,,,,"","startup",,0\n'
            '2026-11-23 21:30:00.001 UTC,"shop","postgres",88,"127.0.0.1:5",6b04.1,2,"INSERT",2026-11-23 21:29:00 UTC,3/4,0,'
            'ERROR,40001,"could not\nserialize, ""sorry""",,,,,,"insert into a",,,"psql","client backend",,0\n'
            '2026-11-23 21:30:01.001 UTC,,,1,,6b04.2,1,,2026-11-23 21:29:00 UTC,,0,FATAL,57P01,"terminating",,,,,,,,,"","x",,0',
            (
                {"timestamp": "2026-11-23T21:27:50.179Z", "severity": "INFO", "message": "database system was shut down",
                 "service": "postgres"},
                {"severity": "ERROR", "message": 'could not\nserialize, "sorry"'},
                {"severity": "FATAL", "message": "terminating"},
            ),
        ),
    ),
    syntax=Syntax.CSV, names=_CSVLOG, claims=_is_csvlog,
    fields={"time": "time", "level": "level", "message": "message"}, columns={"service": "'postgres'"},
)  # fmt: skip

POSTGRES = text_log(
    "postgres", "PostgreSQL's log on standard error, with common line prefixes",
    rf"^(?P<time>{_DATE} {_CLOCK}(?:\.\d+)? [A-Z]{{3,5}}) (?:\[(?P<pid>\d+)(?:-\d+)?\] )?(?:(?P<user>[\w\[\]-]+)@(?P<database>[\w\[\]-]+) )?"
    rf"(?:\[(?P<application>[^\]]*)\] )?(?P<level>{_LEVELS}): +(?P<message>.*)$",
    "2026-01-17 03:00:00.123 UTC [7] LOG:  database system is ready to accept connections\n"
    "2026-01-17 04:00:01.123 CET [88] shop@shop ERROR:  deadlock detected\n"
    "2026-01-17 04:00:01.123 CET [88] shop@shop DETAIL:  Process 88 waits for ShareLock\n"
    "\tProcess 89: update a\n"
    "2026-01-17 03:00:02 UTC [1-1] FATAL:  the database system is shutting down",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "postgres"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "severity": "ERROR", "message": "deadlock detected"},
    {"severity": "INFO"},
    {"severity": "FATAL"},
    multiline=True, columns={"service": "'postgres'"},
)  # fmt: skip

POSTGRES_JSON = json_log(
    "postgres-jsonlog", "PostgreSQL jsonlog", lambda record: "error_severity" in record and "backend_type" in record,
    {"time": "timestamp", "level": "error_severity", "message": "message"},
    '{"timestamp":"2026-01-17 03:00:00.123 UTC","pid":7,"error_severity":"LOG","message":"ready","backend_type":"postmaster"}\n'
    '{"timestamp":"2026-01-17 03:00:01.123 UTC","user":"shop","dbname":"shop","pid":88,"error_severity":"ERROR",'
    '"state_code":"40P01","message":"deadlock detected","backend_type":"client backend"}\n'
    '{"timestamp":"2026-01-17 03:00:02.123 UTC","pid":1,"error_severity":"FATAL","message":"gone","backend_type":"x"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "postgres", "message": "ready"},
    {"severity": "ERROR"},
    {"severity": "FATAL"},
    columns={"service": "'postgres'"},
)  # fmt: skip

MYSQL = text_log(
    "mysql-error", "MySQL error log, 5.7 and later",
    rf"^(?P<time>{_DATE}T{_CLOCK}\.\d+(?:Z|[+-]\d\d:\d\d)) (?P<thread>\d+) \[(?P<level>\w+)\] (?:\[(?P<code>MY-\d+)\] )?"
    r"(?:\[(?P<subsystem>\w+)\] )?(?P<message>.*)$",
    "2026-01-17T03:00:00.123456Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.\n"
    "2026-01-17T03:00:01.123456Z 8 [ERROR] [MY-012592] [InnoDB] Operating system error number 2\n"
    "2026-01-17T04:00:02.123456+01:00 0 [Warning] 'NO_ZERO_DATE' should be used with strict mode",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "mysql"},
    {"severity": "ERROR"},
    {"timestamp": "2026-01-17T03:00:02.123456Z", "severity": "WARN"},
    multiline=True, columns={"service": "'mysql'"},
)  # fmt: skip

MARIADB = text_log(
    "mariadb-error", "MariaDB error log",
    rf"^(?P<time>{_DATE} +\d{{1,2}}:\d\d:\d\d) (?P<thread>\d+) \[(?P<level>\w+)\] (?P<message>.*)$",
    "2026-01-17  3:00:00 0 [Note] InnoDB: Completed initialization of buffer pool\n"
    "2026-01-17 13:00:01 8 [ERROR] mysqld: it broke\n"
    "2026-01-17 13:00:02 9 [Warning] Aborted connection 9",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "service": "mariadb"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True, columns={"service": "'mariadb'"},
)  # fmt: skip

MYSQL_SLOW = text_log(
    "mysql-slow", "MySQL and MariaDB slow query log",
    rf"^# Time: (?P<time>{_DATE}T{_CLOCK}\.\d+(?:Z|[+-]\d\d:\d\d)|\d{{6}} +\d{{1,2}}:\d\d:\d\d)\s*$",
    "# Time: 2026-01-17T03:00:00.123456Z\n"
    "# User@Host: shop[shop] @ web1 [10.0.0.7]  Id: 88\n"
    "# Query_time: 3.000123  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 99999\n"
    "SET timestamp=1768618800;\n"
    "SELECT * FROM product;\n"
    "# Time: 2026-01-17T03:00:05.123456Z\n"
    "# Query_time: 1.0  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 9\n"
    "UPDATE cart SET n = 1;\n"
    "# Time: 2026-01-17T03:00:06.123456Z\n"
    "# Query_time: 2.0  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 9\n"
    "UPDATE cart SET n = 2;",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "WARN", "message": "slow query", "service": "mysql"},
    {"timestamp": "2026-01-17T03:00:05.123456Z"},
    {},
    multiline=True, columns={"message": "'slow query'", "severity": "'WARN'", "service": "'mysql'"},
)  # fmt: skip

REDIS = text_log(
    "redis", "Redis: process:role day month year time level message",
    rf"^(?P<pid>\d+):(?P<role>[XCSM]) (?P<time>\d\d [A-Z][a-z]{{2}} \d{{4}} {_CLOCK}\.\d{{3}}) (?P<mark>[.\-*#]) (?P<message>.*)$",
    "1:M 17 Jan 2026 03:00:00.123 * Ready to accept connections\n"
    "1:M 17 Jan 2026 03:00:01.123 # Can't save in background: fork: Cannot allocate memory\n"
    "7:C 17 Jan 2026 03:00:02.123 - DB saved on disk",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "redis", "message": "Ready to accept connections"},
    {"severity": "WARN"},
    {"severity": "INFO"},
    columns={"service": "'redis'", "severity": "CASE {mark} WHEN '.' THEN 'DEBUG' WHEN '#' THEN 'WARN' ELSE 'INFO' END"},
)  # fmt: skip

MONGODB = json_log(
    "mongodb", "MongoDB structured log, 4.4 and later", lambda record: "$date" in record["t"] and "s" in record and "c" in record,
    {"time": "t.$date", "level": "s", "message": "msg"},
    '{"t":{"$date":"2026-01-17T03:00:00.123+00:00"},"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections",'
    '"attr":{"port":27017}}\n'
    '{"t":{"$date":"2026-01-17T03:00:01.123+00:00"},"s":"E","c":"STORAGE","id":1,"ctx":"conn7","msg":"it broke"}\n'
    '{"t":{"$date":"2026-01-17T04:00:02.123+01:00"},"s":"W","c":"QUERY","id":2,"ctx":"conn7","msg":"Slow query"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "mongodb", "message": "Waiting for connections"},
    {"severity": "ERROR"},
    {"timestamp": "2026-01-17T03:00:02.123Z", "severity": "WARN"},
    columns={"service": "'mongodb'"},
)  # fmt: skip
