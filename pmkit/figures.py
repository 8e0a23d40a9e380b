"""Every chart of the report, as matplotlib figures with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from pmkit import theme
from pmkit.findings import Findings
from pmkit.impact import Impact
from pmkit.prose import clock, count, day, duration, listing, percent, plural, seconds, short, zone_name
from pmkit.response import by_people
from pmkit.timeline import matters

MOST_ROUTES: Final = 12
MOST_LABELS: Final = 9
_WIDTH: Final = theme.FIGURE_WIDTH_IN
_GAP_PX: Final = 5.0


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart with what it says in words.

    Attributes
    ----------
    name : str
        Its file name, without an ending.
    caption : str
        What it shows, one sentence.
    alt : str
        What can be read from it, for who does not see it.
    figure : Figure
        The drawing, vector.
    """

    name: str
    caption: str
    alt: str
    figure: Figure

    def svg(self) -> str:
        """Return the chart as SVG; the same findings give the same bytes."""
        out = io.StringIO()
        with _style():
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Title": self.alt, "Creator": None})
        return out.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:  # noqa: ARG002
        said = {"alt": self.alt, "caption": self.caption, "name": self.name}
        return {"image/svg+xml": self.svg(), "text/plain": f"{self.caption} {self.alt}"}, {"image/svg+xml": said}


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(theme.STYLE)  # type: ignore[no-any-return]


# The error-rate chart


def error_rate(findings: Findings) -> Chart:
    """Draw requests and errors per bin, the error ratio with its band, and what happened beside it."""
    impact, zone = findings.impact, findings.zone
    bins = impact.bins
    width = _bin_width(bins)
    with _style():
        marks = _marks(findings)
        figure = Figure(figsize=(_WIDTH, 4.1 + 0.16 * min(len(marks), MOST_LABELS)), layout="constrained")
        strip, traffic, ratio = figure.subplots(3, 1, sharex=True, height_ratios=[0.16 * len(marks) + 0.05, 1.0, 1.35])
        centres = [date2num(at + width / 2) for at in bins.index]
        days = width.total_seconds() / 86400
        traffic.bar(
            centres, bins["events"] - bins["errors"], days * 0.92, bottom=bins["errors"], color=theme.TRAFFIC, label="succeeded"
        )
        traffic.bar(centres, bins["errors"], days * 0.92, color=theme.ERROR, label="failed")
        traffic.set_ylabel(f"{impact.tier.unit}s\nper {duration(width.total_seconds())}")
        traffic.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        traffic.legend(loc="lower left", ncols=2, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, handlelength=1)
        ratio.fill_between(centres, bins["low"], bins["high"], color=theme.ERROR, alpha=0.22, linewidth=0, label="95 % band")
        ratio.plot(centres, bins["error_ratio"], color=theme.ERROR, label="error ratio")
        ratio.axhline(impact.baseline_error_ratio, color=theme.INK, linewidth=0.9, linestyle=(0, (4, 3)), label="baseline")
        full = bins[bins["events"] >= 0.25 * bins["events"].median()]
        ratio.set_ylim(0, max(0.01, 1.08 * float(full["high"].max()), 1.08 * float(bins["error_ratio"].max())))
        ratio.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=_decimals(ratio)))
        ratio.set_ylabel("error ratio")
        ratio.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, handlelength=1.6)
        for axes in (traffic, ratio):
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            _shade(axes, impact)
        _local_time(ratio, impact, zone)
        _label_marks(figure, strip, (traffic, ratio), marks)
    return Chart(
        "error-rate", "Requests and their error ratio, with changes and alerts.", _alt_error_rate(findings, marks), figure
    )


def _bin_width(bins: pd.DataFrame) -> timedelta:
    return (bins.index[1] - bins.index[0]).to_pytimedelta() if len(bins) > 1 else timedelta(seconds=10)


def _decimals(axes: Axes) -> int:
    return 1 if axes.get_ylim()[1] < 0.05 else 0


def _shade(axes: Axes, impact: Impact) -> None:
    if not impact.detected:
        return
    axes.axvspan(impact.start, impact.end, color=theme.IMPACT, zorder=0, linewidth=0)
    for low, high in (impact.start_range, impact.end_range):
        axes.axvspan(low, high, color=theme.ERROR, alpha=0.3, zorder=0.5, linewidth=0)
    for at, known in ((impact.start, not impact.began_before), (impact.end, not impact.ongoing)):
        if known:
            axes.axvline(at, color=theme.ERROR, linewidth=0.9, zorder=0.6)


def _local_time(axes: Axes, impact: Impact, zone: ZoneInfo) -> None:
    locator = AutoDateLocator(tz=zone, minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    length = (impact.data_end - impact.data_start).total_seconds()
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M" if length < 36 * 3600 else "%d %b %H:%M", tz=zone))
    axes.set_xlim(impact.data_start, impact.data_end)
    axes.set_xlabel(f"{day(impact.start, zone)}, local time ({zone_name(impact.start, zone)})")


@dataclass(frozen=True)
class _Mark:
    at: pd.Timestamp
    text: str
    colour: str
    symbol: str


def _marks(findings: Findings) -> list[_Mark]:
    """Give what to mark beside the curves: changes and the first firing of every alert name."""
    impact = findings.impact
    changes = findings.store.changes()
    inside = changes[changes["at"].between(impact.data_start, impact.data_end)]
    found = [_Mark(row["at"], _change_label(row), theme.CHANGE, "D") for _, row in inside.iterrows()]
    firing = findings.response.alerts.drop_duplicates("name")
    found += [_Mark(row["started_at"], str(row["name"]), theme.ALERT, "^") for _, row in firing.iterrows()]
    return sorted(found, key=lambda mark: mark.at)[:MOST_LABELS]


def _change_label(change: pd.Series) -> str:
    parts = [change["kind"], change["service"], change["version"]]
    return short(" ".join(str(part) for part in parts if not pd.isna(part)), 40)


def _label_marks(figure: Figure, strip: Axes, panels: Iterable[Axes], marks: list[_Mark]) -> None:
    strip.set_axis_off()
    rows = max(len(marks), 1)
    strip.set_ylim(rows, 0)
    for mark in marks:
        for panel in panels:
            panel.axvline(mark.at, color=mark.colour, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=0.7)
    figure.draw_without_rendering()
    used = _labels_without_overlap(strip, marks, rows)
    strip.set_ylim(max(used, 1), 0)
    size = figure.get_size_inches()
    figure.set_size_inches(size[0], size[1] - 0.16 * (rows - max(used, 1)))
    strip.get_gridspec().set_height_ratios([0.16 * max(used, 1) + 0.05, 1.0, 1.35])


def _labels_without_overlap(axes: Axes, marks: list[_Mark], rows: int) -> int:
    """Put every label beside its time in the first row with room; return how many rows it took."""
    box = axes.get_window_extent()
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    used = 0
    for mark in marks:
        at = axes.transData.transform((date2num(mark.at), 0))[0]
        label = axes.annotate(
            mark.text, (date2num(mark.at), 0), (6, 0), textcoords="offset points", va="center", annotation_clip=False
        )
        label.set_color(mark.colour)
        label.set_in_layout(False)
        length = label.get_window_extent().width + 12
        leftwards = at + length > box.x1
        span = (at - length, at + _GAP_PX) if leftwards else (at - _GAP_PX, at + length)
        row = next((n for n in range(rows) if all(span[1] < a or span[0] > b for a, b in taken[n])), rows - 1)
        taken[row].append(span)
        used = max(used, row + 1)
        label.xy = (date2num(mark.at), row + 0.5)
        if leftwards:
            label.set_position((-6, 0))
            label.set_horizontalalignment("right")
        axes.plot([mark.at], [row + 0.5], mark.symbol, color=mark.colour, markersize=3.6, clip_on=False)
    return used


def _alt_error_rate(findings: Findings, marks: list[_Mark]) -> str:
    impact, zone = findings.impact, findings.zone
    what = f"Bar chart of {impact.tier.unit}s and line chart of their error ratio from {clock(impact.data_start, zone)}"
    what += f" to {clock(impact.data_end, zone)} ({zone_name(impact.data_start, zone)})."
    if not impact.detected:
        return f"{what} No impact was found; {percent(impact.error_ratio)} of the {impact.tier.unit}s failed."
    story = (
        f" The error ratio is {percent(impact.baseline_error_ratio)} outside of the impact and rises at"
        f" {clock(impact.start, zone)} to a peak of {percent(impact.peak_error_ratio)}"
        f"{', and has not recovered by the end' if impact.ongoing else f'; the last error is at {clock(impact.end, zone)}'}."
    )
    marked = [f"{mark.text} at {clock(mark.at, zone)}" for mark in marks]
    return what + story + (f" Marked are {listing(marked)}." if marked else "")


# Latency


def latency(findings: Findings) -> Chart | None:
    """Draw the latency percentiles over time; None where no log has durations."""
    impact, zone = findings.impact, findings.zone
    bins = impact.bins
    if bins["p50_s"].isna().all():
        return None
    width = _bin_width(bins)
    styles = {
        "p99_s": ("99 %", theme.ERROR, "-"),
        "p95_s": ("95 %", theme.CHANGE, "-"),
        "p50_s": ("half", theme.INK, (0, (4, 2))),
    }
    with _style():
        figure = Figure(figsize=(_WIDTH, 2.5), layout="constrained")
        axes = figure.subplots()
        centres = [date2num(at + width / 2) for at in bins.index]
        for name, (label, colour, line) in styles.items():
            axes.plot(centres, bins[name], color=colour, linestyle=line, label=label)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds(value)))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        axes.set_ylabel("served within")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, title=None, handlelength=1.8)
        _shade(axes, impact)
        _local_time(axes, impact, zone)
    caption = f"Time within which half, 95 % and 99 % of the {impact.tier.unit}s were served, on a logarithmic scale."
    return Chart("latency", caption, _alt_latency(impact), figure)


def _alt_latency(impact: Impact) -> str:
    table = impact.latency
    outside = table.loc["outside"]
    what = f"Line chart of latency percentiles. Outside of the impact half of the requests take {seconds(outside['p50_s'])}"
    what += f" or less and 95 % {seconds(outside['p95_s'])} or less"
    if not impact.detected or "during" not in table.index:
        return what + "."
    during = table.loc["during"]
    return what + f"; during the impact it is {seconds(during['p50_s'])} and {seconds(during['p95_s'])}."


# The impact timeline


def impact_timeline(findings: Findings) -> Chart:
    """Draw the story in lanes: impact, changes, alerts, messages."""
    impact, zone = findings.impact, findings.zone
    messages = _story_messages(findings)
    changes = [mark for mark in _marks(findings) if mark.symbol == "D"]
    alerts = _alert_bars(findings)
    with _style():
        figure = Figure(figsize=(_WIDTH, 3.4), layout="constrained")
        heights = [1.0, max(len(changes), 1), max(len(alerts), 1), max(len(messages), 1)]
        lanes = figure.subplots(4, 1, sharex=True, height_ratios=heights)
        _local_time(lanes[3], impact, zone)
        _impact_lane(lanes[0], impact)
        names = ("impact", "changes", "alerts", "messages")
        for axes, name in zip(lanes, names, strict=True):
            axes.set_yticks([0.5], [name])
        figure.draw_without_rendering()
        rows = [1, _point_lane(lanes[1], changes), _alert_lane(lanes[2], alerts), _point_lane(lanes[3], messages)]
        for axes, name, used in zip(lanes, names, rows, strict=True):
            axes.set_ylim(used, 0)
            axes.set_yticks([used / 2], [name])
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
            axes.spines["bottom"].set_color(theme.RULE)
            if impact.detected:
                axes.axvspan(impact.start, impact.end, color=theme.IMPACT, zorder=0, linewidth=0)
        for axes in lanes[:3]:
            axes.tick_params(axis="x", length=0)
        lanes[0].get_gridspec().set_height_ratios([used + 0.4 for used in rows])
        figure.set_size_inches(_WIDTH, 0.75 + 0.19 * (sum(rows) + 1.6))
    caption = "The incident in lanes: its impact, changes, alerts and what people wrote."
    return Chart("timeline", caption, _alt_timeline(findings, changes, alerts, messages), figure)


def _story_messages(findings: Findings) -> list[_Mark]:
    """Give the first message of each kind that matters."""
    found: dict[str, _Mark] = {}
    messages = by_people(findings.store.messages())
    for _, row in messages[messages["at"].between(findings.impact.data_start, findings.impact.data_end)].iterrows():
        kind = matters(row["text"])
        if kind:
            found.setdefault(kind, _Mark(row["at"], kind, theme.MESSAGE, "o"))
    return list(found.values())


def _alert_bars(findings: Findings) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
    """Give each alert name with the time from its first firing to its last end."""
    alerts = findings.response.alerts
    ends = alerts["resolved_at"].fillna(findings.impact.data_end)
    grouped = alerts.assign(ended=ends).groupby("name", sort=False).agg(begin=("started_at", "min"), end=("ended", "max"))
    return [(str(name), row["begin"], row["end"]) for name, row in grouped.head(MOST_LABELS).iterrows()]


