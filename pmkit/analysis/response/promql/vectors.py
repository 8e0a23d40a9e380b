"""What expressions are evaluated on: series with labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Labels = frozenset[tuple[str, str]]
# For each set of labels a value at each moment; NaN where there is none.
Vector = dict[Labels, Numbers]
# Label, operator (`=`, `!=`, `=~`, `!~`) and value.
Matcher = tuple[str, str, str]


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
        The value at each of these times.
    """

    labels: Mapping[str, str]
    at: Numbers
    values: Numbers


class Source(Protocol):
    """Where series come from."""

    def select(self, name: str, matchers: tuple[Matcher, ...]) -> Iterable[Samples]:
        """Return the series of a name whose labels match.

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


def matches(labels: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    """Return whether labels match; a label that is missing counts as empty.

    Examples
    --------
    >>> matches({"status": "503"}, [("status", "=~", "5.."), ("job", "!=", "test")])
    True
    """
    return all(_OPERATORS[operator](labels.get(name, ""), value) for name, operator, value in matchers)


def _full_match(text: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        raise NotEvaluableError(f"the pattern {pattern!r} cannot be read: {error}") from error


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": lambda text, value: text == value,
    "!=": lambda text, value: text != value,
    "=~": _full_match,
    "!~": lambda text, pattern: not _full_match(text, pattern),
}
