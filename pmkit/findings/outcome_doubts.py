"""Remarks on what a log's outcomes leave open: traffic that is not counted, retries, levels that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from pmkit.analysis.impact.refusals import Refusals, find_refusals, in_words
from pmkit.core.wording import count, duration, percent, plural

# From this share of errors on, the severity of a log says nothing.
_ALL_ERRORS: Final = 0.95
_FEWEST_EVENTS: Final = 50
# It does so only if there are errors in at least this share of the minutes with events.
_STEADY: Final = 0.5

_TRAFFIC: Final = {
    "probe": "of probes (by their user agent)",
    "load test": "of a load test (by its user agent)",
    "preflight": "CORS preflights",
    "connection": "upgrades to another protocol, such as a WebSocket",
}


def outcome_doubts(counts: pd.DataFrame, retries: pd.DataFrame, left_out: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield a source and a remark for each thing that a reader of failures should know.

    Parameters
    ----------
    counts : DataFrame
        Columns of `schema.JUDGED`; not changed.
    retries : DataFrame
        What `Store.retries` returns.
    left_out : sequence of str
        The kinds of traffic that are not counted.
    """
    yield from _other_traffic(counts, left_out)
    yield from _retries(retries)
    yield from _only_errors(counts)
    yield from _risen_refusals(counts[~counts["traffic"].isin(left_out)])


def _risen_refusals(counts: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for source, requests in counts[counts["is_request"]].groupby("source"):
        for refusal in find_refusals(requests):
            were = f"{'was' if refusal.requests == 1 else 'were'} {in_words(refusal.answer)}"
            what = f"{plural(refusal.requests, 'request')} to routes that usually succeed {were} within {_length(refusal)}"
            instead = ", and fewer requests than usual succeeded meanwhile" if refusal.are_instead else ""
            hint = f" (to count it as failed, also_http_status: [{refusal.answer}])" if refusal.answer.isdigit() else ""
            yield str(source), f"{what}{instead}; that is no failure by the rule{hint}"


def _length(refusal: Refusals) -> str:
    return duration((refusal.end - refusal.start).total_seconds())


def _other_traffic(counts: pd.DataFrame, left_out: Sequence[str]) -> Iterator[tuple[str, str]]:
    own = counts[counts["traffic"].isin(left_out) & counts["is_request"]]
    for (source, kind), rows in own.groupby(["source", "traffic"]):
        requests, failed = int(rows["events"].sum()), int(rows.loc[rows["is_error"], "events"].sum())
        failures = "none of which failed" if not failed else f"of which {count(failed)} failed"
        what = f"{count(requests)} of its requests {'is' if requests == 1 else 'are'} {_TRAFFIC[str(kind)]}, {failures}"
        yield str(source), f"{what}; not counted as users' requests (leave_out under errors in incident.yaml)"


def _retries(retries: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for row in retries.to_dict("records"):
        failed, attempts, recovered = (int(row[name]) for name in ("failed", "attempts", "recovered"))
        if attempts == failed:
            continue
        ids = f"{plural(failed, 'ID')} with failures {'has' if failed == 1 else 'have'} {count(attempts)} attempts"
        end = f"{count(recovered) if recovered else 'none'} of them succeeded in the last attempt"
        yield str(row["source"]), f"{ids}; an ID counts once, as failed if any attempt failed; {end}"


def _only_errors(counts: pd.DataFrame) -> Iterator[tuple[str, str]]:
    minutes = counts["bin"].dt.floor("min")
    stated = ~counts["is_request"] & counts["has_outcome"]
    for source, own in counts[stated].groupby("source"):
        events, errors = (int(rows["events"].sum()) for rows in (own, own[own["is_error"]]))
        # Errors of a part of the time do show what failed, even if the log states no other severity.
        logged, failing = (minutes[rows].nunique() for rows in (counts["source"] == source, own.index[own["is_error"]]))
        if events >= _FEWEST_EVENTS and errors >= _ALL_ERRORS * events and failing >= _STEADY * logged:
            what = f"{percent(errors / events)} of its {count(events)} events with a severity are errors"
            yield str(source), f"{what}, so the severity does not show what failed; the messages may"
