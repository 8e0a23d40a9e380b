"""Evaluates PromQL expressions over samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import promql_parser as promql
from numpy.typing import NDArray

from pmkit.analysis.response.promql.label_matching import combine_matching, combine_sets, group_labels
from pmkit.analysis.response.promql.operators import (
    AGGREGATIONS,
    COMPARISONS,
    MATCH_OPERATORS,
    POINTWISE,
    SET_OPERATORS,
    operation,
    returns_bool,
)
from pmkit.analysis.response.promql.vectors import Labels, NotEvaluableError, Numbers, Samples, Source, Vector
from pmkit.analysis.response.promql.windows import OVER_TIME, Windows, quantiles

# A sample is valid for this long if no newer one follows, seconds; Prometheus' default.
LOOKBACK_S: Final = 300.0


@dataclass(frozen=True, eq=False)
class Condition:
    """What an expression evaluates to.

    Attributes
    ----------
    holds : Vector
        The values of the whole expression; NaN where it has none.
    measured : Vector or None
        What is compared with a number, if that is what the expression does.
    operator, limit : str and float, or None
        How it is compared, and with what.
    """

    holds: Vector
    measured: Vector | None = None
    operator: str | None = None
    limit: float | None = None


def evaluate_condition(expression: str, source: Source, moments: Numbers) -> Condition:
    """Evaluate the expression of an alert rule.

    Parameters
    ----------
    expression : str
        PromQL.
    source : Source
        Where the series come from.
    moments : ndarray of float
        When to evaluate, seconds since 1970.

    Raises
    ------
    NotEvaluableError
        When the expression is not valid PromQL or uses what is not supported (subqueries, `@`, rare functions), or
        when a series is missing.

    Notes
    -----
    Follows the documentation of Prometheus' query language. A window excludes its start and includes its
    end, as in Prometheus 3 and later.
    """
    try:
        parsed = promql.parse(expression)
    except ValueError as error:
        raise NotEvaluableError(f"not valid PromQL: {str(error).splitlines()[0]}") from error
    while isinstance(parsed, promql.ParenExpr):
        parsed = parsed.expr
    with np.errstate(all="ignore"):
        return _condition(_Evaluation(source, moments), parsed)


def _condition(evaluation: _Evaluation, parsed: promql.Expr) -> Condition:
    if not isinstance(parsed, promql.BinaryExpr) or str(parsed.op) not in COMPARISONS or returns_bool(parsed):
        return Condition(_as_vector(evaluation.value(parsed)))
    measured, limit = evaluation.value(parsed.lhs), evaluation.value(parsed.rhs)
    holds = _as_vector(evaluation.combine(parsed, measured, limit))
    if isinstance(measured, dict) and not isinstance(limit, dict) and len(set(limit.tolist())) == 1:
        return Condition(holds, measured, str(parsed.op), float(limit[0]))
    return Condition(holds)


def _as_vector(value: Vector | Numbers) -> Vector:
    return value if isinstance(value, dict) else {frozenset(): value}


class _Evaluation:
    """Evaluates the parts of an expression at given moments."""

    def __init__(self, source: Source, moments: Numbers) -> None:
        self._source, self._moments = source, moments

    def value(self, node: promql.Expr) -> Vector | Numbers:
        """Return a vector, or one number at each moment."""
        by_type: dict[type, Callable[[Any], Vector | Numbers]] = {
            promql.NumberLiteral: lambda literal: np.full(len(self._moments), float(literal.val)),
            promql.ParenExpr: lambda outer: self.value(outer.expr),
            promql.UnaryExpr: self._negated,
            promql.VectorSelector: self._instant,
            promql.AggregateExpr: self._aggregate,
            promql.BinaryExpr: self._binary,
            promql.Call: self._call,
        }
        evaluate = by_type.get(type(node))
        if evaluate is None:
            raise NotEvaluableError(f"{type(node).__name__.removesuffix('Expr').lower()} expressions are not supported")
        return evaluate(node)

    def _negated(self, node: promql.UnaryExpr) -> Vector | Numbers:
        value = self.value(node.expr)
        return {labels: -values for labels, values in value.items()} if isinstance(value, dict) else -value

    def _vector(self, node: promql.Expr) -> Vector:
        # The parser has checked the types.
        return cast("Vector", self.value(node))

    def _number(self, node: promql.Expr) -> Numbers:
        return cast("Numbers", self.value(node))

    def _selected(self, node: promql.VectorSelector) -> tuple[list[Samples], Numbers]:
        """Return the series of a selector, and the moments at which to look, shifted by its offset."""
        if node.at is not None or node.matchers.or_matchers:
            raise NotEvaluableError("`@` and `or` in selectors are not supported")
        matchers = tuple((matcher.name, MATCH_OPERATORS[str(matcher.op)], matcher.value) for matcher in node.matchers.matchers)
        names = [value for label, operator, value in matchers if (label, operator) == ("__name__", "=")]
        name = node.name or next(iter(names), None)
        if name is None:
            raise NotEvaluableError("a selector without a name is not supported")
        offset_s = node.offset.total_seconds() if node.offset else 0.0
        on_labels = tuple(matcher for matcher in matchers if matcher[0] != "__name__")
        return list(self._source.select(name, on_labels)), self._moments - offset_s

    def _instant(self, node: promql.VectorSelector) -> Vector:
        series, moments = self._selected(node)
        vector: Vector = {}
        for samples in series:
            last = np.searchsorted(samples.at, moments, "right") - 1
            fresh = (last >= 0) & (moments - samples.at[np.maximum(last, 0)] < LOOKBACK_S)
            vector[frozenset(samples.labels.items())] = np.where(fresh, samples.values[np.maximum(last, 0)], np.nan)
        return vector

    def _aggregate(self, node: promql.AggregateExpr) -> Vector:
        reduce = AGGREGATIONS.get(str(node.op))
        if reduce is None or node.param is not None:
            raise NotEvaluableError(f"`{node.op}` is not supported")
        groups: dict[Labels, list[Numbers]] = defaultdict(list)
        for labels, values in self._vector(node.expr).items():
            groups[group_labels(labels, node.modifier)].append(values)
        vector: Vector = {}
        for labels, members in groups.items():
            stack = np.stack(members)
            missing = np.isnan(stack).all(axis=0)
            vector[labels] = np.where(missing, np.nan, reduce(np.where(missing, 0.0, stack)))
        return vector

    def _binary(self, node: promql.BinaryExpr) -> Vector | Numbers:
        return self.combine(node, self.value(node.lhs), self.value(node.rhs))

    def combine(self, node: promql.BinaryExpr, left: Vector | Numbers, right: Vector | Numbers) -> Vector | Numbers:
        """Combine both sides by the operator between them."""
        if str(node.op) in SET_OPERATORS:
            return combine_sets(node, cast("Vector", left), cast("Vector", right))
        apply = operation(node)
        if isinstance(left, dict) and isinstance(right, dict):
            return combine_matching(node, left, right, apply)
        if isinstance(left, dict):
            return {labels: apply(values, cast("Numbers", right)) for labels, values in left.items()}
        if isinstance(right, dict):
            apply = operation(node, keep_right=True)
            return {labels: apply(left, values) for labels, values in right.items()}
        return apply(left, right)

    def _call(self, node: promql.Call) -> Vector | Numbers:
        name, arguments = node.func.name, node.args
        if name == "histogram_quantile":
            return quantiles(float(self._number(arguments[0])[0]), self._vector(arguments[1]))
        if name in POINTWISE:
            numbers = [self._number(argument) for argument in arguments[1:]]
            return {labels: POINTWISE[name](values, *numbers) for labels, values in self._vector(arguments[0]).items()}
        if name == "vector":
            return _as_vector(self.value(arguments[0]))
        if name == "scalar":
            return self._scalar(self.value(arguments[0]))
        if name in OVER_TIME and arguments and isinstance(arguments[0], promql.MatrixSelector):
            return self._over_time(name, arguments[0])
        raise NotEvaluableError(f"`{name}()` is not supported")

    def _scalar(self, value: Vector | Numbers) -> Numbers:
        """Return the values of the only series of a vector, or NaN when it has another number of them."""
        if isinstance(value, dict) and len(value) == 1:
            return next(iter(value.values()))
        return np.full(len(self._moments), np.nan)

    def _over_time(self, name: str, node: promql.MatrixSelector) -> Vector:
        series, moments = self._selected(node.vector_selector)
        length_s = node.range.total_seconds()
        vector: Vector = {}
        # Keyed by the array of times, which several series may share.
        bounds: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        for samples in series:
            if id(samples.at) not in bounds:
                first = np.searchsorted(samples.at, moments - length_s, "right")
                bounds[id(samples.at)] = first, np.searchsorted(samples.at, moments, "right")
            windows = Windows(samples, *bounds[id(samples.at)], moments, length_s)
            vector[frozenset(samples.labels.items())] = OVER_TIME[name](windows)
        return vector
