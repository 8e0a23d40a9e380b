"""When the impact began and ended, and how large it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from pmkit.analysis.impact import episodes, seasonality
from pmkit.analysis.impact.episodes import Episode
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.analysis.impact.time_bins import chart_width, counts, latency, ratio_with_band
from pmkit.core import schema
from pmkit.incident.service_level import Slo

PEAK_S: Final = 60
"""The peak is the worst bin of this width, seconds."""
CALM_S: Final = 120
"""So much time outside of the impact says what is usual, seconds."""


@dataclass(frozen=True)
class Window:
    """Where the impact lies in the data. Times are UTC.

    Attributes
    ----------
    start, end : Timestamp
        The first and the last error of the impact. When it is `ongoing`, `end` is the end of
        the data; when it `began_before`, `start` is their beginning.
    start_range, end_range : tuple of Timestamp
        Where the counts allow start and end to be, at 90%.
    data_start, data_end : Timestamp
        The first and the last event.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    start_range: tuple[pd.Timestamp, pd.Timestamp]
    end_range: tuple[pd.Timestamp, pd.Timestamp]
    began_before: bool
    ongoing: bool
    data_start: pd.Timestamp
    data_end: pd.Timestamp


@dataclass(frozen=True, eq=False)
class Impact(Window):
    """What the incident did, as far as the logs show it. Ratios are 0 to 1.

    Attributes
    ----------
    detected : bool
        Whether anything was worse than the baseline; if not, the window is all of the data.
    requests, failed_requests : int
        Requests (or events, see `measured_on`) in the window, and those of them that failed.
    lost_requests : int
        Requests fewer than the baseline's traffic would have brought.
    peak_error_ratio, peak_at : float, Timestamp
        The worst minute and its start.
    baseline_error_ratio, baseline_per_s : float
        Outside of the window.
    signals : tuple of str
        What was worse: errors, latency, traffic; or metrics, where their samples are counted.
    slow_limit_s : float or None
        What takes longer is slow, seconds.
    slow_from : Timestamp or None
        When latency began to be impaired.
    latency : DataFrame
        `p50_s`, `p95_s`, `p99_s` and `timed` for the rows `outside` and `during`.
    routes : DataFrame
        One row a service and route: `events`, `failed`, `error_ratio`, `baseline_ratio`,
        `p95_s`, `baseline_p95_s`, the most failures first.
    bins : DataFrame
        For charts: per bin `events`, `errors`, `error_ratio`, `low`, `high`, `p50_s`, `p95_s`,
        `p99_s`; indexed by the start of the bin.
    fine : DataFrame
        `events` and `errors` per `schema.BIN_S` seconds; indexed by the start of the bin. Where latency told of
        the impact, timed and slow requests.
    spells : DataFrame
        One row a stretch in which something was worse: `start`, `end`, `events`, `failed`,
        `error_ratio`, and `apart`, whether it lies too far from the others to belong to the
        impact. More than one that is not apart: the impact paused.
    """

    detected: bool
    measured_on: MeasuringPoint
    signals: tuple[str, ...]
    requests: int
    failed_requests: int
    lost_requests: int
    peak_error_ratio: float
    peak_at: pd.Timestamp
    baseline_error_ratio: float
    baseline_per_s: float
    slow_limit_s: float | None
    slow_from: pd.Timestamp | None
    error_budget_spent: float | None
    clients_affected: int | None
    routes: pd.DataFrame
    latency: pd.DataFrame
    bins: pd.DataFrame
    fine: pd.DataFrame
    spells: pd.DataFrame

    @property
    def usual_from(self) -> Literal["before", "after", "neither"] | None:
        """Where the data hold enough calm time to know what is usual, before the impact if possible; None without an impact."""
        if not self.detected:
            return None
        if (self.start - self.data_start).total_seconds() >= CALM_S:
            return "before"
        return "after" if (self.data_end - self.end).total_seconds() >= CALM_S else "neither"

    @property
    def impaired(self) -> tuple[str, str]:
        """What those are that the impact hit, as an adjective and as a verb: failed, or slow where none failed; bad samples."""
        if self.measured_on.unit == "sample":
            return ("bad", "were bad")
        return ("slow", "were slow") if not self.failed_requests and "latency" in self.signals else ("failed", "failed")

    @property
    def window(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """Start and end of the impact; None where there was none."""
        return (self.start, self.end) if self.detected else None

    @property
    def duration_s(self) -> float:
        """Length of the impact, seconds; up to the end of the data while it is ongoing; 0 without an impact."""
        return float((self.end - self.start).total_seconds()) if self.detected else 0.0

    @property
    def error_ratio(self) -> float:
        """Share of the window's requests that failed, 0 to 1."""
        return self.failed_requests / self.requests if self.requests else 0.0


def assess_impact(judged: pd.DataFrame, measured_on: MeasuringPoint, slo: Slo | None = None) -> Impact:
    """Find the impact in a rollup.

    Parameters
    ----------
    judged : DataFrame
        Columns of `schema.JUDGED`; not changed.
    measured_on : MeasuringPoint
        The log that impact is counted on.
    slo : Slo, optional
        What the error budget is counted against.

    Returns
    -------
    Impact
        Errors decide when the impact began and ended; where there are none to speak of,
        latency does, and where that is unimpaired, traffic.
    """
    counted = judged[judged["source"].isin(measured_on.sources)]
    if measured_on.unit == "request":
        counted = counted[counted["is_request"]]
    fine = counts(counted)
    limit_s = episodes.slow_limit(counted)
    slow = episodes.slow_counts(counted, fine, limit_s)
    found = _episodes(fine, slow, measured_on)
    chosen = next((episode for episode in found.values() if episode), None)
    window = _window(counted, fine, chosen, by_errors=found["errors"] is not None)
    detected = chosen is not None
    inside = counted["bin"].between(window.start.floor(f"{schema.BIN_S}s"), window.end)
    outside = counted[~inside] if detected else counted
    requests = detected and measured_on.unit == "request"
    per_s, lost = _traffic(fine, window.start, window.end) if requests else (_rate(fine), 0)
    failed = int(counted.loc[inside & counted["is_error"], "events"].sum())
    peak_ratio, peak_at = _peak(counted[inside])
    return Impact(
        **vars(window),
        detected=detected,
        measured_on=measured_on,
        signals=_signals(found, measured_on, lost=bool(lost)),
        requests=int(counted.loc[inside, "events"].sum()),
        failed_requests=failed,
        lost_requests=lost,
        peak_error_ratio=peak_ratio,
        peak_at=peak_at,
        baseline_error_ratio=_ratio(outside),
        baseline_per_s=per_s,
        slow_limit_s=limit_s,
        slow_from=max(_at(slow, found["latency"].first), window.data_start) if found["latency"] else None,
        error_budget_spent=_budget(failed, per_s, slo) if requests and slo else None,
        clients_affected=None,
        routes=_routes(counted, inside),
        latency=_latency(outside, counted[inside]),
        bins=_chart_bins(counted, window),
        fine=slow if found["latency"] and not found["errors"] else fine,
        spells=_spells(counted, fine, chosen, window, by_errors=found["errors"] is not None),
    )


def _episodes(fine: pd.DataFrame, slow: pd.DataFrame, measured_on: MeasuringPoint) -> dict[str, Episode | None]:
    """Find an episode of each signal; traffic only decides where nothing else does."""
    errors = episodes.by_errors(fine, requests=measured_on.unit != "event")
    late = episodes.by_latency(slow)
    alone = errors is None and late is None and measured_on.unit == "request"
    return {
        "errors": errors,
        "latency": late,
        "traffic": episodes.by_traffic(fine, seasonality.usual(fine["events"])) if alone else None,
    }


def _signals(found: dict[str, Episode | None], measured_on: MeasuringPoint, *, lost: bool) -> tuple[str, ...]:
    names = [name for name, episode in found.items() if episode or (name == "traffic" and lost)]
    return tuple("metrics" if measured_on.unit == "sample" else name for name in names)


def _window(counted: pd.DataFrame, fine: pd.DataFrame, chosen: Episode | None, *, by_errors: bool) -> Window:
    first, last = counted["first_at"].min(), counted["last_at"].max()
    if chosen is None:
        return Window(first, last, (first, first), (last, last), False, False, first, last)
    start, end = _times(counted, fine, (chosen.first, chosen.stop), by_errors=by_errors)
    start = first if chosen.began_before else max(start, first)
    end = last if chosen.ongoing else min(end, last)
    return Window(
        start,
        end,
        _range(fine, chosen.first_range, start),
        _range(fine, chosen.stop_range, end),
        chosen.began_before,
        chosen.ongoing,
        first,
        last,
    )


def _at(fine: pd.DataFrame, place: int) -> pd.Timestamp:
    return pd.Timestamp(fine.index[0] + pd.Timedelta(seconds=schema.BIN_S * place))


def _times(
    counted: pd.DataFrame, fine: pd.DataFrame, bins: tuple[int, int], *, by_errors: bool
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Say when a stretch of bins begins and ends; with its first and last error, if it was found by errors."""
    first, stop = bins
    if not by_errors:
        return _at(fine, first), _at(fine, stop)
    errors = counted[counted["is_error"] & counted["bin"].between(_at(fine, first), _at(fine, stop - 1))]
    return errors["first_at"].min(), errors["last_at"].max()


def _spells(
    counted: pd.DataFrame, fine: pd.DataFrame, chosen: Episode | None, window: Window, *, by_errors: bool
) -> pd.DataFrame:
    rows = []
    stretches = (
        [(bins, apart) for apart, several in enumerate((chosen.spells, chosen.apart)) for bins in several] if chosen else []
    )
    for bins, apart in stretches:
        start, end = _times(counted, fine, bins, by_errors=by_errors)
        inside = fine.iloc[bins[0] : bins[1]]
        events, failed = int(inside["events"].sum()), int(inside["errors"].sum())
        start, end = max(start, window.data_start), min(end, window.data_end)
        rows.append((start, end, events, failed, failed / max(events, 1), apart))
    table = pd.DataFrame(rows, columns=["start", "end", "events", "failed", "error_ratio", "apart"])
    table["apart"] = table["apart"].astype(bool)
    return table.sort_values("start", ignore_index=True)


def _range(fine: pd.DataFrame, places: tuple[int, int], at: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    early, late = _at(fine, places[0]), _at(fine, places[1])
    return min(early, at), max(late, at)


def _rate(fine: pd.DataFrame) -> float:
    return float(fine["events"].median() / schema.BIN_S) if len(fine) else 0.0


def _traffic(fine: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> tuple[float, int]:
    """Return the traffic outside of the window, per second, and the requests that it lacks inside."""
    in_window = pd.Series((fine.index >= start.floor(f"{schema.BIN_S}s")) & (fine.index <= end), index=fine.index)
    whole, within = fine["events"].iloc[1:-1], in_window.iloc[1:-1]
    inside, outside = whole[within], whole[~within]
    if len(outside) < 5 or inside.empty:
        return _rate(fine), 0
    usual = seasonality.usual(fine["events"], in_window)
    expected, level = float(usual[inside.index].sum()), float(outside.median())
    noise = max(1.4826 * float((outside - usual[outside.index]).abs().median()), level**0.5)
    lost = expected - float(inside.sum())
    significant = lost > 4 * noise * len(inside) ** 0.5 and inside.sum() < episodes.DROP_TO * expected
    return level / schema.BIN_S, round(lost) if significant else 0


def _ratio(counted: pd.DataFrame) -> float:
    total = counted["events"].sum()
    return float(counted.loc[counted["is_error"], "events"].sum() / total) if total else 0.0


def _peak(inside: pd.DataFrame) -> tuple[float, pd.Timestamp]:
    """Find the worst minute; minutes with hardly any requests do not count unless all are so."""
    table = counts(inside, PEAK_S)
    usable = table[table["events"] >= min(20, table["events"].max())]
    ratio = usable["errors"] / usable["events"].clip(lower=1)
    return float(ratio.max()), pd.Timestamp(ratio.idxmax())


def _budget(failed: int, per_s: float, slo: Slo) -> float | None:
    allowed = (1 - slo.availability) * per_s * slo.window_days * 86400
    return failed / allowed if allowed > 0 else None


def _routes(counted: pd.DataFrame, inside: pd.Series) -> pd.DataFrame:
    keys = ["service", "http_route"]
    failed = counted["events"].where(counted["is_error"], 0)
    frame = counted[keys].assign(
        events=counted["events"].where(inside, 0),
        failed=failed.where(inside, 0),
        outside=counted["events"].where(~inside, 0),
        outside_failed=failed.where(~inside, 0),
    )
    sums = frame.groupby(keys, dropna=False).sum()
    found = sums[["events", "failed"]].assign(
        error_ratio=(sums["failed"] / sums["events"].where(sums["events"] > 0)).astype("float64"),
        baseline_ratio=(sums["outside_failed"] / sums["outside"].where(sums["outside"] > 0)).astype("float64"),
        p95_s=latency(counted[inside], keys)["p95_s"],
        baseline_p95_s=latency(counted[~inside], keys)["p95_s"],
    )
    return found.reset_index().sort_values(["failed", "events", *keys], ascending=[False, False, True, True], ignore_index=True)


def _latency(outside: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    parts = pd.concat([outside.assign(part="outside"), inside.assign(part="during")])
    return latency(parts, ["part"])


def _chart_bins(counted: pd.DataFrame, window: Window) -> pd.DataFrame:
    width = chart_width(window.data_start, window.data_end)
    table = ratio_with_band(counts(counted, width))
    found = latency(counted, [counted["bin"].dt.floor(f"{width}s")])
    return table.join(found.reindex(table.index)[["p50_s", "p95_s", "p99_s"]])
