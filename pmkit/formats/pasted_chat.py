"""Finds the messages in chat that people copied from the window of Slack, Teams, Discord or the like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pmkit.formats import calendar_words
from pmkit.formats.record import Found, Record

# Days that are only known from the day on which somebody copied them, in the languages of these programs.
_TODAY: Final = r"(?i:today|heute|aujourd['’]hui|hoy|oggi|hoje|vandaag|dzisiaj|dziś|сегодня)"
_YESTERDAY: Final = r"(?i:yesterday|gestern|hier|ayer|ieri|ontem|gisteren|wczoraj|вчера)"
_WEEKDAY: Final = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH: Final = rf"(?:{calendar_words.ENGLISH}|{calendar_words.OTHER})"
_ORDINAL: Final = r"(?:st|nd|rd|th|\.|er|º)?"
_NAMED: Final = rf"(?:{calendar_words.WEEKDAY},? )?(?:{_MONTH}\.? \d{{1,2}}{_ORDINAL}(?:,? \d{{4}})?|\d{{1,2}}{_ORDINAL} (?:de )?{_MONTH}\.?(?: (?:de )?\d{{4}})?)"
_NUMBERS: Final = r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\.)"
_DAY: Final = rf"(?P<day>{_TODAY}|{_YESTERDAY}|{_WEEKDAY}|{_NUMBERS}|{_NAMED})"
_CLOCK: Final = r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?)(?:[ \u202f\u00a0]?(?P<half>[AaPp]\.?[Mm]\.?))?(?: Uhr| h)?"
_TIME: Final = rf"(?:{_DAY},?(?: at| um| à| a las| alle| às| om)?,? )?{_CLOCK}"

_AUTHOR: Final = r"(?P<author>[^\s\t|{\[<>=;][^\t|{\[<>=;\n]{0,59}?)"
_BOT: Final = r"(?:APP|BOT|Verified App|✓ ?APP)"
# A person's status beside the name: an emoji, or its name between colons.
_STATUS: Final = r"(?::[\w+'-]+:|[^\w\s!-/:-@\[-`{-~—–•…]{1,8})"

# The heads of messages: the author and the time on one line, the time on a line of its own, the time in front of the author.
_SPACED: Final = re.compile(rf"{_AUTHOR}(?:(?: +{_BOT})? {{2,4}}| +{_BOT} | ?[—–] ){_TIME}")
_BRACKETED: Final = re.compile(rf"{_AUTHOR}(?: +{_BOT})? +\[{_TIME}\]")
_WEAK: Final = re.compile(rf"{_AUTHOR} {_TIME}")
_ALONE: Final = re.compile(rf"(?P<indent>[ \t]*)(?:(?P<status>{_STATUS})[ \t]+)?(?:[—–•] ?)?\[?{_TIME}\]?")
_FRONT: Final = re.compile(rf"\[{_TIME}\] (?P<author>[^\t|{{\[<>=:\n]{{1,60}}?)(?:: ?(?P<inline>.*))?")
_DASHED: Final = re.compile(rf"{_TIME} - (?P<author>[^\t|{{\[<>=:\n]{{1,60}}?): (?P<inline>.*)")
_DIVIDER: Final = re.compile(rf"[-─—\s]*(?:{_TODAY}|{_YESTERDAY}|{_WEEKDAY}|{_NAMED})[-─—\s]*")
_TAG: Final = re.compile(rf"\s*(?:{_BOT}|{_STATUS}|[—–•])\s*")
_BESIDE_NAME: Final = re.compile(rf"(?: +(?:{_BOT}|{_STATUS}))+$")

# What windows show beside messages: replies, marks of what is new, reactions.
_BESIDE: Final = re.compile(
    r"(?i:\d+ (?:repl(?:y|ies)|antwort(?:en)?|réponses?|respuestas?|risposte|risposta)\b.*|last reply .*|view (?:thread|newer replies)|"
    r"new(?: messages)?|\(?(?:edited|bearbeitet|modifié|editado)\)?|replied to a thread:.*|also sent to the channel|[\d ]+ reactions?\.?|"
    r"\d+ \w+ reactions?\.?)"
)
_REACTION: Final = re.compile(r":[\w+'-]+:|[^\w\s]{1,8}")
_EDITED: Final = re.compile(r"\s*\((?i:edited|bearbeitet|modifié|editado)\)\s*$")

# What an author is not called: a severity, the end of a sentence, a word that stands before a time in a sentence.
_NO_NAME: Final = re.compile(
    r"(?i:(?:.*\b)?(?:at|by|until|till|since|from|to|before|after|around|um|seit|bis|ab)|trace|debug|info|notice|warn(?:ing)?|error|err|fatal|crit(?:ical)?)|.*[.,;:!?=]"
)
_MOST_WORDS: Final = 6

# Text in which messages are longer than this on average is something else.
_MOST_LINES: Final = 30


@dataclass(frozen=True)
class _Head:
    """The head of a message: the lines it takes, and what it says; `author` is None for a further message of the same person."""

    first: int
    body: int
    author: str | None
    day: str | None
    clock: str
    half: str | None
    inline: list[str] = field(default_factory=list)


def pasted_messages(text: str) -> Iterator[Found]:
    r"""Yield the messages of a text.

    Examples
    --------
    >>> [message.record["text"] for message in pasted_messages("Alice  3:02 PM\nack\n3:03\nlooking\nBob  3:05 PM\ndone (edited)\n")]
    ['ack', 'looking', 'done']
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    heads = list(_heads(lines))
    messages = list(_messages(lines, offsets, heads, len(text)))
    filled = sum(bool(line.strip()) for line in lines)
    # What has times at the ends of its lines and nothing below them is a table or a log.
    with_text = sum(bool(message.record["text"]) for message in messages)
    if with_text * 2 > len(messages) and filled <= _MOST_LINES * len(messages):
        yield from messages


