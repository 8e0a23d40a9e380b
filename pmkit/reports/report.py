"""The postmortem, section by section, from the findings and from what people wrote.

Detected values are marked as detected. A section that nobody has written yet shows what to write, never invented prose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from pmkit.core.choices import Audience, Template
from pmkit.core.errors import InputError
from pmkit.core.markdown import escape
from pmkit.core.markdown_cells import inline
from pmkit.core.markdown_dialects import to_common_markdown
from pmkit.core.markdown_references import References
from pmkit.core.markdown_safety import sanitize
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate
from pmkit.findings.provenance import provenance
from pmkit.findings.public import public
from pmkit.findings.redacted import redact_incident
from pmkit.incident.model import IncidentFile
from pmkit.reports import title_section
from pmkit.reports.composition import Part, Under, lay_out
from pmkit.reports.figures.chart import Output
from pmkit.reports.notebook_parameters import require_known_parameters
from pmkit.reports.outlines import OUTLINES, REQUIRED
from pmkit.reports.pictures import Album, Picture


@dataclass(frozen=True, eq=False)
class Section:
    """One section: Markdown and charts in order, which a notebook shows as one output each.

    Attributes
    ----------
    title : str
        Its heading.
    parts : tuple of str, Chart or Picture
        Markdown texts and charts; the first begins with the heading.
    about : About or None
        For the title only: what an exporter puts on the title page.
    """

    title: str
    parts: tuple[Part | Picture, ...]
    about: title_section.About | None = None

    def outputs(self) -> Iterator[Output]:
        """Yield the outputs of a notebook cell that shows the section: data by MIME type, with metadata."""
        metadata: dict[str, object] = {"text/markdown": {"pmkit": self.about}} if self.about else {}
        for part in self.parts:
            yield ({"text/markdown": part, "text/plain": part}, metadata) if isinstance(part, str) else part.output()

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - only inside a notebook

        for data, metadata in self.outputs():
            display(data, raw=True, metadata=metadata)

    def _repr_markdown_(self) -> str:
        return "\n\n".join(part if isinstance(part, str) else f"*{part.caption}*" for part in self.parts)


class Report:
    """The postmortem of one incident; each attribute is a section that a notebook cell shows.

    Parameters
    ----------
    findings : Findings
        What the data show.
    audience : str
        `internal` shows everything. `public` is for customers: it names no internal hosts, addresses or people, and
        contains no chat, no evidence and nothing that is only suspected.
    template : str
        The guide that it follows: a name in `outlines.OUTLINES`.
    """

    def __init__(self, findings: Findings, audience: Audience = "internal", template: Template = "pmkit") -> None:
        choices = (("audience", audience, get_args(Audience)), ("template", template, tuple(OUTLINES)))
        for name, choice, allowed in choices:
            if choice not in allowed:
                raise InputError(f"{name} {choice!r}: expected one of {', '.join(allowed)}")
        shown = public(findings) if audience == "public" else findings
        redacted = redact_incident(shown.incident)
        self._album = Album(redacted.folder, is_public=audience == "public")
        self._references = _references(redacted.file)
        story = tuple(replace(entry, text=self._safe(entry.text)) if entry.is_written else entry for entry in shown.story)
        self.findings = replace(shown, incident=redacted.with_file(redacted.file.with_markdown(self._safe)), story=story)
        self.template: Template = template
        self.outline = OUTLINES[template]

    def _safe(self, text: str) -> str:
        """Return Markdown that people wrote as every reader of Markdown shows it, without anything that runs or loads."""
        return sanitize(self._album.collect(to_common_markdown(text, self._references)))

    @cached_property
    def title(self) -> Section:
        """The title, with the facts that identify the incident."""
        file = self.findings.incident.file
        about = title_section.about(self.findings)
        facts = " · ".join(f"{name}: {escape(fact)}" for name, fact in about["facts"])
        about["provenance"] = provenance(self.findings, self.template)
        return Section(about["title"], (f"# {inline(file.title)}\n\n{facts}",), about)

    @cached_property
    def issue_summary(self) -> Section:
        """At most five sentences on when, how bad and why; the chart that shows it; and the first action items."""
        return self._required("issue_summary")

    @cached_property
    def timeline(self) -> Section:
        """What happened, in order, as a chart and as a table."""
        return self._required("timeline")

    @cached_property
    def root_cause(self) -> Section:
        """Trigger, root cause and contributing factors, and the evidence."""
        return self._required("root_cause")

    @cached_property
    def resolution(self) -> Section:
        """What ended the impact, and how the data show it."""
        return self._required("resolution")

    @cached_property
    def measures(self) -> Section:
        """The action items that keep it from happening again."""
        return self._required("measures")

    @cached_property
    def further(self) -> tuple[Section, ...]:
        """The sections after the required ones: those of the template, those that people added, and the appendix."""
        own, last = (list(map(self._own_section, self._own(after))) for after in ("Response", "Appendix"))
        sections = (*map(self._further, self.outline.further), *own, self._further(self.outline.appendix), *last)
        return tuple(section for section in sections if section.parts)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in their order."""
        return (self.title, *(getattr(self, name) for name in REQUIRED), *self.further)

    def section(self, title: str) -> Section:
        """Return the section under a heading.

        Raises
        ------
        KeyError
            When the report has no such section.
        """
        return {section.title: section for section in self.sections}[title]

    def _required(self, name: str) -> Section:
        """Return a required section, followed by the sections that people added after it."""
        heading = REQUIRED[name]
        pieces = (Under(heading, getattr(self.outline, name), 2),)
        before = self._own("Title") if name == next(iter(REQUIRED)) else []
        parts = (*before, *lay_out(pieces, self.findings), *self._own(heading))
        return Section(heading, tuple(self._album.show(parts)))

    def _further(self, under: Under) -> Section:
        return Section(under.title, tuple(self._album.show(lay_out([under], self.findings))))

    def _own_section(self, text: str) -> Section:
        return Section(text.split("\n", 1)[0].removeprefix("## "), tuple(self._album.show([text])))

    def _own(self, after: str) -> list[str]:
        """Return the sections that people added after another section."""
        own = (section for section in self.findings.incident.file.sections if section.after == after)
        shown = [section for section in own if self.findings.audience == "internal" or not section.internal]
        return [f"## {escape(section.title)}\n\n{section.text}" for section in shown]


def _references(file: IncidentFile) -> References:
    """Return the footnotes and addresses that one text of the incident defines and another one uses."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    file.with_markdown(collect)
    return References.of(texts).used_in(texts)


def report(
    incident_id: str | float,
    data_dir: str | Path | None = None,
    timezone: str | None = None,
    audience: Audience = "internal",
    template: Template | Literal[""] = "",
    *,
    progress: Progress = lambda _: None,
) -> Report:
    """Investigate an incident and lay out its postmortem.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`. An ID of digits may be given as a number.
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in
        a folder above.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    audience : str
        `internal` or `public`, see `Report`.
    template : str
        The guide that it follows: pmkit (also if empty), sre-book, atlassian or pagerduty.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    InputError
        When the incident, its `incident.yaml`, one of its exports or an argument cannot be used, or when papermill passed
        the notebook a parameter that it does not have.

    Examples
    --------
    >>> [section.title for section in report("INC-2026-1012").sections][1:4]
    ['Issue Summary', 'Timeline', 'Root Cause']
    """
    require_known_parameters(("incident_id", "data_dir", "timezone", "audience", "template"))
    return Report(investigate(incident_id, data_dir, timezone or None, progress=progress), audience, template or "pmkit")
