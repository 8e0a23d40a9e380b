"""Chat messages as text: copied from the windows of Slack, Teams and Discord, or saved by Zoom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row

_CLOCK: Final = r"\d{1,2}:\d\d(?::\d\d)?"
_HALF: Final = r"(?:[  ]?[AaPp]\.?[Mm]\.?)"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DIVIDER: Final = rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, )?{_MONTH}[a-z]* \d{{1,2}}(?:st|nd|rd|th)?(?:, \d{{4}})?"
_DAY_OF_DIVIDER: Final = re.compile(rf"({_MONTH})[a-z]* (\d{{1,2}})(?:st|nd|rd|th)?(?:, (\d{{4}}))?")


def _body(head: str) -> str:
    """Return the pattern of the lines of a message, up to the head of the next one."""
    return rf"(?P<text>(?:(?!{head})[^\n]*(?:\n|\Z))+?(?={head}|\Z))"


def _message(record: Record) -> Iterator[Row]:
    text = "\n".join(line.strip() for line in record["text"].strip().splitlines())
    day, clock = _day(record.get("day") or ""), _in_24_hours(record["time"], record.get("half") or "")
    yield {"at": f"{day} {clock}".strip(), "author_role": record["author"].strip(), "text": text}


def _day(text: str) -> str:
    """Return a day without what notations of times do not have: the weekday, the ending of the number."""
    divider = _DAY_OF_DIVIDER.search(text)
    if divider is None:
        return text.strip(" ,")
    month, day, year = divider.groups()
    return f"{day} {month} {year}" if year else f"{month} {day}"


def _in_24_hours(clock: str, half: str) -> str:
    """Return a time of day with seconds, counted to 24 hours.

    Examples
    --------
    >>> _in_24_hours("3:02", "PM"), _in_24_hours("12:05", "am"), _in_24_hours("03:02:00", "")
    ('15:02:00', '00:05:00', '03:02:00')
    """
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    letter = half.strip().lower()[:1]
    if letter:
        hour = hour % 12 + (12 if letter == "p" else 0)
    return f"{hour:02}:{minute:02}:{second:02}"


_SLACK_TIME: Final = rf"\[?{_CLOCK}{_HALF}?\]?[ \t]*\n"
# A message of somebody, a further message of the same person, or a line with the day.
_SLACK_HEAD: Final = rf"(?:^[^\n\t|{{]{{1,60}}?(?: +APP)? {{1,3}}{_SLACK_TIME}|^[^\n\t|{{]{{1,60}}\n[ \t]+{_SLACK_TIME}|^{_SLACK_TIME}|^{_DIVIDER}[ \t]*$)"

SLACK_TEXT = record_export(
    "slack-text", "Slack: messages copied from the window", "messages", "time, author", _message,
    Example(
        "Friday, January 16th, 2026\nAlice Smith  11:59 PM\nack, looking\nSaturday, January 17th, 2026\nBob  3:02 PM\nrolling back\nnow\n3:03\ndone\n"
        "alerts  APP  3:30 PM\n[RESOLVED] Slow\n",
        ({"at": "2026-01-16T23:59:00Z", "author_role": "Alice Smith", "text": "ack, looking"},
         {"at": "2026-01-17T15:02:00Z", "author_role": "Bob", "text": "rolling back\nnow"},
         {"at": "2026-01-17T15:03:00Z", "author_role": "Bob", "text": "done"},
         {"at": "2026-01-17T15:30:00Z", "author_role": "alerts", "text": "[RESOLVED] Slow"}),
    ),
    Example(
        "Jan 17, 2026\nAlice Smith\n  3:02 AM\nack, looking\nBob\n  3:05 AM\nrolling back\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back"}),
    ),
    claims=lambda record: bool(record["author"]), carried=("author", "half", "day"),
    line=r"(?:[^\t|{]{1,60}?(?: +APP)? {1,3}|[ \t]+)\[?\d{1,2}:\d\d(?: ?[AaPp]\.?[Mm]\.?)?\]?[ \t]*$",
    pattern=rf"(?:^(?P<day>{_DIVIDER})[ \t]*\n)?(?:^(?P<author>[^\n\t|{{]{{1,60}}?)(?: +APP)?(?: {{1,3}}|\n[ \t]+))?"
            rf"(?:(?<=\n)|(?<=^)|(?<= )|(?<=\t))\[?(?P<time>{_CLOCK})(?P<half>{_HALF})?\]?[ \t]*\n" + _body(_SLACK_HEAD),
)  # fmt: skip

_ZOOM_HEAD: Final = r"^\d\d:\d\d:\d\d[ \t]+From[ \t]"

ZOOM = record_export(
    "zoom-chat", "Zoom: saved chat", "messages", "time, author", _message,
    Example(
        "03:02:00\t From Alice Smith to Everyone:\n\tack, looking\n03:05:00\t From Bob to Everyone:\n\trolling back\n\tnow\n"
        "03:06:00\t From Bob to Everyone : done\n",
        ({"author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back\nnow"}, {"text": "done"}),
    ),
    line=r"\d\d:\d\d:\d\d[ \t]+From[ \t]",
    pattern=r"^(?P<time>\d\d:\d\d:\d\d)[ \t]+From[ \t]+(?P<author>[^\n]+?)[ \t]+to[ \t]+[^\n:]+?[ \t]?:[ \t]*" + _body(_ZOOM_HEAD),
)  # fmt: skip

_DATE: Final = r"(?:\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d)"
_TEAMS_HEAD: Final = rf"^\[{_DATE},? {_CLOCK}"

TEAMS_TEXT = record_export(
    "teams-text", "Microsoft Teams: messages copied from the window", "messages", "time, author", _message,
    Example(
        "[17/01/2026 03:02] Alice Smith\nack, looking\n[17/01/2026 03:05] Bob: rolling back\n[17/01/2026 3:06 PM] Bob\ndone\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back"},
         {"at": "2026-01-17T15:06:00Z", "text": "done"}),
    ),
    line=rf"\[{_DATE},? \d{{1,2}}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?\] \S",
    pattern=rf"^\[(?P<day>{_DATE}),? (?P<time>{_CLOCK})(?P<half>{_HALF})?\] (?P<author>[^\n:]{{1,60}})(?::[ \t]*|\n)" + _body(_TEAMS_HEAD),
)  # fmt: skip

_DISCORD_HEAD: Final = rf"^[^\n]{{1,60}} — {_DATE},? {_CLOCK}"

DISCORD_TEXT = record_export(
    "discord-text", "Discord: messages copied from the window", "messages", "time, author", _message,
    Example(
        "alice — 17/01/2026 03:02\nack, looking\nbob — 17/01/2026 03:05\nrolling back\nnow\nbob — 17/01/2026 3:06 PM\ndone\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "alice", "text": "ack, looking"}, {"author_role": "bob", "text": "rolling back\nnow"},
         {"at": "2026-01-17T15:06:00Z", "text": "done"}),
    ),
    line=rf"[^\n]{{1,60}} — {_DATE},? \d{{1,2}}:\d\d",
    pattern=rf"^(?P<author>[^\n]{{1,60}}?) — (?P<day>{_DATE}),? (?P<time>{_CLOCK})(?P<half>{_HALF})?[ \t]*\n" + _body(_DISCORD_HEAD),
)  # fmt: skip
