"""The explorer as a whole: one chart, what lies in its span, the timeline, the written parts; save, preview, export."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from pmkit.check.linter import lint
from pmkit.core.errors import PmkitError
from pmkit.core.wording import clock, day, duration, zone_name
from pmkit.explorer.evidence import Filters, Lines, Ranks
from pmkit.explorer.fit import Fit
from pmkit.explorer.forms import FIELDS, Forms
from pmkit.explorer.query import Logs, Query
from pmkit.explorer.span_chart import Span, SpanChart
from pmkit.explorer.timeline_editor import Story
from pmkit.explorer.widgets import STYLE, button, column, heading, in_turn, on_value, problem, row, words
from pmkit.findings.investigate import analyse_store, compare_with_earlier, investigate
from pmkit.incident.folder import Incident
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_editor import Conflict, ConflictError, Draft
from pmkit.publish.preview import page

_PREVIEW_PX: Final = 900


def _prose_of(file: IncidentFile) -> dict[str, Any]:
    """Return the fields in which people write prose, by which nothing is found."""
    return {field.name: getattr(file, field.name) for field in FIELDS} | {"measures": file.measures, "sections": file.sections}


class Explorer:
    """Dig in an incident, and write its postmortem.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`.
    data_dir : str or Path, optional
        The folder of all incidents, see `incident.data_folder`.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    out : str or Path, optional
        Where Export writes to.

    Attributes
    ----------
    view : Widget
        All of it. A notebook shows it when the explorer is the last line of a cell.
    draft : Draft
        What is written and not saved yet.
    """

    def __init__(
        self,
        incident_id: str,
        data_dir: str | Path | None = None,
        timezone: str | None = None,
        out: str | Path = "reports",
    ) -> None:
        self.findings = investigate(incident_id, data_dir, timezone)
        self.logs = Logs(self.findings)
        self.draft = Draft(self.findings.incident)
        self._timezone, self._out = timezone, Path(out)
        self._mine: set[str] = set()  # fields in which one's own words were chosen over somebody else's
        impact = self.findings.impact
        self.query = Query(*self.logs.snapped(impact.start, impact.end))
        Thread(target=self.logs.prepare, daemon=True).start()
        self._build()
        self.ask(self.query)
        self._changed()

    def _build(self) -> None:
        self.chart = SpanChart(self.findings, self._dragged, self._clicked)
        self.filters = Filters(self.logs, self.ask)
        self.lines = Lines(self.logs, self.findings.zone)
        self.ranks = Ranks(self.logs, self.ask)
        self.story = Story(self.draft, self.findings, self._changed)
        self.forms = Forms(self.draft, self._changed)
        self._begin, self._end = (widgets.Text(continuous_update=False, layout=widgets.Layout(width="165px")) for _ in range(2))
        for box in (self._begin, self._end):
            on_value(box, lambda _: self._typed())
        self._told, self._counted_on, self._state = words(""), words("", "faint"), words("", "faint")
        self._conflicts, self._shown = column([]), column([])
        self._typing = False
        span = row(
            words("Span"), self._begin, words("to"), self._end,
            button("Detected impact", "The impact that was found", self.show_detected),
            button("Confirmed impact", "The impact that people confirmed", self.show_confirmed),
            button("All", "All of the time", self.show_all),
            button("Confirm this span", "Write it as the start and end of the impact", self.confirm),
        )  # fmt: skip
        beside = row(self.lines.view, self.ranks.view, align_items="flex-start", grid_gap="0 16px")
        evidence = column([self.filters.view, beside])
        self.tabs = widgets.Tab([evidence, self.story.view, self.forms.view], titles=("Evidence", "Timeline", "Postmortem"))
        self.lines.view.layout.flex, self.ranks.view.layout.flex = "3 1 640px", "2 1 380px"
        actions = row(
            button("Save", "Write incident.yaml", self.save),
            button("Discard", "Give up what is not saved, and read incident.yaml again", self.discard),
            button("Preview", "Show the report as it would be", self.preview),
            button("Export HTML and PDF", "Save, and write the report to files", self.export),
            self._state,
        )
        head = column([widgets.HTML(STYLE), self._title(), actions, self._conflicts])
        below = column([self._counted_on, span, self._told, self.tabs, self._shown])
        self.fit = Fit()
        self.fit.observe(in_turn(lambda change: self.chart.fit(change["new"])), "width_px")
        self.view = column([head, self.chart.canvas, below, self.fit])
        self.view.add_class("pmkit")

    def _title(self) -> widgets.HTML:
        impact, zone = self.findings.impact, self.findings.zone
        span = f"{clock(impact.start, zone)} to {clock(impact.end, zone)}, {duration(impact.duration_s)}"
        found = f"impact from {span}" if impact.detected else "no impact was found"
        when = f"{day(impact.start, zone)}, {zone_name(impact.start, zone)} · {found}"
        name = html.escape(f"{self.findings.incident.id}  {self.findings.incident.file.title}")
        return widgets.HTML(f'<h2>{name}</h2><span class="faint">{html.escape(when)}</span>')

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - only inside a notebook

        display(self.view)

    # What is looked at

    def ask(self, query: Query) -> None:
        """Look at what a query asks for."""
        self.query = query
        self.lines.show(query)
        self.ranks.show(query)
        self.filters.show(query)
        self._redraw()

    def _redraw(self) -> None:
        requests, sources = self.logs.requests(self.query)
        self.chart.draw(requests, self.logs.lines_per_bin(self.query), confirmed=self._confirmed(), span=self.span)
        self._counted_on.value = html.escape(f"Requests are counted on {', '.join(sources) or 'no log'}.")
        zone = self.findings.zone
        self._typing = True
        try:
            for box, at in zip((self._begin, self._end), self.span, strict=True):
                box.value = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        finally:
            self._typing = False

    @property
    def span(self) -> Span:
        """The span that is looked at, UTC."""
        impact = self.findings.impact
        begin, end = self.logs.snapped(impact.data_start, impact.data_end)
        return (self.query.start or begin, self.query.end or end)

    def choose(self, start: pd.Timestamp, end: pd.Timestamp) -> None:
        """Look at a span, widened to whole bins."""
        begin, until = self.logs.snapped(start, end)
        self.ask(replace(self.query, start=begin, end=until))

    def _dragged(self, span: Span) -> None:
        self.choose(*span)

    def _clicked(self, at: pd.Timestamp) -> None:
        self.story.choose(at)

    def _typed(self) -> None:
        if self._typing:
            return
        try:
            start, end = (self._time(box.value) for box in (self._begin, self._end))
        except ValueError:
            self._told.value = problem("A time is not like 2026-01-17 03:10:00.")
            return
        if not start < end:
            self._told.value = problem("The span ends before it begins.")
            return
        self._told.value = ""
        self.choose(start, end)

    def _time(self, text: str) -> pd.Timestamp:
        at = pd.Timestamp(text.strip())
        if pd.isna(at):
            raise ValueError("no time")
        return (at.tz_localize(self.findings.zone) if at.tzinfo is None else at).tz_convert("UTC")

    def show_detected(self) -> None:
        """Look at the impact that was found."""
        self.choose(self.findings.impact.start, self.findings.impact.end)

    def show_confirmed(self) -> None:
        """Look at the impact that people confirmed, if they did."""
        confirmed = self._confirmed()
        if confirmed:
            self.choose(*confirmed)
        else:
            self._told.value = '<span class="faint">No start and end are confirmed yet.</span>'

    def show_all(self) -> None:
        """Look at all of the time."""
        self.ask(self.query.everywhere)

    # What is written

    def _confirmed(self) -> Span | None:
        times = self.draft.get("times") or {}
        try:
            told = [self._time(str(times[name])) for name in ("started_at", "ended_at")]
        except (KeyError, ValueError):
            return None
        return (told[0], told[1])

    def confirm(self) -> None:
        """Write the span as the confirmed start and end of the impact."""
        zone = self.findings.zone
        start, end = (f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for at in self.span)
        self.draft.set("times", {"started_at": start, "ended_at": end, **self._other_times()})
        self._redraw()
        self._changed()

    def _other_times(self) -> dict[str, Any]:
        times = self.draft.get("times") or {}
        return {name: value for name, value in times.items() if name not in ("started_at", "ended_at")}

    def _changed(self) -> None:
        """Let the linter look at the draft, and say whether it is saved."""
        try:
            draft = replace(self.findings, incident=self.draft.incident())
            self.forms.show(lint(draft))
        except PmkitError as wrong:
            self.forms.show((), str(wrong))
        unsaved = ", ".join(self.draft.changes)
        self._state.value = f"Not saved: {html.escape(unsaved)}." if unsaved else "Everything is saved."

    def save(self) -> bool:
        """Write the draft to `incident.yaml`; what somebody else changed meanwhile is shown and not overwritten."""
        try:
            theirs = self.draft.save(frozenset(self._mine))
        except ConflictError as conflict:
            self._conflicts.children = [self._conflict(one) for one in conflict.conflicts]
            self._state.value = html.escape(str(conflict))
            return False
        except PmkitError as wrong:
            self._state.value = problem(str(wrong))
            return False
        self._forget_conflicts()
        self._reload()
        kept = f" Somebody else had changed {', '.join(theirs)}: kept as they wrote it." if theirs else ""
        self._state.value = html.escape(f"Saved to {self.draft.path.name}.{kept}")
        return True

    def discard(self) -> None:
        """Give up what is not saved, and read `incident.yaml` again."""
        try:
            self.draft.discard()
        except PmkitError as wrong:
            self._state.value = problem(str(wrong))
            return
        self._forget_conflicts()
        self._reload()

    def _forget_conflicts(self) -> None:
        self._conflicts.children = []
        self._mine.clear()

    def _conflict(self, one: Conflict) -> widgets.Widget:
        def choose(*, own: bool) -> None:
            if own:
                self._mine.add(one.field)
            else:
                self.draft.take_theirs(one.field)
            self.save()

        told = "".join(
            f"<div><b>{name}</b><pre>{html.escape(str(value) if value else '(nothing)')}</pre></div>"
            for name, value in (
                (f"{one.field}, as it stands in the file", one.theirs),
                (f"{one.field}, as you wrote it", one.mine),
            )
        )
        chosen = row(
            button("Keep mine", "Write mine over theirs", lambda: choose(own=True)),
            button("Take theirs", "Give up mine", lambda: choose(own=False)),
        )
        box = column([widgets.HTML(told), chosen])
        box.add_class("conflict")
        return box

    def _reload(self) -> None:
        """Look at the data again with what is saved, unless that is prose only, which does not change what was found."""
        before, incident = self.findings.incident.file, Incident(self.draft.path.parent)
        if before.model_copy(update=_prose_of(incident.file)) == incident.file:
            self.findings = replace(self.findings, incident=incident)
        else:
            self.findings = compare_with_earlier(analyse_store(incident, self.findings.store, self._timezone))
        self.forms.reload()
        self.story.show(self.findings)
        self._redraw()
        self._changed()

    def preview(self) -> None:
        """Show the report as it would be with the draft."""
        with self._busy("Laying out the report …") as done:
            found = compare_with_earlier(analyse_store(self.draft.incident(), self.findings.store, self._timezone))
            look = f"width:100%;height:{_PREVIEW_PX}px;border:1px solid #8888"
            frame = f'<iframe title="Report" sandbox style="{look}" srcdoc="{html.escape(page(found))}"></iframe>'
            close = button("Close preview", "Hide the report", lambda: self._show(None))
            self._show(column([row(heading("Preview"), close), widgets.HTML(frame)]))
            done("The preview is below.")

    def export(self) -> None:
        """Save, and write HTML and PDF."""
        if not self.save():
            return
        from pmkit.publish import job as jobs  # noqa: PLC0415 - papermill only when it is asked for
        from pmkit.publish import run  # noqa: PLC0415

        with self._busy("Running the notebook …") as done, ThreadPoolExecutor(1) as pool:
            job = jobs.Job(self.findings.incident, self._out, ["html", "pdf"], timezone=self._timezone or "")
            made = pool.submit(run.run, job).result()  # in a thread without an event loop, as papermill starts one
            done(f"Written: {', '.join(str(path) for path in made)}.")

    @contextlib.contextmanager
    def _busy(self, text: str) -> Iterator[Callable[[str], None]]:
        """Say what is done meanwhile, and what came of it."""
        said = [""]
        self._state.value = html.escape(text)
        try:
            yield lambda words: said.__setitem__(0, html.escape(words))
        except PmkitError as wrong:
            said[0] = problem(str(wrong))
        self._state.value = said[0]

    def _show(self, widget: widgets.Widget | None) -> None:
        self._shown.children = [widget] if widget is not None else []


def explore(
    incident_id: str, data_dir: str | Path | None = None, timezone: str | None = None, out: str | Path = "reports"
) -> Explorer:
    """Open the explorer of an incident; see `Explorer`.

    Examples
    --------
    >>> explorer = explore("INC-2026-1012")
    >>> [tab for tab in explorer.tabs.titles]
    ['Evidence', 'Timeline', 'Postmortem']
    """
    return Explorer(incident_id, data_dir, timezone, out)
