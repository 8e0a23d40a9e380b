"""Formats numbers, times, sizes and lists for people, and splits prose into sentences."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|vs|approx|nr|fig|z\.B|ca|Dr|Mr|Ms|Mrs|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?-i:No))\.$", re.I
)
# Abbreviations that may also end a sentence: they do if a word follows that often begins one.
_MAY_END = re.compile(r"\b(?:etc|[ap]\.m|U\.S|U\.S\.A|U\.K|E\.U|Inc|Ltd|Corp|Co|no)\.$", re.I)
_BEGINS = re.compile(
    r"\s+(?:The|We|It|This|That|These|Those|In|On|At|After|Before|When|While|As|All|No|A|An|Our|They|There|Then|Some|Most|Users|"
    r"Customers|During|Because|However|For|From|By|To|If)\b"
)
# In code and in the target of a link, nothing ends a sentence.
_NOT_PROSE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|\]\([^)\s]*\)|https?://\S+", re.S)
_NO_STOPS = str.maketrans(".!?", "___")
_SENTENCE_END = re.compile(r"[.!?][\"'”)\]]*(?=\s+[^\s\d]*[A-ZÀ-Þ0-9\"“(\[`])")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a dot in an abbreviation, a decimal or an address does not end one.

    Examples
    --------
    >>> sentences("Version v2.4.1 failed for 0.5% of users, e.g. in Search. It was rolled back.")
    ['Version v2.4.1 failed for 0.5% of users, e.g. in Search.', 'It was rolled back.']
    >>> sentences("At 5 p.m. UTC the U.S. East region was down. We learnt of it at 6 p.m. It recovered on Jan. 5.")
    ['At 5 p.m. UTC the U.S. East region was down.', 'We learnt of it at 6 p.m.', 'It recovered on Jan. 5.']
    """
    complete, begin = [], 0
    prose = _NOT_PROSE.sub(lambda match: match[0][:-1].translate(_NO_STOPS) + match[0][-1], text)
    for end in _SENTENCE_END.finditer(prose):
        before = prose[begin : end.start() + 1]
        is_end = _BEGINS.match(prose, end.end()) if _MAY_END.search(before) else not _ABBREVIATION.search(before)
        if is_end:
            complete.append(text[begin : end.end()].strip())
            begin = end.end()
    rest = text[begin:].strip()
    return [*complete, rest] if rest else complete


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units.

    Examples
    --------
    >>> duration(49), duration(439), duration(600), duration(7325), duration(97200)
    ('49 s', '7 min 19 s', '10 min', '2 h 2 min', '1 d 3 h')
    """
    remaining = round(seconds)
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for name, length in units:
        number, remaining = divmod(remaining, length)
        if number:
            parts.append(f"{number} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def seconds(value: float) -> str:
    """Return a latency in milliseconds or seconds, with two significant digits.

    Examples
    --------
    >>> seconds(0.0082), seconds(0.193), seconds(1.0), seconds(3.254), seconds(12.6)
    ('8.2 ms', '190 ms', '1 s', '3.3 s', '13 s')
    """
    if value < 1:
        return f"{float(f'{1000 * value:.2g}'):g} ms"
    return f"{float(f'{value:.2g}'):g} s"


def percent(ratio: float) -> str:
    """Return a ratio from 0 to 1 as a percentage with two significant digits, or two decimals close to 100%.

    Examples
    --------
    >>> percent(0.2345), percent(0.0123), percent(0.00042), percent(1.0), percent(0), percent(0.9996), percent(0.999)
    ('23%', '1.2%', '0.042%', '100%', '0%', '99.96%', '99.9%')
    """
    value = 100 * ratio
    if value == 0:
        return "0%"
    if 99.5 <= value < 100:
        return f"{f'{value:.2f}'.rstrip('0').rstrip('.')}%"
    if value >= 10:
        return f"{value:.0f}%"
    return f"{float(f'{value:.2g}'):.10g}%"


def count(number: float) -> str:
    """Return a count with a comma between thousands.

    Examples
    --------
    >>> count(1234567)
    '1,234,567'
    """
    return f"{round(number):,}"


def quantity(number: float) -> str:
    """Return a measured value with three significant digits, and a comma between thousands.

    Examples
    --------
    >>> quantity(0.0456), quantity(8.0), quantity(2358.4), quantity(2e8), quantity(1.5e-7)
    ('0.0456', '8', '2,360', '200,000,000', '1.5e-07')
    """
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if 1000 <= abs(rounded) < float("inf") else f"{rounded:.3g}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in `zone`, without the zone's name.

    Examples
    --------
    >>> clock(datetime.fromisoformat("2026-10-12T15:42:44+00:00"), ZoneInfo("Europe/Berlin"))
    '17:42:44'
    """
    return f"{at.astimezone(zone):%H:%M:%S}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """Return the date in `zone`.

    Examples
    --------
    >>> day(datetime.fromisoformat("2026-10-12T23:42:44+00:00"), ZoneInfo("Europe/Berlin"))
    '13 October 2026'
    """
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def days(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """Return the date of two times in `zone`, or both dates without repeating what they share.

    Examples
    --------
    >>> at = datetime.fromisoformat
    >>> days(at("2026-10-12T15:00:00+00:00"), at("2026-10-12T16:00:00+00:00"), ZoneInfo("UTC"))
    '12 October 2026'
    >>> days(at("2026-10-12T15:00:00+00:00"), at("2026-10-13T16:00:00+00:00"), ZoneInfo("UTC"))
    '12 to 13 October 2026'
    >>> days(at("2026-12-31T15:00:00+00:00"), at("2027-01-01T16:00:00+00:00"), ZoneInfo("UTC"))
    '31 December 2026 to 1 January 2027'
    """
    begin, end = first.astimezone(zone), last.astimezone(zone)
    if begin.date() == end.date():
        return day(end, zone)
    month = f" {begin:%B}" if (begin.year, begin.month) != (end.year, end.month) else ""
    year = f" {begin.year}" if begin.year != end.year else ""
    return f"{begin.day}{month}{year} to {day(end, zone)}"


def period(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """Return two times in `zone` with their dates, of which one that they share is not repeated.

    Examples
    --------
    >>> first, last = (datetime.fromisoformat(f"2026-10-12T{at}+00:00") for at in ("20:00", "23:30"))
    >>> period(first, last, ZoneInfo("UTC"))
    '12 October 2026, 20:00:00 to 23:30:00'
    >>> period(first, last, ZoneInfo("Europe/Berlin"))
    '12 October 2026, 22:00:00 to 13 October 2026, 01:30:00'
    """
    begin, end = (at.astimezone(zone) for at in (first, last))
    until = clock(last, zone) if begin.date() == end.date() else f"{day(last, zone)}, {clock(last, zone)}"
    return f"{day(first, zone)}, {clock(first, zone)} to {until}"


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """Return the abbreviation of the zone and its offset at that time.

    Examples
    --------
    >>> zone_name(datetime.fromisoformat("2026-10-12T15:42:44+00:00"), ZoneInfo("Europe/Berlin"))
    'CEST, UTC+02:00'
    >>> zone_name(datetime.fromisoformat("2026-10-12T15:42:44+00:00"), ZoneInfo("UTC"))
    'UTC'
    """
    local = at.astimezone(zone)
    if not local.utcoffset() and local.tzname() == "UTC":
        return "UTC"
    name, offset = local.tzname() or "", utc_offset(at, zone)
    return f"{name}, {offset}" if name.isalpha() else offset


def utc_offset(at: datetime, zone: ZoneInfo) -> str:
    """Return the offset of the zone at that time.

    Examples
    --------
    >>> utc_offset(datetime.fromisoformat("2026-10-12T15:42:44+00:00"), ZoneInfo("America/New_York"))
    'UTC-04:00'
    """
    minutes = round((at.astimezone(zone).utcoffset() or timedelta()).total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def listing(words: list[str], most: int | None = None) -> str:
    """Return words joined as in a sentence; if there are more than `most`, the rest are only counted.

    Examples
    --------
    >>> listing(["errors", "latency", "traffic"])
    'errors, latency and traffic'
    >>> listing(["a.log", "b.log", "c.log", "d.log"], 2)
    'a.log, b.log and 2 more'
    """
    if most is not None and len(words) > most:
        words = [*words[:most], f"{count(len(words) - most)} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)


def short(text: str, most: int = 140) -> str:
    """Return a text on one line, shortened with an ellipsis if it is longer than `most` characters.

    Examples
    --------
    >>> short("connection refused", 11)
    'connection…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def plural(number: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "request"), plural(2, "request")
    ('1 request', '2 requests')
    """
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def amount(size: float) -> str:
    """Return a number of bytes in megabytes or gigabytes.

    Examples
    --------
    >>> amount(0), amount(64 << 20), amount(4_200_000_000)
    ('0.0 MB', '67.1 MB', '4.2 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
