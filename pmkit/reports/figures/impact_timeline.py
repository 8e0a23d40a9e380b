"""The timeline of the incident as a chart with lanes."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.conversation import by_people, classify
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.response.moment import Step
from pmkit.core import theme
from pmkit.core.wording import duration, listing, plural, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, laid_out, local_time, x
from pmkit.reports.figures.marks import MOST_LABELS, Mark, arrange, marks


def impact_timeline(findings: Findings) -> Chart | None:
    """Draw impact, changes, alerts, messages and confirmed steps in lanes; None if there is hardly anything to draw."""
    impact = findings.impact
    messages = _story_messages(findings)
    changes = [mark for mark in marks(findings) if mark.symbol == "D"]
    alerts = _alert_bars(findings)
    if findings.audience == "public" and len(impact.windows) < 2:
        return None
    if not (changes or alerts or messages or (impact.detected and impact.measured) or len(impact.windows) > 1):
        return None
    every = {"changes": changes, "alerts": alerts, "messages": messages, "response": _confirmed_steps(findings)}
    lanes = {name: lane for name, lane in every.items() if lane}
    lanes_of = listing(["impact", *("chat messages" if name == "messages" else name for name in lanes)])
    alt = _alt(findings, lanes)
    return Chart("timeline", _caption(findings.response, lanes_of), alt, lambda width: _draw(findings, lanes, width))


def _draw(findings: Findings, marked: dict[str, list[Mark]], width_in: float) -> Figure:
    impact = findings.impact
    figure = Figure(figsize=(width_in, 3.4), layout="constrained")
    lanes = figure.subplots(len(marked) + 1, 1, sharex=True, squeeze=False)[:, 0]
    names = ["impact", *marked]
    local_time(lanes[-1], impact, findings.zone, whole=True)
    _impact_lane(lanes[0], impact)
    for axes, name in zip(lanes, names, strict=True):
        axes.set_yticks([0.5], [name])
    with laid_out(figure):
        rows = [1, *(max(1, arrange(axes, marks)) for axes, marks in zip(lanes[1:], marked.values(), strict=True))]
    for axes, name, used in zip(lanes, names, rows, strict=True):
        axes.set_ylim(used, 0)
        axes.set_yticks([used / 2], [name])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_color(theme.RULE)
        for start, end in impact.spans:
            axes.axvspan(x(start), x(end), color=theme.IMPACT, zorder=0, linewidth=0)
    for axes in lanes[:-1]:
        axes.tick_params(axis="x", length=0)
    lanes[0].get_gridspec().set_height_ratios([used + 0.4 for used in rows])
    figure.set_size_inches(width_in, 0.75 + 0.19 * (sum(rows) + 1.6))
    return figure


def _caption(response: Response, lanes_of: str) -> str:
    """Return a caption with how long detection and mitigation took, as far as that is known."""
    steps_taken = []
    steps: tuple[Step, ...] = ("detected", "mitigated")
    for step in steps:
        after = response.time_to(step)
        if after is not None and after >= 0:
            steps_taken.append(f"{step} after {duration(after)}")
    return f"{f'The incident was {listing(steps_taken)}. ' if steps_taken else ''}Lanes: {lanes_of}."


def _story_messages(findings: Findings) -> list[Mark]:
    """Return a mark for the first message of each kind, such as the detection."""
    first: dict[str, Mark] = {}
    messages = by_people(findings.messages)
    for _, row in messages[messages["at"].between(findings.impact.data_start, findings.impact.data_end)].iterrows():
        kind = classify(row["text"])
        if kind:
            first.setdefault(kind, Mark(row["at"], kind, theme.MESSAGE, "o"))
    return list(first.values())


def _confirmed_steps(findings: Findings) -> list[Mark]:
    """Return a mark for each step of the response whose time people confirmed."""
    steps = ((step, moment.declared_at) for step, moment in findings.response.steps.items())
    return sorted((Mark(at, step, theme.MESSAGE, "o") for step, at in steps if at is not None), key=lambda mark: mark.at)


def _alert_bars(findings: Findings) -> list[Mark]:
    """Return a bar for each alert, from the time when it first fired to the time when it last ended."""
    alerts, impact = findings.response.alerts, findings.impact
    ends = alerts["resolved_at"].fillna(impact.data_end)
    grouped = alerts.assign(ended=ends).groupby("name", sort=False).agg(begin=("started_at", "min"), end=("ended", "max"))
    shown = grouped[(grouped["begin"] <= impact.data_end) & (grouped["end"] >= impact.data_start)]
    return [
        Mark(row["begin"], str(name), theme.ALERT, "", max(row["begin"], row["end"]))
        for name, row in shown.head(MOST_LABELS).iterrows()
    ]


def _impact_lane(axes: Axes, impact: Impact) -> None:
    for start, end in impact.spans:
        axes.barh([0.5], [x(end) - x(start)], 0.5, left=[x(start)], color=theme.ERROR, edgecolor=theme.ERROR, linewidth=0.8)
    axes.set_ylim(1, 0)


def _alt(findings: Findings, lanes: dict[str, list[Mark]]) -> str:
    impact, zone = findings.impact, findings.zone
    sentences = [f"Timeline chart in {plural(1 + len(lanes), 'lane')} ({zone_name(impact.start, zone)})."]
    spans = [f"{findings.clock(start)} to {findings.clock(end)}" for start, end in impact.spans]
    sentences += [f"Impact from {listing(spans)}."] if spans else []
    for name, marks_of_lane in lanes.items():
        words = [f"{mark.text} {_when(findings, mark)}" for mark in marks_of_lane]
        sentences.append(f"{'First messages' if name == 'messages' else name.capitalize()}: {listing(words)}.")
    return " ".join(sentences)


def _when(findings: Findings, mark: Mark) -> str:
    if mark.until is None:
        return f"at {findings.clock(mark.at)}"
    return f"from {findings.clock(mark.at)} to {findings.clock(mark.until)}"
