"""Evaluates expressions of Prometheus over samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import promql_parser as promql

from pmkit.analysis.response.promql.vectors import Labels, NotEvaluableError, Numbers, Samples, Source, Vector
from pmkit.analysis.response.promql.windows import OVER_TIME, Windows, quantiles

LOOKBACK_S: Final = 300.0
"""A sample counts for this long when no newer one comes, seconds; as Prometheus does by default."""


@dataclass(frozen=True, eq=False)
class Condition:
    """What an expression came to.

    Attributes
    ----------
    holds : Vector
        Where the whole expression has a value.
    measured : Vector or None
        What is compared, where the expression compares something with a number.
    operator, limit : str and float, or None
        With what, and how.
    """

    holds: Vector
    measured: Vector | None = None
    operator: str | None = None
    limit: float | None = None


def condition(expression: str, source: Source, moments: Numbers) -> Condition:
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
        When it is no PromQL, uses what is not evaluated here (subqueries, `@`, rare functions), or a series is
        missing.

    Notes
    -----
    By Prometheus' documentation of its query language; a window holds what is later than its begin, up to its end, as
    from Prometheus 3 on.
    """
    try:
        parsed = promql.parse(expression)
    except ValueError as wrong:
        raise NotEvaluableError(f"it is no PromQL: {str(wrong).splitlines()[0]}") from wrong
    while isinstance(parsed, promql.ParenExpr):
        parsed = parsed.expr
    with np.errstate(all="ignore"):
        return _condition(_Evaluation(source, moments), parsed)


def _condition(evaluation: _Evaluation, parsed: Any) -> Condition:
    if not isinstance(parsed, promql.BinaryExpr) or str(parsed.op) not in _COMPARE or _returns_bool(parsed):
        return Condition(_as_vector(evaluation.value(parsed)))
    measured, limit = evaluation.value(parsed.lhs), evaluation.value(parsed.rhs)
    holds = _as_vector(evaluation.combined(parsed, measured, limit))
    if isinstance(measured, dict) and not isinstance(limit, dict) and len(set(limit.tolist())) == 1:
        return Condition(holds, measured, str(parsed.op), float(limit[0]))
    return Condition(holds)


def _as_vector(found: Vector | Numbers) -> Vector:
    return found if isinstance(found, dict) else {frozenset(): found}


