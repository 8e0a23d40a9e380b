"""Application logs of Java and other JVM languages: log4j, logback, Spring Boot, Tomcat."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, ISO_TIME, LEVEL, ZONE

LOG4J = text_log(
    "log4j", "log4j and similar: time, level, thread, logger, message",
    rf"^(?P<time>{ISO_TIME}{ZONE}?) +{LEVEL} +(?:\[?(?P<thread>[^\]]*?)\]? +)?(?P<logger>[A-Za-z_][\w.$/@-]*)"
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
    rf"^(?P<time>{ISO_TIME}{ZONE}?) +\[(?P<thread>[^\]]*)\] +{LEVEL} +(?P<logger>[\w.$/-]+)(?:\[[^\]]*\])? +(?:-|:) (?P<message>.*)$",
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
    "logback-clock", "logback's default: time of day, [thread], level, logger, message",
    rf"^(?P<time>{CLOCK}[.,]\d{{3}}) +\[(?P<thread>[^\]]*)\] +{LEVEL} +(?P<logger>[\w.$/-]+) +--? (?P<message>.*)$",
    "23:59:58.123 [main] INFO  com.shop.Cart -- up\n"
    "23:59:59.123 [main] ERROR com.shop.Cart - it broke\n"
    "00:00:01.123 [main] WARN  c.s.Db - slow",
    {"timestamp": "2026-11-23T23:59:58.123Z", "severity": "INFO"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-11-24T00:00:01.123Z", "severity": "WARN"},
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

TOMCAT = text_log(
    "tomcat", "Tomcat catalina log: day-month-year time, level, [thread], logger, message",
    rf"^(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} {CLOCK}\.\d{{3}}) (?P<level>[A-Z]+) \[(?P<thread>[^\]]*)\] (?P<logger>\S+) (?P<message>.*)$",
    "17-Jan-2026 03:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1234] milliseconds\n"
    "17-Jan-2026 03:00:01.123 SEVERE [http-nio-8080-exec-1] com.shop.Cart.add it broke\n"
    "\tjava.lang.IllegalStateException: closed\n"
    "17-Jan-2026 03:00:02.123 WARNING [main] com.shop.Db.read slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip
