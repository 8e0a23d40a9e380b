"""Application logs of Go, Rust and C++."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME, ZONE

KLOG = text_log(
    "klog", "Go's glog and klog, used by Kubernetes",
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
    rf"^(?P<time>\d{{4}}/\d\d/\d\d {CLOCK}(?:\.\d+)?) (?:(?P<place>[\w./-]+\.go:\d+): )?"
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
