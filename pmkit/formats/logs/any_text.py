"""The fallbacks for logs in no other format: a time, a severity word, the rest."""

from pmkit.formats.builders import text_log
from pmkit.formats.notations import ANY_TIMESTAMP
from pmkit.formats.severity import stated_severity, without_stated_severity

# The text after the time, without what separates the two.
_TEXT = r"""regexp_replace({message}, '^"?[\])>}=\s:,;|-]+', '')"""

# What stands before a time inside a line: a space or a bracket, a column's end, a severity, or the name of a time. A time in
# a URL or after the name of another value is a part of the message.
_BEFORE_TIME = (
    r"""(?:\s["'(\[<{*#|]{0,3}|[\[(<{*#|,;>\])}]["']?|\b[A-Z]{3,8}:|::|"""
    r"""(?:^|[\s,;\[{(|"'])(?i:@?time(?:_?stamp)?|ts|date(?:_?time)?|asctime|at|when)["']?[=:]\s?["']?)"""
)

# The text before that, unless it begins a JSON object.
_NO_JSON = r"[\[ ]{0,4}(?:[^\[ {].{0,80}?)?"

# What stands after a time: no further digits or letters of the same word, except for a zone that is not known.
_AFTER_TIME = r"(?:[.,:](?:\D.*)?|[A-Z]{3,5}\s.*|[^\w.,:].*)?$"

TEXT = text_log(
    "generic-text", "Any text with a time near the beginning of its lines: time, severity, message",
    rf"^(?P<before>(?:[\"']|{_NO_JSON}{_BEFORE_TIME})?)(?P<time>{ANY_TIMESTAMP}|^1[2-9]\d{{8}}(?:\.\d{{1,9}}|\d{{3}})?)(?P<message>{_AFTER_TIME})",
    "== 17/Jan/2026:03:00:00 +0000 == boot finished\n"
    "== 17/Jan/2026:03:00:01 +0000 == [error] pool is empty\n"
    "  waited 3 s\n"
    "== 17/Jan/2026:03:00:02 +0000 == Warning: slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": None, "message": "boot finished"},
    {"severity": "ERROR", "message": "pool is empty"},
    {"severity": "WARN", "message": "slow"},
    multiline=True, fallback=True,
    columns={
        "severity": f"coalesce(CASE WHEN {{before}} IS NOT NULL THEN {stated_severity('{before}')} END, {stated_severity(_TEXT)})",
        "message": without_stated_severity(_TEXT),
    },
)  # fmt: skip

CLOCK_TEXT = text_log(
    "clock-text", "Any text with a time of day, and no date, at the beginning of its lines: time, severity, message",
    r"^[\[(<]?(?P<time>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{1,9}|:\d{3})?(?: ?[AaPp][Mm])?)(?P<message>(?:[\])>|,;:-]{0,2}\s|[\])>|]).*\w.*)$",
    "[03:00:00] boot finished\n"
    "[03:00:01] [error] pool is empty\n"
    "  waited 3 s\n"
    "[03:00:02] Warning: slow",
    {"timestamp": "2026-11-24T03:00:00Z", "severity": None, "message": "boot finished"},
    {"severity": "ERROR", "message": "pool is empty"},
    {"severity": "WARN", "message": "slow"},
    multiline=True, fallback=True, columns={"severity": stated_severity(_TEXT), "message": without_stated_severity(_TEXT)},
)  # fmt: skip
