"""What changed in the logs: messages that became more frequent during the impact, and those that became less frequent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.g_test import SIGNIFICANT, log_likelihood_terms
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.incident.service_level import ErrorRule

# The log-likelihood ratio from which a pattern is shown.
CHARACTERISTIC: Final = SIGNIFICANT / 2
# A pattern must be this many times as frequent during the impact as at its baseline, or the other way round.
MORE_OFTEN: Final = 1.5
# How patterns changed that became more frequent during the impact.
RISING: Final = ("new", "more")

_KEYS: Final = ["service", "severity", "template"]

# Columns of what `changed_patterns` returns.
PATTERNS: Final = {
    "template": schema.TEMPLATES["template"],
    "severity": schema.TEMPLATES["severity"],
    "service": schema.TEMPLATES["service"],
    "before": schema.TEMPLATES["events"],
    "during": schema.TEMPLATES["events"],
    "after": schema.TEMPLATES["events"],
    "first_seen": schema.TEMPLATES["first_at"],
    "example": schema.TEMPLATES["example"],
    "source": schema.TEMPLATES["source"],
    "line": schema.TEMPLATES["line"],
    "general": schema.Column("boolean", "BOOLEAN", "no error, or words that are logged without one too"),
    "score": schema.Column("float64", "DOUBLE", "log-likelihood ratio against an even rate"),
    "change": schema.Column("string", "VARCHAR", "new, more, less, or gone"),
}


def changed_patterns(templates: pd.DataFrame, spans: Sequence[TimeSpan], data: TimeSpan, rule: ErrorRule) -> pd.DataFrame:
    """Return the log patterns that were clearly more or less frequent during the impact than before and after it.

    Parameters
    ----------
    templates : DataFrame
        Columns of `schema.TEMPLATES`; not changed.
    spans : sequence of (Timestamp, Timestamp)
        Start and end of each window of the impact; without one, no pattern has changed. What is between two windows counts as
        after the impact.
    data : tuple of Timestamp
        Start and end of the data that the impact was found in; messages outside this period are not compared.
    rule : ErrorRule
        Which severities count as an error.

    Returns
    -------
    DataFrame
        Columns of `PATTERNS`: counts before, during and after the impact, and the first time the pattern was seen with
        its file and line. Only patterns whose rate differs by more than chance. First those that
        rose (`new`: never seen before; `more`), with errors first unless the same words are also logged without an
        error; then those that fell (`less`; `gone`: never during the impact). Both are sorted by `score`, the
        log-likelihood ratio (T. Dunning, 1993).
    """
    edge = pd.Timedelta(seconds=schema.BIN_S)
    templates = templates[templates["bin"].between(data[0] - edge, data[1])]
    if templates.empty or not spans:
        return conform(pd.DataFrame(), PATTERNS)
    patterns = _count_patterns(templates, spans)
    length = sum((end - start + edge for start, end in spans), pd.Timedelta(0))
    share = min(max(length / (data[1] - data[0] + edge), 1e-9), 1 - 1e-9)
    outside = patterns["before"] + patterns["after"]
    patterns["score"] = _log_likelihood_ratio(patterns["during"], outside, share)
    patterns["change"] = _changes(patterns, outside, share)
    patterns["general"] = ~_only_logged_as_error(patterns, rule)
    patterns["fell"] = ~patterns["change"].isin(RISING)
    ordered = patterns[patterns["change"] != ""].sort_values(
        ["fell", "general", "score", *_KEYS], ascending=[True, True, False, True, True, True]
    )
    return conform(ordered.reset_index(drop=True), PATTERNS)


def _count_patterns(templates: pd.DataFrame, spans: Sequence[TimeSpan]) -> pd.DataFrame:
    """Return one row per pattern: its counts before, during and after the impact, and its first message."""
    ends, width = templates["bin"] + pd.Timedelta(seconds=schema.BIN_S), pd.Timedelta(seconds=schema.BIN_S)
    during = pd.Series(data=False, index=templates.index)
    for start, end in spans:
        during |= (ends > start) & (ends <= end + width)
    early = ends <= spans[0][0]
    phase = pd.Series(np.select([during, early], ["during", "before"], "after"), index=templates.index, name="phase")
    sums = templates.groupby([*_KEYS, phase], dropna=False)["events"].sum().unstack(fill_value=0)
    sums = sums.reindex(columns=["before", "during", "after"], fill_value=0)
    first = templates.sort_values("first_at").groupby(_KEYS, dropna=False)[["first_at", "example", "source", "line"]].first()
    return sums.join(first).rename(columns={"first_at": "first_seen"}).reset_index()


def _changes(patterns: pd.DataFrame, outside: pd.Series, share: float) -> npt.NDArray[np.str_]:
    """Return for each pattern `new`, `more`, `gone` or `less`, or an empty text if it did not clearly change."""
    # These are equal if nothing changed.
    during, expected = patterns["during"] * (1 - share), share * outside
    certain = patterns["score"] >= CHARACTERISTIC
    rose = certain & (patterns["during"] > 0) & (during >= MORE_OFTEN * expected)
    fell = certain & (patterns["before"] > 0) & (expected >= MORE_OFTEN * during)
    conditions = [rose & (patterns["before"] == 0), rose, fell & (patterns["during"] == 0), fell]
    return np.select(conditions, ["new", "more", "gone", "less"], "")


def _only_logged_as_error(patterns: pd.DataFrame, rule: ErrorRule) -> pd.Series:
    """Return for each pattern whether it is an error whose words are never logged with a harmless severity."""
    is_error = patterns["severity"].isin(rule.severities)
    harmless = ~is_error & patterns["severity"].notna()
    also_harmless = harmless.groupby([patterns["service"].fillna(""), patterns["template"]]).transform("any")
    return is_error & ~also_harmless


def _log_likelihood_ratio(during: pd.Series, outside: pd.Series, share: float) -> npt.NDArray[np.float64]:
    total = during + outside
    return log_likelihood_terms(during, share * total) + log_likelihood_terms(outside, (1 - share) * total)
