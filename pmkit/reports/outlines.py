"""The ready templates: which parts a report has, and in which order.

The five required sections are fields of an outline, so that none can be without them. What a guide
asks for beside them stands inside of them, or behind one of them under its own heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.core.choices import Template
from pmkit.core.markdown import TO_WRITE
from pmkit.findings.findings import Findings
from pmkit.reports import evidence_section, figures, guide_sections, response_section, sections
from pmkit.reports.figures import Chart

Part = str | Chart
"""Markdown, or a chart."""


@dataclass(frozen=True)
class Under:
    """Pieces below a heading, which is left out where all of them are.

    Attributes
    ----------
    title : str
        The heading.
    pieces : tuple
        What stands below it.
    level : int
        2 for a section, 3 for a part of one.
    """

    title: str
    pieces: tuple[Piece, ...]
    level: int = 3


Piece = Callable[[Findings], Part | None] | Under
"""One part of a section: from the findings, or None where there is nothing to say."""


@dataclass(frozen=True)
class Outline:
    """The parts of a report in order.

    Attributes
    ----------
    manner : str
        Whose guide it follows.
    source : str
        Where that is published; empty for pmkit's own.
    issue_summary, timeline, root_cause, resolution, measures : tuple
        The five sections that every report has.
    response, evidence : Under
        What follows them; no pieces for nothing.
    """

    manner: str
    source: str
    issue_summary: tuple[Piece, ...]
    timeline: tuple[Piece, ...]
    root_cause: tuple[Piece, ...]
    resolution: tuple[Piece, ...]
    measures: tuple[Piece, ...]
    response: Under
    evidence: Under


def laid_out(pieces: Sequence[Piece], findings: Findings) -> list[Part]:
    """Return the parts that pieces give, with headings; texts that follow each other are one."""
    parts: list[Part] = []
    for part in _parts(pieces, findings):
        if parts and isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] = f"{parts[-1]}\n\n{part}"
        else:
            parts.append(part)
    return parts


def _parts(pieces: Sequence[Piece], findings: Findings) -> Iterator[Part]:
    for piece in pieces:
        if isinstance(piece, Under):
            inside = list(_parts(piece.pieces, findings))
            yield from [f"{'#' * piece.level} {piece.title}", *inside] if inside else []
        elif part := piece(findings):
            yield part


def _led(words: str, write: Callable[[Findings], str]) -> Piece:
    """Let a text begin with bold words; what is still to be written is left as it is."""

    def led(findings: Findings) -> str:
        text = write(findings)
        if text.startswith(f"> **{TO_WRITE}"):
            return text
        gap = "\n\n" if text.startswith("- ") else " "
        return f"**{words}.**{gap}{text}"

    return led


_STORY: Final[tuple[Piece, ...]] = (figures.impact_timeline, sections.timeline)
_LEARNED: Final[tuple[Piece, ...]] = (
    Under("What went well", (sections.went_well,)),
    Under("What went badly", (sections.went_badly,)),
    Under("Where we got lucky", (sections.got_lucky,)),
)
_ENDED: Final[tuple[Piece, ...]] = (
    sections.resolution,
    sections.recovery,
    response_section.mitigations,
    _led("Still degraded", sections.still_degraded),
)
_TO_DO: Final[tuple[Piece, ...]] = (sections.measures, Under("Open from before", (sections.open_from_before,)))
_EVIDENCE: Final[tuple[Piece, ...]] = (
    Under("Impact in numbers", (evidence_section.numbers,)),
    evidence_section.routes,
    evidence_section.parts,
    figures.failing_parts,
    figures.latency,
    evidence_section.method,
    evidence_section.patterns,
    evidence_section.metrics,
    evidence_section.data_quality,
    evidence_section.secrets,
)
_RULES: Final = Under("Alert rules", (response_section.rule_verdicts,))
_WHERE: Final[tuple[Piece, ...]] = (Under("Evidence", (sections.evidence,)), figures.errors_by_route)
_BEFORE: Final = Under("Seen before", (sections.seen_before,))

OUTLINES: Final[dict[Template, Outline]] = {
    "pmkit": Outline(
        manner="pmkit's own",
        source="",
        issue_summary=(sections.issue_summary, figures.error_rate, sections.first_measures),
        timeline=_STORY,
        root_cause=(
            sections.root_cause,
            _led("Trigger", sections.trigger),
            _led("Contributing factors", sections.contributing_factors),
            *_WHERE,
            _BEFORE,
        ),
        resolution=_ENDED,
        measures=_TO_DO,
        response=Under("Response", (response_section.moments, response_section.alerts, _RULES, *_LEARNED), 2),
        evidence=Under("Appendix: evidence", _EVIDENCE, 2),
    ),
    "sre-book": Outline(
        manner="the example postmortem of Google's SRE book",
        source="https://sre.google/sre-book/example-postmortem/",
        issue_summary=(sections.issue_summary, Under("Impact", (guide_sections.impact,)), figures.error_rate),
        timeline=_STORY,
        root_cause=(
            sections.root_cause,
            _led("Contributing factors", sections.contributing_factors),
            Under("Trigger", (sections.trigger,)),
            *_WHERE,
            _BEFORE,
        ),
        resolution=(*_ENDED, Under("Detection", (guide_sections.detection, response_section.alerts)), _RULES),
        measures=_TO_DO,
        response=Under(
            "Lessons learned",
            (
                Under("What went well", (sections.went_well,)),
                Under("What went wrong", (sections.went_badly,)),
                Under("Where we got lucky", (sections.got_lucky,)),
            ),
            2,
        ),
        evidence=Under("Supporting information", _EVIDENCE, 2),
    ),
    "atlassian": Outline(
        manner="Atlassian's incident handbook",
        source="https://www.atlassian.com/incident-management/postmortem/templates",
        issue_summary=(
            sections.issue_summary,
            figures.error_rate,
            Under("Lead-up", (guide_sections.lead_up,)),
            Under("Fault", (guide_sections.fault, figures.errors_by_route)),
            Under("Impact", (guide_sections.impact,)),
            Under("Detection", (guide_sections.detection, response_section.alerts)),
            Under("Response", (response_section.moments,)),
        ),
        timeline=_STORY,
        root_cause=(
            Under("The five whys", (guide_sections.five_whys,)),
            Under("Root cause", (sections.root_cause, _led("Contributing factors", sections.contributing_factors))),
            Under("Backlog check", (guide_sections.backlog_check,)),
            Under("Recurrence", (guide_sections.recurrence,)),
            Under("Evidence", (sections.evidence,)),
        ),
        resolution=(*_ENDED, Under("Lessons learned", _LEARNED, 2)),
        measures=(sections.measures,),
        response=Under("Response", ()),
        evidence=Under("Appendix: evidence", (*_EVIDENCE, _RULES), 2),
    ),
    "pagerduty": Outline(
        manner="PagerDuty's postmortem guide",
        source="https://response.pagerduty.com/after/post_mortem_template/",
        issue_summary=(
            sections.issue_summary,
            figures.error_rate,
            Under("What happened", (guide_sections.lead_up, guide_sections.fault)),
            Under("Impact", (evidence_section.numbers,)),
            Under("Responders", (guide_sections.responders,)),
        ),
        timeline=_STORY,
        root_cause=(
            sections.root_cause,
            Under("Contributing factors", (sections.contributing_factors,)),
            *_WHERE,
            _BEFORE,
        ),
        resolution=(
            *_ENDED,
            Under(
                "How did we do?",
                (
                    response_section.moments,
                    response_section.alerts,
                    _RULES,
                    Under("What went well", (sections.went_well,)),
                    Under("What did not go so well", (sections.went_badly,)),
                    Under("Where we got lucky", (sections.got_lucky,)),
                ),
                2,
            ),
        ),
        measures=_TO_DO,
        response=Under(
            "Messaging",
            (Under("Internal", (guide_sections.internal_message,)), Under("External", (guide_sections.external_message,))),
            2,
        ),
        evidence=Under("Appendix: evidence", (evidence_section.routes, *_EVIDENCE[2:]), 2),
    ),
}
"""The ready templates, by the names that `--template` takes."""
