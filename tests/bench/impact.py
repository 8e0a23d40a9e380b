"""How well the beginning and the end of an impact are found, on made series whose truth is known.

    make bench
    python tests/bench/impact.py [--series 300]

Ten shapes of incidents and as many calm series, from a seed; beside pmkit a plain threshold, multi-window
burn-rate alerts, and, where they are installed, PELT (ruptures) and an STL residual detector (statsmodels),
each on the same series. Errors are in bins of ten seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from pmkit.analysis.impact import episodes, seasonality
from pmkit.core import schema

SEED: Final = 11
BINS: Final = 360
"""An hour."""
Found = tuple[int, int] | None
"""The first bin, and the first after the last."""


@dataclass(frozen=True)
class Made:
    """A made series.

    Attributes
    ----------
    signal : str
        What is worse: errors, events (errors where there are no requests), latency, traffic.
    table : DataFrame
        `events` and `errors` per bin; for latency the errors are slow requests.
    truth : tuple of int or None
        The first bin of the impact and the first after it; None for calm data.
    began_before, ongoing : bool
        Whether it began before the data or goes on after them.
    spells : int
        Of how many stretches it consists.
    """

    shape: str
    signal: str
    table: pd.DataFrame
    truth: Found
    began_before: bool = False
    ongoing: bool = False
    spells: int = 1


def table(events: Any, errors: Any) -> pd.DataFrame:
    index = pd.date_range("2026-01-17", periods=len(events), freq=f"{schema.BIN_S}s", tz="UTC", unit="us")
    return pd.DataFrame({"events": np.asarray(events, "int64"), "errors": np.asarray(errors, "int64")}, index=index)


class Maker:
    """Makes series of each shape."""

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)

    def traffic(self, usual: float) -> Any:
        """Requests per bin: a slow wave, and more scatter than chance alone."""
        wave = 1 + 0.15 * np.sin(np.arange(BINS) / BINS * 2 * np.pi + self._chance.uniform(0, 6))
        return self._chance.poisson(usual * wave * self._chance.gamma(50, 1 / 50, BINS))

    def window(self) -> tuple[int, int]:
        first = int(self._chance.integers(100, 180))
        return first, first + int(self._chance.integers(20, 100))

    def failing(self, share: Any, usual: float, baseline: float = 0.001) -> pd.DataFrame:
        events = self.traffic(usual)
        return table(events, self._chance.binomial(events, np.clip(baseline + share, 0, 1)))

    def step(self) -> Made:
        first, stop = self.window()
        return Made("step", "errors", self.failing(between(first, stop, self._chance.uniform(0.02, 0.5)), 100), (first, stop))

    def low_traffic(self) -> Made:
        first, stop = self.window()
        return Made("low traffic", "errors", self.failing(between(first, stop, self._chance.uniform(0.2, 0.9)), 4), (first, stop))

    def partial(self) -> Made:
        first, stop = self.window()
        share = between(first, stop, self._chance.uniform(0.01, 0.02))
        return Made("partial, 1 to 2%", "errors", self.failing(share, 300, 0.002), (first, stop))

    def ramp(self) -> Made:
        first, stop = self.window()
        share = np.zeros(BINS)
        share[first:stop] = np.linspace(0.01, self._chance.uniform(0.2, 0.5), stop - first)
        return Made("ramp", "errors", self.failing(share, 300), (first, stop))

    def flapping(self) -> Made:
        first = int(self._chance.integers(100, 160))
        share, place = np.zeros(BINS), first
        spells = int(self._chance.integers(3, 6))
        for _ in range(spells):
            length = int(self._chance.integers(5, 15))
            share[place : place + length] = self._chance.uniform(0.2, 0.5)
            stop = place + length
            place = stop + int(self._chance.integers(4, 15))
        return Made("flapping", "errors", self.failing(share, 200), (first, stop), spells=spells)

    def running(self) -> Made:
        stop = int(self._chance.integers(100, 180))
        share = between(0, stop, self._chance.uniform(0.1, 0.5))
        return Made("began before the data", "errors", self.failing(share, 200), (0, stop), began_before=True)

    def unending(self) -> Made:
        first = int(self._chance.integers(180, 260))
        share = between(first, BINS, self._chance.uniform(0.1, 0.5))
        return Made("goes on after the data", "errors", self.failing(share, 200), (first, BINS), ongoing=True)

    def error_events(self) -> Made:
        first, stop = self.window()
        errors = self._chance.poisson(0.2 + between(first, stop, self._chance.uniform(0.8, 6)))
        return Made("error events, no requests", "events", table(errors + self._chance.poisson(20, BINS), errors), (first, stop))

    def slow(self) -> Made:
        first, stop = self.window()
        share = between(first, stop, self._chance.uniform(0.15, 0.8))
        return Made("latency", "latency", self.failing(share, 40, 0.04), (first, stop))

    def drop(self) -> Made:
        first, stop = self.window()
        kept = 1 - between(first, stop, self._chance.uniform(0.4, 0.95))
        events = self._chance.binomial(self.traffic(60), kept)
        return Made("traffic drop", "traffic", table(events, np.zeros(BINS)), (first, stop))

    def calm(self) -> Made:
        signal = str(self._chance.choice(["errors", "events", "latency", "traffic"]))
        usual = float(self._chance.choice([5, 30, 150, 600]))
        if signal == "events":
            errors = self._chance.poisson(self._chance.uniform(0.02, 1), BINS)
            return Made("calm", signal, table(errors + self._chance.poisson(20, BINS), errors), None)
        baseline = self._chance.uniform(0.02, 0.06) if signal == "latency" else self._chance.choice([0, 0.0005, 0.003, 0.02])
        return Made("calm", signal, self.failing(np.zeros(BINS), usual, float(baseline)), None)


def between(first: int, stop: int, value: float) -> Any:
    share = np.zeros(BINS)
    share[first:stop] = value
    return share


SHAPES: Final[tuple[Callable[[Maker], Made], ...]] = (
    Maker.step, Maker.low_traffic, Maker.partial, Maker.ramp, Maker.flapping, Maker.running, Maker.unending, Maker.error_events,
    Maker.slow, Maker.drop,
)  # fmt: skip


def episode_of(made: Made) -> episodes.Episode | None:
    match made.signal:
        case "errors" | "events":
            return episodes.by_errors(made.table, requests=made.signal == "errors")
        case "latency":
            return episodes.by_latency(made.table)
        case _:
            return episodes.by_traffic(made.table, seasonality.usual(made.table["events"]))


def pmkit(made: Made) -> Found:
    found = episode_of(made)
    return (found.first, found.stop) if found else None


def level(made: Made) -> Any:
    """What the others look at: the larger, the worse."""
    events = made.table["events"].to_numpy("float64")
    errors = made.table["errors"].to_numpy("float64")
    if made.signal == "traffic":
        return 1 - events / max(np.median(events), 1)
    return errors if made.signal == "events" else errors / np.maximum(events, 1)


def runs(bad: Any, pause: int = 30) -> Found:
    """Join what is bad with pauses of up to five minutes, and take the longest run."""
    places = np.flatnonzero(bad)
    if not len(places):
        return None
    groups = np.split(places, np.flatnonzero(np.diff(places) > pause) + 1)
    longest = max(groups, key=len)
    return int(longest[0]), int(longest[-1]) + 1


def threshold(made: Made) -> Found:
    """Worse than 5% (of traffic: half of it gone; of error events: 2 a bin) in two bins in a row."""
    limit = {"traffic": 0.5, "events": 2.0, "latency": 0.15}.get(made.signal, 0.05)
    bad = level(made) >= limit
    return runs(bad & (np.r_[False, bad[:-1]] | np.r_[bad[1:], False]))


def burn_rate(made: Made) -> Found:
    """Burn the budget of 99.9% 14.4 times too fast over five minutes and over half a minute (SRE workbook, chapter 5)."""
    if made.signal in ("traffic", "events"):
        return None
    target = 0.9 if made.signal == "latency" else 0.999
    events, errors = made.table["events"].astype(float), made.table["errors"].astype(float)
    fast, slow = (errors.rolling(n, min_periods=1).sum() / events.rolling(n, min_periods=1).sum().clip(lower=1) for n in (3, 30))
    limit = min(14.4 * (1 - target), 0.5)
    return runs(((fast > limit) & (slow > limit)).to_numpy())


def pelt(made: Made) -> Found:
    """PELT with a quadratic cost on the level; segments far above the median count."""
    import ruptures

    values = level(made)
    spread = max(float(np.median(np.abs(np.diff(values)))) * 1.05, 1e-4)
    cuts = [0, *ruptures.KernelCPD(kernel="linear", min_size=2).fit(values).predict(pen=6 * np.log(BINS) * spread**2)]
    usual = np.median(values)
    bad = np.zeros(BINS, bool)
    for first, stop in pairwise(cuts):
        bad[first:stop] = values[first:stop].mean() - usual > 4 * spread
    return runs(bad)


def stl(made: Made) -> Found:
    """Bins whose residual from a robust seasonal-trend decomposition is more than three deviations away."""
    from statsmodels.tsa.seasonal import STL

    residual = STL(level(made), period=60, robust=True).fit().resid
    spread = 1.4826 * np.median(np.abs(residual - np.median(residual)))
    return runs(residual > 3 * max(spread, 1e-9))


def detectors() -> dict[str, Callable[[Made], Found]]:
    found: dict[str, Callable[[Made], Found]] = {"pmkit": pmkit, "threshold": threshold, "burn rate": burn_rate}
    if importlib.util.find_spec("ruptures"):
        found["PELT"] = pelt
    if importlib.util.find_spec("statsmodels"):
        found["STL residual"] = stl
    return found


def row(name: str, detector: Callable[[Made], Found], made: list[Made], calm: list[Made]) -> str:
    """Write what one detector did: a missed series counts as an error of all its bins."""
    onsets, ends, missed = [], [], 0
    for one in made:
        found = detector(one)
        missed += found is None
        first, stop = found or (0, 0)
        assert one.truth
        if not one.began_before:
            onsets.append(abs(first - one.truth[0]) if found else BINS)
        if not one.ongoing:
            ends.append(abs(stop - one.truth[1]) if found else BINS)
    alarms = sum(detector(one) is not None for one in calm) / max(len(calm), 1)
    told = [f"{np.median(errors):.0f} / {np.quantile(errors, 0.9):.0f}" if errors else "–" for errors in (onsets, ends)]
    return f"| {name} | {missed} of {len(made)} | {told[0]} | {told[1]} | {100 * alarms:.1f} % |"


def inside(made: list[Made]) -> tuple[float, float]:
    """Return the share of true beginnings and ends that lie inside of the stated ranges."""
    onsets, ends = [], []
    for one in made:
        found = episode_of(one)
        if found and one.truth:
            if not one.began_before:
                onsets.append(found.first_range[0] <= one.truth[0] <= found.first_range[1])
            if not one.ongoing:
                ends.append(found.stop_range[0] <= one.truth[1] <= found.stop_range[1])
    return float(np.mean(onsets)), float(np.mean(ends))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--series", type=int, default=300)
    words.add_argument("--seed", type=int, default=SEED)
    args = words.parse_args()
    warnings.simplefilter("ignore")
    maker = Maker(args.seed)
    made = [shape(maker) for shape in SHAPES for _ in range(args.series // len(SHAPES))]
    calm = [maker.calm() for _ in range(args.series)]
    print("| | missed | onset off by, median / 90% | end off by, median / 90% | false alarms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, detector in detectors().items():
        print(row(name, detector, made, calm), flush=True)
    print("\n| pmkit, by shape | missed | onset off by, median / 90% | end off by, median / 90% | |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for shape in dict.fromkeys(one.shape for one in made):
        print(row(shape, pmkit, [one for one in made if one.shape == shape], []).rsplit("|", 2)[0] + "| |")
    onsets, ends = inside(made)
    states = [(one, episode_of(one)) for one in made]
    right = np.mean(
        [bool(found) and (found.began_before, found.ongoing) == (one.began_before, one.ongoing) for one, found in states]
    )
    print(f"\nInside of the stated 90% range: {onsets:.0%} of the beginnings, {ends:.0%} of the ends.")
    print(f"Told rightly whether it began before the data and whether it goes on: {right:.0%}.")
    spells = {
        name: np.mean([bool(found) and len(found.spells) == one.spells for one, found in states if (one.spells > 1) == several])
        for name, several in (("flapping", True), ("others", False))
    }
    print(
        f"Told rightly in how many spells it came: {spells['flapping']:.0%} of flapping series, {spells['others']:.0%} of others."
    )


if __name__ == "__main__":
    main()
