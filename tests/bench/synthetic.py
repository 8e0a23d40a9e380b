"""Synthetic series of errors, latency and traffic, with and without an impact whose start and end are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from pmkit.core import schema

# An hour.
BINS: Final = 360
# The first bin and the first after the last.
Interval = tuple[int, int] | None


@dataclass(frozen=True)
class Synthetic:
    """A synthetic series.

    Attributes
    ----------
    signal : str
        What gets worse: errors, events (errors without requests), latency or traffic.
    table : DataFrame
        `events` and `errors` per bin; for latency the errors are slow requests.
    truth : tuple of int or None
        The first bin of the impact and the first after it; None for calm data.
    began_before, ongoing : bool
        Whether the impact began before the data or outlasts them.
    episodes : int
        Number of stretches of impact.
    """

    shape: str
    signal: str
    table: pd.DataFrame
    truth: Interval
    began_before: bool = False
    ongoing: bool = False
    episodes: int = 1


def table(events: Any, errors: Any) -> pd.DataFrame:
    index = pd.date_range("2026-01-17", periods=len(events), freq=f"{schema.BIN_S}s", tz="UTC", unit="us")
    return pd.DataFrame({"events": np.asarray(events, "int64"), "errors": np.asarray(errors, "int64")}, index=index)


class Generator:
    """Generates series of each shape."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def traffic(self, usual: float) -> Any:
        """Return requests per bin: a slow wave with more variance than a Poisson process."""
        wave = 1 + 0.15 * np.sin(np.arange(BINS) / BINS * 2 * np.pi + self._random.uniform(0, 6))
        return self._random.poisson(usual * wave * self._random.gamma(50, 1 / 50, BINS))

    def window(self) -> tuple[int, int]:
        first = int(self._random.integers(100, 180))
        return first, first + int(self._random.integers(20, 100))

    def failing(self, share: Any, usual: float, baseline: float = 0.001) -> pd.DataFrame:
        events = self.traffic(usual)
        return table(events, self._random.binomial(events, np.clip(baseline + share, 0, 1)))

    def step(self) -> Synthetic:
        first, stop = self.window()
        return Synthetic(
            "step", "errors", self.failing(between(first, stop, self._random.uniform(0.02, 0.5)), 100), (first, stop)
        )

    def low_traffic(self) -> Synthetic:
        first, stop = self.window()
        return Synthetic(
            "low traffic", "errors", self.failing(between(first, stop, self._random.uniform(0.2, 0.9)), 4), (first, stop)
        )

    def partial(self) -> Synthetic:
        first, stop = self.window()
        share = between(first, stop, self._random.uniform(0.01, 0.02))
        return Synthetic("partial, 1 to 2%", "errors", self.failing(share, 300, 0.002), (first, stop))

    def ramp(self) -> Synthetic:
        first, stop = self.window()
        share = np.zeros(BINS)
        share[first:stop] = np.linspace(0.01, self._random.uniform(0.2, 0.5), stop - first)
        return Synthetic("ramp", "errors", self.failing(share, 300), (first, stop))

    def flapping(self) -> Synthetic:
        first = int(self._random.integers(100, 160))
        share, place = np.zeros(BINS), first
        episodes = int(self._random.integers(3, 6))
        for _ in range(episodes):
            length = int(self._random.integers(5, 15))
            share[place : place + length] = self._random.uniform(0.2, 0.5)
            stop = place + length
            place = stop + int(self._random.integers(4, 15))
        return Synthetic("flapping", "errors", self.failing(share, 200), (first, stop), episodes=episodes)

    def running(self) -> Synthetic:
        stop = int(self._random.integers(100, 180))
        share = between(0, stop, self._random.uniform(0.1, 0.5))
        return Synthetic("began before the data", "errors", self.failing(share, 200), (0, stop), began_before=True)

    def unending(self) -> Synthetic:
        first = int(self._random.integers(180, 260))
        share = between(first, BINS, self._random.uniform(0.1, 0.5))
        return Synthetic("goes on after the data", "errors", self.failing(share, 200), (first, BINS), ongoing=True)

    def error_events(self) -> Synthetic:
        first, stop = self.window()
        errors = self._random.poisson(0.2 + between(first, stop, self._random.uniform(0.8, 6)))
        return Synthetic(
            "error events, no requests", "events", table(errors + self._random.poisson(20, BINS), errors), (first, stop)
        )

    def slow(self) -> Synthetic:
        first, stop = self.window()
        share = between(first, stop, self._random.uniform(0.15, 0.8))
        return Synthetic("latency", "latency", self.failing(share, 40, 0.04), (first, stop))

    def drop(self) -> Synthetic:
        first, stop = self.window()
        remaining = 1 - between(first, stop, self._random.uniform(0.4, 0.95))
        events = self._random.binomial(self.traffic(60), remaining)
        return Synthetic("traffic drop", "traffic", table(events, np.zeros(BINS)), (first, stop))

    def calm(self) -> Synthetic:
        signal = str(self._random.choice(["errors", "events", "latency", "traffic"]))
        usual = float(self._random.choice([5, 30, 150, 600]))
        if signal == "events":
            errors = self._random.poisson(self._random.uniform(0.02, 1), BINS)
            return Synthetic("calm", signal, table(errors + self._random.poisson(20, BINS), errors), None)
        baseline = self._random.uniform(0.02, 0.06) if signal == "latency" else self._random.choice([0, 0.0005, 0.003, 0.02])
        return Synthetic("calm", signal, self.failing(np.zeros(BINS), usual, float(baseline)), None)


def between(first: int, stop: int, value: float) -> Any:
    share = np.zeros(BINS)
    share[first:stop] = value
    return share


SHAPES: Final[tuple[Callable[[Generator], Synthetic], ...]] = (
    Generator.step,
    Generator.low_traffic,
    Generator.partial,
    Generator.ramp,
    Generator.flapping,
    Generator.running,
    Generator.unending,
    Generator.error_events,
    Generator.slow,
    Generator.drop,
)