def _messages(lines: Sequence[str], offsets: Sequence[int], heads: Sequence[_Head], length: int) -> Iterator[Found]:
    """Yield the message below each head, with the day that a line above it names."""
    above: Record = {}
    for number, head in enumerate(heads):
        end = heads[number + 1].first if number + 1 < len(heads) else len(lines)
        divider = _divider_above(lines, heads[number - 1].body if number else 0, head.first)
        author = head.author or above.get("author")
        if author is None:
            continue
        day = head.day or divider or above.get("day")
        half = head.half or (_half_after(above, head.clock) if head.author is None else None)
        body = _body([*head.inline, *lines[head.body : end]])
        above = {"author": author, "day": day, "time": head.clock, "half": half, "text": "\n".join(body)}
        first = 0 if number == 0 and all(map(_says_nothing, lines[: head.first])) else head.first
        yield Found(offsets[first], min(offsets[end], length), above, offsets[head.first])


def _says_nothing(line: str) -> bool:
    return not line.strip() or bool(_BESIDE.fullmatch(line.strip()) or _DIVIDER.fullmatch(line.strip()))


def _divider_above(lines: Sequence[str], first: int, last: int) -> str | None:
    """Return the day that the last divider between two lines names."""
    days = [line.strip(" \t-─—") for line in lines[first:last] if _DIVIDER.fullmatch(line.strip())]
    return days[-1] if days else None


def _half_after(above: Record, clock: str) -> str | None:
    """Return the half of the day of a further message, whose clock lacks it: the same one, or the other one behind 12 o'clock."""
    half = above.get("half")
    if half is None:
        return None
    passed = (int(clock.split(":", maxsplit=1)[0]) % 12, clock.split(":")[1]) < (
        int(above["time"].split(":")[0]) % 12,
        above["time"].split(":")[1],
    )
    return ("pm" if half.strip().lower().startswith("a") else "am") if passed else half


