"""The explorer: the chart, the evidence in the selected span, and the editors of the timeline and the postmortem."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread

import ipywidgets as widgets
import pandas as pd

from pmkit.check.linter import lint
from pmkit.core.errors import PmkitError
from pmkit.explorer.conflict_panel import ConflictPanel
from pmkit.explorer.evidence import Filters, Rankings
from pmkit.explorer.forms import FIELDS, PostmortemForm
from pmkit.explorer.line_details import LineDetails
from pmkit.explorer.log_lines import LogLines
from pmkit.explorer.logs import Logs
from pmkit.explorer.query import Query
from pmkit.explorer.report_preview import ReportPreview
from pmkit.explorer.span_chart import Span, SpanChart, WidthSensor
from pmkit.explorer.span_comparison import SpanComparison
from pmkit.explorer.span_input import SpanInput
from pmkit.explorer.status_line import StatusLine
from pmkit.explorer.timeline_editor import TimelineEditor
from pmkit.explorer.title import title_of
from pmkit.explorer.widgets import STYLE, button, column, in_turn, row, words
from pmkit.findings.investigate import examine, investigate
from pmkit.incident.data_folder import reports_folder
from pmkit.incident.folder import Incident
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_editor import ConflictError, Draft


def _prose_of(file: IncidentFile) -> dict[str, object]:
    """Return the fields with prose, which do not affect the findings."""
    return {field.name: getattr(file, field.name) for field in FIELDS} | {"measures": file.measures, "sections": file.sections}


class Explorer:
    """Explore an incident and write its postmortem.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`. An ID of digits may be given as a number.
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in a folder above.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    out : str or Path, optional
        The folder that Export writes to; if not given, `reports` beside the folder in which `data_dir` is found.

    Attributes
    ----------
    view : Widget
        The whole explorer. A notebook shows it when the explorer is the last line of a cell.
    chart, span_input, filters, lines, rankings, timeline, forms, conflicts, status, report_preview : object
        The parts of the view, each with public widgets.
    draft : Draft
        The edits that have not been saved yet.
    out : Path
        The folder that Export writes to.
    """

    def __init__(
        self,
        incident_id: str | float,
        data_dir: str | Path | None = None,
        timezone: str | None = None,
        out: str | Path | None = None,
    ) -> None:
        self.findings = investigate(incident_id, data_dir, timezone)
        self.logs = Logs(self.findings)
        self.draft = Draft(self.findings.incident)
        self.out, self._timezone = Path(out) if out else reports_folder(data_dir), timezone
        impact = self.findings.impact
        self.query = Query(*self.logs.snapped(impact.start, impact.end))
        self._comparison = SpanComparison(self.findings, self.logs)
        Thread(target=self._prepare, daemon=True).start()
        self._build()
        self.ask(self.query)
        self._show_draft_state()

    def _prepare(self) -> None:
        self.logs.prepare()
        self._comparison.prepare()

    def _build(self) -> None:
        self.chart = SpanChart(self.findings, self.choose_span, self.choose_time)
        self.span_input = SpanInput(self.findings.zone, self.choose_span)
        self.filters = Filters(self.logs, self.ask)
        self.lines = LogLines(self.logs, self.findings.zone, LineDetails(self.findings, self.logs))
        self.rankings = Rankings(self.logs, self._comparison, self.ask)
        self.timeline = TimelineEditor(self.draft, self.findings, self._show_draft_state)
        self.forms = PostmortemForm(self.draft, self._show_draft_state)
        self.conflicts = ConflictPanel(self.draft, self.save)
        self._counted_on, self.status, self.report_preview = words("", "faint"), StatusLine(), ReportPreview()
        span = row(
            words("Span"), self.span_input.start, words("to"), self.span_input.end,
            button("Detected impact", "Show the detected impact", self.show_detected),
            button("Confirmed impact", "Show the confirmed impact", self.show_confirmed),
            button("All", "Show all data", self.show_all),
            button("Confirm this span", "Use this span as the start and end of the impact", self.confirm_span),
        )  # fmt: skip
        beside = row(self.lines.view, self.rankings.view, align_items="flex-start", grid_gap="0 16px")
        evidence = column([self.filters.view, beside])
        self.tabs = widgets.Tab([evidence, self.timeline.view, self.forms.view], titles=("Evidence", "Timeline", "Postmortem"))
        self.lines.view.layout.flex, self.rankings.view.layout.flex = "3 1 640px", "2 1 380px"
        actions = row(
            button("Save", "Write incident.yaml", self.save),
            button("Discard", "Discard unsaved changes and reload incident.yaml", self.discard),
            button("Preview", "Show the report with the unsaved changes", self.preview),
            button("Export HTML and PDF", "Save, and write the report as HTML and PDF", self.export),
            self.status.view,
        )
        head = column([widgets.HTML(STYLE), title_of(self.findings), actions, self.conflicts.view])
        below = column([self._counted_on, span, self.span_input.message, self.tabs, self.report_preview.view])
        self._sensor = WidthSensor()
        self._sensor.observe(in_turn(lambda change: self.chart.fit(change["new"])), "width_px")
        self.view = column([head, self.chart.canvas, below, self._sensor])
        self.view.add_class("pmkit")

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - only inside a notebook

        display(self.view)

    def ask(self, query: Query) -> None:
        """Show the results of a query."""
        self.query = query
        self.lines.show(query)
        self.rankings.show(query)
        self.filters.show(query)
        self._redraw()

    def _redraw(self) -> None:
        requests, sources = self.logs.requests(self.query)
        self.chart.draw(requests, self.logs.lines_per_bin(self.query), confirmed=self._confirmed(), span=self.span)
        self._counted_on.value = html.escape(f"Requests are counted in {', '.join(sources) or 'no log'}.")
        self.span_input.show(self.span)

    @property
    def span(self) -> Span:
        """The selected span, UTC."""
        impact = self.findings.impact
        begin, end = self.logs.snapped(impact.data_start, impact.data_end)
        return (self.query.start or begin, self.query.end or end)

    def choose_span(self, span: Span) -> None:
        """Select a span, widened to whole bins."""
        start, end = self.logs.snapped(*span)
        self.ask(replace(self.query, start=start, end=end))

    def choose_time(self, at: pd.Timestamp) -> None:
        """Set the time of a new note, as a click on the chart does."""
        self.timeline.choose(at)

    def show_detected(self) -> None:
        """Select the detected impact."""
        self.choose_span((self.findings.impact.start, self.findings.impact.end))

    def show_confirmed(self) -> None:
        """Select the confirmed impact, if there is one."""
        confirmed = self._confirmed()
        if confirmed:
            self.choose_span(confirmed)
        else:
            self.span_input.message.value = '<span class="faint">No start and end are confirmed yet.</span>'

    def show_all(self) -> None:
        """Select all data."""
        self.ask(self.query.everywhere)

    def _confirmed(self) -> Span | None:
        times = self.draft.get("times") or {}
        try:
            return self.span_input.time(str(times["started_at"])), self.span_input.time(str(times["ended_at"]))
        except (KeyError, ValueError):
            return None

    def confirm_span(self) -> None:
        """Use the span as the confirmed start and end of the impact."""
        start, end = (self.span_input.text(at) for at in self.span)
        self.draft.set("times", {"started_at": start, "ended_at": end, **self._other_times()})
        self._redraw()
        self._show_draft_state()

    def _other_times(self) -> dict[str, object]:
        times = self.draft.get("times") or {}
        return {name: value for name, value in times.items() if name not in ("started_at", "ended_at")}

    def _show_draft_state(self) -> None:
        """Lint the draft, and show whether it is saved."""
        try:
            draft = replace(self.findings, incident=self.draft.incident())
            self.forms.show(lint(draft))
        except PmkitError as error:
            self.forms.show((), str(error))
        unsaved = ", ".join(self.draft.changes)
        self.status.show(f"Not saved: {unsaved}." if unsaved else "Everything is saved.")

    def save(self) -> bool:
        """Write the draft to `incident.yaml`, and return whether that was possible without a conflict."""
        try:
            theirs = self.draft.save(frozenset(self.conflicts.overwritten))
        except ConflictError as conflict:
            self.conflicts.show(conflict.conflicts)
            self.status.show(str(conflict))
            return False
        except PmkitError as error:
            self.status.show_problem(str(error))
            return False
        self.conflicts.clear()
        self._reload()
        kept = f" Someone else changed {', '.join(theirs)}; their version was kept." if theirs else ""
        self.status.show(f"Saved to {self.draft.path.name}.{kept}")
        return True

    def discard(self) -> None:
        """Discard unsaved changes and reload `incident.yaml`."""
        try:
            self.draft.discard()
        except PmkitError as error:
            self.status.show_problem(str(error))
            return
        self.conflicts.clear()
        self._reload()

    def _reload(self) -> None:
        """Analyse the data again with the saved file, unless only prose changed, which does not affect the findings."""
        before, incident = self.findings.incident.file, Incident(self.draft.path.parent)
        if before.model_copy(update=_prose_of(incident.file)) == incident.file:
            self.findings = replace(self.findings, incident=incident)
        else:
            self.findings = examine(incident, self.findings.store, self._timezone)
        self.forms.reload()
        self.timeline.show(self.findings)
        self._redraw()
        self._show_draft_state()

    def preview(self) -> None:
        """Show the report with the draft."""
        with self.status.busy("Building the preview …") as report_done:
            self.report_preview.show(examine(self.draft.incident(), self.findings.store, self._timezone, is_draft=True))
            report_done("The preview is below.")
        self._sensor.previews += 1

    def export(self) -> None:
        """Save, and write HTML and PDF."""
        if not self.save():
            return
        from pmkit.publish import job as jobs  # noqa: PLC0415 - loads papermill, which only an export needs
        from pmkit.publish import run  # noqa: PLC0415

        with self.status.busy("Running the notebook …") as report_done, ThreadPoolExecutor(1) as pool:
            job = jobs.Job(self.findings.incident, self.out, ["html", "pdf"], timezone=self._timezone or "")
            # Papermill starts an event loop, so it needs a thread without one.
            paths = pool.submit(run.run, job).result()
            report_done("Written:", paths)


def explore(
    incident_id: str | float, data_dir: str | Path | None = None, timezone: str | None = None, out: str | Path | None = None
) -> Explorer:
    """Open the explorer of an incident; see `Explorer`.

    Examples
    --------
    >>> explorer = explore("INC-2026-1012")
    >>> [tab for tab in explorer.tabs.titles]
    ['Evidence', 'Timeline', 'Postmortem']
    """
    return Explorer(incident_id, data_dir, timezone, out)
