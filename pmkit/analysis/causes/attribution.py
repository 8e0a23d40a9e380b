"""What the failed requests have in common: which values of which dimensions set them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import pandas as pd

from pmkit.analysis.causes.dimensions import QUERY_PARAMETER, dimensions
from pmkit.analysis.causes.failure_statistics import FailureCounts, Mask
from pmkit.analysis.g_test import p_value
from pmkit.analysis.impact.impairment import FAILED, Impairment
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import percent, short

# A part with a smaller share of the failed requests explains too little.
COVERS: Final = 0.1
# Requests of a part fail this many times as often as the others.
FAILS_MORE: Final = 1.5
# Parts whose corrected p-value is at least this much are not shown.
CHANCE: Final = 0.001
# A pair of values is worth its complexity only if each of the two explains less than this share of what the pair explains.
SIMPLER: Final = 0.95
# Parts that overlap by this much are the same requests under other names.
SAME: Final = 0.98
# A value that this share of the failed requests have is shown, even if something else explains the failures better.
NEARLY_ALL: Final = 0.95
# A value that a smaller share of the failed requests have is not what they have in common.
MOSTLY: Final = 0.6
MOST: Final = 8
_MOST_PAIRED: Final = 20

# A longer value is shortened.
_LONGEST_VALUE: Final = 100

# Names for the same requests, the easiest to understand first; the empty name stands for attributes.
_PLAINEST: Final = ("route", "service", "version", "host", "log", "", "client", "method")

# Columns of what `find_parts` returns.
PARTS: Final = {
    "what": schema.Column("string", "VARCHAR", "the requests in words"),
    "dimension": schema.Column("string", "VARCHAR", "what sets them apart from others; two are joined by a comma"),
    "value": schema.Column("string", "VARCHAR", "its value"),
    "also": schema.Column("string", "VARCHAR", "other descriptions of the same requests; null if there are none"),
    "requests": schema.Column("int64", "BIGINT", "requests of the part during the impact"),
    "failed": schema.Column("int64", "BIGINT", "how many of them failed"),
    "coverage": schema.Column("float64", "DOUBLE", "their share of all failed requests, 0 to 1"),
    "error_ratio": schema.Column("float64", "DOUBLE", "the share of the part that failed, 0 to 1"),
    "rest_ratio": schema.Column("float64", "DOUBLE", "the share of all other requests that failed, 0 to 1"),
    "lift": schema.Column("float64", "DOUBLE", "error_ratio divided by that of all requests"),
    "p_value": schema.Column("float64", "DOUBLE", "how probable this is by chance, corrected for the number of parts tested"),
    "sampled": schema.Column("bool", "BOOLEAN", "whether the counts come from a sample"),
    "source": schema.Column("string", "VARCHAR", "the export of the first failed one"),
    "line": schema.Column("int64", "BIGINT", "its line there"),
}


@dataclass(frozen=True, eq=False)
class _Part:
    """Requests that share a value, or two.

    Attributes
    ----------
    gain : float
        The G statistic of failure against membership.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    mask: Mask
    gain: float

    @property
    def what(self) -> str:
        return " and ".join(map(named, self.names, self.texts))


def named(name: str, value: str) -> str:
    """Return a value with the name of its dimension; a query parameter as it is written.

    Examples
    --------
    >>> named("route", "/api/cart"), named("query parameter psp", "adyen"), named("query parameter facets", "")
    ('route /api/cart', 'psp=adyen', 'an empty query parameter facets')
    """
    if not value:
        return f"an empty {name}"
    key = name.removeprefix(QUERY_PARAMETER)
    return f"{name if key == name else key}{' ' if key == name else '='}{short(value, _LONGEST_VALUE)}"


@dataclass(frozen=True, eq=False)
class _Group:
    """A part, and other parts that consist of the same requests."""

    part: _Part
    same: list[_Part]


def find_parts(requests: pd.DataFrame) -> pd.DataFrame:
    """Return what sets the failed requests apart from the others.

    Parameters
    ----------
    requests : DataFrame
        Requests during the impact, in order: `failed`, `weight` (how many each stands for), `timestamp`, `source`,
        `line`, `service`, `http_route`, `http_method`, `version`, `host`, `client`, and `attributes`, a JSON object; not
        changed.

    Returns
    -------
    DataFrame
        Columns of `PARTS`, the best explanation of the failures first: single values of columns, attributes
        and query parameters, and pairs of values that explain clearly more than either of the two.

    Notes
    -----
    Parts are ordered by the log-likelihood ratio of failure against membership (the G statistic; R. Sokal
    and F. Rohlf, "Biometry", 1981), which measures how much membership says about failure. The p-value is
    multiplied by the number of parts that were tested (C. Bonferroni, 1936).
    """
    failed = requests["failed"].to_numpy(bool)
    if not failed.any() or failed.all():
        return no_parts()
    counts = FailureCounts(failed, requests["weight"].to_numpy("float64"))
    singles = sorted(_singles(requests, counts), key=lambda part: (-part.gain, part.what))
    pairs = list(_pairs(singles[:_MOST_PAIRED], counts))
    tests = len(singles) + len(pairs)
    significant = [part for part in [*singles, *pairs] if _explains(part.mask, counts) and p_value(part.gain) * tests < CHANCE]
    significant.sort(key=lambda part: (-part.gain * (1.0 if len(part.names) == 1 else SIMPLER), len(part.names), part.what))
    groups = _without_shadows(_distinct(significant), counts, tests)
    rows = [
        {
            "what": group.part.what,
            "dimension": ", ".join(group.part.names),
            "value": ", ".join(group.part.texts),
            "also": "; ".join(other.what for other in group.same) or None,
            **counts.of(group.part.mask),
            "p_value": min(1.0, p_value(group.part.gain) * tests),
            **requests.loc[group.part.mask & failed, ["source", "line"]].iloc[0].to_dict(),
        }
        for group in groups[:MOST]
    ]
    return conform(pd.DataFrame(rows), PARTS)


def no_parts() -> pd.DataFrame:
    """Return the result of `find_parts` for failed requests that have nothing in common."""
    return conform(pd.DataFrame(), PARTS)


def describe_parts(parts: pd.DataFrame, impaired: Impairment = FAILED) -> str:
    """Return a sentence on what failed requests have in common, or that they have no one thing in common.

    Parameters
    ----------
    parts : DataFrame
        What `find_parts` returned; not empty.
    impaired : Impairment, optional
        What happened to the requests.

    Examples
    --------
    >>> part = {"what": "route /a", "coverage": 0.93, "error_ratio": 0.4, "rest_ratio": 0.01, "sampled": False}
    >>> describe_parts(pd.DataFrame([part]))
    'What the failed requests have in common: route /a, in 93% of them; 40% of such requests failed, and 1% of all others.'
    """
    best = parts.iloc[0]
    share = f"{'about ' if best['sampled'] else ''}{percent(best['coverage'])} of them"
    adjective, verb = impaired
    ratios = f"{percent(best['error_ratio'])} of such requests {verb}, and {percent(best['rest_ratio'])} of all others"
    if best["coverage"] < MOSTLY:
        part = f"the part that stands out most, {best['what']}, has {share}"
        return f"The {adjective} requests have no one thing in common: {part}; {ratios}."
    return f"What the {adjective} requests have in common: {best['what']}, in {share}; {ratios}."


def _explains(mask: Mask, counts: FailureCounts) -> bool:
    """Return whether a part contains many of the failures, and fails more often than the rest."""
    numbers = counts.of(mask)
    return bool(numbers["coverage"] >= COVERS and numbers["error_ratio"] >= FAILS_MORE * numbers["rest_ratio"])


def _singles(requests: pd.DataFrame, counts: FailureCounts) -> Iterator[_Part]:
    for name, column in dimensions(requests):
        codes, values = pd.factorize(column)
        for number, gain in counts.gains_by_value(codes, len(values)):
            yield _Part((name,), (str(values[number]),), codes == number, gain)


def _pairs(singles: list[_Part], counts: FailureCounts) -> Iterator[_Part]:
    """Yield pairs of values of different dimensions that together explain clearly more than either."""
    for first, second in combinations(singles, 2):
        mask = first.mask & second.mask
        if first.names != second.names and mask.any():
            gain = counts.gain(mask)
            if SIMPLER * gain > max(first.gain, second.gain):
                yield _Part((*first.names, *second.names), (*first.texts, *second.texts), mask, gain)


def _distinct(parts: list[_Part]) -> list[_Group]:
    """Group the parts that consist of the same requests; the first of each group has the plainest name."""
    groups: list[list[_Part]] = []
    for part in parts:
        same = next((group for group in groups if _overlap(group[0].mask, part.mask) >= SAME), None)
        if same is None:
            groups.append([part])
        else:
            same.append(part)
    ordered = (sorted(group, key=_plainness) for group in groups)
    return [_Group(group[0], [other for other in group[1:] if len(other.names) == 1]) for group in ordered]


def _plainness(part: _Part) -> tuple[int, list[int]]:
    places = [_PLAINEST.index(name if name in _PLAINEST else "") for name in part.names]
    return len(part.names), sorted(places)


def _without_shadows(groups: list[_Group], counts: FailureCounts, tests: int) -> list[_Group]:
    """Return the groups without those that only seem to matter because of a better one, unless nearly all failures share them."""
    kept: list[_Group] = []
    for group in groups:
        mask = group.part.mask
        beside = (counts.gain_beside(mask, better.part.mask) for better in kept)
        if counts.of(mask)["coverage"] >= NEARLY_ALL or all(p_value(gain) * tests < CHANCE for gain in beside):
            kept.append(group)
    return kept


def _overlap(mask: Mask, other: Mask) -> float:
    return float((mask & other).sum() / (mask | other).sum())
