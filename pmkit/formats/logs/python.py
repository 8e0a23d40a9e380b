"""Application logs of Python: logging, gunicorn, Celery, OpenStack."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME, LEVEL, ZONE

PYTHON = text_log(
    "python-logging", "Python logging and similar: time, level, [logger], message",
    rf"^(?P<time>{DATE} {CLOCK},\d{{3}}) (?:- )?{LEVEL}"
    r":? +(?:- )?(?:\[(?P<logger>[^\]]*)\] +)?(?:- )?(?P<message>.*)$",
    "2026-11-23 16:32:14,567 INFO [checkout.api] checkout ready, pool of 10 connections\n"
    "2026-11-23 16:33:17,841 ERROR [checkout.api] no database connection for /api/cart\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/checkout.py", line 54, in cart\n'
    "    with POOL.connection() as connection:\n"
    "\n"
    "psycopg_pool.PoolTimeout: couldn't get a connection after 3.00 sec\n"
    "2026-11-23 16:33:18,001 WARNING - slow query\n"
    "2026-11-23 16:33:18,123 WARN  [exec-2] pool is nearly empty\n"
    "2026-11-23 16:33:19,123 FATAL [main] out of memory",
    {"timestamp": "2026-11-23T16:32:14.567Z", "severity": "INFO", "message": "checkout ready, pool of 10 connections"},
    {"severity": "ERROR", "message": "no database connection for /api/cart"},
    {"severity": "WARN", "message": "slow query"},
    {"severity": "WARN", "message": "pool is nearly empty"},
    {"severity": "FATAL", "message": "out of memory"},
    multiline=True,
)  # fmt: skip

PYTHON_DASHES = text_log(
    "python-logging-dashes", "Python logging: time - logger - level - message",
    rf"^(?P<time>{DATE} {CLOCK}(?:,\d{{3}})?) - (?P<logger>[\w.\-]+) - (?:\[?){LEVEL}(?:\]?) - (?P<message>.*)$",
    "2026-11-23 16:32:14,567 - shop.api - INFO - ready\n"
    "2026-11-23 16:33:17,841 - shop.api - ERROR - broke\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "2026-11-23 16:33:18,001 - root - WARNING - slow - very",
    {"timestamp": "2026-11-23T16:32:14.567Z", "severity": "INFO", "message": "ready"},
    {"severity": "ERROR"},
    {"severity": "WARN", "message": "slow - very"},
    multiline=True,
)  # fmt: skip

PYTHON_BASIC = text_log(
    "python-basic", "Python logging's default format, without times of its own",
    r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.]+):(?P<message>.*)$",
    "INFO:shop.api:ready\nERROR:root:broke\nWARNING:shop.db:slow: 3 s",
    {"severity": "INFO", "message": "ready"}, {"severity": "ERROR"}, {"severity": "WARN", "message": "slow: 3 s"},
    inner=True, multiline=True,
)  # fmt: skip

GUNICORN = text_log(
    "gunicorn", "gunicorn error log: [time zone] [process] [level] message",
    rf"^\[(?P<time>{DATE} {CLOCK} [+-]\d{{4}})\] \[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<message>.*)$",
    "[2026-01-17 03:00:00 +0000] [7] [INFO] Booting worker with pid: 7\n"
    "[2026-01-17 03:00:01 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)\n"
    "[2026-01-17 04:00:02 +0100] [1] [WARNING] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Booting worker with pid: 7"},
    {"severity": "FATAL"},
    {"timestamp": "2026-01-17T03:00:02Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

CELERY = text_log(
    "celery", "Celery worker: [time: LEVEL/process] message",
    rf"^\[(?P<time>{DATE} {CLOCK},\d{{3}}): (?P<level>[A-Z]+)/(?P<process>[\w-]+)\] (?P<message>.*)$",
    "[2026-01-17 03:00:00,123: INFO/MainProcess] celery@web1 ready.\n"
    "[2026-01-17 03:00:01,123: ERROR/ForkPoolWorker-2] Task shop.pay[7f] raised unexpected: KeyError(1)\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "[2026-01-17 03:00:02,123: WARNING/MainProcess] slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "celery@web1 ready."},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

OSLO = text_log(
    "oslo", "OpenStack oslo.log: file, time, process, level, module, [request], message",
    rf"^(?:(?P<file>\S+\.log\S*) )?(?P<time>{DATE} {CLOCK}\.\d{{3}}) (?P<pid>\d+) (?P<level>[A-Z]+) (?P<logger>[\w.]+) "
    r"\[(?:(?P<trace_id>req-[0-9a-f-]+)[^\]]*|-)\] (?P<message>.*)$",
    "nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server "
    '[req-38101a0b-2096-447d-96ea-a692162415ae 113d - - -] 10.11.10.1 "GET /v2/servers HTTP/1.1" status: 200\n'
    "2017-05-16 00:00:01.008 25746 WARNING nova.compute.manager [-] slow\n"
    "2017-05-16 00:00:02.008 25746 ERROR nova.compute.manager [req-1a-2b a b] it broke",
    {"timestamp": "2017-05-16T00:00:00.008Z", "severity": "INFO", "trace_id": "req-38101a0b-2096-447d-96ea-a692162415ae"},
    {"severity": "WARN", "trace_id": None},
    {"severity": "ERROR"},
    multiline=True,
)  # fmt: skip

LOGURU = text_log(
    "loguru", "Loguru: time | level | module:function:line - message",
    rf"^(?P<time>{ISO_TIME}) \| (?P<level>[A-Z]+) *\| (?P<place>[\w.<>]+:[\w<>]+:\d+) - (?P<message>.*)$",
    "2026-01-17 03:00:00.123 | INFO     | shop.cart:add:17 - up\n"
    "2026-01-17 03:00:01.123 | ERROR    | __main__:<module>:7 - it broke\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "2026-01-17 03:00:02.123 | SUCCESS  | shop.cart:add:19 - done",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "INFO"},
    multiline=True,
)  # fmt: skip

DJANGO = text_log(
    "django-verbose", "Django's verbose format: level time module process thread message",
    rf"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?P<time>{DATE} {CLOCK},\d{{3}}) (?P<module>\w+) (?P<pid>\d+) (?P<thread>\d+) (?P<message>.*)$",
    "INFO 2026-01-17 03:00:00,123 basehttp 77 140187 Watching for file changes\n"
    "ERROR 2026-01-17 03:00:01,123 log 77 140187 Internal Server Error: /api/cart\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "WARNING 2026-01-17 03:00:02,123 views 77 140187 slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Watching for file changes"},
    {"severity": "ERROR", "message": "Internal Server Error: /api/cart"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

UVICORN = text_log(
    "uvicorn", "uvicorn's default, without times of its own: level, message",
    r"^(?:(?P<debug>DEBUG|ERROR|TRACE): {4}|(?P<info>INFO): {5}|(?P<warning>WARNING): {2}|(?P<critical>CRITICAL): )(?P<message>\S.*)$",
    "INFO:     Started server process [7]\n"
    "ERROR:    Exception in ASGI application\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "WARNING:  Invalid HTTP request received.",
    {"severity": "INFO", "message": "Started server process [7]"}, {"severity": "ERROR"}, {"severity": "WARN"},
    inner=True, multiline=True, fields={"level": ("debug", "info", "warning", "critical"), "message": "message"},
)  # fmt: skip

AIRFLOW = text_log(
    "airflow", "Airflow: [time] {file:line} level - message",
    rf"^\[(?P<time>{ISO_TIME}{ZONE}?)\] \{{(?P<place>[\w./-]+\.py:\d+)\}} {LEVEL} - (?P<message>.*)$",
    "[2026-01-17T03:00:00.123+0000] {taskinstance.py:1332} INFO - Executing <Task(PythonOperator): load>\n"
    "[2026-01-17T03:00:01.123+0000] {taskinstance.py:1851} ERROR - Task failed with exception\n"
    "Traceback (most recent call last):\n"
    "KeyError: 1\n"
    "[2026-01-17 03:00:02,123] {local_task_job.py:208} WARNING - slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO"}, {"severity": "ERROR", "message": "Task failed with exception"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip
