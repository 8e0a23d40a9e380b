"""Reads the values of metrics: numbers with their units, and the names of series with their labels."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {"seconds": "s", "bytes": "By", "ratio": "1", "percent": "%"}
_NUMBER: Final = re.compile(r"\s*(-?[\d.,]+(?:[eE][+-]?\d+)?)\s*(%|[A-Za-zµ/]+)?\s*")
_SERIES: Final = re.compile(r"\s*([^{]*?)\s*\{(.*)\}\s*")
_LABEL: Final = re.compile(r'([A-Za-z_][\w.]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,}"]*))')

# A unit behind the name of a column, in parentheses or brackets.
_UNIT: Final = re.compile(r".*[(\[]\s*(%|ns|[µu]?s|ms|min|h|[kKMGT]?i?B(?:/s)?|(?:req|ops|r|q)(?:/s|ps))\s*[)\]]\s*")

# How Grafana shortens large numbers.
_MULTIPLES: Final = {"K": 1e3, "Mil": 1e6, "Bil": 1e9, "Tri": 1e12}

# What tables write where a series has no value.
NO_VALUE: Final = frozenset(("", "null", "NaN", "nan", "undefined", "-", "None", "N/A"))


def unit_of(name: str) -> str | None:
    """Return the unit with which the name of a series ends.

    Examples
    --------
    >>> unit_of("http_request_duration_seconds"), unit_of("latency [ms]"), unit_of("CPU (%)")
    ('s', 'ms', '%')
    """
    if match := _UNIT.fullmatch(name):
        return match[1]
    return next((unit for word, unit in _UNITS.items() if name.lower().endswith((f"_{word}", f" {word}"))), None)


def number_with_unit(text: str) -> tuple[float, str | None] | None:
    """Return the number in a text and its unit; None if it is no number.

    Examples
    --------
    >>> number_with_unit("1,250 ms"), number_with_unit("1.5 K"), number_with_unit("up")
    ((1250.0, 'ms'), (1500.0, None), None)
    """
    match = _NUMBER.fullmatch(text)
    try:
        number = float(match[1].replace(",", "")) if match else None
    except ValueError:
        return None
    if match is None or number is None:
        return None
    return (number * _MULTIPLES[match[2]], None) if match[2] in _MULTIPLES else (number, match[2])


def labels_of(series: str) -> dict[str, str]:
    """Return the labels in the name of a series, as in PromQL.

    Examples
    --------
    >>> labels_of('up{job="cart"}'), labels_of("up")
    ({'job': 'cart'}, {})
    """
    match = _SERIES.fullmatch(series)
    pairs = _LABEL.findall(match[2]) if match else []
    return {name: quoted or plain.strip() for name, quoted, plain in pairs}


def name_of(series: str) -> str:
    """Return the name of a series without its labels; those if it has no other name.

    Examples
    --------
    >>> name_of('up{job="cart"}'), name_of('{job="cart"}')
    ('up', '{job="cart"}')
    """
    match = _SERIES.fullmatch(series)
    return match[1] if match and match[1] else series
