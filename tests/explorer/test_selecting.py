"""A span is selected by dragging and typing, a note by a click, and requests by a click on a finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import DATA
from matplotlib.backend_bases import MouseEvent
from samples import access_line, at
from widget_contents import buttons, shown

import pmkit
from pmkit.explorer.app import Explorer
from pmkit.reports.figures.chart import x


@pytest.fixture(scope="module")
def explorer(module_incident: Path) -> Explorer:
    return pmkit.explore(module_incident.name, module_incident.parent)


def drag(explorer: Explorer, begin: float, end: float) -> None:
    """Press the mouse at one second of the data, move it and release it at another."""
    axes = explorer.chart.figure.axes[1]
    for name, second in (("press", begin), ("motion", (begin + end) / 2), ("motion", end), ("release", end)):
        place = axes.transData.transform((x(at(second)), axes.get_ylim()[1] / 2))
        kind = "motion_notify_event" if name == "motion" else f"button_{name}_event"
        pressed = {"buttons": [1]} if name == "motion" else {}
        event = MouseEvent(kind, axes.figure.canvas, *place, button=1, **pressed)
        axes.figure.canvas.callbacks.process(kind, event)


def test_dragging_inside_the_span_selects_another_one(explorer: Explorer) -> None:
    explorer.choose_span((pd.Timestamp(at(30)), pd.Timestamp(at(200))))
    drag(explorer, 61, 99)
    assert explorer.span == (pd.Timestamp(at(60)), pd.Timestamp(at(100)))
    assert explorer.chart.span == explorer.span


def test_a_click_for_a_note_leaves_the_span_as_it_is(explorer: Explorer) -> None:
    explorer.choose_span((pd.Timestamp(at(60)), pd.Timestamp(at(120))))
    for second in (90, 200):
        drag(explorer, second, second)
        assert explorer.timeline.at.value == f"2026-01-17 03:0{second // 60}:{second % 60:02}"
        assert explorer.chart.span == explorer.span == (pd.Timestamp(at(60)), pd.Timestamp(at(120)))


def test_a_time_of_day_is_on_the_day_of_the_span(explorer: Explorer) -> None:
    explorer.show_all()
    explorer.span_input.start.value = "3:01"
    explorer.span_input.end.value = "03:02:30"
    assert explorer.span == (pd.Timestamp(at(60)), pd.Timestamp(at(150)))
    assert explorer.span_input.end.value == "2026-01-17 03:02:30"


def test_a_message_goes_away_when_it_no_longer_holds(explorer: Explorer) -> None:
    explorer.span_input.start.value = "soon"
    assert "Enter a time such as 03:10" in shown(explorer.span_input.message)
    explorer.show_all()
    assert shown(explorer.span_input.message) == ""
    explorer.show_confirmed()
    assert "No start and end are confirmed yet." in shown(explorer.span_input.message)
    explorer.show_detected()
    assert shown(explorer.span_input.message) == ""


@pytest.mark.slow
def test_a_click_on_an_empty_query_parameter_lists_its_requests() -> None:
    explorer = pmkit.explore("INC-2026-1012", DATA)
    label = next(name for name in buttons(explorer.rankings.view) if name.startswith("an empty query parameter facets"))
    buttons(explorer.rankings.view)[label].click()
    lines = explorer.logs.page(explorer.query)
    assert len(lines) == 50
    assert explorer.query.attributes == {"query parameter facets": ""}
    chip = next(name for name in buttons(explorer.filters.view) if name.startswith("an empty query parameter facets"))
    buttons(explorer.filters.view)[chip].click()
    assert explorer.query.attributes == {}


def test_text_is_found_in_query_strings_and_attributes(folder: Callable[..., Path]) -> None:
    requests = "".join(access_line(at(n), route="/a?psp=ad%20yen" if n == 7 else "/a?psp=b") for n in range(60))
    event = {"time": at(9).isoformat(), "level": "error", "msg": "failed", "stack_trace": 'at Pool.take("x")', "tenant": "blue"}
    incident_folder = folder({"web.log": requests, "app.jsonl": json.dumps(event) + "\n"})
    explorer = pmkit.explore(incident_folder.name, incident_folder.parent)
    explorer.show_all()
    for text in ("psp=AD", 'Pool.take("x', "blue"):
        explorer.filters.text.value = text
        assert "1 line" in shown(explorer.lines.view)
    explorer.filters.clear()
    for attributes, lines in (
        ({"query parameter psp": "ad yen"}, 1),
        ({"query parameter psp": "b"}, 59),
        ({"tenant": "blue"}, 1),
    ):
        explorer.ask(explorer.query.__class__(attributes=attributes))
        assert explorer.logs.count(explorer.query) == len(explorer.logs.page(explorer.query, size=100)) == lines


@pytest.fixture
def traced(folder: Callable[..., Path]) -> Explorer:
    """An explorer of two logs that share a trace, with a stack trace, markup and a secret."""
    stack = "java.lang.IllegalStateException: <b>pool</b>\n\tat shop.Pool.take(Pool.java:7)"
    events = [
        {"time": at(n).isoformat(), "level": "info", "service": "shop", "msg": f"order {n}", "trace_id": f"t{n:031d}"}
        for n in range(8)
    ]
    events[4] |= {"level": "error", "msg": "<script>alert(1)</script> password=hunter2hunter2", "stack_trace": stack}
    stock = {"time": at(5).isoformat(), "level": "error", "service": "stock", "msg": "no stock", "trace_id": f"t{4:031d}"}
    incident = folder({"shop.jsonl": "".join(json.dumps(event) + "\n" for event in events), "stock.jsonl": json.dumps(stock)})
    explorer = pmkit.explore(incident.name, incident.parent)
    explorer.show_all()
    return explorer


def test_a_line_opens_with_its_fields_its_neighbours_and_its_trace(traced: Explorer) -> None:
    assert 'class="details"' not in traced.lines.table.value
    traced.lines.open(4)
    opened = traced.lines.table.value.split('<tr class="details">')[1].split('<tr data-row="5"')[0]
    assert f"<tr><th>trace_id</th><td>t{4:031d}</td></tr>" in opened
    assert "<h4>stack_trace</h4><pre>java.lang.IllegalStateException: &lt;b&gt;pool&lt;/b&gt;\n" in opened
    neighbours = opened.split('<table class="raw">')[1]
    assert [f"<th>{number}</th>" in neighbours for number in range(10)] == [False, *[True] * 8, False]
    assert "<tr class=this><th>5</th>" in neighbours
    assert "The same trace or request ID in all logs: 2 events" in opened
    assert "<td>no stock</td><td>stock.jsonl:1</td>" in opened


def test_an_opened_line_is_redacted_and_no_code(traced: Explorer) -> None:
    traced.lines.open(4)
    assert "hunter2" not in traced.lines.table.value
    assert "<script" not in traced.lines.table.value
    assert "&lt;script&gt;alert(1)&lt;/script&gt; password=&lt;password:" in traced.lines.table.value


def test_a_line_closes_by_a_second_click_and_with_its_page(traced: Explorer) -> None:
    for close in (lambda: traced.lines.open(4), lambda: traced.lines.open(99), lambda: traced.lines.show(traced.query)):
        traced.lines.open(4)
        assert traced.lines.table.value.count('aria-expanded="true"') == 1
        close()
        assert "details" not in traced.lines.table.value