def _impact_lane(axes: Axes, impact: Impact) -> None:
    if impact.detected:
        axes.barh([0.5], [impact.end - impact.start], 0.5, left=[impact.start], color=theme.ERROR)
    axes.set_ylim(1, 0)


def _point_lane(axes: Axes, marks: list[_Mark]) -> int:
    return max(1, _labels_without_overlap(axes, marks, max(len(marks), 1)))


def _alert_lane(axes: Axes, alerts: list[tuple[str, pd.Timestamp, pd.Timestamp]]) -> int:
    """Draw each alert as a bar, its name to the right of it where there is room, else to the left."""
    box = axes.get_window_extent()
    for row, (name, begin, end) in enumerate(alerts):
        axes.barh([row + 0.5], [end - begin], 0.42, left=[begin], color=theme.ALERT)
        label = axes.annotate(
            name, (date2num(end), row + 0.5), (4, 0), textcoords="offset points", va="center", color=theme.ALERT
        )
        label.set_in_layout(False)
        if axes.transData.transform((date2num(end), 0))[0] + label.get_window_extent().width + _GAP_PX > box.x1:
            label.xy = (date2num(begin), row + 0.5)
            label.set_position((-4, 0))
            label.set_horizontalalignment("right")
    return max(1, len(alerts))


def _alt_timeline(
    findings: Findings, changes: list[_Mark], alerts: list[tuple[str, pd.Timestamp, pd.Timestamp]], messages: list[_Mark]
) -> str:
    impact, zone = findings.impact, findings.zone
    said = [f"Timeline chart in four lanes ({zone_name(impact.start, zone)})."]
    if impact.detected:
        said.append(f"Impact from {clock(impact.start, zone)} to {clock(impact.end, zone)}.")
    told = [f"{mark.text} at {clock(mark.at, zone)}" for mark in changes]
    said.append(f"Changes: {listing(told)}." if told else "No changes.")
    told = [f"{name} from {clock(begin, zone)} to {clock(end, zone)}" for name, begin, end in alerts]
    said.append(f"Alerts: {listing(told)}." if told else "No alerts.")
    told = [f"{mark.text} at {clock(mark.at, zone)}" for mark in messages]
    said.append(f"First messages: {listing(told)}." if told else "No messages.")
    return " ".join(said)


# Errors by service and route


def errors_by_route(findings: Findings) -> Chart | None:
    """Draw the share of failed requests by service and route; None where nothing failed."""
    impact = findings.impact
    table = impact.routes[impact.routes["events"] > 0].head(MOST_ROUTES)
    if not impact.failed or table.empty:
        return None
    names = [_route_name(row) for _, row in table.iterrows()]
    with _style():
        figure = Figure(figsize=(_WIDTH, 0.75 + 0.24 * len(table)), layout="constrained")
        axes = figure.subplots()
        places = np.arange(len(table))
        axes.barh(places, table["error_ratio"], 0.62, color=theme.ERROR)
        axes.plot(
            table["baseline_ratio"],
            places,
            "|",
            color=theme.INK,
            markersize=9,
            markeredgewidth=1.4,
            label="outside of the impact",
        )
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            words = f"{percent(row['error_ratio'])}, {count(row['failed'])} of {count(row['events'])}"
            axes.annotate(words, (row["error_ratio"], place), (6, 0), textcoords="offset points", va="center")
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.32 * float(table["error_ratio"].max()))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel(f"share of {impact.tier.unit}s that failed during the impact")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.legend(loc="lower right", handlelength=1)
    caption = "Failed requests by service and route during the impact; the tick is the share outside of it."
    told = [
        f"{name} {percent(row['error_ratio'])}" for name, (_, row) in zip(names, table.iterrows(), strict=True) if row["failed"]
    ]
    calm = len(table) - len(told)
    rest = f" {plural(calm, 'route')} had no failures." if calm else ""
    return Chart("errors-by-route", caption, f"Bar chart of the share of failed requests: {listing(told)}.{rest}", figure)


def _route_name(row: pd.Series) -> str:
    parts = [str(row[name]) for name in ("service", "http_route") if not pd.isna(row[name])]
    return short(" ".join(parts), 46) or "unknown"
