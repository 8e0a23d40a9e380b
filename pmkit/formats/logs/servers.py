"""Plain-text logs of servers and operating systems."""

from pmkit.formats.builders import text_log

_CLOCK = r"\d\d:\d\d:\d\d"
_ISO = rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:[.,]\d+)?"

NGINX = text_log(
    "nginx-error", "nginx error log",
    rf"^(?P<time>\d{{4}}/\d\d/\d\d {_CLOCK}) \[(?P<level>\w+)\] (?P<pid>\d+)#(?P<tid>\d+): (?:\*\d+ )?(?P<message>.*)$",
    '2026/11/23 22:34:27 [error] 8712#8712: *1710 upstream timed out (110: Connection timed out) while reading '
    'response header from upstream, client: 203.0.113.84, server: , request: "POST /api/cart HTTP/1.1", '
    'upstream: "http://127.0.0.1:8011/api/cart", host: "shop.example"\n'
    "2026/11/23 22:34:28 [warn] 8712#8712: conflicting server name ignored\n"
    "2026/11/23 22:34:29 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)",
    {"timestamp": "2026-11-23T22:34:27Z", "severity": "ERROR", "client": "203.0.113.84", "url_path": "/api/cart"},
    {"severity": "WARN", "message": "conflicting server name ignored"},
    {"severity": "FATAL"},
    columns={
        "client": "nullif(regexp_extract({message}, ', client: ([^,]+)', 1), '')",
        "url_path": "url_path_of(nullif(regexp_extract({message}, 'request: \"[A-Z]+ (\\S+)', 1), ''))",
    },
)  # fmt: skip

APACHE = text_log(
    "apache-error", "Apache error log",
    rf"^\[(?P<time>[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d {_CLOCK}(?:\.\d+)? \d{{4}})\] \[(?:(?P<module>\w+):)?(?P<level>[a-z]+\d?)\] "
    r"(?:\[pid (?P<pid>\d+)(?::tid (?P<tid>\d+))?\] )?(?:\[client (?P<peer>[^\]]+)\] )?(?P<message>.*)$",
    "[Sun Jan 17 03:00:00.123456 2026] [core:error] [pid 7:tid 1403] [client 203.0.113.9:51612] AH00126: Invalid URI\n"
    "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties\n"
    "[Sun Dec 04 04:51:18 2005] [warn] mod_jk child workerEnv in error state 6",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "ERROR", "client": "203.0.113.9", "message": "AH00126: Invalid URI"},
    {"timestamp": "2005-12-04T04:47:44Z", "severity": "INFO"},
    {"severity": "WARN"},
    columns={"severity": "to_severity(regexp_replace({level}, '\\d$', ''))"},
)  # fmt: skip

