"""PromQL: the part of it that alert rules are made of."""

from pmkit.analysis.response.promql.evaluation import LOOKBACK_S, Condition, condition
from pmkit.analysis.response.promql.vectors import Labels, NotEvaluableError, Numbers, Samples, Source, Vector, matches

__all__ = [
    "LOOKBACK_S",
    "Condition",
    "Labels",
    "NotEvaluableError",
    "Numbers",
    "Samples",
    "Source",
    "Vector",
    "condition",
    "matches",
]
