"""The timeline of the incident as a chart with lanes."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.conversation import by_people, classify
from pmkit.analysis.response.milestones import Response, Step
from pmkit.core import theme
from pmkit.core.wording import clock, duration, listing, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, laid_out, local_time, style, x
from pmkit.reports.figures.marks import GAP_PX, MOST_LABELS, Mark, labels_without_overlap, marks


def impact_timeline(findings: Findings) -> Chart:
    """Draw impact, changes, alerts and messages, each in its own lane."""
    impact, zone = findings.impact, findings.zone
    messages = _story_messages(findings)
    changes = [mark for mark in marks(findings) if mark.symbol == "D"]
    alerts = _alert_bars(findings)
    with style():
        figure = Figure(figsize=(theme.FIGURE_WIDTH_IN, 3.4), layout="constrained")
        names = ["impact", "changes", "alerts", *(["messages"] if messages else [])]
        heights = [1.0, max(len(changes), 1), max(len(alerts), 1), max(len(messages), 1)][: len(names)]
        lanes = figure.subplots(len(names), 1, sharex=True, height_ratios=heights)
        local_time(lanes[-1], impact, zone)
        _impact_lane(lanes[0], impact)
        for axes, name in zip(lanes, names, strict=True):
            axes.set_yticks([0.5], [name])
        with laid_out(figure):
            rows = [1, _point_lane(lanes[1], changes), _alert_lane(lanes[2], alerts)]
            rows += [_point_lane(lanes[3], messages)] if messages else []
        for axes, name, used in zip(lanes, names, rows, strict=True):
            axes.set_ylim(used, 0)
            axes.set_yticks([used / 2], [name])
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
            axes.spines["bottom"].set_color(theme.RULE)
            if impact.detected:
                axes.axvspan(x(impact.start), x(impact.end), color=theme.IMPACT, zorder=0, linewidth=0)
        for axes in lanes[:-1]:
            axes.tick_params(axis="x", length=0)
        lanes[0].get_gridspec().set_height_ratios([used + 0.4 for used in rows])
        figure.set_size_inches(theme.FIGURE_WIDTH_IN, 0.75 + 0.19 * (sum(rows) + 1.6))
    lanes_of = f"impact, changes{', alerts and chat messages' if messages else ' and alerts'}"
    return Chart("timeline", _caption(findings.response, lanes_of), _alt(findings, changes, alerts, messages), figure)


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


def _alert_bars(findings: Findings) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
    """Return each alert with the times when it first fired and last ended."""
    alerts = findings.response.alerts
    ends = alerts["resolved_at"].fillna(findings.impact.data_end)
    grouped = alerts.assign(ended=ends).groupby("name", sort=False).agg(begin=("started_at", "min"), end=("ended", "max"))
    return [(str(name), row["begin"], row["end"]) for name, row in grouped.head(MOST_LABELS).iterrows()]


def _impact_lane(axes: Axes, impact: Impact) -> None:
    if impact.detected:
        axes.barh([0.5], [x(impact.end) - x(impact.start)], 0.5, left=[x(impact.start)], color=theme.ERROR)
    axes.set_ylim(1, 0)


def _point_lane(axes: Axes, shown: list[Mark]) -> int:
    return max(1, labels_without_overlap(axes, shown))


def _alert_lane(axes: Axes, alerts: list[tuple[str, pd.Timestamp, pd.Timestamp]]) -> int:
    """Draw each alert as a bar, with its name to the right where there is room, otherwise to the left."""
    box = axes.get_window_extent()
    for row, (name, begin, end) in enumerate(alerts):
        axes.barh([row + 0.5], [x(end) - x(begin)], 0.42, left=[x(begin)], color=theme.ALERT)
        label = axes.annotate(name, (x(end), row + 0.5), (4, 0), textcoords="offset points", va="center", color=theme.ALERT)
        label.set_in_layout(False)
        if axes.transData.transform((x(end), 0))[0] + label.get_window_extent().width + GAP_PX > box.x1:
            label.xy = (x(begin), row + 0.5)
            label.set_position((-4, 0))
            label.set_horizontalalignment("right")
    return max(1, len(alerts))


def _alt(
    findings: Findings, changes: list[Mark], alerts: list[tuple[str, pd.Timestamp, pd.Timestamp]], messages: list[Mark]
) -> str:
    impact, zone = findings.impact, findings.zone
    sentences = [f"Timeline chart in {'four' if messages else 'three'} lanes ({zone_name(impact.start, zone)})."]
    if impact.detected:
        sentences.append(f"Impact from {clock(impact.start, zone)} to {clock(impact.end, zone)}.")
    marked = [f"{mark.text} at {clock(mark.at, zone)}" for mark in changes]
    sentences.append(f"Changes: {listing(marked)}." if marked else "No changes.")
    fired = [f"{name} from {clock(begin, zone)} to {clock(end, zone)}" for name, begin, end in alerts]
    sentences.append(f"Alerts: {listing(fired)}." if fired else "No alerts.")
    written = [f"{mark.text} at {clock(mark.at, zone)}" for mark in messages]
    sentences += [f"First messages: {listing(written)}."] if written else []
    return " ".join(sentences)
