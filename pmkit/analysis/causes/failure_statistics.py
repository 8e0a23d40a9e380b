"""How strongly failures depend on belonging to a part of the requests."""

from __future__ import annotations

from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from pmkit.analysis.g_test import g_statistic

Mask = npt.NDArray[np.bool_]
_MOST_VALUES: Final = 40


class PartNumbers(TypedDict):
    """The numbers of a part of the requests, see `attribution.PARTS`."""

    requests: int
    failed: int
    coverage: float
    error_ratio: float
    rest_ratio: float
    lift: float
    sampled: bool


class FailureCounts:
    """Counts the requests and failures in parts of a sample of requests.

    Parameters
    ----------
    failed : array of bool
        Whether each request failed; both must occur.
    weight : array of float
        How many requests each one stands for.
    """

    def __init__(self, failed: Mask, weight: npt.NDArray[np.float64]) -> None:
        self._failed, self._weight = failed, weight
        self._failed_weight = weight * failed
        self._all_requests, self._all_failed = weight.sum(), self._failed_weight.sum()
        self._sampled = bool((weight > 1).any())

    def _count(self, mask: Mask) -> tuple[float, float]:
        return float(self._weight[mask].sum()), float(self._failed_weight[mask].sum())

    def gain(self, mask: Mask) -> float:
        """Return the G statistic of failure against membership, for the number of requests in the sample."""
        return self._gain(*self._count(mask))

    def gains_by_value(self, codes: npt.NDArray[np.intp], number: int) -> list[tuple[int, float]]:
        """Return the values that most failed requests have, each with its G statistic.

        Parameters
        ----------
        codes : array of int
            The number of the value of every request, -1 where it has none.
        number : int
            How many different values there are.
        """
        requests = np.bincount(codes + 1, self._weight, number + 1)[1:]
        failed = np.bincount(codes + 1, self._failed_weight, number + 1)[1:]
        most = np.argsort(-failed, kind="stable")[:_MOST_VALUES]
        informative = [value for value in most if failed[value] and requests[value] < self._all_requests]
        return [(int(value), self._gain(float(requests[value]), float(failed[value]))) for value in informative]

    def _gain(self, requests: float, failed: float) -> float:
        if not self._all_failed or self._all_failed == self._all_requests:
            return 0.0
        all_passed = self._all_requests - self._all_failed
        observed = np.array([failed, requests - failed, self._all_failed - failed, all_passed - requests + failed])
        sides = np.array([requests, requests, self._all_requests - requests, self._all_requests - requests])
        expected = sides * np.array([self._all_failed, all_passed] * 2) / self._all_requests
        return float(g_statistic(observed, expected) * len(self._weight) / self._all_requests)

    def gain_beside(self, mask: Mask, other: Mask) -> float:
        """Return the G statistic of a part inside another part, plus that outside of the other part."""
        sides = (other, ~other)
        return sum(FailureCounts(self._failed[side], self._weight[side]).gain(mask[side]) for side in sides if side.any())

    def of(self, mask: Mask) -> PartNumbers:
        """Return the numbers of a part."""
        requests, failed = self._count(mask)
        rest = self._all_requests - requests
        ratio = failed / requests if requests else 0.0
        return {
            "requests": round(requests),
            "failed": round(failed),
            "coverage": failed / self._all_failed,
            "error_ratio": ratio,
            "rest_ratio": (self._all_failed - failed) / rest if rest else 0.0,
            "lift": ratio / (self._all_failed / self._all_requests),
            "sampled": self._sampled,
        }
