"""Which series of two vectors belong together, by their labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import promql_parser as promql

from pmkit.analysis.response.promql.operators import COMPARISONS
from pmkit.analysis.response.promql.vectors import Labels, Numbers, Vector

Combine = Callable[[Numbers, Numbers], Numbers]


def group_labels(labels: Labels, modifier: promql.AggModifier | None) -> Labels:
    """Return the labels by which an aggregation groups a series."""
    if modifier is None:
        return frozenset()
    by = str(modifier.type).endswith("By")
    return frozenset(pair for pair in labels if (pair[0] in modifier.labels) == by)


def combine_matching(expression: promql.BinaryExpr, left: Vector, right: Vector, combine: Combine) -> Vector:
    """Combine the series of both sides that have the same labels, or several on one side with one on the other."""
    cardinality = str(expression.modifier.card) if expression.modifier else "VectorMatchCardinality.OneToOne"
    if cardinality.endswith("OneToMany"):
        return _combine_many(expression, right, left, lambda on_many, on_one: combine(on_one, on_many))
    combined = _combine_many(expression, left, right, combine)
    if cardinality.endswith("OneToOne") and str(expression.op) not in COMPARISONS:
        return {_matching_labels(labels, expression): values for labels, values in combined.items()}
    return combined


def _combine_many(expression: promql.BinaryExpr, many_side: Vector, one_side: Vector, combine: Combine) -> Vector:
    partners = {_matching_labels(labels, expression): (labels, values) for labels, values in one_side.items()}
    copied = set(expression.modifier.group_labels or ()) if expression.modifier else set()
    combined: Vector = {}
    for labels, values in many_side.items():
        partner = partners.get(_matching_labels(labels, expression))
        if partner is not None:
            partner_labels, partner_values = partner
            added = {pair for pair in partner_labels if pair[0] in copied}
            kept = {pair for pair in labels if pair[0] not in copied}
            combined[frozenset(kept | added)] = combine(values, partner_values)
    return combined


def combine_sets(expression: promql.BinaryExpr, left: Vector, right: Vector) -> Vector:
    """Combine two vectors by `and`, `or` or `unless`."""
    if str(expression.op) == "or":
        in_left = _presence(expression, left)
        return {**{labels: _without(values, in_left, labels, expression) for labels, values in right.items()}, **left}
    in_right = _presence(expression, right)
    if str(expression.op) == "unless":
        return {labels: _without(values, in_right, labels, expression) for labels, values in left.items()}
    nowhere = np.zeros(1, bool)
    return {
        labels: np.where(in_right.get(_matching_labels(labels, expression), nowhere), values, np.nan)
        for labels, values in left.items()
    }


Presence = dict[Labels, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]


def _presence(expression: promql.BinaryExpr, vector: Vector) -> Presence:
    """Return at which moments a vector has a value, for each set of labels that is matched."""
    present: Presence = {}
    for labels, values in vector.items():
        key = _matching_labels(labels, expression)
        present[key] = present.get(key, np.zeros(len(values), bool)) | ~np.isnan(values)
    return present


def _without(values: Numbers, present: Presence, labels: Labels, expression: promql.BinaryExpr) -> Numbers:
    return np.where(present.get(_matching_labels(labels, expression), np.zeros(1, bool)), np.nan, values)


def _matching_labels(labels: Labels, expression: promql.BinaryExpr) -> Labels:
    """Return the labels on which two sides are matched."""
    matching = expression.modifier.matching if expression.modifier else None
    if matching is None:
        return labels
    included = str(matching.type).endswith("Include")
    return frozenset(pair for pair in labels if (pair[0] in matching.labels) == included)
