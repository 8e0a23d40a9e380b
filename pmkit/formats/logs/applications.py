"""Logs of applications, by the library that writes them."""

from pmkit.formats.format import text_log

_DATE = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d:\d\d"
_TIME = rf"{_DATE}[T ]{_CLOCK}(?:[.,]\d+)?"
_ZONE = r"(?:Z| ?[+-]\d\d:?\d\d)"
_LEVEL = r"(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|ALERT|EMERGENCY|OFF)"

PYTHON = text_log(
    "python-logging", "Python logging: time, level, [logger], message",
    rf"^(?P<time>{_DATE} {_CLOCK},\d{{3}}) (?:- )?(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)"
    r" (?:- )?(?:\[(?P<logger>[^\]]*)\] )?(?:- )?(?P<message>.*)$",
    "2026-11-23 16:32:14,567 INFO [checkout.api] checkout ready, pool of 10 connections\n"
    "2026-11-23 16:33:17,841 ERROR [checkout.api] no database connection for /api/cart\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/checkout.py", line 54, in cart\n'
    "    with POOL.connection() as connection:\n"
    "\n"
    "psycopg_pool.PoolTimeout: couldn't get a connection after 3.00 sec\n"
    "2026-11-23 16:33:18,001 WARNING - slow query",
    {"timestamp": "2026-11-23T16:32:14.567Z", "severity": "INFO", "message": "checkout ready, pool of 10 connections"},
    {"severity": "ERROR", "message": "no database connection for /api/cart"},
    {"severity": "WARN", "message": "slow query"},
    multiline=True,
)  # fmt: skip

PYTHON_DASHES = text_log(
    "python-logging-dashes", "Python logging: time - logger - level - message",
    rf"^(?P<time>{_DATE} {_CLOCK}(?:,\d{{3}})?) - (?P<logger>[\w.\-]+) - (?:\[?){_LEVEL}(?:\]?) - (?P<message>.*)$",
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
    "python-basic", "Python logging's default, without a time of its own",
    r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.]+):(?P<message>.*)$",
    "INFO:shop.api:ready\nERROR:root:broke\nWARNING:shop.db:slow: 3 s",
    {"severity": "INFO", "message": "ready"}, {"severity": "ERROR"}, {"severity": "WARN", "message": "slow: 3 s"},
    inner=True, multiline=True,
)  # fmt: skip

