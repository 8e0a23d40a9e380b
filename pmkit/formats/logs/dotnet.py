"""Application logs of .NET."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ZONE
from pmkit.formats.record_lines import RecordLines

SERILOG = text_log(
    "serilog", "Serilog file sink: time zone [level] message",
    rf"^(?P<time>{DATE} {CLOCK}\.\d{{3}}(?: [+-]\d\d:\d\d)?) \[(?P<level>VRB|DBG|INF|WRN|ERR|FTL|Verbose|Debug|Information|Warning|Error|Fatal)\] (?P<message>.*)$",
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

SERILOG_CONSOLE = text_log(
    "serilog-console", "Serilog console sink: [time of day level] message",
    rf"^\[(?P<time>(?:{DATE}[T ])?{CLOCK}(?:\.\d+)?{ZONE}?) (?P<level>VRB|DBG|INF|WRN|ERR|FTL)\] (?P<message>.*)$",
    "[03:00:00 INF] Now listening on: http://localhost:5000\n"
    "[03:00:01 ERR] it broke\n"
    "System.InvalidOperationException: closed\n"
    "   at Shop.Cart.Add() in /srv/Cart.cs:line 17\n"
    "[03:00:02 FTL] gone",
    {"timestamp": "2026-11-24T03:00:00Z", "severity": "INFO", "message": "Now listening on: http://localhost:5000"},
    {"severity": "ERROR"},
    {"severity": "FATAL"},
    multiline=True,
)  # fmt: skip

# The level and the category, then the message on indented lines.
_CONSOLE_HEAD = r"(?P<level>trce|dbug|info|warn|fail|crit): (?P<logger>[\w.`+<>,\[\]-]+)\[(?P<event_id>-?\d+)\]"
_CONSOLE_MESSAGE = r"(?:\n {6}(?P<message>[^\n]*)(?:\n(?P<continuation>(?s:.*)))?)?"
_CONSOLE_SEVERITY = (
    "CASE {level} WHEN 'trce' THEN 'TRACE' WHEN 'dbug' THEN 'DEBUG' WHEN 'fail' THEN 'ERROR' WHEN 'crit' THEN 'FATAL' "
    "ELSE to_severity({level}) END"
)

CONSOLE = text_log(
    "dotnet-console", ".NET's console logger: level and category on one line, the message indented below, without times of its own",
    rf"^{_CONSOLE_HEAD}{_CONSOLE_MESSAGE}$",
    "info: Microsoft.Hosting.Lifetime[14]\n"
    "      Now listening on: http://[::]:80\n"
    "fail: Microsoft.AspNetCore.Server.Kestrel[13]\n"
    '      Connection id "0HM": An unhandled exception was thrown.\n'
    "      System.InvalidOperationException: closed\n"
    "         at Shop.Cart.Add() in /srv/Cart.cs:line 17\n"
    "crit: Shop.Orders[0]\n"
    "      no database",
    {"severity": "INFO", "message": "Now listening on: http://[::]:80"},
    {"severity": "ERROR", "message": 'Connection id "0HM": An unhandled exception was thrown.'},
    {"severity": "FATAL", "message": "no database"},
    inner=True, lines=RecordLines(first=(rf"{_CONSOLE_HEAD}$",), further=" {6}"), columns={"severity": _CONSOLE_SEVERITY}, multiline=True,
)  # fmt: skip

CONSOLE_DATED = text_log(
    "dotnet-console-dated", ".NET's console logger with times: time, level and category on one line, the message indented below",
    rf"^\[?(?P<time>(?:{DATE}[T ])?{CLOCK}(?:\.\d+)?{ZONE}?)\]? ?{_CONSOLE_HEAD}{_CONSOLE_MESSAGE.removesuffix('?')}$",
    "[03:00:00] info: Microsoft.Hosting.Lifetime[14]\n"
    "      Now listening on: http://[::]:80\n"
    "[03:00:01] fail: Shop.Orders[0]\n"
    "      no database\n"
    "[03:00:02] warn: Shop.Orders[0]\n"
    "      slow",
    {"timestamp": "2026-11-24T03:00:00Z", "severity": "INFO", "message": "Now listening on: http://[::]:80"},
    {"severity": "ERROR", "message": "no database"},
    {"severity": "WARN", "message": "slow"},
    lines=RecordLines(first=(rf"\[?(?:{DATE}[T ])?{CLOCK}(?:\.\d+)?{ZONE}?\]? ?{_CONSOLE_HEAD}$",), further=" {6}"),
    columns={"severity": _CONSOLE_SEVERITY}, multiline=True,
)  # fmt: skip

SINGLE_LINE = text_log(
    "dotnet-single-line", ".NET's console logger on single lines, without times of its own: level: category[event] message",
    rf"^{_CONSOLE_HEAD} (?P<message>.*)$",
    "info: Microsoft.Hosting.Lifetime[14] Now listening on: http://[::]:80\n"
    "fail: Shop.Orders[0] no database\n"
    "warn: Shop.Orders[0] slow",
    {"severity": "INFO", "message": "Now listening on: http://[::]:80"}, {"severity": "ERROR"}, {"severity": "WARN"},
    inner=True, columns={"severity": _CONSOLE_SEVERITY}, multiline=True,
)  # fmt: skip

LOG4NET = text_log(
    "log4net", "log4net: time [thread] level logger - message",
    rf"^(?P<time>{DATE} {CLOCK},\d{{3}}) \[(?P<thread>[^\]]*)\] (?P<level>DEBUG|INFO|WARN|ERROR|FATAL) +(?P<logger>[\w.`+]+) (?:\[(?P<context>[^\]]*)\] )?(?:<(?P<properties>[^>]*)> )?- (?P<message>.*)$",
    "2026-01-17 03:00:00,123 [1] INFO  Shop.Cart [(null)] - up\n"
    "2026-01-17 03:00:01,123 [7] ERROR Shop.Cart [(null)] <(null)> - it broke\n"
    "System.InvalidOperationException: closed\n"
    "   at Shop.Cart.Add() in C:\\srv\\Cart.cs:line 17\n"
    "2026-01-17 03:00:02,123 [7] WARN  Shop.Db [(null)] - slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    multiline=True,
)  # fmt: skip