_MATCHERS: Final = {"MatchOp.Equal": "=", "MatchOp.NotEqual": "!=", "MatchOp.Re": "=~", "MatchOp.NotRe": "!~"}
_COMPARE: Final[Mapping[str, Callable[[Numbers, Numbers], Any]]] = {
    ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
_ARITHMETIC: Final[Mapping[str, Callable[[Numbers, Numbers], Numbers]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.fmod, "^": np.power,
}  # fmt: skip
_AGGREGATE: Final[Mapping[str, Callable[[Numbers], Numbers]]] = {
    "sum": lambda stack: np.nansum(stack, axis=0),
    "avg": lambda stack: np.nanmean(stack, axis=0),
    "min": lambda stack: np.nanmin(stack, axis=0),
    "max": lambda stack: np.nanmax(stack, axis=0),
    "count": lambda stack: np.sum(~np.isnan(stack), axis=0).astype("float64"),
}
_POINTWISE: Final[Mapping[str, Callable[..., Numbers]]] = {
    "abs": np.abs, "ceil": np.ceil, "floor": np.floor, "exp": np.exp, "ln": np.log, "log2": np.log2, "log10": np.log10,
    "sqrt": np.sqrt, "sgn": np.sign, "clamp_min": np.maximum, "clamp_max": np.minimum, "clamp": np.clip,
}  # fmt: skip


def _returns_bool(expression: Any) -> bool:
    return bool(expression.modifier and expression.modifier.return_bool)


class _Evaluation:
    """Evaluates the parts of an expression at given moments."""

    def __init__(self, source: Source, moments: Numbers) -> None:
        self._source, self._moments = source, moments

    def value(self, node: Any) -> Vector | Numbers:
        """Give a vector, or one number at each moment."""
        kinds: dict[type, Callable[[Any], Vector | Numbers]] = {
            promql.NumberLiteral: lambda number: np.full(len(self._moments), float(number.val)),
            promql.ParenExpr: lambda outer: self.value(outer.expr),
            promql.UnaryExpr: self._negated,
            promql.VectorSelector: self._instant,
            promql.AggregateExpr: self._aggregate,
            promql.BinaryExpr: self._binary,
            promql.Call: self._call,
        }
        evaluate = kinds.get(type(node))
        if evaluate is None:
            raise NotEvaluableError(f"{type(node).__name__.removesuffix('Expr').lower()} expressions are not evaluated here")
        return evaluate(node)

    def _negated(self, node: Any) -> Vector | Numbers:
        found = self.value(node.expr)
        return {key: -values for key, values in found.items()} if isinstance(found, dict) else -found

    def _vector(self, node: Any) -> Vector:
        return cast("Vector", self.value(node))  # the parser has checked the types

    def _number(self, node: Any) -> Numbers:
        return cast("Numbers", self.value(node))

    def _selected(self, node: Any) -> tuple[list[Samples], Numbers]:
        """Give the series of a selector, and the moments at which to look, moved by its offset."""
        if node.at is not None or node.matchers.or_matchers:
            raise NotEvaluableError("`@` and `or` in selectors are not evaluated here")
        asked = tuple((one.name, _MATCHERS[str(one.op)], one.value) for one in node.matchers.matchers)
        name = node.name or next((value for label, operator, value in asked if (label, operator) == ("__name__", "=")), None)
        if name is None:
            raise NotEvaluableError("a selector without a name is not evaluated here")
        moved = node.offset.total_seconds() if node.offset else 0.0
        others = tuple(one for one in asked if one[0] != "__name__")
        return list(self._source.select(name, others)), self._moments - moved

    def _instant(self, node: Any) -> Vector:
        series, moments = self._selected(node)
        found: Vector = {}
        for one in series:
            last = np.searchsorted(one.at, moments, "right") - 1
            known = (last >= 0) & (moments - one.at[np.maximum(last, 0)] < LOOKBACK_S)
            found[frozenset(one.labels.items())] = np.where(known, one.values[np.maximum(last, 0)], np.nan)
        return found

    def _aggregate(self, node: Any) -> Vector:
        reduce = _AGGREGATE.get(str(node.op))
        if reduce is None or node.param is not None:
            raise NotEvaluableError(f"`{node.op}` is not evaluated here")
        groups: dict[Labels, list[Numbers]] = defaultdict(list)
        for labels, values in self._vector(node.expr).items():
            groups[_grouped(labels, node.modifier)].append(values)
        found = {}
        for labels, several in groups.items():
            stack = np.stack(several)
            missing = np.isnan(stack).all(axis=0)
            reduced = reduce(np.where(missing, 0.0, stack))
            found[labels] = np.where(missing, np.nan, reduced)
        return found

    def _binary(self, node: Any) -> Vector | Numbers:
        return self.combined(node, self.value(node.lhs), self.value(node.rhs))

    def combined(self, node: Any, left: Vector | Numbers, right: Vector | Numbers) -> Vector | Numbers:
        """Combine both sides as the operator between them says."""
        operator = str(node.op)
        if operator in ("and", "or", "unless"):
            return self._joined(operator, node, cast("Vector", left), cast("Vector", right))
        combine = self._operation(operator, returns_bool=_returns_bool(node))
        if isinstance(left, dict) and isinstance(right, dict):
            return self._matched(node, left, right, combine)
        if isinstance(left, dict):
            return {key: combine(values, cast("Numbers", right)) for key, values in left.items()}
        if isinstance(right, dict):
            swapped = self._operation(operator, returns_bool=_returns_bool(node), keeps_right=True)
            return {key: swapped(left, values) for key, values in right.items()}
        return combine(left, right)

    @staticmethod
    def _operation(operator: str, *, returns_bool: bool, keeps_right: bool = False) -> Callable[[Numbers, Numbers], Numbers]:
        if operator in _ARITHMETIC:
            return _ARITHMETIC[operator]
        compare = _COMPARE.get(operator)
        if compare is None:
            raise NotEvaluableError(f"`{operator}` is not evaluated here")

        def compared(left: Numbers, right: Numbers) -> Numbers:
            missing = np.isnan(left) | np.isnan(right)
            true = compare(left, right) & ~missing
            if returns_bool:
                return np.where(missing, np.nan, true.astype("float64"))
            return np.where(true, right if keeps_right else left, np.nan)

        return compared

    @staticmethod
    def _matched(node: Any, left: Vector, right: Vector, combine: Callable[[Numbers, Numbers], Numbers]) -> Vector:
        """Combine the series of both sides that have the same labels, or several on one side with one on the other."""
        card = str(node.modifier.card) if node.modifier else "VectorMatchCardinality.OneToOne"
        if card.endswith("OneToMany"):
            matched = _Evaluation._many(node, right, left, lambda many, one: combine(one, many))
        else:
            matched = _Evaluation._many(node, left, right, combine)
        if card.endswith("OneToOne"):
            return {_kept(labels, node) if str(node.op) not in _COMPARE else labels: found for labels, found in matched.items()}
        return matched

    @staticmethod
    def _many(node: Any, many: Vector, one: Vector, combine: Callable[[Numbers, Numbers], Numbers]) -> Vector:
        known: dict[Labels, tuple[Labels, Numbers]] = {}
        for labels, values in one.items():
            known[_kept(labels, node)] = (labels, values)
        taken = set(node.modifier.group_labels or ()) if node.modifier else set()
        found = {}
        for labels, values in many.items():
            other = known.get(_kept(labels, node))
            if other is not None:
                added = {pair for pair in other[0] if pair[0] in taken}
                rest = {pair for pair in labels if pair[0] not in taken}
                found[frozenset(rest | added)] = combine(values, other[1])
        return found

    def _joined(self, operator: str, node: Any, left: Vector, right: Vector) -> Vector:
        there: dict[Labels, Numbers] = {}
        for labels, values in right.items():
            key = _kept(labels, node)
            there[key] = there.get(key, np.zeros(len(self._moments), bool)) | ~np.isnan(values)
        nowhere = np.zeros(len(self._moments), bool)
        if operator == "or":
            known = {_kept(labels, node): ~np.isnan(values) for labels, values in left.items()}
            extra = {
                labels: np.where(known.get(_kept(labels, node), nowhere), np.nan, values) for labels, values in right.items()
            }
            return {**extra, **left}
        wanted = operator == "and"
        return {
            labels: np.where(there.get(_kept(labels, node), nowhere) == wanted, values, np.nan) for labels, values in left.items()
        }

    def _call(self, node: Any) -> Vector | Numbers:
        name, arguments = node.func.name, node.args
        if name == "histogram_quantile":
            return quantiles(float(self._number(arguments[0])[0]), self._vector(arguments[1]))
        if name in _POINTWISE:
            given = [self._number(argument) for argument in arguments[1:]]
            return {key: _POINTWISE[name](values, *given) for key, values in self._vector(arguments[0]).items()}
        if name in ("vector", "scalar"):
            found = self.value(arguments[0])
            if name == "vector":
                return {frozenset(): found} if not isinstance(found, dict) else found
            values = next(iter(found.values())) if isinstance(found, dict) and len(found) == 1 else None
            return np.full(len(self._moments), np.nan) if values is None else values
        if name in OVER_TIME and arguments and isinstance(arguments[0], promql.MatrixSelector):
            return self._over_time(name, arguments[0])
        raise NotEvaluableError(f"`{name}()` is not evaluated here")

    def _over_time(self, name: str, node: Any) -> Vector:
        series, moments = self._selected(node.vector_selector)
        span = node.range.total_seconds()
        found: Vector = {}
        edges: dict[int, tuple[Any, Any]] = {}  # series that were sampled together have their times in common
        for one in series:
            if id(one.at) not in edges:
                begin, end = np.searchsorted(one.at, moments - span, "right"), np.searchsorted(one.at, moments, "right")
                edges[id(one.at)] = begin, end
            found[frozenset(one.labels.items())] = OVER_TIME[name](Windows(one, *edges[id(one.at)], moments, span))
        return found


def _grouped(labels: Labels, modifier: Any) -> Labels:
    if modifier is None:
        return frozenset()
    by = str(modifier.type).endswith("By")
    return frozenset(pair for pair in labels if (pair[0] in modifier.labels) == by)


def _kept(labels: Labels, node: Any) -> Labels:
    """Give the labels on which two sides are matched."""
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return labels
    included = str(matching.type).endswith("Include")
    return frozenset(pair for pair in labels if (pair[0] in matching.labels) == included)
