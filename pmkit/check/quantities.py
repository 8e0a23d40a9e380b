"""Reads numbers and lengths of time as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SCALES: Final = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
_UNITS_S: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_UNIT: Final = r"(?:seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b"
_PART: Final = re.compile(rf"(\d+(?:\.\d+)?)[ -]?({_UNIT})", re.I)
_LENGTH: Final = rf"\d+(?:\.\d+)?[ -]?{_UNIT}(?:(?:,| and|, and)?\s+\d+(?:\.\d+)?[ -]?{_UNIT})*"
_NUMBER: Final = r"(?P<n>\d{1,3}(?:[,.’' ]\d{3})+(?!\d)|\d+(?:\.\d+)?)(?:\s?(?P<scale>k|m|b|thousand|million|billion)\b)?"
_APPROXIMATELY: Final = (
    r"(?:about |around |roughly |some |nearly |almost |over |approximately |just |under |more than |~ ?|a total of |up to )*"
)
_DURATION: Final = re.compile(
    rf"(?:\b(?:lasted|lasting|took|for|within|over|after|outage of|impact of|downtime of|duration of|down for|total "
    rf"of)\s+{_APPROXIMATELY}"
    rf"|\({_APPROXIMATELY}|\bduration:\s*{_APPROXIMATELY})(?P<length>{_LENGTH})",
    re.I,
)
_WHAT: Final = r"requests|orders|searches|calls|checkouts|logins|queries|responses"
_SHARE: Final = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?) ?(?:%|percent)\s+(?:of )?(?:all )?(?:the )?(?:[\w-]+ ){{0,3}}?(?:{_WHAT})\b", re.I
)
_FAILED: Final = re.compile(
    rf"(?<![\w.,]){_NUMBER} (?:of the |failed |failing |unsuccessful )?(?:requests|errors|failures)(?: failed)?\b", re.I
)
# Counts below this are too small to be compared.
_SMALLEST: Final = 100


@dataclass(frozen=True)
class Quantity:
    """A number in a text.

    Attributes
    ----------
    value : float
        Durations are in seconds, shares from 0 to 1.
    words : str
        The number with the words around it.
    start : int
        Where these begin.
    number : str
        The words of the number alone.
    """

    value: float
    words: str
    start: int
    number: str


def durations(text: str) -> Iterator[Quantity]:
    """Yield the lengths of time in a text.

    Examples
    --------
    >>> [quantity.value for quantity in durations("It lasted 1 hour and 48 minutes (108 minutes).")]
    [6480.0, 6480.0]
    """
    for match in _DURATION.finditer(text):
        parts = _PART.findall(match["length"])
        yield Quantity(
            sum(float(number) * _UNITS_S[unit[0].lower()] for number, unit in parts), match[0], match.start(), match["length"]
        )


def shares(text: str) -> Iterator[Quantity]:
    """Yield the shares of requests in a text.

    Examples
    --------
    >>> [quantity.value for quantity in shares("It was ~38% of evaluation requests.")]
    [0.38]
    """
    for match in _SHARE.finditer(text):
        yield Quantity(float(match["n"]) / 100, match[0], match.start(), match["n"])


def counts(text: str) -> Iterator[Quantity]:
    """Yield the counts of requests or errors in a text.

    Examples
    --------
    >>> [quantity.value for quantity in counts("There were 47k errors, and 3.7M failed requests; 1,204 requests failed.")]
    [47000.0, 3700000.0, 1204.0]
    """
    for match in _FAILED.finditer(text):
        scale = _SCALES[(match["scale"] or "").lower()]
        digits = match["n"] if scale > 1 else re.sub(r"\D", "", match["n"])
        value = round(float(digits.replace(",", "")) * scale, 3)
        if value >= _SMALLEST:
            yield Quantity(value, match[0], match.start(), match["n"])
