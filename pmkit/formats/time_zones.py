"""Time zones as log lines write them: offsets, and abbreviations, of which some stand for several zones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from pmkit.core import sql

# The offsets of abbreviations whose usual meaning is taken without a note, in hours.
_HOURS: Final = {
    "Z": 0, "z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "MSD": 4, "PKT": 5, "WIB": 7, "WITA": 8, "WIT": 9, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3,
    "BRT": -3, "BRST": -2, "ART": -3, "CLT": -4, "NST": -3.5, "NDT": -2.5, "MST": -7, "MDT": -6, "PDT": -7, "AKST": -9,
    "AKDT": -8, "HST": -10,
}  # fmt: skip


class _Meanings(NamedTuple):
    """What an abbreviation stands for: usually, and in the zones that a pattern matches, in hours."""

    usual: float
    elsewhere: dict[str, float]
    # The zones in which the usual meaning is the one in use.
    home: str


_AUSTRALIA: Final = r"Australia/.*"
_ARABIA: Final = r"Asia/(?:Riyadh|Baghdad|Kuwait|Bahrain|Qatar|Aden)"

# Abbreviations that stand for several zones.
_AMBIGUOUS: Final = {
    "CST": _Meanings(
        -6,
        {
            r"Asia/(?:Shanghai|Chongqing|Harbin|Urumqi|Macau|Taipei|Hong_Kong)|PRC|ROC": 8,
            r"America/Havana|Cuba": -5,
            r"Australia/(?:Adelaide|Darwin|Broken_Hill|North|South)": 9.5,
        },
        r"America/.*|US/.*|Canada/.*|Mexico/.*",
    ),
    "CDT": _Meanings(-5, {r"America/Havana|Cuba": -4}, r"America/.*|US/.*|Canada/.*|Mexico/.*"),
    "EST": _Meanings(-5, {_AUSTRALIA: 10}, r"America/.*|US/.*|Canada/.*|EST.*"),
    "EDT": _Meanings(-4, {_AUSTRALIA: 11}, r"America/.*|US/.*|Canada/.*|EST.*"),
    "PST": _Meanings(-8, {r"Asia/Manila": 8}, r"America/.*|US/.*|Canada/.*|PST.*"),
    "IST": _Meanings(
        5.5, {r"Europe/Dublin|Eire": 1, r"Asia/(?:Jerusalem|Tel_Aviv)|Israel": 2}, r"Asia/(?:Kolkata|Calcutta|Colombo)"
    ),
    "BST": _Meanings(1, {r"Asia/(?:Dhaka|Dacca)": 6, r"Pacific/Bougainville": 11}, r"Europe/(?:London|Belfast|.*Man|.*sey)|GB.*"),
    "AST": _Meanings(-4, {_ARABIA: 3}, r"America/.*|Atlantic/.*|Canada/.*"),
    "ADT": _Meanings(-3, {_ARABIA: 4}, r"America/.*|Atlantic/.*|Canada/.*"),
    "SST": _Meanings(-11, {r"Asia/Singapore|Singapore": 8}, r"Pacific/.*|US/Samoa"),
    "AMT": _Meanings(-4, {r"Asia/Yerevan": 4}, r"America/.*|Brazil/.*"),
    "GST": _Meanings(4, {r"Atlantic/South_Georgia": -2, r"Pacific/Guam": 10}, r"Asia/(?:Dubai|Muscat)"),
}

# A numeric offset, after UTC or GMT or alone.
OFFSET: Final = r"(?:UTC|GMT)?[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?"
ABBREVIATION: Final = "|".join(sorted((*_HOURS, *_AMBIGUOUS), key=len, reverse=True))
# A zone of the IANA database.
IANA: Final = (
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|US|Canada|Etc)/[A-Z][\w+-]*(?:/[A-Z]\w*)?"
)

# Abbreviations that name a zone whose clocks may change, anywhere in a time.
_OF_CHANGING_ZONE: Final = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(name for name in (*_HOURS, *_AMBIGUOUS) if name not in ('Z', 'z', 'UTC', 'GMT', 'UT'))})(?![A-Za-z])"
)

# The ambiguous abbreviations, anywhere in a time.
_ABBREVIATION_IN_TIME: Final = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_AMBIGUOUS)})(?![A-Za-z])")

# A time is read in the zone of the database's connection, which is that of the export.
_CURRENT: Final = "current_setting('TimeZone')"


def offset_sql(zone: str) -> str:
    """Return the SQL of a zone's offset in seconds, from the SQL of an offset or an abbreviation; null if it is unknown."""
    names = ", ".join(f"'{name}'" for name in _HOURS)
    offsets = ", ".join(str(round(hours * 3600)) for hours in _HOURS.values())
    ambiguous = " ".join(f"WHEN '{name}' THEN {_meaning_sql(meanings)}" for name, meanings in _AMBIGUOUS.items())
    return f"coalesce(MAP([{names}], [{offsets}])[{zone}], CASE {zone} {ambiguous} END, offset_seconds({zone}))"


def _meaning_sql(meanings: _Meanings) -> str:
    cases = " ".join(
        f"WHEN regexp_full_match({_CURRENT}, {sql.quoted(zones)}) THEN {round(hours * 3600)}"
        for zones, hours in meanings.elsewhere.items()
    )
    return f"CASE {cases} ELSE {round(meanings.usual * 3600)} END"


def ambiguous_abbreviations(times: Iterable[object]) -> tuple[str, ...]:
    """Return the abbreviations in some times that stand for several zones.

    Examples
    --------
    >>> ambiguous_abbreviations(["2026-01-17 03:00:00 CST", "2026-01-17 03:00:00 CET"])
    ('CST',)
    """
    return tuple(dict.fromkeys(name for time in times for name in _ABBREVIATION_IN_TIME.findall(str(time))))


def abbreviations(times: Iterable[object]) -> set[str]:
    """Return the abbreviations of zones, other than UTC, in some times.

    Examples
    --------
    >>> sorted(abbreviations(["2026-01-17 03:00:00 CET", "2026-07-17 03:00:00 CEST", "2026-07-17 03:00:00 UTC"]))
    ['CEST', 'CET']
    """
    return {name for time in times for name in _OF_CHANGING_ZONE.findall(str(time))}


def meaning_of(abbreviation: str, timezone: str) -> str:
    """Return a note on how an ambiguous abbreviation is read in an export whose zone is `timezone`.

    Examples
    --------
    >>> meaning_of("CST", "Asia/Shanghai")
    'CST stands for several zones; read as UTC+08:00, as Asia/Shanghai uses it'
    >>> meaning_of("CST", "Europe/Berlin")
    'CST stands for several zones; read as UTC-06:00, its usual meaning, which is doubtful: Europe/Berlin does not use it'
    """
    meanings = _AMBIGUOUS[abbreviation]
    hours = next((hours for zones, hours in meanings.elsewhere.items() if re.fullmatch(zones, timezone)), None)
    is_used = hours is not None or re.fullmatch(meanings.home, timezone)
    offset = _written(meanings.usual if hours is None else hours)
    why = f"as {timezone} uses it" if is_used else f"its usual meaning, which is doubtful: {timezone} does not use it"
    return f"{abbreviation} stands for several zones; read as {offset}, {why}"


def _written(hours: float) -> str:
    minutes = round(abs(hours) * 60)
    return f"UTC{'-' if hours < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
