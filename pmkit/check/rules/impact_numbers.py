"""Rules that compare the impact as described with the impact that was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.quantities import counts, durations, shares
from pmkit.check.rule import Context, Match, rule
from pmkit.core.wording import count, duration, percent

# How far a number in a text may be from the measured one, relative to that.
_TOLERANCE: Final = 0.2
# Below this error ratio, at the peak and on every route, the impact was not an outage.
_OUTAGE_RATIO: Final = 0.9
# Routes with fewer requests are ignored for that.
_FEWEST_REQUESTS: Final = 20

# Durations are rounded to minutes.
_ROUNDING_S: Final = 60
_ABOUT_IMPACT: Final = re.compile(r"\b(outage|impact|incident|disruption|downtime|down|unavailable|failed|fail|errors?)\b", re.I)
_OUTAGE: Final = re.compile(r"\b(outage|completely down|totally down|was down|were down|went down)\b", re.I)


@rule(
    "PM201",
    "duration-differs",
    "warning",
    reason="Readers compare the numbers in a document, and one wrong number casts doubt on all of them.",
    bad="what_happened: Orders failed for 40 minutes.",
    good="what_happened: Orders failed for 8 minutes.",
    expected="what_happened: the text says 40 min, the data say 7 min 47 s",
    suggestion="Use the measured duration, or confirm start and end under times.",
)
def _duration(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    if not impact.detected or impact.ongoing or impact.began_before:
        return
    for text in context.texts_of("what_happened", "root_cause_summary"):
        if not _ABOUT_IMPACT.search(text.own_words):
            continue
        for stated in durations(text.own_words):
            if abs(stated.value - impact.duration_s) > max(_TOLERANCE * impact.duration_s, _ROUNDING_S):
                message = f"the text says {duration(stated.value)}, the data say {duration(impact.duration_s)}"
                yield Match(text.location, message, stated.words, stated.start)


@rule(
    "PM202",
    "share-differs",
    "warning",
    reason="A percentage refers to certain requests in a certain period; one that matches no measurement was guessed.",
    bad="what_happened: 50% of requests failed.",
    good="what_happened: 22% of requests failed.",
    expected="what_happened: the text says 50%, the data say 22% (29% at the peak)",
    suggestion="Use the percentage that was measured over the whole impact, at the peak, or on one route.",
)
def _share(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    measured = [impact.error_ratio, impact.peak_error_ratio, *impact.routes["error_ratio"].dropna()]
    for text in context.texts_of("what_happened", "root_cause_summary", "resolution"):
        for stated in shares(text.own_words):
            is_measured = any(abs(stated.value - ratio) <= max(_TOLERANCE * ratio, 0.01) for ratio in measured)
            if impact.failed_requests and not is_measured:
                average, peak = percent(impact.error_ratio), percent(impact.peak_error_ratio)
                message = f"the text says {percent(stated.value)}, the data say {average} ({peak} at the peak)"
                yield Match(text.location, message, stated.words, stated.start)


@rule(
    "PM203",
    "count-differs",
    "warning",
    reason="A count that matches no measurement was guessed, or covers another period.",
    bad="what_happened: More than 50,000 requests failed.",
    good="what_happened: 1,778 requests failed.",
    expected="what_happened: the text says 50,000, the data say 1,778",
    suggestion="Use the measured count.",
)
def _count(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    measured = [impact.failed_requests, impact.requests, impact.lost_requests, *impact.routes["failed"]]
    for text in context.texts_of("what_happened", "root_cause_summary", "resolution"):
        for stated in counts(text.own_words):
            if impact.failed_requests and not any(abs(stated.value - number) <= _TOLERANCE * number for number in measured):
                message = f"the text says {count(stated.value)}, the data say {count(impact.failed_requests)}"
                yield Match(text.location, message, stated.words, stated.start)


@rule(
    "PM204",
    "not-an-outage",
    "warning",
    reason="In an outage nearly everything fails. Anything less is an impact, or degradation.",
    bad="what_happened: The checkout outage hit all customers.",
    good="what_happened: A part of all orders failed.",
    expected="what_happened: the text says “outage”, but no route failed more than 79% of the time",
    suggestion="Say what failed, and how much of it.",
)
def _outage(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    busy = impact.routes.loc[impact.routes["events"] >= _FEWEST_REQUESTS, "error_ratio"].dropna()
    highest = max([impact.peak_error_ratio, *busy], default=0.0)
    for text in context.texts_of("title", "what_happened", "root_cause_summary"):
        for match in _OUTAGE.finditer(text.own_words):
            if impact.detected and impact.failed_requests and highest < _OUTAGE_RATIO:
                message = f"the text says “{match[0]}”, but no route failed more than {percent(highest)} of the time"
                yield Match(text.location, message, match[0])


@rule(
    "PM206",
    "no-impact-in-the-data",
    "warning",
    reason="Either the exports do not cover what users saw, or there was nothing to see.",
    bad="what_happened: Customers saw an error page.",
    good="what_happened: null",
    expected="what_happened: the text describes an impact, but the data show none",
    example_data="a calm log",
    suggestion="Add the exports that show it, or define under errors what counts as an error.",
)
def _no_impact(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    if not impact.detected and impact.measured and context.file.what_happened:
        yield Match(("what_happened",), "the text describes an impact, but the data show none")
