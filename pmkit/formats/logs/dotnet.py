"""Application logs of .NET."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE

SERILOG = text_log(
    "serilog", "Serilog file sink: time zone [level] message",
    rf"^(?P<time>{DATE} {CLOCK}\.\d{{3}}(?: [+-]\d\d:\d\d)?) \[(?P<level>VRB|DBG|INF|WRN|ERR|FTL)\] (?P<message>.*)$",
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
    rf"^(?P<time>{DATE} {CLOCK}\.\d{{1,4}})\|(?P<level>[A-Za-z]+)\|(?P<logger>[^|]*)\|(?P<message>.*)$",
    "2026-01-17 03:00:00.1234|INFO|Shop.Cart|up\n"
    "2026-01-17 03:00:01.1234|ERROR|Shop.Cart|it broke\n"
    "   at Shop.Cart.Add()\n"
    "2026-01-17 03:00:02.1234|Warn|Shop.Db|slow",
    {"timestamp": "2026-01-17T03:00:00.1234Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip
