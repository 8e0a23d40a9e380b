"""The operators and functions of PromQL that are evaluated, as functions over arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import promql_parser as promql

from pmkit.analysis.response.promql.vectors import NotEvaluableError, Numbers

MATCH_OPERATORS: Final = {"MatchOp.Equal": "=", "MatchOp.NotEqual": "!=", "MatchOp.Re": "=~", "MatchOp.NotRe": "!~"}
COMPARISONS: Final[Mapping[str, Callable[..., object]]] = {
    ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
SET_OPERATORS: Final = ("and", "or", "unless")
_ARITHMETIC: Final[Mapping[str, Callable[[Numbers, Numbers], Numbers]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.fmod, "^": np.power,
}  # fmt: skip
AGGREGATIONS: Final[Mapping[str, Callable[[Numbers], Numbers]]] = {
    "sum": lambda stack: np.nansum(stack, axis=0),
    "avg": lambda stack: np.nanmean(stack, axis=0),
    "min": lambda stack: np.nanmin(stack, axis=0),
    "max": lambda stack: np.nanmax(stack, axis=0),
    "count": lambda stack: np.sum(~np.isnan(stack), axis=0).astype("float64"),
}
# Functions that change each value by itself.
POINTWISE: Final[Mapping[str, Callable[..., Numbers]]] = {
    "abs": np.abs, "ceil": np.ceil, "floor": np.floor, "exp": np.exp, "ln": np.log, "log2": np.log2, "log10": np.log10,
    "sqrt": np.sqrt, "sgn": np.sign, "clamp_min": np.maximum, "clamp_max": np.minimum, "clamp": np.clip,
}  # fmt: skip


def returns_bool(expression: promql.BinaryExpr) -> bool:
    """Return whether a comparison has the modifier `bool`: it returns 0 or 1 instead of dropping values."""
    return bool(expression.modifier and expression.modifier.return_bool)


def operation(expression: promql.BinaryExpr, *, keep_right: bool = False) -> Callable[[Numbers, Numbers], Numbers]:
    """Return the function that combines the values on both sides of an operator.

    Parameters
    ----------
    expression : BinaryExpr
        The expression with its operator.
    keep_right : bool, optional
        Whether a comparison returns the value on its right-hand side where it holds, instead of the left-hand one.

    Raises
    ------
    NotEvaluableError
        When the operator is not supported.
    """
    operator = str(expression.op)
    if operator in _ARITHMETIC:
        return _ARITHMETIC[operator]
    compare = COMPARISONS.get(operator)
    if compare is None:
        raise NotEvaluableError(f"`{operator}` is not supported")
    as_bool = returns_bool(expression)

    def compared(left: Numbers, right: Numbers) -> Numbers:
        missing = np.isnan(left) | np.isnan(right)
        holds = np.asarray(compare(left, right), bool) & ~missing
        if as_bool:
            return np.where(missing, np.nan, holds.astype("float64"))
        return np.where(holds, right if keep_right else left, np.nan)

    return compared
