"""The table of sections: which pieces each template has, in which order.

To add a section, write the functions of its pieces and add an `Under` to `further` in the outlines that should have it.
The report, the notebook and the tests pick it up from there, with its charts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pmkit.core.choices import RequiredSection, Template
from pmkit.reports import (
    action_items_section,
    alerts_section,
    cause_section,
    evidence_section,
    guide_sections,
    lessons_section,
    numbers_section,
    resolution_section,
    response_section,
    summary_section,
    timeline_section,
    traces_section,
    written_sections,
)
from pmkit.reports.composition import Piece, Under, if_written, led_by
from pmkit.reports.excerpts_section import lines_around_the_evidence
from pmkit.reports.figures.error_rate import error_rate
from pmkit.reports.figures.errors_by_route import errors_by_route
from pmkit.reports.figures.failing_parts import failing_parts
from pmkit.reports.figures.impact_timeline import impact_timeline
from pmkit.reports.figures.latency import latency

# The headings of the required sections, by their field in an outline, which is also the report's attribute.
REQUIRED: Final[dict[str, RequiredSection]] = {
    "issue_summary": "Issue Summary",
    "timeline": "Timeline",
    "root_cause": "Root Cause",
    "resolution": "Resolution and recovery",
    "measures": "Corrective and Preventative Measures",
}


@dataclass(frozen=True)
class Outline:
    """The sections of a report in order.

    The required sections are fields, so no outline can lack them.

    Attributes
    ----------
    manner : str
        The guide that it follows.
    source : str
        Where the guide is published; empty for pmkit's own.
    issue_summary, timeline, root_cause, resolution, measures : tuple of Piece
        The five sections that every report has.
    further : tuple of Under
        The sections that follow them.
    appendix : Under
        The last section; a person's own sections come before it.
    """

    manner: str
    source: str
    issue_summary: tuple[Piece, ...]
    timeline: tuple[Piece, ...]
    root_cause: tuple[Piece, ...]
    resolution: tuple[Piece, ...]
    measures: tuple[Piece, ...]
    further: tuple[Under, ...]
    appendix: Under


_TIMELINE: Final[tuple[Piece, ...]] = (impact_timeline, timeline_section.timeline)

_CONTRIBUTING_FACTORS: Final = led_by("Contributing factors", cause_section.contributing_factors)
_EVIDENCE_OF_THE_CAUSE: Final[tuple[Piece, ...]] = (
    Under("Evidence", (cause_section.evidence, cause_section.first_signs)),
    errors_by_route,
    Under("Failing calls", (traces_section.failing_path,), internal=True),
)
_SEEN_BEFORE: Final = Under("Seen before", (cause_section.seen_before,))

_RESOLUTION: Final[tuple[Piece, ...]] = (
    resolution_section.resolution,
    resolution_section.recovery,
    response_section.mitigations,
    led_by("Still degraded", resolution_section.still_degraded),
)

_ACTION_ITEMS: Final[tuple[Piece, ...]] = (
    action_items_section.action_items,
    action_items_section.prose,
    Under("Open from before", (action_items_section.open_from_before,)),
)

_ALERT_RULES: Final = Under("Alert rules", (alerts_section.rule_verdicts,))
_DETECTION: Final = Under("Detection", (guide_sections.detection, alerts_section.alerts))


def _lessons(went_badly: str = "What went badly") -> tuple[Piece, ...]:
    """Return the lessons, with a guide's heading for what went badly."""
    return (
        Under("What went well", (lessons_section.went_well,)),
        Under(went_badly, (lessons_section.went_badly,)),
        Under("Where we got lucky", (lessons_section.got_lucky,)),
    )


_NUMBERS: Final = Under("Impact in numbers", (numbers_section.numbers,))
# What belongs below the summary in every template.
_IN_FULL: Final = Under("In full", (summary_section.in_full,))
_BACKGROUND: Final = Under("Background", (written_sections.background,))
_LAST: Final[tuple[Under, ...]] = (
    Under("Lessons", (written_sections.lessons,), 2),
    Under("Open questions", (written_sections.open_questions,), 2),
    Under("Glossary", (written_sections.glossary,), 2),
)
# What only some guides ask for is shown by the other templates, too, if it was written.
_FIVE_WHYS: Final = Under("The five whys", (if_written("five_whys", guide_sections.five_whys),))
_BACKLOG_CHECK: Final = Under("Backlog check", (if_written("backlog_check", guide_sections.backlog_check),))
_RESPONDERS: Final = Under("Responders", (if_written("responders", guide_sections.responders),))
_MESSAGES: Final = Under(
    "Messaging",
    (
        Under("Internal", (if_written("internal_message", guide_sections.internal_message),)),
        Under("External", (if_written("external_message", guide_sections.external_message),)),
    ),
    2,
)
_COMPARISONS: Final[tuple[Piece, ...]] = (
    evidence_section.routes,
    evidence_section.parts,
    failing_parts,
    latency,
    evidence_section.method,
    evidence_section.patterns,
    evidence_section.metrics,
)
_SOURCES: Final[tuple[Piece, ...]] = (
    lines_around_the_evidence,
    evidence_section.data_quality,
    evidence_section.secrets,
)

