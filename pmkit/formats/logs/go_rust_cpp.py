"""Application logs of Go, Rust and C++, and of servers in these languages."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME, ZONE

KLOG = text_log(
    "klog", "klog, used by Kubernetes, and glog before 0.5",
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

GLOG = text_log(
    "glog", "glog with the year, its default since 0.5",
    r"^(?P<level>[IWEF])(?P<time>\d{8} \d\d:\d\d:\d\d\.\d{6}) +(?P<thread>\d+) (?P<place>[\w./-]+:\d+)\] (?P<message>.*)$",
    "I20260117 03:00:00.123456  1001 server.cc:12] up\n"
    "E20260117 03:00:01.123456  1001 reflector.cc:138] it broke\n"
    "    @     0x7f1 google::LogMessage::Flush()\n"
    "W20260117 03:00:02.123456  1001 server.cc:14] slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

GO = text_log(
    "go-log", "Go's standard log package",
    rf"^(?:(?P<level_first>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL):? +)?(?P<time>\d{{4}}/\d\d/\d\d {CLOCK}(?:\.\d+)?) "
    r"(?:(?P<place>[\w./-]+\.go:\d+): )?(?:(?:\[?(?P<level>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|ERR|DBG|INF|WRN|FTL|panic)\]?:? "
    r"|\[(?P<lower_level>trace|debug|info|warn|warning|error|err|fatal)\]:? +))?(?P<message>.*)$",
    "2026/01/17 03:00:00 listening on :8080\n"
    "2026/01/17 03:00:01.123456 cart.go:17: [ERROR] it broke\n"
    "WARNING: 2026/01/17 03:00:01 cart.go:19: slow\n"
    "2026/01/17 03:00:02 http: panic serving 203.0.113.9:51612: nil map\n"
    "goroutine 7 [running]:\n"
    "main.add(0xc000)\n"
    "\t/srv/shop/cart.go:17 +0x1d",
    {"timestamp": "2026-01-17T03:00:00Z", "message": "listening on :8080"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "message": "slow"},
    {"message": "http: panic serving 203.0.113.9:51612: nil map"},
    multiline=True,
    fields={"time": "time", "level": ("level", "lower_level", "level_first"), "message": "message", "place": "place"},
)  # fmt: skip

HCLOG = text_log(
    "hclog", "HashiCorp's hclog, used by Consul, Vault and Nomad",
    rf"^(?P<time>{ISO_TIME}{ZONE}) \[(?P<level>TRACE|DEBUG|INFO|WARN|ERROR)\] +(?P<logger>[\w.\-/ ]+?): (?P<message>.*)$",
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
    rf"^\[(?P<time>{ISO_TIME}Z) (?P<level>TRACE|DEBUG|INFO|WARN|ERROR) +(?P<module>[\w:]+)\] (?P<message>.*)$",
    "[2026-01-17T03:00:00Z INFO  shop::cart] up\n"
    "[2026-01-17T03:00:01.123Z ERROR shop::cart] it broke\n"
    "[2026-01-17T03:00:02Z WARN  shop] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

TRACING = text_log(
    "tracing", "Rust's tracing: time, level, spans, target: message",
    rf"^(?P<time>{ISO_TIME}Z) +(?P<level>TRACE|DEBUG|INFO|WARN|ERROR) (?:ThreadId\(\d+\) )?(?P<target>[\w:]+(?:\{{.*?\}}(?::[\w:]+)*)*): "
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
    rf"^\[(?P<time>{DATE} {CLOCK}\.\d{{3}})\] (?:\[(?P<logger>[^\]]*)\] )?\[(?P<level>trace|debug|info|warning|error|critical)\] "
    r"(?P<message>.*)$",
    "[2026-01-17 03:00:00.123] [cart] [info] up\n[2026-01-17 03:00:01.123] [cart] [critical] it broke\n"
    "[2026-01-17 03:00:02.123] [warning] slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "FATAL"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

ZAP_CONSOLE = text_log(
    "zap-console", "zap's console encoder: time, level, logger, place, message and fields, with tabs between them",
    rf"^(?P<time>{ISO_TIME}{ZONE}|\d\.\d+e\+\d\d|\d{{10}}\.\d+)\t(?P<level>(?i:DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL))\t"
    r"(?:\[?(?P<logger>[\w./-]+)\]?\t)??(?:(?P<place>[\w./@-]+\.go:\d+)\t)?(?P<message>[^\t]*)(?:\t(?P<fields>\{.*\}))?$",
    '2026-01-17T03:00:00.123Z\tINFO\tcmd/main.go:17\tup\t{"port": 80}\n'
    '2026-01-17T03:00:01.123Z\tERROR\tcart\tcart/add.go:7\tit broke\t{"error": "no pool"}\n'
    "main.add\n"
    "\t/srv/shop/cart.go:17\n"
    "2026-01-17T04:00:02.123+0100\twarn\tslow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR", "message": "it broke"},
    {"timestamp": "2026-01-17T03:00:02.123Z", "severity": "WARN"},
    multiline=True,
)  # fmt: skip

LOGRUS = text_log(
    "logrus-text", "logrus in a terminal with full timestamps: LEVEL[time] message key=value",
    rf"^(?P<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?P<time>{ISO_TIME}{ZONE}?)\](?P<place>\S+)? ?(?P<message>.*?) *$",
    "INFO[2026-01-17T03:00:00Z] up                                            port=80\n"
    "ERRO[2026-01-17T03:00:01Z] it broke                                      error=\"no pool\"\n"
    "WARN[2026-01-17T04:00:02+01:00] slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO"}, {"severity": "ERROR"},
    {"timestamp": "2026-01-17T03:00:02Z", "severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

LOGRUS_UPTIME = text_log(
    "logrus-uptime", "logrus in a terminal: LEVEL[seconds since the start] message, without times of its own",
    r"^(?P<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?P<uptime_s>\d{4,})\](?P<place>\S+)? ?(?P<message>.*?) *$",
    "INFO[0000] up                                            port=80\nERRO[0001] it broke\nWARN[0002] slow",
    {"severity": "INFO"}, {"severity": "ERROR", "message": "it broke"}, {"severity": "WARN"},
    inner=True, multiline=True,
)  # fmt: skip

NATS = text_log(
    "nats", "NATS server: [process] time [LVL] message",
    rf"^\[(?P<pid>\d+)\] (?P<time>\d{{4}}/\d\d/\d\d {CLOCK}\.\d{{6}}) \[(?P<level>TRC|DBG|INF|WRN|ERR|FTL)\] (?P<message>.*)$",
    "[1] 2026/01/17 03:00:00.123456 [INF] Server is ready\n"
    "[1] 2026/01/17 03:00:01.123456 [ERR] 10.0.0.7:51612 - cid:7 - authentication error\n"
    "[1] 2026/01/17 03:00:02.123456 [WRN] JetStream is slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "nats", "message": "Server is ready"},
    {"severity": "ERROR"},
    {"severity": "WARN"},
    columns={"service": "'nats'"},
)  # fmt: skip

ETCD = text_log(
    "capnslog", "etcd before 3.4: time letter | package: message",
    rf"^(?P<time>{DATE} {CLOCK}\.\d{{6}}) (?P<level>[CEWNIDT]) \| (?P<logger>[\w/-]+): (?P<message>.*)$",
    "2026-01-17 03:00:00.123456 I | etcdserver: starting server\n"
    "2026-01-17 03:00:01.123456 E | rafthttp: failed to dial 8211f1d0f64f3269 on stream\n"
    "2026-01-17 03:00:02.123456 W | etcdserver: read-only range request took too long",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "starting server"}, {"severity": "ERROR"},
    {"severity": "WARN"},
)  # fmt: skip
