"""The G test: whether counts differ from what was expected by more than chance (R. R. Sokal and F. J. Rohlf, Biometry)."""

from __future__ import annotations

from math import erfc
from typing import Final

import numpy as np
import numpy.typing as npt

# The G statistic from which a difference is significant (chi-squared, one degree of freedom, one in a thousand).
SIGNIFICANT: Final = 10.83


def log_likelihood_terms(observed: npt.ArrayLike, expected: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return for each count its term of the log-likelihood ratio, which is half of the G statistic."""
    observed, expected = np.asarray(observed, "float64"), np.asarray(expected, "float64")
    ratio = np.where(observed > 0, observed, 1) / np.where(expected > 0, expected, 1)
    return np.asarray(observed * np.log(ratio))


def g_statistic(observed: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """Return the G statistic of counts against the expected ones.

    Examples
    --------
    >>> round(g_statistic([30, 70], [50, 50]), 2), g_statistic([0, 50], [0, 50])
    (16.46, 0.0)
    """
    return float(2 * log_likelihood_terms(observed, expected).sum())


def p_value(statistic: float) -> float:
    """Return the p-value of a G statistic with one degree of freedom.

    Examples
    --------
    >>> round(p_value(3.84), 2), round(p_value(SIGNIFICANT), 3), p_value(0.0)
    (0.05, 0.001, 1.0)
    """
    return erfc(max(statistic, 0.0) ** 0.5 / 2**0.5)