_RESPONSE: Final = Under(
    "Response",
    (
        Under("Detection", (guide_sections.written_detection,)),
        response_section.moments,
        alerts_section.alerts,
        _ALERT_RULES,
        _RESPONDERS,
        *_lessons(),
    ),
    2,
)

# The templates by the names that `--template` takes.
OUTLINES: Final[dict[Template, Outline]] = {
    "pmkit": Outline(
        manner="pmkit's own",
        source="",
        issue_summary=(
            summary_section.issue_summary,
            numbers_section.windows,
            error_rate,
            summary_section.first_action_items,
            _IN_FULL,
            _BACKGROUND,
        ),
        timeline=_TIMELINE,
        root_cause=(
            cause_section.root_cause,
            led_by("Trigger", cause_section.trigger),
            _CONTRIBUTING_FACTORS,
            _FIVE_WHYS,
            _BACKLOG_CHECK,
            *_EVIDENCE_OF_THE_CAUSE,
            _SEEN_BEFORE,
        ),
        resolution=_RESOLUTION,
        measures=_ACTION_ITEMS,
        further=(_RESPONSE, _MESSAGES, *_LAST),
        appendix=Under("Appendix: evidence", (_NUMBERS, *_COMPARISONS, *_SOURCES), 2, internal=True),
    ),
    "sre-book": Outline(
        manner="the example postmortem of Google's SRE book",
        source="https://sre.google/sre-book/example-postmortem/",
        issue_summary=(
            summary_section.issue_summary,
            Under("Impact", (guide_sections.impact, numbers_section.windows)),
            error_rate,
            _IN_FULL,
            _BACKGROUND,
        ),
        timeline=_TIMELINE,
        root_cause=(
            cause_section.root_cause,
            _CONTRIBUTING_FACTORS,
            Under("Trigger", (cause_section.trigger,)),
            _FIVE_WHYS,
            _BACKLOG_CHECK,
            *_EVIDENCE_OF_THE_CAUSE,
            _SEEN_BEFORE,
        ),
        resolution=(*_RESOLUTION, _DETECTION, _ALERT_RULES, _RESPONDERS),
        measures=_ACTION_ITEMS,
        further=(Under("Lessons learned", _lessons("What went wrong"), 2), _MESSAGES, *_LAST),
        appendix=Under("Supporting information", (_NUMBERS, *_COMPARISONS, *_SOURCES), 2, internal=True),
    ),
    "atlassian": Outline(
        manner="Atlassian's incident handbook",
        source="https://www.atlassian.com/incident-management/postmortem/templates",
        issue_summary=(
            summary_section.issue_summary,
            numbers_section.windows,
            error_rate,
            _IN_FULL,
            _BACKGROUND,
            Under("Lead-up", (guide_sections.lead_up,)),
            Under("Fault", (guide_sections.fault, errors_by_route)),
            Under("Impact", (guide_sections.impact,)),
            _DETECTION,
            Under("Response", (response_section.moments, _RESPONDERS)),
        ),
        timeline=_TIMELINE,
        root_cause=(
            Under("The five whys", (guide_sections.five_whys,)),
            Under("Root cause", (cause_section.root_cause, _CONTRIBUTING_FACTORS)),
            Under("Backlog check", (guide_sections.backlog_check,)),
            Under("Recurrence", (guide_sections.recurrence,)),
            Under("Evidence", (cause_section.evidence, cause_section.first_signs)),
        ),
        resolution=(*_RESOLUTION, Under("Lessons learned", _lessons(), 2)),
        measures=(action_items_section.action_items, action_items_section.prose),
        further=(_MESSAGES, *_LAST),
        appendix=Under("Appendix: evidence", (_NUMBERS, *_COMPARISONS, *_SOURCES, _ALERT_RULES), 2, internal=True),
    ),
    "pagerduty": Outline(
        manner="PagerDuty's postmortem guide",
        source="https://response.pagerduty.com/after/post_mortem_template/",
        issue_summary=(
            summary_section.issue_summary,
            numbers_section.windows,
            error_rate,
            _IN_FULL,
            _BACKGROUND,
            Under("What happened", (guide_sections.lead_up, guide_sections.fault)),
            Under("Impact", (numbers_section.numbers,)),
            Under("Responders", (guide_sections.responders,)),
        ),
        timeline=_TIMELINE,
        root_cause=(
            cause_section.root_cause,
            Under("Contributing factors", (cause_section.contributing_factors,)),
            _FIVE_WHYS,
            _BACKLOG_CHECK,
            *_EVIDENCE_OF_THE_CAUSE,
            _SEEN_BEFORE,
        ),
        resolution=(
            *_RESOLUTION,
            Under(
                "How did we do?",
                (
                    Under("Detection", (guide_sections.written_detection,)),
                    response_section.moments,
                    alerts_section.alerts,
                    _ALERT_RULES,
                    *_lessons("What did not go so well"),
                ),
                2,
            ),
        ),
        measures=_ACTION_ITEMS,
        further=(
            Under(
                "Messaging",
                (
                    Under("Internal", (guide_sections.internal_message,)),
                    Under("External", (guide_sections.external_message,)),
                ),
                2,
            ),
            *_LAST,
        ),
        # The summary already has the numbers, under Impact.
        appendix=Under("Appendix: evidence", (*_COMPARISONS, *_SOURCES), 2, internal=True),
    ),
}
