"""What expressions are evaluated on: series with labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, Numbers]
"""For each set of labels a value at each moment; NaN where there is none."""


class NotEvaluableError(ValueError):
    """Why an expression cannot be evaluated here."""


@dataclass(frozen=True, eq=False)
class Samples:
    """One series.

    Attributes
    ----------
    labels : mapping of str to str
        Its labels, without its name.
    at : ndarray of float
        Seconds since 1970, ascending.
    values : ndarray of float
        As many.
    """

    labels: Mapping[str, str]
    at: Numbers
    values: Numbers


class Source(Protocol):
    """Where series come from."""

    def select(self, name: str, matchers: tuple[tuple[str, str, str], ...]) -> Iterable[Samples]:
        """Give the series of a name whose labels match.

        Parameters
        ----------
        name : str
            Name of the metric.
        matchers : tuple of (str, str, str)
            Label, operator (`=`, `!=`, `=~`, `!~`) and value.

        Raises
        ------
        NotEvaluableError
            When there is no such metric.
        """


def matches(labels: Mapping[str, str], matchers: Iterable[tuple[str, str, str]]) -> bool:
    """Tell whether labels match; one that is not there counts as empty.

    Examples
    --------
    >>> matches({"status": "503"}, [("status", "=~", "5.."), ("job", "!=", "test")])
    True
    """
    return all(_OPERATORS[operator](labels.get(name, ""), value) for name, operator, value in matchers)


def _fits(found: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, found) is not None
    except re.error as wrong:
        raise NotEvaluableError(f"the pattern {pattern!r} cannot be read: {wrong}") from wrong


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": lambda found, wanted: found == wanted,
    "!=": lambda found, wanted: found != wanted,
    "=~": _fits,
    "!~": lambda found, wanted: not _fits(found, wanted),
}
