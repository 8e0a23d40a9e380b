"""The sections of the postmortem, from the findings and from what people wrote.

What the data say and what people say are told apart: detected values are marked as detected. A
section that nobody has written yet shows what to write, never invented prose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

from pmkit import appendix, figures, reaction, sections
from pmkit.errors import InputError
from pmkit.figures import Chart
from pmkit.findings import Findings, investigate
from pmkit.markup import Audience, escape
from pmkit.public import public

Part = str | Chart


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


class Report:
    """The postmortem of one incident; each attribute is a section that a notebook cell shows.

    Parameters
    ----------
    findings : Findings
        What the data say.
    audience : str
        `internal` shows everything; `public` is for customers, see `public.public`: nothing of it names internal
        hosts, addresses or people, and it has no chat, no evidence and nothing that is only suspected.
    """

    def __init__(self, findings: Findings, audience: Audience = "internal") -> None:
        if audience not in get_args(Audience):
            raise InputError(f"audience {audience!r}: expected {' or '.join(get_args(Audience))}")
        self.findings = public(findings) if audience == "public" else findings
        self.audience: Audience = audience

    @cached_property
    def title(self) -> Section:
        """The title with what identifies the incident."""
        file = self.findings.incident.file
        about = sections.about(self.findings, self.audience)
        facts = " · ".join(f"{name}: {escape(value)}" for name, value in about["facts"])
        return Section(file.title, (f"# {escape(file.title)}\n\n{facts}",), about)

    @cached_property
    def issue_summary(self) -> Section:
        """At most five sentences, when, how bad, and why; the chart that shows it; and what is done about it."""
        words, chart = sections.issue_summary(self.findings), figures.error_rate(self.findings)
        return self._section("Issue Summary", words, chart, sections.first_measures(self.findings))

    @cached_property
    def timeline(self) -> Section:
        """What happened, in order, as a chart and as a table."""
        chart = figures.impact_timeline(self.findings)
        return self._section("Timeline", chart, sections.timeline(self.findings, self.audience))

    @cached_property
    def root_cause(self) -> Section:
        """Trigger, root cause and contributing factors, and the evidence."""
        where = figures.errors_by_route(self.findings)
        words = sections.root_cause(self.findings)
        return self._section("Root Cause", words, where, sections.seen_before(self.findings))

    @cached_property
    def resolution(self) -> Section:
        """What ended the impact, and how that is known."""
        return self._section("Resolution and recovery", sections.resolution(self.findings, self.audience))

    @cached_property
    def measures(self) -> Section:
        """What is done so that it does not happen again."""
        return self._section("Corrective and Preventative Measures", sections.measures(self.findings))

    @cached_property
    def response(self) -> Section:
        """How detection, acknowledgement, mitigation and resolution went."""
        return self._section("Response", reaction.response(self.findings, self.audience))

    @cached_property
    def evidence(self) -> Section:
        """Numbers, patterns, data quality and provenance; nothing for the public."""
        if self.audience == "public":
            return Section("Appendix: evidence", ())
        found = self.findings
        parts = (appendix.numbers(found), appendix.parts(found), figures.failing_parts(found), figures.latency(found))
        rest = (appendix.method(found), appendix.patterns(found), appendix.metrics(found), appendix.data_quality(found))
        return self._section("Appendix: evidence", *parts, *rest)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in their order."""
        return tuple(getattr(self, name) for name in ORDER)

    def _section(self, title: str, *parts: Part | None) -> Section:
        """Lay out a section, with those of people's own that follow it."""
        kept = [part for part in parts if part is not None]
        first = f"## {title}"
        head = [f"{first}\n\n{kept[0]}", *kept[1:]] if kept and isinstance(kept[0], str) else [first, *kept]
        own = (one for one in self.findings.incident.file.sections if one.after == title)
        shown = [one for one in own if self.audience == "internal" or not one.internal]
        return Section(title, (*head, *(f"## {escape(one.title)}\n\n{one.text}" for one in shown)))


ORDER: Final = ("title", "issue_summary", "timeline", "root_cause", "resolution", "measures", "response", "evidence")
"""The sections by the names of their attributes."""


def report(
    incident_id: str,
    data_dir: str | Path | None = None,
    timezone: str | None = None,
    audience: Literal["internal", "public"] = "internal",
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
    return Report(investigate(incident_id, data_dir, timezone or None, progress=progress), audience)
