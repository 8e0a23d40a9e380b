"""The fallback for logs in no other format: a time, a severity word, the rest."""

from pmkit.formats.builders import text_log
from pmkit.formats.notations import ANY_TIMESTAMP

_SEVERITY = (
    r"(?i)\b(TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|PANIC|ALERT|EMERG|EMERGENCY)\b"
)

# What stands before a time inside a line: a space or a bracket, a column's end, a severity, or the name of a time. A time in
# a URL or behind the name of another value is a part of the message.
_BEFORE_TIME = (
    r"""(?:\s["'(\[<{*#|]{0,3}|[\[(<{*#|,;>\])}]["']?|\b[A-Z]{3,8}:|"""
    r"""(?:^|[\s,;\[{(|"'])(?i:@?time(?:_?stamp)?|ts|date(?:_?time)?|asctime|at|when)["']?[=:]\s?["']?)"""
)

# What stands behind a time: no further digits or letters of the same word.
_AFTER_TIME = r"(?:[.,:](?:\D.*)?|[^\w.,:].*)?$"

TEXT = text_log(
    "generic-text", "Any text with a time near the beginning of its lines: time, severity, message",
    rf"^(?P<before>(?:.{{0,80}}?{_BEFORE_TIME})?)(?P<time>{ANY_TIMESTAMP}|^1\d{{9}}(?:\.\d{{1,9}}|\d{{3}})?)(?P<message>{_AFTER_TIME})",
    "== 17/Jan/2026:03:00:00 +0000 == boot finished\n"
    "== 17/Jan/2026:03:00:01 +0000 == [error] pool is empty\n"
    "  waited 3 s\n"
    "== 17/Jan/2026:03:00:02 +0000 == Warning: slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": None, "message": "boot finished"},
    {"severity": "ERROR", "message": "[error] pool is empty"},
    {"severity": "WARN"},
    multiline=True, fallback=True, claims=lambda record: not record["before"].lstrip("[ ").startswith("{"),
    columns={
        "severity": f"to_severity(regexp_extract(left(concat_ws(' ', {{before}}, {{message}}), 120), '{_SEVERITY}', 1))",
        "message": r"regexp_replace({message}, '^[\])>}=\s:,;|-]+', '')",
    },
)  # fmt: skip
