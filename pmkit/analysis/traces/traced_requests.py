"""Requests from traces: one for each call from outside, whatever number of spans it has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pmkit.analysis.traces.call_tree import is_entry
from pmkit.core import schema
from pmkit.core.schema import conform


def judge_calls(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the requests from outside in the columns of `schema.JUDGED`; all spans of a request are one.

    Parameters
    ----------
    calls : DataFrame
        Columns of `schema.CALLS`; not changed.
    """
    entries = calls[is_entry(calls)]
    outcomes = entries["outcome"].astype(object)
    counts = pd.DataFrame(
        {
            "bin": entries["at"].dt.floor(f"{schema.BIN_S}s"),
            "service": entries["service"],
            "http_route": entries["operation"],
            "latency_bucket": latency_buckets(entries["duration_s"]),
            "is_request": True,
            "is_error": outcomes == "failed",
            "has_outcome": outcomes.notna(),
            "events": 1,
            "first_at": entries["at"],
            "last_at": entries["at"],
            "source": entries["source"],
        }
    )
    return conform(counts, schema.JUDGED)


def latency_buckets(durations: pd.Series) -> pd.Series:
    """Return the bucket of each duration, as `schema.LATENCY_BUCKET_SQL` has it.

    Examples
    --------
    >>> latency_buckets(pd.Series([0.0005, 0.01, None])).astype(object).tolist()
    [0, 20, <NA>]
    """
    seconds = durations.astype("float64").where(lambda each: each >= 0).clip(schema.LATENCY_BASE_S, 1e6).to_numpy()
    # Rounding keeps a duration on the edge of a bucket in it.
    positions = np.ceil((np.log10(seconds / schema.LATENCY_BASE_S) * schema.LATENCY_PER_DECADE).round(9))
    return pd.Series(positions, index=durations.index).clip(upper=schema.LATENCY_BUCKETS).astype("Int16")
