"""Application logs of Java and other JVM languages: log4j, logback, Spring Boot."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, ISO_TIME, LEVEL, ZONE

# A class with its package, or a class name of several words: a single word could be the message.
_CLASS = r"(?:[A-Za-z_][\w$]*(?:\.[\w$<>]+)+|[A-Z][a-z0-9]+[A-Z][\w$]*)"
_TIME = rf"\[?(?P<time>{ISO_TIME}{ZONE}?)\]?"
_MDC = r"(?:[\[(](?P<mdc>[^\])]*)[\])] +)?"

LOG4J = text_log(
    "log4j", "log4j and similar: time, level, thread, logger, message",
    rf"^{_TIME} +\[?{LEVEL} *\]? +"
    rf"(?:\[(?P<thread>[^\]]*)\] +{_MDC}(?P<logger>[A-Za-z_][\w.$/@-]*)|(?:(?P<bare_thread>[\w.:#/-]+) +)?(?P<class>{_CLASS}))"
    r"(?:[(:](?P<place>[\w.$:]+)\)?)?(?: ?:| -) (?P<message>.*)$",
    "2026-01-17 03:00:00,123 INFO  [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created MRAppMaster\n"
    "2026-01-17 03:00:01,123 ERROR [IPC Server handler 1] [order=7] Cart:17 - it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "\tat com.shop.Cart.add(Cart.java:17)\n"
    "2026-01-17T03:00:02.123+01:00 WARN main com.shop.Db: slow\n"
    "[2026-01-17 03:00:03.123] [FATAL] com.shop.Main - out of memory",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Created MRAppMaster"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-01-17T02:00:02.123Z", "severity": "WARN", "message": "slow"},
    {"severity": "FATAL", "message": "out of memory"},
    multiline=True,
    fields={"time": "time", "level": "level", "message": "message", "thread": ("thread", "bare_thread"), "logger": ("logger", "class"),
            "mdc": "mdc", "place": "place"},
)  # fmt: skip

LOG4J_PLAIN = text_log(
    "log4j-plain", "log4j and similar without a mark before the message: time, level, [thread], class message",
    rf"^{_TIME} +{LEVEL} +\[(?P<thread>[^\]]*)\] +{_MDC}(?P<logger>[A-Za-z_][\w$]*(?:\.[\w$<>]+)+) +(?P<message>[^-: ].*)$",
    "2026-01-17 03:00:00,123 INFO [main] com.shop.Cart start Cart is up\n"
    "2026-01-17 03:00:01,123 FATAL [main] com.shop.Main run out of memory\n"
    "2026-01-17 03:00:02,123 WARN [exec-2] com.shop.Db connect pool is nearly empty",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "start Cart is up"},
    {"severity": "FATAL"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

LOG4J_LEVEL_FIRST = text_log(
    "log4j-level-first", "log4j: level, time, [thread], logger, message",
    rf"^\[?{LEVEL} *\]? +{_TIME} +(?:\[(?P<thread>[^\]]*)\] +)?(?P<logger>{_CLASS})(?:[(:](?P<place>[\w.$:]+)\)?)?(?: ?:| -) (?P<message>.*)$",
    "INFO  2026-01-17 03:00:00,123 [main] com.shop.Cart - up\n"
    "ERROR 2026-01-17 03:00:01,123 [exec-1] com.shop.Cart:17 - it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "[WARN ] 2026-01-17 03:00:02.123 com.shop.Db: slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

LOG4J_PIPES = text_log(
    "log4j-pipes", "log4j and Karaf: time | level | thread | logger | message",
    rf"^(?P<time>{ISO_TIME}{ZONE}?) +\| +{LEVEL} *\| +(?:(?P<thread>[^|]*?) +\| +)?(?P<logger>[\w.$]+)(?: +\| +(?P<bundle>\d+ - [^|]*?))?"
    r"(?: +\| | - )(?P<message>.*)$",
    "2026-01-17 03:00:00,123 +0000 | ERROR | com.shop.Cart - it broke\n"
    "2026-01-17T03:00:01,123 | INFO  | features-1-thread-1 | FeaturesServiceImpl | 18 - org.apache.karaf | Changes to perform\n"
    "2026-01-17 03:00:02,123 | WARN  | pool-7 | Db | slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "ERROR", "message": "it broke"},
    {"severity": "INFO", "message": "Changes to perform"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

LOGBACK = text_log(
    "logback", "logback: time, [thread], level, logger, message",
    rf"^{_TIME} +\[(?P<thread>[^\]]*)\] +{_MDC}\[?{LEVEL} *\]? +{_MDC.replace('mdc', 'context')}(?P<logger>[\w.$/-]+)(?:\[(?P<logger_context>[^\]]*)\]|:(?P<place>\d+))?"
    r"(?: +\[(?P<tags>[^\]]*)\])? +(?:--?|:) (?P<message>.*)$",
    "2026-01-17 03:00:00.123 [main] INFO  com.shop.Cart - up\n"
    "2026-01-17 03:00:01.123 [http-nio-8080-exec-1] [4f1a,77] ERROR com.shop.Cart - it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "\tat com.shop.Cart.add(Cart.java:17)\n"
    "Caused by: java.io.IOException: gone\n"
    "\t... 12 more\n"
    "[2026-01-17 03:00:02,123] [main] WARN  [4f1a] c.s.Db - slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

LOGBACK_CLOCK = text_log(
    "logback-clock", "logback's and log4j's time of day, [thread], level, logger, message",
    rf"^\[?(?P<time>{CLOCK}[.,]\d{{3}})\]? +(?:\[(?P<thread>[^\]]*)\] +)?\[?{LEVEL} *\]? +(?:\[(?P<thread_behind>[^\]]*)\] +)?"
    r"(?P<logger>[\w.$/-]+)(?::(?P<place>\d+))? +--? (?P<message>.*)$",
    "23:59:58.123 [main] INFO  com.shop.Cart -- up\n"
    "23:59:59,123  INFO Cart:17 - added\n"
    "23:59:59.123 [main] ERROR com.shop.Cart - it broke\n"
    "00:00:01.123 WARN  [main] c.s.Db - slow",
    {"timestamp": "2026-11-23T23:59:58.123Z", "severity": "INFO"},
    {"severity": "INFO", "message": "added"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-11-24T00:00:01.123Z", "severity": "WARN"},
    multiline=True,
    fields={"time": "time", "level": "level", "message": "message", "thread": ("thread", "thread_behind"), "logger": "logger",
            "place": "place"},
)  # fmt: skip

LOG4J_CLOCK = text_log(
    "log4j-clock", "log4j and JBoss: time of day, level, [logger] message",
    rf"^(?P<time>{CLOCK}[.,]\d{{3}}) +{LEVEL} +\[(?P<logger>[\w.$-]+)\] (?P<message>[^( -].*)$",
    "03:00:00,123 INFO  [com.shop.Cart] up\n"
    "03:00:01,123 ERROR [com.shop.Cart] it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "03:00:02,123 WARN  [com.shop.Db] slow",
    {"timestamp": "2026-11-24T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

JENKINS = text_log(
    "jenkins", "Jenkins: time [id=thread] level logger: message, with tabs between them",
    rf"^(?P<time>{ISO_TIME}{ZONE}) \[id=(?P<thread>\d+)\]\t(?P<level>[A-Z]+)\t(?P<logger>[^\s:]+): (?P<message>.*)$",
    "2026-01-17 03:00:00.123+0000 [id=1]\tINFO\thudson.WebAppMain#onContextReady: Jenkins is fully up and running\n"
    "2026-01-17 03:00:01.123+0000 [id=77]\tSEVERE\thudson.util.BootFailure#publish: Failed to initialize Jenkins\n"
    "java.lang.IllegalStateException: closed\n"
    "2026-01-17 03:00:02.123+0000 [id=77]\tWARNING\th.p.DiskSpaceMonitor#mark: slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Jenkins is fully up and running"},
    {"severity": "ERROR", "message": "Failed to initialize Jenkins"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

SPRING = text_log(
    "spring-boot", "Spring Boot console: time, level, process --- [thread] logger : message",
    rf"^(?P<time>{ISO_TIME}{ZONE}?) +{LEVEL} (?:\[(?P<application>[^\]]*)\] )?(?P<pid>\d+) --- (?:\[(?P<name>[^\]]*)\] )?"
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
    "log4j-short", "log4j with a two-digit year, as in Spark and HDFS",
    r"^(?P<time>\d\d/\d\d/\d\d \d\d:\d\d:\d\d|\d{6} \d{6})(?: (?P<thread>\d+))? "
    rf"{LEVEL} (?P<logger>[\w.$/-]+): (?P<message>.*)$",
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
    rf"^(?P<time>{ISO_TIME}) +(?:\[myid:(?P<myid>\w*)\] )?- {LEVEL} +\[(?P<thread>.*?)\] - (?P<message>.*)$",
    "2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - Notification time out: 3200\n"
    "2015-07-29 19:04:12,394 - WARN  [SendWorker:188978561024:QuorumCnxManager$SendWorker@688] - Send worker leaving thread\n"
    "2015-07-29 19:04:29,071 - ERROR [main:Quorum@1] - Unexpected [x] - y",
    {"timestamp": "2015-07-29T17:41:44.747Z", "severity": "INFO", "message": "Notification time out: 3200"},
    {"severity": "WARN", "message": "Send worker leaving thread"},
    {"severity": "ERROR"},
    multiline=True,
)  # fmt: skip
