"""The Issue Summary: what users saw and when, how bad it was, the cause, and the first action items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pmkit.analysis.rows import route_name
from pmkit.core.markdown import bullets, escape
from pmkit.core.markdown_cells import inline, sentence_of
from pmkit.core.wording import count, percent, plural, seconds, sentences
from pmkit.findings.findings import Findings
from pmkit.findings.rung_words import describe_beside
from pmkit.incident.confirmed_facts import ImpactNumber
from pmkit.incident.model import ActionItem
from pmkit.reports.cause_section import pointer
from pmkit.reports.impact_period import describe_period

MOST_ACTION_ITEMS: Final = 3
MOST_SENTENCES: Final = 5

_IN_FULL: Final = "*The summary keeps to five sentences; the full text follows under “In full”.*"


def issue_summary(findings: Findings) -> str:
    """Write at most five sentences in three paragraphs: what users saw and when, how bad it was, and the cause."""
    chosen, (when, how_bad, losses, cause) = _choose_sentences(findings), _own_sentences(findings)
    paragraphs = [[*chosen.what_happened, when], [*how_bad, *losses], chosen.cause or [cause]]
    text = "\n\n".join(" ".join(sentences) for sentences in paragraphs if sentences)
    return f"{text}\n\n{_IN_FULL}" if chosen.is_cut else text


def in_full(findings: Findings) -> str | None:
    """Write the texts of which the summary has only some sentences; None where it has all of them."""
    if not _choose_sentences(findings).is_cut:
        return None
    file = findings.incident.file
    texts = (file.what_happened, file.data_loss, file.root_cause_summary)
    return "\n\n".join(text for text in texts if text)


@dataclass(frozen=True)
class _Chosen:
    """The sentences that people wrote and the summary has room for, and whether others are left out."""

    what_happened: list[str]
    cause: list[str]
    is_cut: bool


def _choose_sentences(findings: Findings) -> _Chosen:
    """Return which sentences that people wrote the summary contains: the first ones, so that it has five in all."""
    file = findings.incident.file
    (what, what_cut), (cause, cause_cut) = (_first_sentences(text) for text in (file.what_happened, file.root_cause_summary))
    loss, loss_cut = _first_sentences(file.data_loss)
    _, how_bad, losses, _ = _own_sentences(findings)
    # One sentence is on the time.
    room = MOST_SENTENCES - 1 - len(how_bad) - len(losses)
    cause_shown = cause[: max(1, min(2, room - 1))]
    what_shown = what[: max(1, room - max(len(cause_shown), 1))]
    is_cut = what_cut or cause_cut or loss_cut or len(loss) > 1 or len(what + cause) > len(what_shown + cause_shown)
    return _Chosen([inline(_ended(text)) for text in what_shown], [inline(_ended(text)) for text in cause_shown], is_cut)


def _first_sentences(text: str | None) -> tuple[list[str], bool]:
    """Return the sentences of the first paragraph of a text, and whether anything but that paragraph is in it."""
    first, *others = re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|#+|>|\||```|~~~)\s?)", (text or "").strip(), maxsplit=1)
    is_prose = not re.match(r"\s*(?:[-*+] |\d+[.)] |#+ |>|\||```|~~~)", first)
    return (sentences(" ".join(first.split())), bool(others)) if is_prose else ([], True)


def _own_sentences(findings: Findings) -> tuple[str, list[str], list[str], str]:
    """Return the sentences from the data and from single values: when it was, how bad, what else was lost, and the cause."""
    how_bad, losses = [*_how_bad(findings), *_numbers_of_people(findings)], _other_losses(findings)
    return escape(describe_period(findings)), list(map(escape, how_bad)), losses, _cause(findings)


def extent(findings: Findings) -> str:
    """Write when the impact was and how many requests failed, or that there was none, or that it cannot be determined."""
    return escape(" ".join([describe_period(findings), *_how_bad(findings)]))


def first_action_items(findings: Findings) -> str | None:
    """Write the most urgent action items, for readers of the first page; None where there are none yet."""
    ordered = sorted(findings.incident.file.measures, key=lambda item: (not item.is_open, item.urgency))
    if not ordered:
        return None
    shown = [f"{sentence_of(item.action)}{_state(item)}" for item in ordered[:MOST_ACTION_ITEMS]]
    more = f" The first {count(len(shown))} of {count(len(ordered))} action items:" if len(ordered) > len(shown) else ""
    return f"**What we are doing about it.**{more}\n\n{bullets(shown)}"


def _state(item: ActionItem) -> str:
    """Return who does an action item and until when, in brackets, as far as that is known."""
    due = f"due {item.due:%d %b %Y}" if item.due and item.is_open else ""
    state = item.status if item.status != "open" else ""
    facts = [escape(fact) for fact in (item.owner, state, due) if fact]
    return f" ({', '.join(facts)})" if facts else ""


def _ended(text: str) -> str:
    return text if re.search(r"[.!?…][*_`\"”)\]]*$", text.rstrip()) else f"{text.rstrip()}."


def _how_bad(findings: Findings) -> list[str]:
    """Return at most one sentence on how many requests failed; none if there is nothing to count."""
    impact = findings.impact
    if impact.measured_on.unit == "alert" and not findings.incident.file.impact_numbers:
        return ["How much failed is not known, because the exports contain neither logs nor metrics of failures."]
    if not impact.measured:
        return []
    if impact.detected and not any(window.covered for window in impact.windows):
        return [f"The {impact.measured_on.medium} do not cover that time."]
    return [_measured_impact(findings)]


def _numbers_of_people(findings: Findings) -> list[str]:
    """Return at most one sentence with the numbers that people know."""
    numbers = [_number(number) for number in findings.incident.file.impact_numbers]
    return [f"Known about the impact: {'; '.join(numbers)}."] if numbers else []


def _number(number: ImpactNumber) -> str:
    """Write how many of what: `about 120 accounts affected`, or with the words first where the number is a text of its own."""
    is_count = re.fullmatch(
        r"(?:(?:about|around|at least|over|up to|more than|fewer than|some)\s+)?[~≈<>]?[\d.,]+\s?[kKmMbB]?", number.value
    )
    return f"{number.value} {number.what}" if is_count and number.value != "1" else f"{number.what}: {number.value}"


def _measured_impact(findings: Findings) -> str:
    impact = findings.impact
    unit = impact.measured_on.unit
    if impact.undetermined and not impact.failed_requests:
        return "Add exports of requests, or of events with a severity, to find out."
    if unit == "event" or (unit == "sample" and impact.detected):
        return _without_requests(findings)
    counts = f"{count(impact.failed_requests)} of {count(impact.requests)}"
    kept = " in the traces that were kept" if impact.measured_on.in_traces else ""
    if impact.measured_on.answers:
        counts += f", {' or '.join(impact.measured_on.answers)}"
    share = f"{percent(impact.error_ratio)} of {impact.measured_on.noun}s {impact.impaired.verb} ({counts}{kept})"
    if not impact.by_data:
        return f"In this period {share}{'' if impact.undetermined else ', which is no more than usual'}{_beside(findings)}."
    if not impact.failed_requests:
        return f"None of the {plural(impact.requests, impact.measured_on.noun)} in this period failed."
    peak = f"peaking at {percent(impact.peak_error_ratio)} in one minute"
    clients = f"; {plural(impact.clients_affected, 'client')} saw a failure" if impact.clients_affected else ""
    when = f"During all {count(len(impact.windows))} windows together" if len(impact.windows) > 1 else "During the impact"
    return f"{when} {share}, {peak}{_most_failures(findings)}{clients}."


def _without_requests(findings: Findings) -> str:
    """Write how bad it was where alerts, events or samples of metrics decide."""
    impact = findings.impact
    if impact.measured_on.unit == "event":
        events = plural(impact.failed_requests, "error event")
        has_requests = any(reading.rung == "requests" for reading in findings.rungs)
        rate = "no more failed requests than usual" if has_requests else "no requests from which to calculate a failure rate"
        return f"The logs contain {events} in this period, and {rate}{_beside(findings)}."
    if impact.routes.empty:
        return f"None of the {plural(impact.requests, 'sample')} in this period was bad."
    worst = impact.routes.iloc[0]
    metrics = f"{plural(len(impact.routes), 'metric')} of errors, latency or availability"
    bad = f"{percent(impact.error_ratio)} of the samples of {metrics} were bad"
    most = f"{count(impact.failed_requests)} of {count(impact.requests)}, most of them of {worst['http_route']}"
    return f"In this period {bad} ({most}); metrics are counted {impact.measured_on.reason()}."


def _beside(findings: Findings) -> str:
    """Write what other evidence shows where no impact was found, as further clauses of a sentence."""
    if findings.impact.detected:
        return ""
    sentences = describe_beside(findings.rungs, findings.impact, findings.zone)
    return "".join(f"; {sentence[0].lower()}{sentence[1:-1]}" for sentence in sentences)


def _most_failures(findings: Findings) -> str:
    impact = findings.impact
    if len(impact.routes) <= 1:
        return ""
    worst = impact.routes.iloc[0]
    where = route_name(worst)
    if not where:
        return ""
    share = f"{percent(worst['error_ratio'])} of its {impact.measured_on.noun}s {impact.impaired.verb}"
    return f"; {where} had the most failures: {share}"


def _other_losses(findings: Findings) -> list[str]:
    """Return at most one sentence about what else was lost: latency, traffic, error budget and data."""
    impact, file = findings.impact, findings.incident.file
    losses = []
    if impact.detected and "latency" in impact.signals and {"baseline", "during"} <= set(impact.latency.index):
        baseline, during = (float(impact.latency["p95_s"][part]) for part in ("baseline", "during"))
        verb = "rose" if during > baseline else "went"
        losses.append(f"95th-percentile latency {verb} from {seconds(baseline)} to {seconds(during)}")
    if impact.lost_requests:
        losses.append(f"about {count(float(f'{impact.lost_requests:.2g}'))} expected requests never arrived")
    if impact.error_budget_spent is not None and file.slo and impact.failed_requests:
        budget = f"the {file.slo.window_days}-day error budget for the {percent(file.slo.availability)} SLO"
        losses.append(f"{percent(impact.error_budget_spent)} of {budget} was spent")
    losses = list(map(escape, losses))
    if file.data_loss and (first := _first_sentences(file.data_loss)[0]):
        losses.append(inline(first[0].rstrip(". ")))
    if not losses:
        return []
    joined = "; ".join(loss if loss[1:2].isupper() else f"{loss[0].lower()}{loss[1:]}" for loss in losses)
    return [f"{joined[0].upper()}{joined[1:]}."]


def _cause(findings: Findings) -> str:
    """Write what people named as root causes, or the strongest evidence."""
    file = findings.incident.file
    titles = [cause.title or _first_sentences(cause.root_cause)[0][0].rstrip(".") for cause in file.root_causes]
    if titles:
        are = "root cause is" if len(titles) == 1 else f"{count(len(titles))} root causes are"
        return f"The {are}: {'; '.join(map(inline, titles))}."
    if file.root_cause:
        return "The root cause is described below."
    if not findings.ranked_suspects:
        return "The root cause is not yet confirmed."
    evidence = f"the strongest evidence points to the {escape(pointer(findings, findings.ranked_suspects[0]))}"
    return f"The root cause is not yet confirmed; {evidence}."