LOG4J = text_log(
    "log4j", "log4j and others: time, level, thread, logger, message",
    rf"^(?P<time>{_TIME}{_ZONE}?) +{_LEVEL} +(?:\[?(?P<thread>[^\]]*?)\]? +)?(?P<logger>[A-Za-z_][\w.$/@-]*)"
    r"(?:\((?P<place>[^)]*)\))?(?: ?:| -) (?P<message>.*)$",
    "2026-01-17 03:00:00,123 INFO  [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created MRAppMaster\n"
    "2026-01-17 03:00:01,123 ERROR [IPC Server handler 1] com.shop.Cart - it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "\tat com.shop.Cart.add(Cart.java:17)\n"
    "2026-01-17T03:00:02.123+01:00 WARN com.shop.Db: slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Created MRAppMaster"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-01-17T02:00:02.123Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

LOGBACK = text_log(
    "logback", "logback: time, [thread], level, logger, message",
    rf"^(?P<time>{_TIME}{_ZONE}?) +\[(?P<thread>[^\]]*)\] +{_LEVEL} +(?P<logger>[\w.$/-]+)(?:\[[^\]]*\])? +(?:-|:) (?P<message>.*)$",
    "2026-01-17 03:00:00.123 [main] INFO  com.shop.Cart - up\n"
    "2026-01-17 03:00:01.123 [http-nio-8080-exec-1] ERROR com.shop.Cart - it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "\tat com.shop.Cart.add(Cart.java:17)\n"
    "Caused by: java.io.IOException: gone\n"
    "\t... 12 more\n"
    "2026-01-17 03:00:02.123 [main] WARN  c.s.Db - slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

LOGBACK_CLOCK = text_log(
    "logback-clock", "logback's default: a time of day, [thread], level, logger, message",
    rf"^(?P<time>{_CLOCK}[.,]\d{{3}}) +\[(?P<thread>[^\]]*)\] +{_LEVEL} +(?P<logger>[\w.$/-]+) +--? (?P<message>.*)$",
    "23:59:58.123 [main] INFO  com.shop.Cart -- up\n"
    "23:59:59.123 [main] ERROR com.shop.Cart - it broke\n"
    "00:00:01.123 [main] WARN  c.s.Db - slow",
    {"timestamp": "2026-11-23T23:59:58.123Z", "severity": "INFO"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-11-24T00:00:01.123Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

SPRING = text_log(
    "spring-boot", "Spring Boot's console: time, level, process --- [thread] logger : message",
    rf"^(?P<time>{_TIME}{_ZONE}?) +{_LEVEL} (?:\[(?P<application>[^\]]*)\] )?(?P<pid>\d+) --- (?:\[(?P<name>[^\]]*)\] )?"
    r"\[(?P<thread>[^\]]*)\] (?P<logger>\S+) *: (?P<message>.*)$",
    "2026-01-17T03:00:00.123Z  INFO 1 --- [shop] [           main] com.shop.Cart                : Started Cart\n"
    "2026-01-17T03:00:01.123Z ERROR 1 --- [shop] [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcher]  : it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "2026-01-17 03:00:02.123  WARN 1 --- [           main] c.s.Db                        : slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Started Cart"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

LOG4J_SHORT = text_log(
    "log4j-short", "log4j with a two-digit year, as Spark and HDFS write it",
    r"^(?P<time>\d\d/\d\d/\d\d \d\d:\d\d:\d\d|\d{6} \d{6})(?: (?P<thread>\d+))? "
    rf"{_LEVEL} (?P<logger>[\w.$/-]+): (?P<message>.*)$",
    "17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers\n"
    "081109 203615 148 WARN dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38 terminating\n"
    "17/06/09 20:10:41 ERROR storage.BlockManager: it broke",
    {"timestamp": "2017-06-09T20:10:40Z", "severity": "INFO", "message": "Registered signal handlers"},
    {"timestamp": "2008-11-09T20:36:15Z", "severity": "WARN"},
    {"severity": "ERROR"},
    multiline=True,
)  # fmt: skip

ZOOKEEPER = text_log(
    "zookeeper", "ZooKeeper: time - level [thread:logger@line] - message",
    rf"^(?P<time>{_TIME}) +(?:\[myid:(?P<myid>\w*)\] )?- {_LEVEL} +\[(?P<thread>.*?)\] - (?P<message>.*)$",
    "2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - Notification time out: 3200\n"
    "2015-07-29 19:04:12,394 - WARN  [SendWorker:188978561024:QuorumCnxManager$SendWorker@688] - Send worker leaving thread\n"
    "2015-07-29 19:04:29,071 - ERROR [main:Quorum@1] - Unexpected [x] - y",
    {"timestamp": "2015-07-29T17:41:44.747Z", "severity": "INFO", "message": "Notification time out: 3200"},
    {"severity": "WARN", "message": "Send worker leaving thread"},
    {"severity": "ERROR"},
    multiline=True,
)  # fmt: skip

TOMCAT = text_log(
    "tomcat", "Tomcat's catalina log: day-month-year time, level, [thread], logger, message",
    rf"^(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}\.\d{{3}}) (?P<level>[A-Z]+) \[(?P<thread>[^\]]*)\] (?P<logger>\S+) (?P<message>.*)$",
    "17-Jan-2026 03:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1234] milliseconds\n"
    "17-Jan-2026 03:00:01.123 SEVERE [http-nio-8080-exec-1] com.shop.Cart.add it broke\n"
    "\tjava.lang.IllegalStateException: closed\n"
    "17-Jan-2026 03:00:02.123 WARNING [main] com.shop.Db.read slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

RUBY = text_log(
    "ruby-logger", "Ruby's Logger, as Rails uses it",
    rf"^(?P<letter>[DIWEFA]), \[(?P<time>{_TIME}) #(?P<pid>\d+)\] +(?P<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- (?P<program>[^:]*): ?"
    r"(?:\[(?P<trace_id>[0-9a-f-]{16,})\] )?(?P<message>.*)$",
    'I, [2026-01-17T03:00:00.123456 #77]  INFO -- : [0b9e6f2a-6a2e-4d6b-9d9c-0a1b2c3d4e5f] Started GET "/a" for 203.0.113.9\n'
    "E, [2026-01-17T03:00:01.123456 #77] ERROR -- web: it broke\n"
    "app/models/cart.rb:17:in `add'\n"
    "W, [2026-01-17T03:00:02.123456 #77]  WARN -- : slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "trace_id": "0b9e6f2a-6a2e-4d6b-9d9c-0a1b2c3d4e5f"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

MONOLOG = text_log(
    "monolog", "Monolog, as Laravel and Symfony use it: [time] channel.LEVEL: message",
    rf"^\[(?P<time>{_TIME}{_ZONE}?)\] (?P<channel>[\w-]+)\.(?P<level>[A-Z]+): (?P<message>.*)$",
    '[2026-01-17 03:00:00] production.INFO: up {"pid":7} []\n'
    "[2026-01-17T03:00:01.123456+00:00] app.CRITICAL: it broke\n"
    "[stacktrace]\n"
    "#0 /srv/shop/Cart.php(17): add()\n"
    "[2026-01-17 03:00:02] production.WARNING: slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": 'up {"pid":7} []'},
    {"severity": "FATAL", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

PHP = text_log(
    "php-error", "PHP's error log and PHP-FPM's",
    rf"^\[(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}(?:\.\d+)?(?: [A-Z][\w/]*)?)\] "
    r"(?:PHP (?P<kind>[A-Z][a-z]+(?: [a-z]+)?): +|(?P<level>[A-Z]+): )?(?P<message>.*)$",
    "[17-Jan-2026 03:00:00 UTC] PHP Fatal error:  Uncaught Error: no pool in /srv/shop/a.php:7\n"
    "Stack trace:\n"
    "#0 {main}\n"
    "[17-Jan-2026 03:00:01 UTC] PHP Warning:  Undefined variable $a in /srv/shop/a.php on line 3\n"
    "[17-Jan-2026 03:00:02] NOTICE: fpm is running, pid 1",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "FATAL", "message": "Uncaught Error: no pool in /srv/shop/a.php:7"},
    {"severity": "WARN"},
    {"severity": "INFO", "message": "fpm is running, pid 1"},
    multiline=True,
    columns={"severity": "coalesce(to_severity({level}), to_severity(upper(split_part({kind}, ' ', 1))))"},
)  # fmt: skip

KLOG = text_log(
    "klog", "Go's glog and klog, as Kubernetes uses them",
    r"^(?P<level>[IWEF])(?P<time>\d{4} \d\d:\d\d:\d\d\.\d{6}) +(?P<thread>\d+) (?P<place>[\w./-]+:\d+)\] (?P<message>.*)$",
    "I0117 03:00:00.123456       1 server.go:12] up\n"
    "E0117 03:00:01.123456       1 reflector.go:138] it broke\n"
    "goroutine 1 [running]:\n"
    "W0117 03:00:02.123456       1 server.go:14] slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

GO = text_log(
    "go-log", "Go's standard log package",
    rf"^(?P<time>\d{{4}}/\d\d/\d\d {_CLOCK}(?:\.\d+)?) (?:(?P<place>[\w./-]+\.go:\d+): )?"
    r"(?:\[?(?P<level>DEBUG|INFO|WARN|WARNING|ERROR|FATAL|ERR|panic)\]?:? )?(?P<message>.*)$",
    "2026/01/17 03:00:00 listening on :8080\n"
    "2026/01/17 03:00:01.123456 cart.go:17: [ERROR] it broke\n"
    "2026/01/17 03:00:02 http: panic serving 203.0.113.9:51612: nil map\n"
    "goroutine 7 [running]:\n"
    "main.add(0xc000)\n"
    "\t/srv/shop/cart.go:17 +0x1d",
    {"timestamp": "2026-01-17T03:00:00Z", "message": "listening on :8080"},
    {"severity": "ERROR", "message": "it broke"},
    {"message": "http: panic serving 203.0.113.9:51612: nil map"},
    multiline=True,
)  # fmt: skip

HCLOG = text_log(
    "hclog", "HashiCorp's hclog, as Consul, Vault and Nomad use it",
    rf"^(?P<time>{_TIME}{_ZONE}) \[(?P<level>TRACE|DEBUG|INFO|WARN|ERROR)\] +(?P<logger>[\w.\-/ ]+?): (?P<message>.*)$",
    "2026-01-17T03:00:00.123Z [INFO]  agent: Consul agent running!\n"
    "2026-01-17T03:00:01.123Z [ERROR] agent.server: it broke: error=\"no leader\"\n"
    "2026-01-17T03:00:02.123+0100 [WARN]  agent: slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Consul agent running!"},
    {"severity": "ERROR"},
    {"timestamp": "2026-01-17T02:00:02.123Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

ENV_LOGGER = text_log(
    "env_logger", "Rust's env_logger: [time level module] message",
    rf"^\[(?P<time>{_TIME}Z) (?P<level>TRACE|DEBUG|INFO|WARN|ERROR) +(?P<module>[\w:]+)\] (?P<message>.*)$",
    "[2026-01-17T03:00:00Z INFO  shop::cart] up\n"
    "[2026-01-17T03:00:01.123Z ERROR shop::cart] it broke\n"
    "[2026-01-17T03:00:02Z WARN  shop] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

TRACING = text_log(
    "tracing", "Rust's tracing: time, level, spans, target: message",
    rf"^(?P<time>{_TIME}Z) +(?P<level>TRACE|DEBUG|INFO|WARN|ERROR) (?:ThreadId\(\d+\) )?(?P<target>[\w:]+(?:\{{.*?\}}(?::[\w:]+)*)*): "
    r"(?P<message>.*)$",
    "2026-01-17T03:00:00.123456Z  INFO shop::cart: up port=80\n"
    "2026-01-17T03:00:01.123456Z ERROR request{id=7}: shop::cart: it broke\n"
    "2026-01-17T03:00:02.123456Z  WARN shop: slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "up port=80"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

SPDLOG = text_log(
    "spdlog", "C++'s spdlog: [time] [logger] [level] message",
    rf"^\[(?P<time>{_DATE} {_CLOCK}\.\d{{3}})\] (?:\[(?P<logger>[^\]]*)\] )?\[(?P<level>trace|debug|info|warning|error|critical)\] "
    r"(?P<message>.*)$",
    "[2026-01-17 03:00:00.123] [cart] [info] up\n[2026-01-17 03:00:01.123] [cart] [critical] it broke\n"
    "[2026-01-17 03:00:02.123] [warning] slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "FATAL"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

GUNICORN = text_log(
    "gunicorn", "gunicorn's error log: [time zone] [process] [level] message",
    rf"^\[(?P<time>{_DATE} {_CLOCK} [+-]\d{{4}})\] \[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<message>.*)$",
    "[2026-01-17 03:00:00 +0000] [7] [INFO] Booting worker with pid: 7\n"
    "[2026-01-17 03:00:01 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)\n"
    "[2026-01-17 04:00:02 +0100] [1] [WARNING] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Booting worker with pid: 7"},
    {"severity": "FATAL"},
    {"timestamp": "2026-01-17T03:00:02Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

CELERY = text_log(
    "celery", "Celery's worker: [time: LEVEL/process] message",
    rf"^\[(?P<time>{_DATE} {_CLOCK},\d{{3}}): (?P<level>[A-Z]+)/(?P<process>[\w-]+)\] (?P<message>.*)$",
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

SIDEKIQ = text_log(
    "sidekiq", "Sidekiq: time, pid, tid, context, level: message",
    rf"^(?P<time>{_TIME}Z) pid=(?P<pid>\d+) tid=(?P<tid>\w+)(?P<pairs>(?: \w+=\S+)*) (?P<level>[A-Z]+): (?P<message>.*)$",
    "2026-01-17T03:00:00.123Z pid=7 tid=oui INFO: Booted Rails\n"
    "2026-01-17T03:00:01.123Z pid=7 tid=oui class=Pay jid=4f1 elapsed=1.5 INFO: done\n"
    "2026-01-17T03:00:02.123Z pid=7 tid=oui class=Pay jid=4f2 elapsed=3.5 ERROR: it broke",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Booted Rails"},
    {"duration_s": 1.5},
    {"severity": "ERROR", "duration_s": 3.5},
    multiline=True,
)  # fmt: skip

SERILOG = text_log(
    "serilog", "Serilog's file sink: time zone [level] message",
    rf"^(?P<time>{_DATE} {_CLOCK}\.\d{{3}}(?: [+-]\d\d:\d\d)?) \[(?P<level>VRB|DBG|INF|WRN|ERR|FTL)\] (?P<message>.*)$",
    "2026-01-17 03:00:00.123 +01:00 [INF] Now listening on: http://localhost:5000\n"
    "2026-01-17 03:00:01.123 +01:00 [ERR] it broke\n"
    "System.InvalidOperationException: closed\n"
    "   at Shop.Cart.Add() in /srv/Cart.cs:line 17\n"
    "2026-01-17 03:00:02.123 +01:00 [WRN] slow",
    {"timestamp": "2026-01-17T02:00:00.123Z", "severity": "INFO", "message": "Now listening on: http://localhost:5000"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

NLOG = text_log(
    "nlog", "NLog: time|level|logger|message",
    rf"^(?P<time>{_DATE} {_CLOCK}\.\d{{1,4}})\|(?P<level>[A-Za-z]+)\|(?P<logger>[^|]*)\|(?P<message>.*)$",
    "2026-01-17 03:00:00.1234|INFO|Shop.Cart|up\n"
    "2026-01-17 03:00:01.1234|ERROR|Shop.Cart|it broke\n"
    "   at Shop.Cart.Add()\n"
    "2026-01-17 03:00:02.1234|Warn|Shop.Db|slow",
    {"timestamp": "2026-01-17T03:00:00.1234Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

OSLO = text_log(
    "oslo", "OpenStack's oslo.log: file, time, process, level, module, [request], message",
    rf"^(?:(?P<file>\S+\.log\S*) )?(?P<time>{_DATE} {_CLOCK}\.\d{{3}}) (?P<pid>\d+) (?P<level>[A-Z]+) (?P<logger>[\w.]+) "
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

FORMATS = (
    PYTHON, PYTHON_DASHES, PYTHON_BASIC, LOG4J, LOGBACK, LOGBACK_CLOCK, SPRING, LOG4J_SHORT, ZOOKEEPER, TOMCAT, RUBY, MONOLOG, PHP,
    KLOG, GO, HCLOG, ENV_LOGGER, TRACING, SPDLOG, GUNICORN, CELERY, SIDEKIQ, SERILOG, NLOG, OSLO,
)  # fmt: skip
