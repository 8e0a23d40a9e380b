"""Requests that usually succeed and were refused, redirected or not answered: no failures by the rule, yet a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from pmkit.analysis.impact.anomalies import by_errors
from pmkit.analysis.impact.impact_window import bin_start
from pmkit.analysis.impact.time_bins import counts
from pmkit.core import schema

# A route usually succeeds if at least this share of its requests does.
_USUALLY: Final = 0.5
# Refusals take the place of successes if there are at most this share of the usual successes meanwhile.
_DISPLACED_TO: Final = 0.85
# A log without a status in a larger share of its requests logs their beginning and their end.
_MOST_UNANSWERED: Final = 0.3


@dataclass(frozen=True)
class Refusals:
    """An answer that became more frequent on routes that usually succeed.

    Attributes
    ----------
    answer : str
        As in `schema.JUDGED`.
    start, end : Timestamp
        When it was more frequent.
    requests : int
        How many requests were answered so then.
    are_instead : bool
        Whether there were fewer successes meanwhile, so that these requests would have succeeded otherwise.
    """

    answer: str
    start: pd.Timestamp
    end: pd.Timestamp
    requests: int
    are_instead: bool


def in_words(answer: str) -> str:
    """Return an answer as the end of a sentence on requests.

    Examples
    --------
    >>> in_words("401"), in_words("unanswered")
    ('answered with 401', 'not answered')
    """
    return {"unanswered": "not answered", "refused": "refused"}.get(answer, f"answered with {answer}")


def with_unanswered(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the counts in which requests without a status are requests, in logs where nearly all requests have one.

    Parameters
    ----------
    judged : DataFrame
        Columns of `schema.JUDGED`; not changed.
    """
    unanswered = judged["answer"] == "unanswered"
    answered = judged[judged["is_request"]].groupby("source")["events"].sum()
    missing = judged[unanswered].groupby("source")["events"].sum()
    share = missing / (missing + answered.reindex(missing.index).fillna(0))
    are_requests = unanswered & judged["source"].isin(share.index[share <= _MOST_UNANSWERED])
    return judged.assign(
        is_request=judged["is_request"] | are_requests,
        has_outcome=judged["has_outcome"] | are_requests,
        answer=judged["answer"].mask(unanswered & ~are_requests),
    )


def find_refusals(requests: pd.DataFrame) -> list[Refusals]:
    """Return the answers that became more frequent on routes that usually succeed, the most requests first.

    Parameters
    ----------
    requests : DataFrame
        Rows of `schema.JUDGED` that are requests of the log that impact is counted on; not changed.
    """
    usual = usual_routes(requests)
    refusals = [_refusals(usual, str(answer)) for answer in usual["answer"].dropna().unique()]
    return sorted((each for each in refusals if each is not None), key=lambda each: (-each.requests, each.answer))


def usual_routes(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the requests to routes most of whose requests succeed."""
    succeeds = requests["answer"].isna() & ~requests["is_error"]
    keys = [requests["service"].fillna(""), requests["http_route"].fillna("")]
    totals = requests["events"].groupby(keys).transform("sum")
    successes = requests["events"].where(succeeds, 0).groupby(keys).transform("sum")
    return requests[successes >= _USUALLY * totals]


def _refusals(usual: pd.DataFrame, answer: str) -> Refusals | None:
    judged = usual.assign(is_error=usual["answer"] == answer)
    fine = counts(judged)
    anomaly = by_errors(fine, requests=True)
    if anomaly is None or anomaly.began_before:
        return None
    start, end = bin_start(fine, anomaly.first), bin_start(fine, anomaly.stop)
    is_inside = judged["bin"].between(start, end, inclusive="left")
    refused = judged[judged["is_error"] & is_inside]
    routes = judged[judged["http_route"].fillna("").isin(refused["http_route"].fillna(""))]
    successes = routes[routes["answer"].isna()]
    inside_s, whole_s = (end - start).total_seconds(), float(schema.BIN_S * len(fine))
    during = int(successes.loc[successes["bin"].between(start, end, inclusive="left"), "events"].sum())
    outside = int(successes["events"].sum()) - during
    usually = outside * inside_s / max(whole_s - inside_s, 1.0)
    return Refusals(
        answer,
        refused["first_at"].min(),
        refused["last_at"].max(),
        int(refused["events"].sum()),
        during <= _DISPLACED_TO * usually,
    )
