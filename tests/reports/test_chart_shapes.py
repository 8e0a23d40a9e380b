"""No label of a chart overlaps another or is cut, whatever the shape of the incident, on a page and on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from samples import access_line, access_log, at, thinned

from pmkit.findings.investigate import analyse_store
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.reports.figures.chart import Chart, laid_out, style
from pmkit.reports.figures.response_times import response_times
from pmkit.reports.report import Report

LONG = "KubernetesPersistentVolumeClaimOfTheCheckoutDatabaseIsAlmostFullAndWillBeFullWithinFourHoursInEuCentral1"
WORDS = "the share of failed requests to the checkout is above five percent for ten minutes in two of three zones"


def alerts(names: list[str], starts: list[float], lasts_s: float = 120) -> str:
    return json.dumps(
        [
            {"labels": {"alertname": name}, "annotations": {}, "startsAt": at(begin).isoformat(), "fingerprint": str(number),
             "endsAt": at(begin + lasts_s).isoformat(), "status": {"state": "active"}}
            for number, (name, begin) in enumerate(zip(names, starts, strict=True))
        ]
    )  # fmt: skip


def changes(services: list[str], times: list[float]) -> str:
    rows = (
        {"time": at(second).isoformat(), "type": "deploy", "service": service, "version": "v1.2.3", "summary": "made up"}
        for service, second in zip(services, times, strict=True)
    )
    return "".join(json.dumps(row) + "\n" for row in rows)


def requests(routes: list[str], seconds: range, failing: range, step_s: float = 1, duration_s: float = 0.01) -> str:
    """Write a request to each route, step by step; in a failing step, those to the first half of the routes fail."""
    failed = routes[: max(1, len(routes) // 2)]
    return "".join(
        access_line(at(step_s * n), 500 if n in failing and route in failed else 200, route, duration_s * (1 + n % 3))
        for n in seconds
        for route in routes
    )


@dataclass(frozen=True)
class Shape:
    """The exports of an incident: an access log, and others by name."""

    log: str
    others: dict[str, str] = field(default_factory=dict)
    yaml: str = ""


FAILING = access_log(10, failing=[range(200, 400)])
ROUTES = [f"/api/v1/{'x' * 30}/tenants/{'y' * 30}/orders/{word}/positions" for word in ("a", "bb", "open", "closed")]
SHAPES = {
    "nothing but a log": Shape(FAILING),
    "a long alert": Shape(FAILING, {"alerts.json": alerts([LONG], [210])}),
    "long alerts at both ends": Shape(FAILING, {"alerts.json": alerts([LONG, WORDS, LONG + "2"], [1, 300, 590])}),
    "nine alerts in one second": Shape(FAILING, {"alerts.json": alerts([f"Alert{n}" for n in range(9)], [250] * 9)}),
    "thirty alerts": Shape(FAILING, {"alerts.json": alerts([f"{WORDS[n:]}" for n in range(30)], [20.0 * n for n in range(30)])}),
    "alerts that last longer than the log": Shape(FAILING, {"alerts.json": alerts(["A", LONG], [-300, -60], 3000)}),
    "changes within a second": Shape(FAILING, {"deploys.jsonl": changes(["cart", "checkout", WORDS], [199.1, 199.2, 199.3])}),
    "changes at the very ends": Shape(FAILING, {"deploys.jsonl": changes([LONG, LONG], [0, 599])}),
    "long routes": Shape(requests(ROUTES, range(300), range(100, 200))),
    "many routes": Shape(requests([f"/r/{'long-' * (n % 5)}{n}x" for n in range(20)], range(200), range(60, 120))),
    "routes in other scripts": Shape(requests(["/ein/schöner/weg", "/ο/δρόμος"], range(300), range(100, 200))),
    "a few seconds": Shape(requests(["/a"], range(9), range(3, 6))),
    "one request": Shape(access_line(at(0), 500)),
    "everything fails": Shape(access_log(5, failing=[range(300)])),
    "over midnight": Shape(requests(["/a", "/b"], range(-900, 900), range(-200, 300), 30), yaml="timezone: Africa/Dakar\n"),
    "a week": Shape(requests(["/a", "/b"], range(1000), range(500, 700), 600)),
    "two years": Shape(requests(["/a"], range(1400), range(700, 760), 43_200)),
    "a latency that hardly changes": Shape(requests(["/a"], range(300), range(100, 200), duration_s=0.333)),
    "latencies from microseconds to hours": Shape(
        "".join(access_line(at(n), 500 if 100 < n < 200 else 200, "/a", 0.001 * 4.0 ** (n % 11)) for n in range(300))
    ),
    "millions of requests": Shape(FAILING, {"deploys.jsonl": changes(["cart"], [199])}),
}


def shown_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return the texts that a figure shows, with their places; a tick outside the axis has no label."""
    hidden: set[int] = set()
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, sorted(axes.get_xlim())), (axes.yaxis, sorted(axes.get_ylim()))):
            slack = 1e-9 * (high - low)
            for place, label in zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False):
                if not axes.axison or not low - slack <= place <= high + slack:
                    hidden.add(id(label))
            hidden |= {id(label) for label in axis.get_minorticklabels()}
            hidden |= set() if axes.axison else {id(axis.label)}
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and id(text) not in hidden]
    return [(text.get_text(), text.get_window_extent()) for text in texts if isinstance(text, Text)]


def faults(figure: Figure) -> list[tuple[str, ...]]:
    """Return pairs of texts that overlap, and texts that are cut."""
    with style(), laid_out(figure):
        figure.draw_without_rendering()
        texts = shown_texts(figure)
        paper = figure.bbox
    assert len(texts) > 3
    cut = [(text,) for text, box in texts if box.x0 < -1 or box.y0 < -1 or box.x1 > paper.x1 + 1 or box.y1 > paper.y1 + 1]
    inner = [(text, box.padded(-0.5)) for text, box in texts]
    return cut + [(text, other) for (text, a), (other, b) in combinations(inner, 2) if a.overlaps(b)]


@pytest.mark.slow
@pytest.mark.parametrize("name", thinned([*SHAPES], 2))
def test_no_label_overlaps_another_or_is_cut(incident: Callable[..., Incident], name: str) -> None:
    shape = SHAPES[name]
    new_incident = incident({"access.log": shape.log, **shape.others}, shape.yaml)
    findings = analyse_store(new_incident, open_incident(new_incident))
    if name == "millions of requests":
        bins = findings.impact.bins.assign(events=lambda bins: bins["events"] * 123_456)
        findings = replace(findings, impact=replace(findings.impact, bins=bins))
    charts = [part for section in Report(findings).sections for part in section.parts if isinstance(part, Chart)]
    # A few requests show no impact, so that a timeline would be empty.
    assert {"error-rate"} | ({"timeline"} if findings.impact.detected else set()) <= {chart.name for chart in charts}
    assert findings.impact.detected == (name not in ("a few seconds", "one request"))
    with mpl.rc_context({"figure.max_open_warning": 0}):
        problems_of = {(chart.name, form): faults(drawn) for chart in charts for form, drawn in forms(chart)}
    assert {place: problems for place, problems in problems_of.items() if problems} == {}


def forms(chart: Chart) -> list[tuple[str, Figure]]:
    return [("wide", chart.figure), ("narrow", chart.narrow_figure)]


def test_the_times_of_many_incidents_have_readable_labels() -> None:
    times = {"detected": [1, 30, 86_400], "acknowledged": [900.0], "mitigated": [7200, 604_800], "resolved": [1_000_000]}
    assert [faults(drawn) for _, drawn in forms(response_times(times))] == [[], []]
