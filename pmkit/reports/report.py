"""The sections of the postmortem, from the findings and from what people wrote.

What the data say and what people say are told apart: detected values are marked as detected. A
section that nobody has written yet shows what to write, never invented prose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

from pmkit.core.choices import Audience, Template
from pmkit.core.errors import InputError
from pmkit.core.markdown import escape
from pmkit.core.markdown_safety import sanitize
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate
from pmkit.findings.provenance import provenance
from pmkit.findings.public import public
from pmkit.reports import sections
from pmkit.reports.figures import Chart
from pmkit.reports.outlines import OUTLINES, Part, Piece, Under, laid_out


@dataclass(frozen=True, eq=False)
class Section:
    """One section: Markdown and charts, in order. A notebook shows each as an output.

    Attributes
    ----------
    title : str
        Its heading.
    parts : tuple of str or Chart
        Markdown texts and charts; the first begins with the heading.
    about : dict
        For the title only: what an exporter puts on the title page.
    """

    title: str
    parts: tuple[Part, ...]
    about: dict[str, Any] | None = None

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - only inside a notebook

        for part in self.parts:
            if isinstance(part, Chart):
                display(part)
            else:
                said = {"text/markdown": {"pmkit": self.about}} if self.about else {}
                display({"text/markdown": part, "text/plain": part}, raw=True, metadata=said)

    def _repr_markdown_(self) -> str:
        return "\n\n".join(part if isinstance(part, str) else f"*{part.caption}*" for part in self.parts)


_NOT_TOLD: Final = ("id", "exports", "sources", "formats", "impact_source", "redact")
"""What of `incident.yaml` is for reading exports, and not in the report."""


class Report:
    """The postmortem of one incident; each attribute is a section that a notebook cell shows.

    Parameters
    ----------
    findings : Findings
        What the data say.
    audience : str
        `internal` shows everything; `public` is for customers, see `public.public`: nothing of it names internal
        hosts, addresses or people, and it has no chat, no evidence and nothing that is only suspected.
    template : str
        In whose manner it is laid out: a name in `outlines.OUTLINES`.
    """

    def __init__(self, findings: Findings, audience: Audience = "internal", template: Template = "pmkit") -> None:
        for what, given, known in (("audience", audience, get_args(Audience)), ("template", template, tuple(OUTLINES))):
            if given not in known:
                raise InputError(f"{what} {given!r}: expected one of {', '.join(known)}")
        shown = public(findings) if audience == "public" else findings
        told = {name: value for name, value in shown.incident.file if name not in _NOT_TOLD}
        file = shown.incident.file.model_copy(update=findings.incident.redactor.everywhere(told))
        self.findings = replace(shown, incident=shown.incident.with_file(file.with_markdown(sanitize)))
        self.template: Template = template
        self.outline = OUTLINES[template]

    @cached_property
    def title(self) -> Section:
        """The title with what identifies the incident."""
        file = self.findings.incident.file
        about = {**sections.about(self.findings), "provenance": provenance(self.findings, self.template)}
        facts = " · ".join(f"{name}: {escape(value)}" for name, value in about["facts"])
        return Section(file.title, (f"# {escape(file.title)}\n\n{facts}",), about)

    @cached_property
    def issue_summary(self) -> Section:
        """At most five sentences, when, how bad, and why; the chart that shows it; and what is done about it."""
        return self._required("Issue Summary", self.outline.issue_summary)

    @cached_property
    def timeline(self) -> Section:
        """What happened, in order, as a chart and as a table."""
        return self._required("Timeline", self.outline.timeline)

    @cached_property
    def root_cause(self) -> Section:
        """Trigger, root cause and contributing factors, and the evidence."""
        return self._required("Root Cause", self.outline.root_cause)

    @cached_property
    def resolution(self) -> Section:
        """What ended the impact, and how that is known."""
        return self._required("Resolution and recovery", self.outline.resolution)

    @cached_property
    def measures(self) -> Section:
        """What is done so that it does not happen again."""
        return self._required("Corrective and Preventative Measures", self.outline.measures)

    @cached_property
    def response(self) -> Section:
        """How detection, acknowledgement, mitigation and resolution went, or what else the template has behind the five."""
        own = self.outline.response
        return Section(own.title, (*laid_out([own], self.findings), *self._own("Response")))

    @cached_property
    def evidence(self) -> Section:
        """Numbers, patterns, data quality and provenance; nothing for the public."""
        own = self.outline.evidence
        return Section(own.title, () if self.findings.audience == "public" else tuple(laid_out([own], self.findings)))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in their order."""
        return tuple(getattr(self, name) for name in ORDER)

    def _required(self, title: str, pieces: Sequence[Piece]) -> Section:
        """Lay out one of the five, with those of people's own that follow it."""
        return Section(title, (*laid_out([Under(title, tuple(pieces), 2)], self.findings), *self._own(title)))

    def _own(self, after: str) -> list[Part]:
        """Give the sections of people's own that follow one."""
        own = (one for one in self.findings.incident.file.sections if one.after == after)
        shown = [one for one in own if self.findings.audience == "internal" or not one.internal]
        return [f"## {escape(one.title)}\n\n{one.text}" for one in shown]


ORDER: Final = ("title", "issue_summary", "timeline", "root_cause", "resolution", "measures", "response", "evidence")
"""The sections by the names of their attributes."""


def report(
    incident_id: str,
    data_dir: str | Path | None = None,
    timezone: str | None = None,
    audience: Audience = "internal",
    template: Template | Literal[""] = "",
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Investigate an incident and lay out its postmortem.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`.
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in
        a folder above.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    audience : str
        `internal` or `public`, see `Report`.
    template : str
        In whose manner it is laid out: pmkit (also if empty), sre-book, atlassian or pagerduty.
    progress : callable, optional
        Is told in words what is done.

    Raises
    ------
    InputError
        When the incident, its `incident.yaml`, one of its exports or an argument cannot be used.

    Examples
    --------
    >>> [section.title for section in report("INC-2026-1012").sections][1:4]
    ['Issue Summary', 'Timeline', 'Root Cause']
    """
    return Report(investigate(incident_id, data_dir, timezone or None, progress=progress), audience, template or "pmkit")
