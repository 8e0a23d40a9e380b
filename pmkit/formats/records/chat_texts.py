"""Chat messages as text: copied from the windows of Slack, Teams, Discord and WhatsApp, saved by Zoom and by clients of IRC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.format import Example
from pmkit.formats.pasted_chat import pasted_messages
from pmkit.formats.record import Record, Row

# What a day is written with, but notations of times are not: the weekday, the ending of the number.
_DAY_OF_MONTH: Final = re.compile(r"(?:\w+,? )?(?P<first>[^\W\d]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?")
_DAY_IN_FRONT: Final = re.compile(
    r"(?:[^\W\d]+,? )?(?P<day>\d{1,2})(?:\.|º|er)? (?:de )?(?P<month>[^\W\d]+)\.?(?: (?:de )?(?P<year>\d{4}))?"
)


def _message(record: Record) -> Iterator[Row]:
    text = "\n".join(line.strip() for line in record["text"].strip().splitlines())
    day, clock = _day(record.get("day") or ""), _in_24_hours(record["time"], record.get("half") or "")
    yield {"at": f"{day} {clock}".strip(), "author_role": record["author"].strip(), "text": text}


def _day(text: str) -> str:
    """Return a day without what notations of times do not have.

    Examples
    --------
    >>> _day("Saturday, January 17th"), _day("17. Januar 2026"), _day("17/01/2026,")
    ('January 17', '17 Januar 2026', '17/01/2026')
    """
    text = text.strip(" ,.")
    if match := _DAY_IN_FRONT.fullmatch(text):
        return " ".join(filter(None, (match["day"], match["month"], match["year"])))
    if match := _DAY_OF_MONTH.fullmatch(text):
        return f"{match['day']} {match['first']} {match['year']}" if match["year"] else f"{match['first']} {match['day']}"
    return text


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


PASTED = record_export(
    "chat-text", "Chat copied from the window of Slack, Microsoft Teams, Discord or WhatsApp", "messages", "time, author", _message,
    Example(
        "Friday, January 16th, 2026\nAlice Smith  11:59 PM\nack, looking\nSaturday, January 17th, 2026\nBob  3:02 PM\nrolling back\nnow\n3:03\ndone\n"
        "2 replies\nalerts  APP  3:30 PM\n[RESOLVED] Slow (edited)\n:tada:\n2\n",
        ({"at": "2026-01-16T23:59:00Z", "author_role": "Alice Smith", "text": "ack, looking"},
         {"at": "2026-01-17T15:02:00Z", "author_role": "Bob", "text": "rolling back\nnow"},
         {"at": "2026-01-17T15:03:00Z", "author_role": "Bob", "text": "done"},
         {"at": "2026-01-17T15:30:00Z", "author_role": "alerts", "text": "[RESOLVED] Slow"}),
    ),
    Example(
        "Jan 17, 2026\nAlice Smith\n  3:02 AM\nack, looking\nBob\n  3:05 AM\nrolling back\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back"}),
    ),
    Example(
        "[17/01/2026 03:02] Alice Smith\nack, looking\n[17/01/2026 03:05] Bob: rolling back\n[17/01/2026 3:06 PM] Bob\ndone\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back"},
         {"at": "2026-01-17T15:06:00Z", "text": "done"}),
    ),
    Example(
        "Alice Smith\n17/01/2026 03:02\nack, looking\nBob\n17/01/2026 03:05\nrolling back\n17/01/2026 03:06\ndone\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back"},
         {"at": "2026-01-17T03:06:00Z", "author_role": "Bob", "text": "done"}),
    ),
    Example(
        "alice — 17/01/2026 03:02\nack, looking\nbob — 17/01/2026 03:05\nrolling back\nnow\nAlerts\nAPP\n — 17/01/2026 3:06 PM\ndone\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "alice", "text": "ack, looking"}, {"author_role": "bob", "text": "rolling back\nnow"},
         {"at": "2026-01-17T15:06:00Z", "author_role": "Alerts", "text": "done"}),
    ),
    Example(
        "17/01/2026, 03:02 - Alice Smith: ack\n17/01/2026, 03:05 - Bob: rolling back\nnow\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack"}, {"author_role": "Bob", "text": "rolling back\nnow"}),
    ),
    parse=pasted_messages,
    line=r"(?:[^\n]{0,120}[ \t\[])?\[?\d{1,2}:\d\d(?::\d\d)?(?:[ \x{202f}\x{a0}]?[AaPp]\.?[Mm]\.?)?(?: Uhr| h)?\]?[ \t]*$|"
         r"\[(?:\d{1,2}[/.-]|[A-Za-z]|\d{1,2}:\d\d)[^\]\n]{0,40}\] \S|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d\d.{0,8} - ",
)  # fmt: skip

_ZOOM_HEAD: Final = r"^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d[ \t]+From[ \t]"

ZOOM = record_export(
    "zoom-chat", "Zoom: saved chat", "messages", "time, author", _message,
    Example(
        "03:02:00\t From Alice Smith to Everyone:\n\tack, looking\n03:05:00\t From Bob to Everyone:\n\trolling back\n\tnow\n"
        "03:06:00\t From Bob to Everyone : done\n",
        ({"author_role": "Alice Smith", "text": "ack, looking"}, {"author_role": "Bob", "text": "rolling back\nnow"}, {"text": "done"}),
    ),
    Example(
        "2026-01-17 03:02:00 From Alice Smith to Everyone:\n\tack\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Alice Smith", "text": "ack"},),
    ),
    line=r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d[ \t]+From[ \t]",
    pattern=r"^(?:(?P<day>\d{4}-\d\d-\d\d) )?(?P<time>\d\d:\d\d:\d\d)[ \t]+From[ \t]+(?P<author>[^\n]+?)[ \t]+to[ \t]+[^\n:]+?[ \t]?:[ \t]*"
            rf"(?P<text>(?:(?!{_ZOOM_HEAD})[^\n]*(?:\n|\Z))+?(?={_ZOOM_HEAD}|\Z))",
)  # fmt: skip


def _irc(record: Record) -> Iterator[RowOrNone]:
    if record["author"] is None:
        yield NoRow("a notice of the channel")
        return
    opened = re.search(r"([A-Z][a-z]{2}) +(\d+) .*(\d{4})", f"{record['opened'] or ''} ".replace("  ", " "))
    day = record["day"] or (f"{opened[2]} {opened[1]} {opened[3]}" if opened else "")
    if opened and re.fullmatch("[A-Z][a-z]{2} +\\d+", day):
        month, number = day.split()
        day = f"{number} {month} {opened[3]}"
    yield {"at": f"{day} {_in_24_hours(record['time'], '')}".strip(), "author_role": record["author"], "text": record["text"]}


_IRC_HEADING: Final = r"(?:---|\*{4}) ?(?:Log|Day|BEGIN|ENDING) [A-Za-z ]+?(?P<opened>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d[^\n]*)"

IRC = record_export(
    "irc", "IRC: logs of irssi, HexChat, ZNC and others with <names>", "messages", "time", _irc,
    Example(
        "--- Log opened Sat Jan 17 03:00:00 2026\n03:02 < alice> ack\n03:05 <@bob> rolling back\n03:06 -!- carol [c@irc.example] has joined #ops\n"
        "--- Day changed Sun Jan 18 2026\n00:01 <@bob> done\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "alice", "text": "ack"}, {"author_role": "bob", "text": "rolling back"},
         {"at": "2026-01-18T00:01:00Z", "text": "done"}),
    ),
    Example(
        "**** BEGIN LOGGING AT Sat Jan 17 03:00:00 2026\n\nJan 17 03:02:11 <alice>\tack\nJan 17 03:05:12 *\tcarol has joined\n",
        ({"at": "2026-01-17T03:02:11Z", "author_role": "alice", "text": "ack"},),
    ),
    Example("[2026-01-17 03:02:11] <alice> ack\n", ({"at": "2026-01-17T03:02:11Z", "author_role": "alice", "text": "ack"},)),
    carried=("opened",), line=r"\[?(?:\d{4}-\d\d-\d\d |[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d(?::\d\d)?\]?\s+<[@+%~& ]?[^>\s]+>\s",
    pattern=rf"(?:^{_IRC_HEADING}\n\s*)*^\[?(?:(?P<day>\d{{4}}-\d\d-\d\d|[A-Z][a-z]{{2}} [ \d]\d)[ T])?(?P<time>\d\d:\d\d(?::\d\d)?)\]?\s+"
            r"(?:<[@+%~& ]?(?P<author>[^>\s]+)>\s+(?P<text>.*)|(?:-!-|\*{1,3})\s.*)$(?:\n+(?:---|\*{4}) ?(?:Log closed|ENDING LOGGING).*)*",
)  # fmt: skip