KAFKA = text_log(
    "kafka", "Kafka: [time] level message (logger)",
    rf"^\[(?P<time>{_ISO})\] (?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL) (?:\[(?P<component>[^\]]*)\]:? )?(?P<message>.*?)"
    r"(?: \((?P<logger>[\w.$-]+)(?::(?P<place>\d+))?\))?$",
    "[2026-01-17 03:00:00,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)\n"
    "[2026-01-17 03:00:01,123] ERROR it broke (kafka.log.LogManager)\n"
    "java.io.IOException: gone\n"
    "[2026-01-17 03:00:02,123] WARN slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "started"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

CASSANDRA = text_log(
    "cassandra", "Cassandra: level [thread] time file:line - message",
    rf"^(?P<level>TRACE|DEBUG|INFO|WARN|ERROR) +\[(?P<thread>[^\]]*)\] (?P<time>{_ISO}) (?P<place>\S+) - (?P<message>.*)$",
    "INFO  [main] 2026-01-17 03:00:00,123 StorageService.java:17 - up\n"
    "ERROR [ReadStage-2] 2026-01-17 03:00:01,123 CassandraDaemon.java:228 - it broke\n"
    "java.lang.RuntimeException: gone\n"
    "WARN  [GossipTasks:1] 2026-01-17 03:00:02,123 Gossiper.java:1 - slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

ELASTICSEARCH = text_log(
    "elasticsearch-server", "Elasticsearch and OpenSearch server log: [time][level][logger] [node] message",
    rf"^\[(?P<time>{_ISO}(?:Z|[+-]\d\d:?\d\d)?)\]\[(?P<level>[A-Z]+) *\]\[(?P<logger>[^\]]*?) *\](?: \[(?P<host>[^\]]*)\])? ?(?P<message>.*)$",
    "[2026-01-17T03:00:00,123][INFO ][o.e.n.Node               ] [es1] started\n"
    "[2026-01-17T03:00:01,123][ERROR][o.e.b.Bootstrap          ] [es1] it broke\n"
    "java.lang.RuntimeException: gone\n"
    "[2026-01-17T03:00:02,123][WARN ][o.e.m.j.JvmGcMonitorService] [es2] [gc][7] overhead",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "host": "es1", "message": "started"},
    {"severity": "ERROR"},
    {"severity": "WARN", "host": "es2"},
    multiline=True,
)  # fmt: skip

RABBITMQ = text_log(
    "rabbitmq", "RabbitMQ: time [level] <process> message",
    rf"^(?P<time>{_ISO}(?:[+-]\d\d:\d\d)?) \[(?P<level>[a-z]+)\] <(?P<process>[\d.]+)> (?P<message>.*)$",
    "2026-01-17 03:00:00.123456+00:00 [info] <0.9.0> Server startup complete\n"
    "2026-01-17 03:00:01.123456+00:00 [error] <0.77.0> it broke\n"
    "2026-01-17 03:00:02.123456+00:00 [warning] <0.77.0> slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "Server startup complete"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

JVM_GC = text_log(
    "jvm-gc", "Java unified logging, such as garbage collector logs",
    rf"^\[(?P<time>{_ISO}[+-]\d{{4}})\](?:\[(?P<uptime>[\d.]+m?s)\])?(?:\[(?P<pid>\d+)\])?\[(?P<level>[a-z]+) *\]\[(?P<tags>[^\]]*)\] "
    r"(?P<message>.*)$",
    "[2026-01-17T03:00:00.123+0000][info][gc] GC(7) Pause Young (Normal) 24M->4M(256M) 3.5ms\n"
    "[2026-01-17T03:00:01.123+0000][1.5s][warning][gc,heap] slow\n"
    "[2026-01-17T04:00:02.123+0100][info ][gc,start     ] GC(8) Pause Full",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO"}, {"severity": "WARN", "message": "slow"},
    {"timestamp": "2026-01-17T03:00:02.123Z"},
)  # fmt: skip

AUDITD = text_log(
    "auditd", "Linux audit log", r"^(?:node=(?P<host>\S+) )?type=(?P<type>\w+) msg=audit\((?P<time>\d{10}\.\d{3}):(?P<serial>\d+)\): ?"
    r"(?P<message>.*)$",
    "type=SYSCALL msg=audit(1795469278.003:456): arch=c000003e syscall=59 success=yes\n"
    'type=EXECVE msg=audit(1795469278.003:456): argc=1 a0="ls"\n'
    "node=web1 type=USER_LOGIN msg=audit(1795469279.003:457): pid=7 res=failed",
    {"timestamp": "2026-11-23T21:27:58.003Z", "message": "arch=c000003e syscall=59 success=yes"}, {"host": None},
    {"host": "web1"},
)  # fmt: skip

DMESG = text_log(
    "dmesg", "Linux kernel ring buffer from dmesg -T",
    rf"^\[(?P<time>[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d {_CLOCK} \d{{4}})\] (?P<message>.*)$",
    "[Sat Jan 17 03:00:00 2026] Out of memory: Killed process 77 (web)\n"
    "[Sat Jan 17 03:00:01 2026] oom_reaper: reaped process 77 (web)\n"
    "[Sat Jan 17 03:00:02 2026] eth0: link up",
    {"timestamp": "2026-01-17T03:00:00Z", "message": "Out of memory: Killed process 77 (web)"}, {}, {"message": "eth0: link up"},
)  # fmt: skip

BIND = text_log(
    "bind", "BIND named: day-month-year time, category, level, message",
    rf"^(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}\.\d{{3}}) (?:(?P<category>[\w-]+): )?(?:(?P<level>info|notice|warning|error|critical|debug \d+): )"
    r"(?P<message>.*)$",
    "17-Jan-2026 03:00:00.123 general: info: all zones loaded\n"
    "17-Jan-2026 03:00:01.123 resolver: notice: DNS format error\n"
    "17-Jan-2026 03:00:02.123 network: error: no route",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "all zones loaded"}, {"severity": "INFO"},
    {"severity": "ERROR"},
)  # fmt: skip

LOGCAT = text_log(
    "logcat", "Android logcat, threadtime format",
    rf"^(?P<time>\d\d-\d\d {_CLOCK}\.\d{{3}}) +(?P<pid>\d+) +(?P<tid>\d+) (?P<level>[VDIWEFA]) (?P<service>.*?) *: (?P<message>.*)$",
    "03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogsopening app\n"
    "03-17 16:13:38.819  1702  8671 E ActivityManager: it broke\n"
    "03-17 16:13:38.820  1702  8671 W PowerManagerService: slow",
    {"timestamp": "2026-03-17T16:13:38.811Z", "severity": "DEBUG", "service": "WindowManager"}, {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

CBS = text_log(
    "windows-cbs", "Windows component-based servicing and setup logs: time, level component message",
    rf"^(?P<time>\d{{4}}-\d\d-\d\d {_CLOCK}), (?P<level>Info|Warning|Error|Perf) +(?P<service>\w+) +(?P<message>.*)$",
    "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1.7601.23505\n"
    "2016-09-28 04:30:31, Error                 CSI    00000001 it broke\n"
    "2016-09-28 04:30:32, Warning               CBS    slow",
    {"timestamp": "2016-09-28T04:30:30Z", "severity": "INFO", "service": "CBS", "message": "Loaded Servicing Stack v6.1.7601.23505"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

BGL = text_log(
    "bgl", "Blue Gene RAS log: alert, epoch, date, node, time, node, type, component, level, message",
    r"^(?P<alert>\S+) (?P<time>\d{10}) \d{4}\.\d\d\.\d\d (?P<host>\S+) \d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d+ \S+ (?P<type>\S+) (?P<service>\S+) "
    r"(?P<level>INFO|WARNING|ERROR|SEVERE|FATAL|FAILURE) (?P<message>.*)$",
    "- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.363779 R02-M1-N0-C:J12-U11 RAS KERNEL INFO instruction "
    "cache parity error corrected\n"
    "- 1117838571 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.51.363779 R02-M1-N0-C:J12-U11 RAS APP FATAL ciod: it broke\n"
    "KERNDTLB 1117838573 2005.06.03 R23-M0-NE-C:J05-U01 2005-06-03-15.42.53.2 R23-M0-NE-C:J05-U01 RAS KERNEL WARNING slow",
    {"timestamp": "2005-06-03T22:42:50Z", "severity": "INFO", "service": "KERNEL", "host": "R02-M1-N0-C:J12-U11"},
    {"severity": "FATAL"},
    {"severity": "WARN"},
)  # fmt: skip

THUNDERBIRD = text_log(
    "cluster-syslog", "Syslog of clusters such as Thunderbird: alert, epoch, date, node, syslog line",
    rf"^(?P<alert>\S+) (?P<time>\d{{10}}) \d{{4}}\.\d\d\.\d\d (?P<host>\S+) [A-Z][a-z]{{2}} [ \d]?\d {_CLOCK} (?P<node>\S+) "
    r"(?:(?P<service>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?: ?)?(?P<message>.*)$",
    "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed for user root\n"
    "- 1131566462 2005.11.09 dn228 Nov  9 12:01:02 dn228/dn228 sshd[2916]: Connection closed\n"
    "VAPI 1131566463 2005.11.09 tbird-admin1 Nov 10 12:01:03 local@tbird-admin1 kernel: it broke",
    {"timestamp": "2005-11-09T20:01:01Z", "service": "crond(pam_unix)", "host": "dn228", "message": "session closed for user root"},
    {"service": "sshd"},
    {"service": "kernel"},
)  # fmt: skip

PIPES = text_log(
    "pipes", "Time|component|number|message, used by mobile health apps",
    r"^(?P<time>\d{8}-\d{1,2}:\d{1,2}:\d{1,2}:\d{1,3})\|(?P<service>[^|]*)\|(?P<pid>\d+)\|(?P<message>.*)$",
    "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579\n"
    "20171223-22:15:9:15|Step_LSC|30002312|onExtend:1514038530000 14 0 4\n"
    "20171223-22:15:29:633|Step_StandReportReceiver|30002312|REPORT : 7007 5002 150089 240",
    {"timestamp": "2017-12-23T22:15:29.606Z", "service": "Step_LSC", "message": "onStandStepChanged 3579"},
    {"timestamp": "2017-12-23T22:15:09.015Z"},
    {"service": "Step_StandReportReceiver"},
)  # fmt: skip

PROXIFIER = text_log(
    "proxifier", "Proxifier: [month.day time] program - message",
    rf"^\[(?P<time>\d\d\.\d\d {_CLOCK})\] (?P<service>.*?) - (?P<message>.*)$",
    "[10.30 16:49:06] chrome.exe - proxy.cse.cuhk.edu.hk:5070 open through proxy proxy.cse.cuhk.edu.hk:5070 HTTPS\n"
    "[10.30 16:49:07] chrome.exe *64 - proxy.cse.cuhk.edu.hk:5070 close, 0 bytes sent\n"
    "[10.30 16:49:08] QQ.exe - tcpconn error",
    {"timestamp": "2026-10-30T16:49:06Z", "service": "chrome.exe"}, {"service": "chrome.exe *64"}, {"message": "tcpconn error"},
)  # fmt: skip

ICINGA_DEBUG = text_log(
    "icinga", "Icinga 2: [time] level/component: message",
    rf"^\[(?P<time>\d{{4}}-\d\d-\d\d {_CLOCK} [+-]\d{{4}})\] (?P<level>\w+)/(?P<service>\w+): (?P<message>.*)$",
    "[2026-01-17 03:00:00 +0000] information/ConfigItem: Activated all objects.\n"
    "[2026-01-17 03:00:01 +0000] critical/ApiListener: it broke\n"
    "[2026-01-17 04:00:02 +0100] warning/PluginUtility: slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "service": "ConfigItem", "message": "Activated all objects."},
    {"severity": "FATAL"},
    {"timestamp": "2026-01-17T03:00:02Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip
