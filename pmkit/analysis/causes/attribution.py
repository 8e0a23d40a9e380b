"""What the failed requests have in common: which values of which dimensions set them apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import erfc
from typing import Any, Final
from urllib.parse import parse_qsl

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import percent, short

Mask = npt.NDArray[np.bool_]

COVERS: Final = 0.1
"""A part with a smaller share of the failed requests explains too little."""
FAILS_MORE: Final = 1.5
"""Requests of a part fail this many times as often as the others."""
CHANCE: Final = 0.001
"""A part is not shown that chance would bring forth as often as this, over all that were looked at."""
SIMPLER: Final = 0.95
"""Two values together must explain more than this share's inverse of what one of them does."""
SAME: Final = 0.98
"""Parts that share this much are the same requests by other names."""
NEARLY_ALL: Final = 0.95
"""What so many of the failed requests share is told, although something else explains them better."""
MOSTLY: Final = 0.6
"""What fewer of the failed requests share is not what they have in common."""
MOST: Final = 8
_PAIRED: Final = 20
_OFTEN: Final = 0.01
"""Attributes and query parameters that fewer requests have are not looked at."""
_VALUES: Final = 40
_OUTCOMES: Final = re.compile(
    r"bytes|size|length|status|code|duration|latency|elapsed|took|time|^[a-z]{0,3}rt$|^uct$|^uht$|error|exception|reason|flags|result|"
    r"retr|message|continuation|trace|span|request_?id|level|^pid$|^tid$|thread|line|^res\b|response|query|referer|referrer",
    re.IGNORECASE,
)
"""Attributes that follow from a failure, or that name a single request."""
_COLUMNS: Final = {
    "service": "service",
    "http_route": "route",
    "http_method": "method",
    "version": "version",
    "host": "host",
    "client": "client",
}

_PLAINEST: Final = ("route", "service", "version", "host", "log", "", "client", "method")
"""Of what tells the same requests, people understand the first best; the empty name stands for attributes."""

PARTS: Final = {
    "what": schema.Column("string", "VARCHAR", "the requests in words"),
    "dimension": schema.Column("string", "VARCHAR", "what tells them from others; two, joined by a comma"),
    "value": schema.Column("string", "VARCHAR", "its value"),
    "also": schema.Column("string", "VARCHAR", "other descriptions of the same requests; null if there are none"),
    "requests": schema.Column("int64", "BIGINT", "requests of the part during the impact"),
    "failed": schema.Column("int64", "BIGINT", "those of them that failed"),
    "coverage": schema.Column("float64", "DOUBLE", "their share of all failed requests, 0 to 1"),
    "error_ratio": schema.Column("float64", "DOUBLE", "the share of the part that failed, 0 to 1"),
    "rest_ratio": schema.Column("float64", "DOUBLE", "the share of all other requests that failed, 0 to 1"),
    "lift": schema.Column("float64", "DOUBLE", "error_ratio by that of all requests"),
    "p_value": schema.Column("float64", "DOUBLE", "how often chance brings this forth, over all parts looked at"),
    "sampled": schema.Column("bool", "BOOLEAN", "whether the counts come from a sample"),
    "source": schema.Column("string", "VARCHAR", "the export of the first failed one"),
    "line": schema.Column("int64", "BIGINT", "its line there"),
}
"""Columns of what `find_parts` returns."""


@dataclass(frozen=True, eq=False)
class _Part:
    """Requests that share a value, or two."""

    names: tuple[str, ...]
    held: tuple[str, ...]
    mask: Mask
    gain: float

    @property
    def what(self) -> str:
        return " and ".join(
            f"{name} {short(value, 60)}" if value else f"an empty {name}"
            for name, value in zip(self.names, self.held, strict=True)
        )


def find_parts(requests: pd.DataFrame) -> pd.DataFrame:
    """Find what sets the failed requests apart from the others.

    Parameters
    ----------
    requests : DataFrame
        Requests during the impact, by place: `failed`, `weight` (how many each stands for), `timestamp`, `source`,
        `line`, `service`, `http_route`, `http_method`, `version`, `host`, `client`, and `attributes`, a JSON object; not
        changed.

    Returns
    -------
    DataFrame
        Columns of `PARTS`, what explains the failures best first: single values of columns, attributes
        and query parameters, and pairs of them where two explain clearly more than either.

    Notes
    -----
    Parts are ordered by the log-likelihood ratio of failure against membership (the G statistic; R. Sokal
    and F. Rohlf, "Biometry", 1981), which is how much knowing the part tells of the failure; its p-value is
    multiplied by the number of parts that were looked at (C. Bonferroni, 1936).
    """
    failed = requests["failed"].to_numpy(bool)
    weight = requests["weight"].to_numpy("float64")
    if not failed.any() or failed.all():
        return no_parts()
    counts = _Counts(failed, weight)
    singles = sorted(_singles(requests, counts), key=lambda part: (-part.gain, part.what))
    pairs = list(_pairs(singles[:_PAIRED], counts))
    looked_at = len(singles) + len(pairs)
    found = [part for part in [*singles, *pairs] if counts.explains(part.mask) and _chance(part.gain) * looked_at < CHANCE]
    found.sort(key=lambda part: (-part.gain * (1.0 if len(part.names) == 1 else SIMPLER), len(part.names), part.what))
    kept = _telling(_distinct(found), counts, looked_at)
    rows = [
        {
            "what": part.what,
            "dimension": ", ".join(part.names),
            "value": ", ".join(part.held),
            "also": "; ".join(one.what for one in same) or None,
            **counts.of(part.mask),
            "p_value": min(1.0, _chance(part.gain) * looked_at),
            **requests.loc[part.mask & failed, ["source", "line"]].iloc[0].to_dict(),
        }
        for part, same in kept[:MOST]
    ]
    return conform(pd.DataFrame(rows), PARTS)


def no_parts() -> pd.DataFrame:
    """Return what `find_parts` does where failed requests have nothing in common."""
    return conform(pd.DataFrame(), PARTS)


def describe_parts(parts: pd.DataFrame, impaired: tuple[str, str] = ("failed", "failed")) -> str:
    """Say what failed requests have in common, or that no one thing explains most of them.

    Parameters
    ----------
    parts : DataFrame
        What `find_parts` returns, not empty.
    impaired : tuple of str, optional
        What they are, as an adjective and as a verb.

    Examples
    --------
    >>> found = {"what": "route /a", "coverage": 0.93, "error_ratio": 0.4, "rest_ratio": 0.01, "sampled": False}
    >>> describe_parts(pd.DataFrame([found]))
    'What the failed requests have in common: route /a, in 93% of them; 40% of such requests failed, and 1% of all others.'
    """
    best = parts.iloc[0]
    share = f"{'about ' if best['sampled'] else ''}{percent(best['coverage'])} of them"
    are, verb = impaired
    counts = f"{percent(best['error_ratio'])} of such requests {verb}, and {percent(best['rest_ratio'])} of all others"
    if best["coverage"] < MOSTLY:
        part = f"the part that stands out most, {best['what']}, has {share}"
        return f"The {are} requests have no one thing in common: {part}; {counts}."
    return f"What the {are} requests have in common: {best['what']}, in {share}; {counts}."


class _Counts:
    """Counts requests and failures of parts."""

    def __init__(self, failed: Mask, weight: npt.NDArray[np.float64]) -> None:
        self._failed, self._weight = failed, weight
        self._bad_weight = weight * failed
        self._all, self._bad = weight.sum(), self._bad_weight.sum()
        self._sampled = bool((weight > 1).any())

    def _two(self, mask: Mask) -> tuple[float, float]:
        return float(self._weight[mask].sum()), float(self._bad_weight[mask].sum())

    def gain(self, mask: Mask) -> float:
        """Return the G statistic of failure against membership, of as many requests as were looked at."""
        return self._gain(*self._two(mask))

    def values(self, codes: npt.NDArray[np.intp], number: int) -> list[tuple[int, float]]:
        """Return of the values that most failed requests have the number and the G statistic.

        Parameters
        ----------
        codes : array of int
            Of every request the number of its value, -1 where it has none.
        number : int
            How many different values there are.
        """
        inside = np.bincount(codes + 1, self._weight, number + 1)[1:]
        bad = np.bincount(codes + 1, self._bad_weight, number + 1)[1:]
        most = np.argsort(-bad, kind="stable")[:_VALUES]
        return [(int(n), self._gain(float(inside[n]), float(bad[n]))) for n in most if bad[n] and inside[n] < self._all]

    def _gain(self, inside: float, bad: float) -> float:
        seen = np.array([bad, inside - bad, self._bad - bad, self._all - inside - self._bad + bad])
        sides = np.array([inside, inside, self._all - inside, self._all - inside])
        expected = sides * np.array([self._bad, self._all - self._bad] * 2) / self._all
        if not self._bad or self._bad == self._all:
            return 0.0
        terms = np.where(seen > 0, seen * np.log(np.where(seen > 0, seen, 1) / np.where(expected > 0, expected, 1)), 0)
        return float(2 * terms.sum() * len(self._weight) / self._all)

    def gain_beside(self, mask: Mask, other: Mask) -> float:
        """Return the G statistic of a part among the requests of another and among all others, added up."""
        sides = (other, ~other)
        return sum(_Counts(self._failed[side], self._weight[side]).gain(mask[side]) for side in sides if side.any())

    def explains(self, mask: Mask) -> bool:
        """Tell whether a part has many of the failures, and fails more often than the rest."""
        told = self.of(mask)
        return bool(told["coverage"] >= COVERS and told["error_ratio"] >= FAILS_MORE * told["rest_ratio"])

    def of(self, mask: Mask) -> dict[str, Any]:
        """Return the numbers of a part."""
        inside, bad = self._two(mask)
        rest = self._all - inside
        ratio = bad / inside if inside else 0.0
        return {
            "requests": round(inside),
            "failed": round(bad),
            "coverage": bad / self._bad,
            "error_ratio": ratio,
            "rest_ratio": (self._bad - bad) / rest if rest else 0.0,
            "lift": ratio / (self._bad / self._all),
            "sampled": self._sampled,
        }


def _singles(requests: pd.DataFrame, counts: _Counts) -> Iterator[_Part]:
    for name, column in _dimensions(requests):
        codes, values = pd.factorize(column)
        for number, gain in counts.values(codes, len(values)):
            yield _Part((name,), (str(values[number]),), codes == number, gain)


def _pairs(singles: list[_Part], counts: _Counts) -> Iterator[_Part]:
    """Join values of different dimensions where both together explain clearly more than either."""
    for one, other in combinations(singles, 2):
        mask = one.mask & other.mask
        if one.names != other.names and mask.any():
            gain = counts.gain(mask)
            if SIMPLER * gain > max(one.gain, other.gain):
                yield _Part((*one.names, *other.names), (*one.held, *other.held), mask, gain)


def _distinct(parts: list[_Part]) -> list[tuple[_Part, list[_Part]]]:
    """Put parts together that are the same requests, the one that says most to people first."""
    kept: list[list[_Part]] = []
    for part in parts:
        same = next((others for others in kept if _alike(others[0].mask, part.mask) >= SAME), None)
        if same is None:
            kept.append([part])
        else:
            same.append(part)
    ordered = (sorted(group, key=_plainness) for group in kept)
    return [(group[0], [other for other in group[1:] if len(other.names) == 1]) for group in ordered]


def _plainness(part: _Part) -> tuple[int, list[int]]:
    places = [_PLAINEST.index(name if name in _PLAINEST else "") for name in part.names]
    return len(part.names), sorted(places)


def _telling(parts: list[tuple[_Part, list[_Part]]], counts: _Counts, looked_at: int) -> list[tuple[_Part, list[_Part]]]:
    """Leave out what only seems to matter because of a better part; what nearly all failures share is kept."""
    kept: list[tuple[_Part, list[_Part]]] = []
    for part, same in parts:
        beside = (counts.gain_beside(part.mask, better.mask) for better, _ in kept)
        if counts.of(part.mask)["coverage"] >= NEARLY_ALL or all(_chance(gain) * looked_at < CHANCE for gain in beside):
            kept.append((part, same))
    return kept


def _alike(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


def _chance(gain: float) -> float:
    """Return the p-value of a G statistic with one degree of freedom."""
    return erfc(max(gain, 0.0) ** 0.5 / 2**0.5)


def _are_side_by_side(requests: pd.DataFrame) -> bool:
    """Tell whether several logs hold the requests of the same time, and not one those after the other, as when it is rotated."""
    spans = requests.groupby("source", observed=True)["timestamp"].agg(["min", "max"])
    whole = requests["timestamp"].max() - requests["timestamp"].min()
    return len(spans) > 1 and bool((spans["max"] - spans["min"] >= whole / 2).all())


def _dimensions(requests: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Give every dimension of the requests: columns, attributes and query parameters, as texts."""
    for column, name in _COLUMNS.items():
        yield name, requests[column].astype(object)
    if _are_side_by_side(requests):
        yield "log", requests["source"].astype(object)
    attributes = [json.loads(text) if isinstance(text, str) else {} for text in requests["attributes"]]
    queries = [query if isinstance(query := one.get("query"), str) else "" for one in attributes]
    asked = {query: dict(parse_qsl(query, keep_blank_values=True)) for query in set(queries)}
    for prefix, records in (("", attributes), ("query parameter ", [asked[query] for query in queries])):
        often = Counter(key for record in records for key in record)
        for key in [key for key, number in often.items() if number >= _OFTEN * len(requests)]:
            values = [record.get(key) for record in records]
            if prefix or not (_OUTCOMES.search(key) or any(isinstance(value, list | dict) for value in values)):
                texts = [None if value is None else str(value) for value in values]
                yield f"{prefix}{key}", pd.Series(texts, requests.index, dtype=object)
