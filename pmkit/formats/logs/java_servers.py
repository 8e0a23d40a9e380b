"""Logs of java.util.logging and of Java application servers."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME, LEVEL, ZONE
from pmkit.formats.record_lines import RecordLines

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

# The words of java.util.logging, also in German, French and Spanish.
_JUL_LEVEL = (
    r"SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST|SCHWERWIEGEND|WARNUNG|INFORMATION|GRAVE|AVERTISSEMENT|INFOS|ADVERTENCIA|INFORMACIÓN|"
    r"AVVERTENZA|AVISO"
)
_JUL_HEAD = (
    rf"(?P<time>[A-Za-zÀ-ÿ]{{3,10}}\.? \d{{1,2}}, \d{{4}},? \d{{1,2}}:\d\d:\d\d(?:[ \x{{202f}}]?[AP]M)?|\d\d?[. -](?:\d\d?|[A-Z][a-z]{{2}})[. -]\d{{4}},? {CLOCK}|{DATE} {CLOCK})"
    r" (?P<class>[A-Za-z_][\w$]*(?:[./][\w$-]+)*)(?: (?P<function>[\w$<>]+(?:\([^)\n]*\))?))?"
).replace(r"\x{202f}", "\u202f")

JUL = text_log(
    "java-util-logging", "java.util.logging: time, class and method on one line, level and message on the next",
    rf"^{_JUL_HEAD}\n(?P<level>{_JUL_LEVEL}): (?P<message>[^\n]*)(?:\n(?P<continuation>(?s:.*)))?$",
    "Jan 17, 2026 3:00:00 AM com.shop.Cart start\n"
    "INFO: Cart is up\n"
    "Jan 17, 2026 3:00:01 PM com.shop.Cart <init>\n"
    "SEVERE: it broke\n"
    "java.lang.IllegalStateException: closed\n"
    "\tat com.shop.Cart.add(Cart.java:17)\n"
    "Jan 17, 2026, 3:00:02 PM com.shop.Db read\n"
    "WARNING: slow\n"
    "janv. 17, 2026 3:00:03 PM com.shop.Db read\n"
    "GRAVE: en panne",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Cart is up"},
    {"timestamp": "2026-01-17T15:00:01Z", "severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-01-17T15:00:02Z", "severity": "WARN", "message": "slow"},
    {"timestamp": "2026-01-17T15:00:03Z", "severity": "ERROR", "message": "en panne"},
    lines=RecordLines(first=(rf"{_JUL_HEAD}$",), further=rf"(?:{_JUL_LEVEL}): "), multiline=True,
)  # fmt: skip

JUL_LINE = text_log(
    "java-util-logging-line", "java.util.logging on one line: time, level, class, message",
    rf"^\[?(?P<time>{ISO_TIME}{ZONE}?|[A-Z][a-z]{{2}} \d{{1,2}}, \d{{4}},? \d{{1,2}}:\d\d:\d\d(?: ?[AP]M)?)\]?:? +\[?(?P<level>SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST) *\]?:? +"
    r"\[?(?P<class>(?:[a-z_]\w*\.)+[A-Z][\w$]*)\]?(?: (?P<function>[\w$<>]+)(?:\(\))?)?(?::| -)? (?P<message>.*)$",
    "2026-01-17 03:00:00 INFO com.shop.Cart start Cart is up\n"
    "[2026-01-17 03:00:01] [SEVERE ] com.shop.Cart add: it broke\n"
    "Jan 17, 2026 3:00:02 AM WARNING com.shop.Db read slow\n"
    "2026-01-17 03:00:03 FINE com.shop.Db read done",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "Cart is up"},
    {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-01-17T03:00:02Z", "severity": "WARN"},
    {"severity": "DEBUG"},
    multiline=True,
)  # fmt: skip

WILDFLY = text_log(
    "wildfly", "WildFly and JBoss: time level [logger] (thread) message",
    rf"^(?P<time>(?:{DATE}[ T])?{CLOCK},\d{{3}}{ZONE}?) +(?:\|)?{LEVEL} +\[(?P<logger>[^\]]*)\] \((?P<thread>[^)]*)\) (?P<message>.*)$",
    "2026-01-17 03:00:00,123 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0025: WildFly started in 1234ms\n"
    "2026-01-17 03:00:01,123 ERROR [org.jboss.as.ejb3.invocation] (default task-1) WFLYEJB0034: EJB Invocation failed\n"
    "2026-01-17 03:00:02,123 WARN  [com.shop.Db] (default task-2) slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "WFLYSRV0025: WildFly started in 1234ms"},
    {"severity": "ERROR"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

WEBSPHERE = text_log(
    "websphere", "WebSphere and Open Liberty: [time zone] thread class type message",
    r"^\[(?P<time>\d\d?[/.]\d\d?[/.]\d{2,4},? \d{1,2}:\d\d:\d\d[:.]\d{3} [A-Z]{2,5}(?:[+-]\d\d:?\d\d)?)\] (?P<thread>[0-9a-f]{8}) (?:id=(?P<id>[0-9a-f]+) )?"
    r"(?P<logger>\S+) +(?P<mark>[FEWACIDOR123<>]) +(?:(?P<function>[\w$<>]+) )??(?P<message>.*)$",
    "[1/17/26 3:00:00:123 UTC] 00000001 WsServerImpl  A   WSVR0001I: Server server1 open for e-business\n"
    "[1/17/26 3:00:01:123 UTC] 0000002a ServletWrappe E   SRVE0068E: An exception was thrown by a servlet\n"
    "java.lang.IllegalStateException: closed\n"
    "[1/17/26 15:00:02:123 UTC] 0000002a SystemOut     O started",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "WSVR0001I: Server server1 open for e-business"},
    {"severity": "ERROR", "message": "SRVE0068E: An exception was thrown by a servlet"},
    {"timestamp": "2026-01-17T15:00:02.123Z", "message": "started"},
    multiline=True,
    columns={"severity": "CASE {mark} WHEN 'F' THEN 'FATAL' WHEN 'E' THEN 'ERROR' WHEN 'W' THEN 'WARN' WHEN 'A' THEN 'INFO' WHEN 'I' THEN 'INFO' "
             "WHEN 'C' THEN 'INFO' WHEN 'D' THEN 'DEBUG' WHEN '1' THEN 'DEBUG' WHEN '2' THEN 'TRACE' WHEN '3' THEN 'TRACE' WHEN '>' THEN 'TRACE' WHEN '<' THEN 'TRACE' END"},
)  # fmt: skip

WEBLOGIC = text_log(
    "weblogic", "WebLogic server log: ####<time> <level> <subsystem> … <message code> <message>",
    r"^####<(?P<written>[^>]*)> <(?P<level>\w+)> <(?P<subsystem>[^>]*)> <(?P<host>[^>]*)> <(?P<server>[^>]*)> <(?P<thread>.*?)> <(?P<user>[^>]*)>+ <(?P<transaction>[^>]*)> "
    r"<(?P<context>[^>]*)> <(?P<epoch>\d{13})> (?:<(?P<details>(?:\[[^\]]*\] ?)*)> )?<(?P<code>BEA-\d+)> <(?P<message>.*?)>? *$",
    "####<Jan 17, 2026 3:00:00 AM UTC> <Notice> <WebLogicServer> <web1> <AdminServer> <main> <<WLS Kernel>> <> <> <1768618800123> <BEA-000365> "
    "<Server state changed to RUNNING>\n"
    "####<Jan 17, 2026, 3:00:01,123 AM UTC> <Error> <HTTP> <web1> <shop> <[ACTIVE] ExecuteThread: '7'> <<anonymous>> <> <4f1a> <1768618801123> "
    "<[severity-value: 8] [partition-id: 0] > <BEA-101017> <it broke>\n"
    "java.lang.IllegalStateException: closed\n"
    "####<Jan 17, 2026 3:00:02 AM UTC> <Warning> <JDBC> <web1> <shop> <main> <> <> <> <1768618802123> <BEA-001129> <slow>",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "host": "web1", "message": "Server state changed to RUNNING"},
    {"timestamp": "2026-01-17T03:00:01.123Z", "severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
    fields={"time": "epoch", **{name: name for name in ("level", "host", "message", "written", "subsystem", "server", "thread", "user",
                                                        "transaction", "context", "details", "code")}},
)  # fmt: skip

GLASSFISH = text_log(
    "glassfish", "GlassFish and Payara: [time] [product] [level] [code] [logger] … [[ message ]]",
    rf"^\[(?P<time>{ISO_TIME}[+-]\d{{4}})\] \[(?P<product>[^\]\n]*)\] \[(?P<level>[A-Z]+)\] \[(?P<code>[^\]\n]*)\] \[(?P<logger>[^\]\n]*)\]"
    r"(?P<details>(?: \[\w+: [^\]\n]*\])*) \[\[\n? *(?P<message>[^\n]*?)(?:\]\])?(?:\n(?P<continuation>(?s:.*?))(?:\]\])?)?$",
    "[2026-01-17T03:00:00.123+0000] [Payara 6.2] [INFO] [NCLS-CORE-00001] [javax.enterprise.system.core] [tid: _ThreadID=1 _ThreadName=main] "
    "[timeMillis: 1768618800123] [levelValue: 800] [[\n"
    "  Payara started]]\n"
    "[2026-01-17T03:00:01.123+0000] [Payara 6.2] [SEVERE] [] [com.shop.Cart] [tid: _ThreadID=7 _ThreadName=http-1] [timeMillis: 1768618801123] "
    "[levelValue: 1000] [[\n"
    "  it broke\n"
    "java.lang.IllegalStateException: closed]]\n"
    "[2026-01-17T03:00:02.123+0000] [Payara 6.2] [WARNING] [] [com.shop.Db] [tid: _ThreadID=7 _ThreadName=http-1] [timeMillis: 1768618802123] "
    "[levelValue: 900] [[\n"
    "  slow]]",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Payara started"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "message": "slow"},
    lines=RecordLines(first=(rf"\[{ISO_TIME}[+-]\d{{4}}\] \[[^\]]*\] \[[A-Z]+\] \[[^\]]*\] \[[^\]]*\]",)),
)  # fmt: skip

IBM_MQ = text_log(
    "ibm-mq", "IBM MQ error log: time and process, then the message with its explanation",
    rf"^(?P<written>\d\d?[/.]\d\d?[/.]\d{{2,4}} {CLOCK}(?: [AP]M)?) - Process\((?P<pid>[\d.]+)\) User\((?P<user>[^)\n]*)\) Program\((?P<program>[^)\n]*)\)"
    r"(?:\n +Host\((?P<host>[^)\n]*)\))?(?:(?P<details>(?: \w+\([^)\n]*\)|\n +\w+\([^\n]*\))*?)\n +Time\((?P<time>[^)\n]*)\)(?P<inserts>(?:\n +\w+\([^\n]*\))*)"
    r"|(?P<old_details>(?: \w+\([^)\n]*\)|\n +\w+\([^\n]*\))*))"
    r"\n(?P<message>AMQ\d+(?P<mark>[A-Z])?: [^\n]*)(?:\n(?P<continuation>(?s:.*)))?$",
    "01/17/26 03:00:00 - Process(7.3) User(mqm) Program(amqzmuc0)\n"
    "                    Host(mq1) Installation(Installation1)\n"
    "                    VRMF(9.3.0.0) QMgr(SHOP)\n"
    "                    Time(2026-01-17T02:00:00.332Z)\n"
    "                    ArithInsert1(7)\n"
    "AMQ5051I: The queue manager task has started.\n"
    "EXPLANATION:\n"
    "A task has started.\n"
    "----- amqzmut0.c : 862 --------------------------------------------------------\n"
    "01/17/26 03:00:05 - Process(7.4) User(mqm) Program(amqrmppa)\n"
    "                    Host(mq1) Installation(Installation1)\n"
    "                    Time(2026-01-17T02:00:05.330Z)\n"
    "AMQ9213E: A communications error for TCP/IP occurred.\n"
    "----- amqccita.c : 4107 -------------------------------------------------------",
    {"timestamp": "2026-01-17T02:00:00.332Z", "severity": "INFO", "host": "mq1", "service": "ibm-mq",
     "message": "AMQ5051I: The queue manager task has started."},
    {"timestamp": "2026-01-17T02:00:05.330Z", "severity": "ERROR", "message": "AMQ9213E: A communications error for TCP/IP occurred."},
    lines=RecordLines(first=(r"\d\d?[/.]\d\d?[/.]\d{2,4} \d\d:\d\d:\d\d(?: [AP]M)? - Process\(",)),
    columns={"service": "'ibm-mq'", "severity": "CASE {mark} WHEN 'S' THEN 'FATAL' WHEN 'T' THEN 'FATAL' ELSE to_severity({mark}) END"},
    fields={"time": ("time", "written"), **{name: name for name in ("host", "message", "mark", "written", "pid", "user", "program",
                                                                   "inserts", "continuation")}, "details": ("details", "old_details")},
)  # fmt: skip