def _heads(lines: Sequence[str]) -> Iterator[_Head]:
    strong = {
        number: head
        for number, line in enumerate(lines)
        if (head := _on_one_line(number, line, _SPACED, _BRACKETED, _FRONT, _DASHED))
    }
    alone = {
        number: match for number, line in enumerate(lines) if number not in strong and (match := _ALONE.fullmatch(line.rstrip()))
    }
    if not strong and not alone:
        strong = {number: head for number, line in enumerate(lines) if (head := _on_one_line(number, line, _WEAK))}
    body = 0
    names = {head.author for head in strong.values()}
    for number in range(len(lines)):
        head = strong.get(number)
        if head is None and number in alone:
            head = _below_author(lines, number, body, alone[number], names, has_others=bool(strong))
        if head is not None:
            names.add(head.author)
            body = head.body
            yield head


def _on_one_line(number: int, line: str, *patterns: re.Pattern[str]) -> _Head | None:
    for pattern in patterns:
        match = pattern.fullmatch(line.strip())
        if match is None:
            continue
        author, day, clock, half = (match[name] for name in ("author", "day", "clock", "half"))
        author = _BESIDE_NAME.sub("", author.strip())
        inline = match.groupdict().get("inline")
        # A log has a time in brackets in front of its messages, too.
        is_log = pattern is _FRONT and (
            (day is None and (inline is not None or clock.count(":") > 1)) or re.match(r"\d{4}-", day or "")
        )
        if _is_name(author) and not is_log:
            return _Head(number, number + 1, author, day, clock, half, [] if inline is None else [inline])
    return None


def _below_author(
    lines: Sequence[str], number: int, body: int, match: re.Match[str], names: set[str | None], *, has_others: bool
) -> _Head | None:
    """Return the head whose time stands on a line of its own: below its author, or of a further message of the same person."""
    above = number - 1
    while above >= body and (_TAG.fullmatch(lines[above]) or not lines[above].strip()):
        above -= 1
    name = _BESIDE_NAME.sub("", lines[above].strip()) if above >= body else ""
    further = _Head(number, number + 1, None, match["day"], match["clock"], match["half"])
    if not _is_name(name) or _DIVIDER.fullmatch(name):
        return further if names else None
    written = [line for line in lines[body:above] if line.strip()]
    is_name = (
        name in names
        or match["indent"]
        or match["status"]
        or not names
        or lines[above + 1 : number] != []
        or lines[above - 1 : above] == [""]
    )
    is_name = is_name or (
        not has_others and bool(written) and name[:1].isupper() and all(word[:1].isupper() for word in name.split())
    )
    if not is_name:
        return further
    first = above
    if above - 1 >= body and re.fullmatch(rf".* by {re.escape(name)}", lines[above - 1].strip()):
        first = above - 1
    return replace(further, first=first, author=name)


def _is_name(text: str) -> bool:
    return (
        bool(text)
        and len(text) <= 60
        and len(text.split()) <= _MOST_WORDS
        and not _NO_NAME.fullmatch(text)
        and text.count(",") <= 1
        and any(map(str.isalpha, text))
    )


def _body(lines: Sequence[str]) -> list[str]:
    """Return the lines of a message without what the window shows beside it."""
    kept: list[str] = []
    stripped = [_EDITED.sub("", line.strip()) for line in lines]
    number = 0
    while number < len(stripped):
        line = stripped[number]
        following = stripped[number + 1] if number + 1 < len(stripped) else ""
        if _REACTION.fullmatch(line) and following.isdecimal():
            number += 2
            continue
        if not _BESIDE.fullmatch(line) and not _DIVIDER.fullmatch(line) and not re.fullmatch(r"[=\-─—]{6,}", line):
            kept.append(line)
        number += 1
    while kept and not kept[-1]:
        kept.pop()
    while kept and not kept[0]:
        kept.pop(0)
    return kept
