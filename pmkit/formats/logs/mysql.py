"""Logs of MySQL, MariaDB and Percona Server."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE
from pmkit.formats.record_lines import RecordLines

_BEFORE_57 = r"\d{6} {1,2}\d{1,2}:\d\d:\d\d"

MYSQL = text_log(
    "mysql-error", "MySQL error log",
    rf"^(?P<time>{DATE}T{CLOCK}\.\d+(?:Z|[+-]\d\d:\d\d)|{_BEFORE_57})"
    r"(?: (?P<thread>\d+|0x[0-9a-f]+))?(?: +\[(?P<level>[A-Z][A-Za-z]+)\] (?:\[(?P<code>MY-\d+)\] )?(?:\[(?P<subsystem>\w+)\] )?(?P<message>.*)"
    r"| +(?P<text>(?:mysqld(?:_safe)?(?:: | )|InnoDB: ).*))$",
    "2026-01-17T03:00:00.123456Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.\n"
    "2026-01-17T03:00:01.123456Z 8 [ERROR] [MY-012592] [InnoDB] Operating system error number 2\n"
    "2026-01-17T04:00:02.123456+01:00 0 [Warning] 'NO_ZERO_DATE' should be used with strict mode\n"
    "260117  3:00:03 [Note] Plugin 'FEDERATED' is disabled.\n"
    "260117  3:00:04  InnoDB: Starting shutdown...\n"
    "InnoDB: Waiting for 2 pages\n"
    "260117 13:00:05 mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "mysql"},
    {"severity": "ERROR", "message": "Operating system error number 2"},
    {"timestamp": "2026-01-17T03:00:02.123456Z", "severity": "WARN"},
    {"timestamp": "2026-01-17T03:00:03Z", "severity": "INFO", "message": "Plugin 'FEDERATED' is disabled."},
    {"timestamp": "2026-01-17T03:00:04Z", "severity": None, "message": "InnoDB: Starting shutdown..."},
    {"timestamp": "2026-01-17T03:00:04Z", "service": "mysql", "message": "InnoDB: Waiting for 2 pages"},
    {"message": "mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql"},
    multiline=True, columns={"service": "'mysql'"}, undated="^InnoDB: ",
    fields={"time": "time", "level": "level", "message": ("message", "text"), "thread": "thread", "code": "code", "subsystem": "subsystem"},
)  # fmt: skip

MARIADB = text_log(
    "mariadb-error", "MariaDB error log, also that of MySQL 5.6",
    rf"^(?P<time>{DATE} +\d{{1,2}}:\d\d:\d\d) (?P<thread>\d+|[0-9a-f]{{12}})(?: \[(?P<level>[A-Z][A-Za-z]+)\] (?P<message>.*)| (?P<text>InnoDB: .*))$",
    "2026-01-17  3:00:00 0 [Note] InnoDB: Completed initialization of buffer pool\n"
    "2026-01-17 13:00:01 8 [ERROR] mysqld: it broke\n"
    "InnoDB: Page directory is damaged\n"
    "2026-01-17 13:00:02 9 [Warning] Aborted connection 9\n"
    "2026-01-17 13:00:03 7f1234567890 InnoDB: Warning: Using innodb_additional_mem_pool_size is deprecated",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "service": "mariadb"}, {"severity": "ERROR"},
    {"timestamp": "2026-01-17T13:00:01Z", "severity": None, "message": "InnoDB: Page directory is damaged"}, {"severity": "WARN"},
    {"message": "InnoDB: Warning: Using innodb_additional_mem_pool_size is deprecated"},
    multiline=True, columns={"service": "'mariadb'"}, undated="^InnoDB: ",
    fields={"time": "time", "level": "level", "message": ("message", "text"), "thread": "thread"},
)  # fmt: skip

_STARTED = (
    r"\S*(?:mysqld|mariadbd)\S*, Version: .* started with:|Tcp port: \d+ |TCP Port: \d+,|Time\s+Id\s+Command\s+Argument\s*$"
)

MYSQL_SLOW = text_log(
    "mysql-slow", "Slow query log of MySQL, MariaDB and Percona Server",
    r"^(?:# Time: (?P<written>[^\n]*?) *\n)?"
    r"(?:# User@Host: (?P<user>[^\n\[]*)\[(?P<login>[^\n\]]*)\] @ *(?P<client_name>[^\s\[]*) *\[(?P<client>[^\n\]]*)\](?: +Id: +(?P<thread>\d+))?[^\n]*\n)?"
    r"(?P<context>(?:#[^\n]*\n)*?)"
    r"# Query_time: (?P<query_time>[\d.]+) +Lock_time: (?P<lock_time>[\d.]+)(?: +Rows_sent: (?P<rows_sent>\d+) +Rows_examined: (?P<rows_examined>\d+))?"
    r" *(?P<statistics>[^\n]*(?:\n#[^\n]*)*)"
    r"(?:\nuse (?P<database>[^\n;]*);)?(?:\nSET [^\n;]*timestamp=(?P<started>\d+(?:\.\d+)?)[^\n;]*;)?(?:\n(?P<query>(?s:.*)))?$",
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
    "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\n"
    "Time                 Id Command    Argument\n"
    "# Time: 2026-01-17T03:00:03.123456Z\n"
    "# User@Host: shop[shop] @ web1 [10.0.0.7]  Id: 88\n"
    "# Query_time: 3.000123  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 99999\n"
    "use shop;\n"
    "SET timestamp=1768618800;\n"
    "SELECT *\n"
    "  FROM product;\n"
    "# User@Host: shop[shop] @ localhost []\n"
    "# Thread_id: 9  Schema: shop  QC_hit: No\n"
    "# Query_time: 1.0  Lock_time: 0.1  Rows_sent: 1  Rows_examined: 9\n"
    "# Rows_affected: 0  Bytes_sent: 319\n"
    "SET timestamp=1768618805;\n"
    "UPDATE cart SET n = 1;\n"
    "# Time: 2026-01-17T03:00:06.123456Z\n"
    "# Query_time: 2.0  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 9\n"
    "UPDATE cart SET n = 2;",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "WARN", "message": "SELECT *\n  FROM product;", "service": "mysql",
     "duration_s": 3.000123, "client": "10.0.0.7"},
    {"timestamp": "2026-01-17T03:00:05Z", "duration_s": 1.0, "client": None, "message": "UPDATE cart SET n = 1;"},
    {"timestamp": "2026-01-17T03:00:06.123456Z", "duration_s": 2.0, "message": "UPDATE cart SET n = 2;"},
    lines=RecordLines(first=("# Time: ", "# User@Host: "), outside=_STARTED),
    header=rf"^(?:{_STARTED}|# Time: )", multiline=True, columns={"severity": "'WARN'", "service": "'mysql'"},
    fields={"time": ("started", "written"), "message": "query", "duration_s": "query_time", "client": "client",
            **{name: name for name in ("written", "user", "login", "client_name", "thread", "context", "lock_time", "rows_sent",
                                       "rows_examined", "statistics", "database")}},
)  # fmt: skip
