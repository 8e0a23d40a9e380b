"""Rules of fact: what is written set beside what the data say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S
from pmkit.analysis.causes.suspects import change_of
from pmkit.analysis.response.milestones import STEPS, Step
from pmkit.check.rule import Context, Found, Text, rule
from pmkit.core.locations import is_url
from pmkit.core.wording import clock, count, duration, listing, percent
from pmkit.findings.contract import utc

FAR_S: Final = 120
"""A confirmed time may be so far from what was measured, seconds."""
_OFF: Final = 0.2
"""A number in words may be so far from the one in the data, as a share of it."""
_OUTAGE: Final = 0.9
"""Where a smaller share failed at the peak, it was no outage."""
_STRONG: Final = 0.9
"""A change that scores so much would be missed."""
_BESIDE: Final = timedelta(days=1)
_UNITS: Final = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
_LENGTH: Final = re.compile(
    r"\b(?:lasted|took|for|within|outage of|impact of|downtime of|down for)\s+"
    r"(?:about |around |roughly |some |nearly |almost )?"
    r"(?P<n>\d+(?:\.\d+)?)[ -]?(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|h)\b",
    re.I,
)
_OF_IMPACT: Final = re.compile(r"\b(outage|impact|incident|disruption|downtime|down|unavailable|failed|fail|errors?)\b", re.I)
_SHARE: Final = re.compile(
    r"(?P<n>\d+(?:\.\d+)?) ?(?:%|percent)\s+(?:of )?(?:all )?(?:the )?(?:requests|orders|searches|calls)\b", re.I
)
_FAILED: Final = re.compile(r"(?P<n>\d{1,3}(?:[,.’ ]\d{3})+|\d{3,}) (?:of the |failed )?(?:requests|errors)(?: failed)?\b", re.I)
_DOWN: Final = re.compile(r"\b(outage|completely down|totally down|was down|were down|went down)\b", re.I)
_VAGUE: Final = re.compile(
    r"\b(some|many|several|a few|a number of|numerous|most|various|lots of|a handful of|a small number of) "
    r"(users?|customers?|clients?|requests?|orders?|people|visitors?|errors?)\b|"
    r"\b(briefly|for a while|for some time|a short time)\b",
    re.I,
)
_DEPLOYED: Final = re.compile(r"\b(deploy(ment|ed)?|release[d]?|rollout|rolled out|upgrade[d]?)\b", re.I)


def _told(context: Context, *names: str) -> Iterator[Text]:
    return (text for text in context.texts if text.location[0] in names)


@rule(
    "PM201",
    "duration-differs",
    "warning",
    reason="Readers compare the numbers of a document with each other; one that is wrong makes all of them doubtful.",
    bad="what_happened: Orders failed for 40 minutes.",
    good="what_happened: Orders failed for 8 minutes.",
    suggestion="Take the length from the data, or confirm start and end under times.",
)
def _length(context: Context) -> Iterator[Found]:
    impact = context.findings.impact
    for text in _told(context, "what_happened", "root_cause_summary"):
        for found in _LENGTH.finditer(text.own):
            if not impact.detected or impact.ongoing or impact.began_before or not _OF_IMPACT.search(text.own):
                continue
            unit = found["unit"].lower().rstrip("s") or "s"
            said = float(found["n"]) * _UNITS[unit]
            if abs(said - impact.duration_s) > max(_OFF * impact.duration_s, _UNITS[unit]):
                known = duration(impact.duration_s)
                yield Found(text.location, f"the text says {duration(said)}, the data say {known}", found[0])


@rule(
    "PM202",
    "share-differs",
    "warning",
    reason="A share is of something, in some time; one that the data do not know has been guessed.",
    bad="what_happened: 50% of requests failed.",
    good="what_happened: 21% of requests failed.",
    suggestion="Give the share over the whole impact, at the peak, or of one route, as the data have it.",
)
def _share(context: Context) -> Iterator[Found]:
    impact = context.findings.impact
    known = [impact.error_ratio, impact.peak_error_ratio, *impact.routes["error_ratio"].dropna()]
    for text in _told(context, "what_happened", "root_cause_summary", "resolution"):
        for found in _SHARE.finditer(text.own):
            said = float(found["n"]) / 100
            if impact.failed and not any(abs(said - ratio) <= max(_OFF * ratio, 0.01) for ratio in known):
                message = f"the text says {percent(said)}, the data say {percent(impact.error_ratio)}"
                yield Found(text.location, f"{message}, {percent(impact.peak_error_ratio)} at the peak", found[0])


@rule(
    "PM203",
    "count-differs",
    "warning",
    reason="A count that the data do not know has been guessed, or is of another time.",
    bad="what_happened: More than 50,000 requests failed.",
    good="what_happened: 1,778 requests failed.",
    suggestion="Take the count from the data.",
)
def _count(context: Context) -> Iterator[Found]:
    impact = context.findings.impact
    for text in _told(context, "what_happened", "root_cause_summary", "resolution"):
        for found in _FAILED.finditer(text.own):
            said = int(re.sub(r"\D", "", found["n"]))
            known = [impact.failed, impact.events, impact.lost_requests, *impact.routes["failed"]]
            if impact.failed and not any(abs(said - number) <= _OFF * number for number in known):
                yield Found(text.location, f"the text says {count(said)}, the data say {count(impact.failed)}", found[0])


@rule(
    "PM204",
    "no-outage",
    "warning",
    reason="Outage means that nearly nothing worked; the word for less is impact, or degradation.",
    bad="what_happened: The checkout outage hit all customers.",
    good="what_happened: A part of all orders failed.",
    suggestion="Say what failed and how much of it.",
)
def _outage(context: Context) -> Iterator[Found]:
    impact = context.findings.impact
    most = max([impact.peak_error_ratio, *impact.routes.loc[impact.routes["events"] >= 20, "error_ratio"].dropna()], default=0.0)
    for text in _told(context, "title", "what_happened", "root_cause_summary"):
        for found in _DOWN.finditer(text.own):
            if impact.detected and impact.failed and most < _OUTAGE:
                yield Found(text.location, f"{found[0]!r}, and at most {percent(most)} failed of anything", found[0])


@rule(
    "PM205",
    "vague-quantity",
    "warning",
    reason="Everybody reads another number into a vague one.",
    bad="what_happened: Some users saw errors.",
    good="what_happened: 302 clients saw errors.",
    suggestion="Give the number, or say that it is not known and why.",
)
def _vague(context: Context) -> Iterator[Found]:
    for text in _told(context, "what_happened", "data_loss"):
        for found in _VAGUE.finditer(text.own):
            if not re.search(r"\d", text.own[: found.start()][-30:]):
                yield Found(text.location, f"{found[0]!r} is no quantity", found[0])


@rule(
    "PM206",
    "no-impact-in-the-data",
    "warning",
    reason="Either the exports lack what users saw, or there was nothing to see.",
    bad="what_happened: Customers saw an error page.",
    good="what_happened: null",
    on="a calm log",
    suggestion="Add the exports that show it, or set under errors what counts as one.",
)
def _none(context: Context) -> Iterator[Found]:
    if not context.findings.impact.detected and context.file.what_happened:
        yield Found(("what_happened",), "the text tells of an impact, and the data show none")


def _confirmed(context: Context, name: str) -> Iterator[Found]:
    impact, said = context.findings.impact, getattr(context.file.times, name)
    if said is None or not impact.detected:
        return
    at = utc(context.findings.incident.local(said))
    low, high = impact.start_range if name == "started_at" else impact.end_range
    if at < low - timedelta(seconds=FAR_S) or at > high + timedelta(seconds=FAR_S):
        known = impact.start if name == "started_at" else impact.end
        zone = context.findings.zone
        yield Found(("times", name), f"{name} is {clock(at, zone)}, the data say {clock(known, zone)}")


@rule(
    "PM207",
    "start-differs",
    "warning",
    reason="All times of the response count from the start.",
    bad="times: {started_at: 2026-11-03 10:02:00}",
    good="times: {started_at: 2026-11-03 10:17:14}",
    suggestion="Correct it, or say in the timeline why users were hit before the data show it.",
)
def _start(context: Context) -> Iterator[Found]:
    yield from _confirmed(context, "started_at")


@rule(
    "PM208",
    "end-differs",
    "warning",
    reason="The length of the impact is the number that is quoted most.",
    bad="times: {ended_at: 2026-11-03 10:41:00}",
    good="times: {ended_at: 2026-11-03 10:25:01}",
    suggestion="Correct it, or say under resolution what was still wrong after the data were calm.",
)
def _end(context: Context) -> Iterator[Found]:
    yield from _confirmed(context, "ended_at")


@rule(
    "PM209",
    "end-before-start",
    "error",
    reason="An incident does not end before it starts; a day or a zone is wrong.",
    bad="times: {started_at: 2026-11-03 10:17:14, ended_at: 2026-11-03 09:25:01}",
    good="times: {started_at: 2026-11-03 10:17:14, ended_at: 2026-11-03 10:25:01}",
    suggestion="Correct day, hour or offset.",
)
def _order(context: Context) -> Iterator[Found]:
    times, local = context.file.times, context.findings.incident.local
    if times.started_at and times.ended_at and local(times.ended_at) <= local(times.started_at):
        yield Found(("times", "ended_at"), "the end lies before the start")


@rule(
    "PM210",
    "step-invalid",
    "error",
    reason="A response whose steps lie in no possible order tells nothing.",
    bad="times: {mitigated_at: 2026-11-03 10:25:02, resolved_at: 2026-11-03 10:20:00}",
    good="times: {mitigated_at: 2026-11-03 10:25:02, resolved_at: 2026-11-03 10:30:00}",
    suggestion="Correct the time, or the one that it is set against.",
)
def _invalid(context: Context) -> Iterator[Found]:
    for step, moment in context.findings.response.moments.items():
        if moment.status == "invalid":
            yield Found(("times", f"{step}_at"), f"{step}: {moment.how}")


@rule(
    "PM211",
    "step-pending",
    "warning",
    reason="A step that nobody recorded cannot be made faster.",
    bad="times: {detected_at: 2026-01-17 03:11:00, acknowledged_at: 2026-01-17 03:12:00}",
    good="times: {detected_at: 2026-01-17 03:11:00, acknowledged_at: 2026-01-17 03:12:00,\n"
    "  mitigated_at: 2026-01-17 03:15:00, resolved_at: 2026-01-17 03:20:00}",
    on="a failing log",
    suggestion="Give the time under times, or add the export that shows it.",
)
def _pending(context: Context) -> Iterator[Found]:
    for step, moment in context.findings.response.moments.items():
        if moment.status == "pending":
            yield Found(("times", f"{step}_at"), f"when it was {step} is not known: {moment.how}")


@rule(
    "PM212",
    "step-differs",
    "note",
    reason="Declared and measured times of one step that differ much are of two different things.",
    bad="times: {resolved_at: 2026-11-03 11:27:09}",
    good="times: {resolved_at: 2026-11-03 10:27:09}",
    suggestion="Correct it, or say in the timeline what the data do not show.",
)
def _differs(context: Context) -> Iterator[Found]:
    zone = context.findings.zone
    steps: tuple[Step, ...] = tuple(STEPS)
    for step in steps:
        moment = context.findings.response.moments[step]
        if moment.at is None or moment.declared is None or moment.status == "invalid":
            continue
        if abs((moment.declared - moment.at).total_seconds()) > FAR_S:
            said = f"{step}_at is {clock(moment.declared, zone)}"
            yield Found(("times", f"{step}_at"), f"{said}, the data say {clock(moment.at, zone)} ({moment.how})")


@rule(
    "PM213",
    "entry-far-away",
    "warning",
    reason="An entry days beside the incident has the wrong day.",
    bad="timeline: [{at: 2026-11-13 10:20:30, text: The status page shows orders as unavailable.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: The status page shows orders as unavailable.}]",
    suggestion="Correct the day, or the zone.",
)
def _far(context: Context) -> Iterator[Found]:
    impact, local = context.findings.impact, context.findings.incident.local
    for number, note in enumerate(context.file.timeline):
        at = utc(local(note.at))
        if impact.detected and not impact.start - _BESIDE <= at <= impact.end + _BESIDE:
            away = max(impact.start - at, at - impact.end)
            yield Found(("timeline", number), f"the entry lies {duration(away.total_seconds())} beside the impact")


@rule(
    "PM214",
    "entry-out-of-order",
    "note",
    reason="A list in order is read as a story; one that is not hides what is missing.",
    bad="timeline: [{at: 2026-11-03 10:22:00, text: Second.}, {at: 2026-11-03 10:20:30, text: First.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: First.}, {at: 2026-11-03 10:22:00, text: Second.}]",
    suggestion="Put the entries into the order of their times.",
)
def _unordered(context: Context) -> Iterator[Found]:
    local, last = context.findings.incident.local, None
    for number, note in enumerate(context.file.timeline):
        at = local(note.at)
        if last is not None and at < last:
            yield Found(("timeline", number), "the entry lies before the one above it")
        last = at


@rule(
    "PM215",
    "evidence-missing",
    "error",
    reason="Evidence that nobody can open proves nothing.",
    bad="timeline: [{at: 2026-11-03 10:20:30, text: It was noticed., evidence: 'logs/gone.log:12'}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: It was noticed., evidence: 'logs/checkout.log.gz:12'}]",
    suggestion="Name a file below the incident's folder, with a line, or a URL.",
)
def _evidence(context: Context) -> Iterator[Found]:
    folder = context.findings.incident.folder
    for number, note in enumerate(context.file.timeline):
        place = note.evidence
        if place and not is_url(place) and not _is_below(folder, re.sub(r":\d+$", "", place)):
            yield Found(("timeline", number, "evidence"), f"there is no {place}", place)


def _is_below(folder: Path, name: str) -> bool:
    """Tell whether a name is that of a file below a folder; what can be no name of one is not."""
    try:
        return not Path(name).is_absolute() and ".." not in Path(name).parts and (folder / name).is_file()
    except (OSError, ValueError):
        return False


@rule(
    "PM216",
    "trigger-not-in-the-data",
    "warning",
    reason="A deploy that no record knows may have been another one, or later.",
    bad="trigger: The deploy of catalog v9.9.9.",
    good="trigger: The deploy of checkout v3.8.0 at 10:08:39.",
    suggestion="Add the record of the change to the exports, or correct the version.",
)
def _unrecorded(context: Context) -> Iterator[Found]:
    changes, impact = context.findings.changes, context.findings.impact
    before = changes[changes["at"] <= impact.start_range[1] + timedelta(seconds=RESOLUTION_S)]
    known = {str(value).casefold() for name in ("version", "service") for value in before[name].dropna()}
    for text in _told(context, "trigger"):
        versions = re.findall(r"\bv?\d+\.\d+(?:\.\d+)?\b", text.own)
        if _DEPLOYED.search(text.own) and not any(word in text.own.casefold() for word in known):
            yield Found(text.location, "no change before the onset is of what the trigger names")
        elif versions and not any(version.casefold() in known for version in versions):
            yield Found(text.location, f"no change before the onset is of version {versions[0]}", versions[0])


@rule(
    "PM217",
    "strongest-evidence-unmentioned",
    "note",
    reason="If the data point at a change that is not the cause, readers want to know why not.",
    bad="trigger: An expired certificate.\nroot_cause: It expired, as nothing renews it.\nroot_cause_summary: A certificate.\n"
    "contributing_factors: [One., Two.]",
    good="trigger: The deploy of checkout v3.8.0 at 10:08:39.",
    suggestion="Name it as trigger, or say under contributing_factors why it was not.",
)
def _unmentioned(context: Context) -> Iterator[Found]:
    first = next((one for one in context.findings.suspects if one.kind == "change" and one.score >= _STRONG), None)
    told = " ".join(text.text for text in _told(context, "trigger", "root_cause", "root_cause_summary", "contributing_factors"))
    if first is None or not told:
        return
    row = change_of(first, context.findings.store.changes())
    names = [str(row[name]) for name in ("version", "service") if not pd.isna(row[name])]
    if names and not any(name.casefold() in told.casefold() for name in names):
        yield Found(("trigger",), f"the data point at the {first.summary.split(':')[0]}, and no text names it")


@rule(
    "PM218",
    "seen-before-unmentioned",
    "warning",
    reason="A failure that came back means that a measure did not hold, and that is the lesson.",
    bad="root_cause: A list that may be empty. No test has one.\ncontributing_factors: [One., Two.]",
    good="root_cause: A list that may be empty, as in INC-2026-1012. The measure from then was not done.",
    on="INC-2026-1123",
    suggestion="Name the earlier incident and say which of its measures was open or did not hold.",
)
def _seen(context: Context) -> Iterator[Found]:
    told = " ".join(text.text for text in context.texts)
    for match in context.findings.history:
        if match.incident not in told:
            yield Found(("root_cause",), f"{match.incident} looks like this one ({listing(list(match.reasons[:1]))})")
