"""Measure how well the onset and end of an impact are detected, on synthetic series with known truth.

    make bench
    python tests/bench/impact.py [--series 300]

Ten shapes of incidents and as many calm series, drawn from a seed. pmkit is compared with a plain threshold, multi-window
burn-rate alerts and, where they are installed, PELT (ruptures) and an STL residual detector (statsmodels). Deviations are in
bins of ten seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
from synthetic import BINS, SHAPES, Generator, Interval, Synthetic

from pmkit.analysis.impact import anomalies, seasonality

SEED: Final = 11


def anomaly_of(series: Synthetic) -> anomalies.Anomaly | None:
    match series.signal:
        case "errors" | "events":
            return anomalies.by_errors(series.table, requests=series.signal == "errors")
        case "latency":
            return anomalies.by_latency(series.table)
        case _:
            return anomalies.by_traffic(series.table, seasonality.baseline(series.table["events"]))


def pmkit(series: Synthetic) -> Interval:
    anomaly = anomaly_of(series)
    return (anomaly.first, anomaly.stop) if anomaly else None


def level(series: Synthetic) -> Any:
    """Return what the other detectors look at: the larger, the worse."""
    events = series.table["events"].to_numpy("float64")
    errors = series.table["errors"].to_numpy("float64")
    if series.signal == "traffic":
        return 1 - events / max(np.median(events), 1)
    return errors if series.signal == "events" else errors / np.maximum(events, 1)


def runs(bad: Any, pause: int = 30) -> Interval:
    """Return the longest run of bad bins, joined over pauses of up to five minutes."""
    places = np.flatnonzero(bad)
    if not len(places):
        return None
    groups = np.split(places, np.flatnonzero(np.diff(places) > pause) + 1)
    longest = max(groups, key=len)
    return int(longest[0]), int(longest[-1]) + 1


def threshold(series: Synthetic) -> Interval:
    """Alert on two bins in a row above 5% errors (traffic: half of it gone; error events: 2 per bin)."""
    limit = {"traffic": 0.5, "events": 2.0, "latency": 0.15}.get(series.signal, 0.05)
    bad = level(series) >= limit
    return runs(bad & (np.r_[False, bad[:-1]] | np.r_[bad[1:], False]))


def burn_rate(series: Synthetic) -> Interval:
    """Alert on a 14.4x burn rate of a 99.9% SLO over five minutes and half a minute (SRE workbook, chapter 5)."""
    if series.signal in ("traffic", "events"):
        return None
    target = 0.9 if series.signal == "latency" else 0.999
    events, errors = series.table["events"].astype(float), series.table["errors"].astype(float)
    fast, slow = (errors.rolling(n, min_periods=1).sum() / events.rolling(n, min_periods=1).sum().clip(lower=1) for n in (3, 30))
    limit = min(14.4 * (1 - target), 0.5)
    return runs(((fast > limit) & (slow > limit)).to_numpy())


def pelt(series: Synthetic) -> Interval:
    """Segment the level by PELT with a quadratic cost; segments far above the median are impact."""
    import ruptures

    values = level(series)
    spread = max(float(np.median(np.abs(np.diff(values)))) * 1.05, 1e-4)
    cuts = [0, *ruptures.KernelCPD(kernel="linear", min_size=2).fit(values).predict(pen=6 * np.log(BINS) * spread**2)]
    usual = np.median(values)
    bad = np.zeros(BINS, bool)
    for first, stop in pairwise(cuts):
        bad[first:stop] = values[first:stop].mean() - usual > 4 * spread
    return runs(bad)


def stl(series: Synthetic) -> Interval:
    """Alert on bins more than three deviations off a robust seasonal-trend decomposition."""
    from statsmodels.tsa.seasonal import STL

    residual = STL(level(series), period=60, robust=True).fit().resid
    spread = 1.4826 * np.median(np.abs(residual - np.median(residual)))
    return runs(residual > 3 * max(spread, 1e-9))


def detectors() -> dict[str, Callable[[Synthetic], Interval]]:
    available: dict[str, Callable[[Synthetic], Interval]] = {"pmkit": pmkit, "threshold": threshold, "burn rate": burn_rate}
    if importlib.util.find_spec("ruptures"):
        available["PELT"] = pelt
    if importlib.util.find_spec("statsmodels"):
        available["STL residual"] = stl
    return available


def row(name: str, detector: Callable[[Synthetic], Interval], incidents: list[Synthetic], calm: list[Synthetic]) -> str:
    """Return a table row for a detector; a missed series counts as off by all its bins."""
    onsets, ends, missed = [], [], 0
    for series in incidents:
        interval = detector(series)
        missed += interval is None
        first, stop = interval or (0, 0)
        assert series.truth
        if not series.began_before:
            onsets.append(abs(first - series.truth[0]) if interval else BINS)
        if not series.ongoing:
            ends.append(abs(stop - series.truth[1]) if interval else BINS)
    alarms = sum(detector(series) is not None for series in calm) / max(len(calm), 1)
    deviations = [f"{np.median(errors):.0f} / {np.quantile(errors, 0.9):.0f}" if errors else "–" for errors in (onsets, ends)]
    return f"| {name} | {missed} of {len(incidents)} | {deviations[0]} | {deviations[1]} | {alarms:.1%} |"


def coverage(incidents: list[Synthetic]) -> tuple[float, float]:
    """Return the shares of true onsets and ends within the stated 90% ranges."""
    onsets, ends = [], []
    for series in incidents:
        anomaly = anomaly_of(series)
        if anomaly and series.truth:
            if not series.began_before:
                onsets.append(anomaly.first_range[0] <= series.truth[0] <= anomaly.first_range[1])
            if not series.ongoing:
                ends.append(anomaly.stop_range[0] <= series.truth[1] <= anomaly.stop_range[1])
    return float(np.mean(onsets)), float(np.mean(ends))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=300)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    generator = Generator(args.seed)
    incidents = [shape(generator) for shape in SHAPES for _ in range(args.series // len(SHAPES))]
    calm = [generator.calm() for _ in range(args.series)]
    print("| | missed | onset off by, median / 90% | end off by, median / 90% | false alarms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, detector in detectors().items():
        print(row(name, detector, incidents, calm), flush=True)
    print("\n| pmkit, by shape | missed | onset off by, median / 90% | end off by, median / 90% | |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for shape in dict.fromkeys(series.shape for series in incidents):
        print(row(shape, pmkit, [series for series in incidents if series.shape == shape], []).rsplit("|", 2)[0] + "| |")
    onsets, ends = coverage(incidents)
    pairs = [(series, anomaly_of(series)) for series in incidents]
    right = np.mean(
        [
            bool(anomaly) and (anomaly.began_before, anomaly.ongoing) == (series.began_before, series.ongoing)
            for series, anomaly in pairs
        ]
    )
    print(f"\nWithin the stated 90% range: {onsets:.0%} of the onsets, {ends:.0%} of the ends.")
    print(f"Right about whether it began before the data and outlasts them: {right:.0%}.")
    episodes = {
        name: np.mean(
            [
                bool(anomaly) and len(anomaly.episodes) == series.episodes
                for series, anomaly in pairs
                if (series.episodes > 1) == several
            ]
        )
        for name, several in (("flapping", True), ("others", False))
    }
    print(f"Right number of stretches: {episodes['flapping']:.0%} of flapping series, {episodes['others']:.0%} of others.")


if __name__ == "__main__":
    main()
