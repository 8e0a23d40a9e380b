"""Logs of PostgreSQL and its connection pooler."""

from __future__ import annotations

import re

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.format import Example, LogFormat, Syntax
from pmkit.formats.logs.regexes import CLOCK, DATE
from pmkit.formats.record import Record

_CSVLOG = ("time", "user", "database", "pid", "remote", "session", "session_line", "command", "session_start", "vxid", "xid",
           "level", "sqlstate", "message", "detail", "hint", "internal_query", "internal_query_pos", "context", "query",
           "query_pos", "location", "application", "backend_type", "leader_pid", "query_id")  # fmt: skip
_CSVLOG_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+")

# An abbreviation such as CET or GMT+3, or an offset such as -03.
_ZONE = r"(?:[A-Z]{2,5}(?:[+-](?:0?\d|1[0-4])(?::?\d\d)?\b)?|[+-](?:0\d|1[0-4])(?::?\d\d)?\b)"
_TIME = rf"(?:{DATE} {CLOCK}(?:\.\d+)? {_ZONE}|\d{{10}}\.\d{{3}})"

# The severities in the German, French, Spanish, Portuguese and Italian translations.
_FOREIGN_LEVELS = {
    "ERROR": ("FEHLER", "ERREUR", "ERRO", "ERRORE"),
    "WARN": ("WARNUNG", "ATTENTION", "ADVERTENCIA", "AVISO", "ATTENZIONE"),
    "FATAL": ("PANIK", "PÁNICO", "PÂNICO", "FATALE", "PANICO"),
    "INFO": ("HINWEIS", "NOTIFICA", "NOTA"),
}
_FOREIGN = "|".join(word for words in _FOREIGN_LEVELS.values() for word in words)
_LEVEL = rf"(?P<level>DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|{_FOREIGN})"

# What PostgreSQL adds to the message above, in lines of their own.
_PART = (
    r"(?P<part>STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION|BACKTRACE|ANWEISUNG|TIPP|ZUSAMMENHANG|ANFRAGE|ORT|INSTRUCTION|DÉTAIL|ASTUCE|"
    r"CONTEXTE|SENTENCIA|DETALLE|SUGERENCIA|CONTEXTO|DETALHE|DICA|COMANDO|ISTRUZIONE|DETTAGLI|SUGGERIMENTO|CONTESTO)"
)
_MESSAGE = rf"(?:{_LEVEL}|{_PART}):  (?:(?P<sqlstate>[0-9A-Z]{{5}}): )?(?P<message>.*)"

# The escapes of `log_line_prefix` in their usual combinations: %r %p %c-%l %u@%d %a, in RDS's order and in pgBadger's.
_PREFIX = (
    r"(?:(?P<rds_remote>[\w.:-]+\(\d+\)|\[local\])?:)?(?:\[(?P<pid>\d+)(?:-(?P<session_line>\d+))?\]:? *)?(?:\[(?P<line_of_session>\d+)-\d+\]:? *)?"
    r"(?:(?P<user>[^\s,|=]*)@(?P<database>[^\s:,|@=]*)[ :,|]+)?(?:\[(?P<rds_pid>\d+)\][: ]*)?"
    r"(?:user=(?P<named_user>[^,\s]*),? ?db=(?P<named_database>[^,\s]*)(?:,? ?app=(?P<named_application>[^,\s]*))?(?:,? ?client=(?P<named_remote>[^\s,]*))?,? *)?"
    r"(?:\[(?P<application>[^\]]*)\] )?(?P<prefix>.{0,160}?)"
)
_FIELDS = {
    "time": "time", "level": "level", "message": "message", "part": "part", "sqlstate": "sqlstate", "pid": ("pid", "rds_pid", "first_pid"),
    "session_line": ("session_line", "line_of_session"), "user": ("user", "named_user"), "database": ("database", "named_database"),
    "application": ("application", "named_application"), "remote": ("rds_remote", "named_remote"), "prefix": "prefix",
}  # fmt: skip
_DURATION = "CASE WHEN starts_with({message}, 'duration: ') THEN seconds_with_unit(regexp_extract({message}, '^duration: ([0-9.]+ ms)', 1)) END"
_COLUMNS = {
    "service": "'postgres'",
    "severity": "CASE WHEN {part} IS NOT NULL THEN 'INFO' "
    + " ".join(f"WHEN list_contains({list(words)}, {{level}}) THEN '{severity}'" for severity, words in _FOREIGN_LEVELS.items())
    + " ELSE to_severity({level}) END",
    "client": r"nullif(regexp_replace({remote}, '\(\d+\)$', ''), '[local]')",
    "duration_s": _DURATION,
}


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
            '2026-11-23 21:30:00.251 UTC,"shop","postgres",88,"127.0.0.1:5",6b04.1,3,"SELECT",2026-11-23 21:29:00 UTC,3/5,0,'
            'LOG,00000,"duration: 250.5 ms  statement: SELECT 1",,,,,,,,,"psql","client backend",,0\n'
            '2026-11-23 21:30:01.001 UTC,,,1,,6b04.2,1,,2026-11-23 21:29:00 UTC,,0,FATAL,57P01,"terminating",,,,,,,,,"","x",,0',
            (
                {"timestamp": "2026-11-23T21:27:50.179Z", "severity": "INFO", "message": "database system was shut down",
                 "service": "postgres"},
                {"severity": "ERROR", "message": 'could not\nserialize, "sorry"'},
                {"severity": "INFO", "duration_s": 0.2505},
                {"severity": "FATAL", "message": "terminating"},
            ),
        ),
    ),
    syntax=Syntax.CSV, names=_CSVLOG, claims=_is_csvlog,
    fields={"time": "time", "level": "level", "message": "message"}, columns={"service": "'postgres'", "duration_s": _DURATION},
)  # fmt: skip

POSTGRES = text_log(
    "postgres", "PostgreSQL's log on standard error, with any usual line prefix",
    rf"^(?:\[?(?P<first_pid>\d+)\]?:? )?(?:[<\[(] ?)?(?P<time>{_TIME})(?: ?[>\])])?(?::|[ ,|;-]*){_PREFIX}{_MESSAGE}$",
    "2026-01-17 03:00:00.123 UTC [7] LOG:  database system is ready to accept connections\n"
    "2026-01-17 04:00:01.123 CET [88] app.user@shop-1 ERROR:  40P01: deadlock detected\n"
    "2026-01-17 04:00:01.123 CET [88] app.user@shop-1 DETAIL:  Process 88 waits for ShareLock\n"
    "\tProcess 89: update a\n"
    "2026-01-17 04:00:01.123 CET [88] app.user@shop-1 LOCATION:  DeadLockReport, deadlock.c:1140\n"
    "2026-01-17 03:00:02 UTC [1-1] FATAL:  the database system is shutting down\n"
    "2026-01-17 03:00:03 UTC:10.0.0.7(5432):shop@shop:[88]:LOG:  duration: 250.5 ms  statement: SELECT 1\n"
    "2026-01-17 03:00:04 UTC [88]: [3-1] user=shop,db=shop,app=psql,client=10.0.0.7 WARNING:  there is no transaction in progress\n"
    "2026-01-17 03:00:05 UTC-61b9c8a1.7c-FEHLER:  Verklemmung entdeckt",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "postgres",
     "message": "database system is ready to accept connections"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "severity": "ERROR", "message": "deadlock detected"},
    {"severity": "INFO", "message": "Process 88 waits for ShareLock"},
    {"severity": "INFO", "message": "DeadLockReport, deadlock.c:1140"},
    {"severity": "FATAL", "message": "the database system is shutting down"},
    {"severity": "INFO", "client": "10.0.0.7", "duration_s": 0.2505},
    {"severity": "WARN", "client": "10.0.0.7", "message": "there is no transaction in progress"},
    {"timestamp": "2026-01-17T03:00:05Z", "severity": "ERROR", "message": "Verklemmung entdeckt"},
    multiline=True, fields=_FIELDS, columns=_COLUMNS,
)  # fmt: skip

POSTGRES_UNDATED = text_log(
    "postgres-undated", "PostgreSQL's messages in syslog, without times of their own",
    rf"^(?:\[(?P<first_pid>\d+)-\d+\] )?{_PREFIX}{_MESSAGE}$",
    "[3-1] shop@shop LOG:  connection authorized: user=shop database=shop\n"
    "[4-1] shop@shop ERROR:  deadlock detected\n"
    "FATAL:  the database system is shutting down",
    {"severity": "INFO", "message": "connection authorized: user=shop database=shop"}, {"severity": "ERROR"}, {"severity": "FATAL"},
    inner=True, multiline=True, fields={word: key for word, key in _FIELDS.items() if word not in ("time", "pid")} | {"pid": ("pid", "rds_pid"), "session_line": ("session_line", "line_of_session", "first_pid")},
    columns=_COLUMNS,
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

PGBOUNCER = text_log(
    "pgbouncer", "PgBouncer: time zone [process] level message",
    rf"^(?P<time>{DATE} {CLOCK}\.\d{{3}} {_ZONE}) \[(?P<pid>\d+)\] (?P<level>DEBUG|NOISE|LOG|INFO|WARNING|ERROR|FATAL) (?P<message>.*)$",
    "2026-01-17 03:00:00.123 UTC [1] LOG process up: PgBouncer 1.21.0\n"
    "2026-01-17 03:00:01.123 UTC [1] WARNING C-0x55: shop/shop@10.0.0.7:5432 pooler error: query_wait_timeout\n"
    "2026-01-17 03:00:02.123 UTC [1] ERROR S-0x56: cannot connect",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "pgbouncer", "message": "process up: PgBouncer 1.21.0"},
    {"severity": "WARN"},
    {"severity": "ERROR"},
    columns={"service": "'pgbouncer'"},
)  # fmt: skip
