"""Change points are detected where they are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.analysis.impact.change_points import MAX_BINS, Series, cut_range, dispersion, segments


def series(ratios: list[tuple[int, float]], per_bin: int = 200, seed: int = 1) -> Series:
    chance = np.random.default_rng(seed)
    hits = np.concatenate([chance.binomial(per_bin, ratio, length) for length, ratio in ratios]).astype(float)
    return Series(hits, np.full(len(hits), float(per_bin)), binomial=True)


@settings(max_examples=60, deadline=None)
@given(
    hits=st.lists(st.integers(0, 50), min_size=1, max_size=120),
    spare=st.lists(st.integers(0, 50), min_size=120, max_size=120),
    binomial=st.booleans(),
)
def test_segments_cover_every_bin_once_and_keep_the_sums(hits, spare, binomial) -> None:
    counts = np.array(hits, dtype=float)
    trials = counts + np.array(spare[: len(hits)]) if binomial else np.ones(len(hits))
    parts = segments(Series(counts, trials, binomial))
    assert [part.first for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop == len(hits)
    assert sum(part.hits for part in parts) == counts.sum()
    assert sum(part.trials for part in parts) == trials.sum()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), ratio=st.sampled_from([0.0, 0.001, 0.01, 0.2]))
def test_a_constant_rate_is_one_segment(seed, ratio) -> None:
    assert len(segments(series([(180, ratio)], seed=seed))) == 1


def test_a_step_is_located_to_the_exact_bin_within_its_range() -> None:
    data = series([(80, 0.001), (40, 0.1), (60, 0.001)])
    parts = segments(data)
    assert [part.first for part in parts] == [0, 80, 120]
    low, high = cut_range(data, 80, 0, 120)
    assert low <= 80 <= high
    assert high - low <= 2


@pytest.mark.fuzz
def test_the_range_of_a_weak_step_contains_it_about_as_often_as_promised() -> None:
    held = widths = tries = 0
    for seed in range(120):
        data = series([(80, 0.02), (80, 0.06)], per_bin=60, seed=seed)
        parts = segments(data)
        if len(parts) == 2:
            low, high = cut_range(data, parts[1].first, 0, 160)
            held, widths, tries = held + (low <= 80 <= high), widths + high - low, tries + 1
    assert tries > 100
    assert held / tries > 0.8
    assert widths / tries > 2


def test_counts_that_vary_more_than_binomial_are_allowed_for() -> None:
    chance = np.random.default_rng(3)
    hits = chance.binomial(200, chance.beta(2, 38, 180)).astype(float)
    data = Series(hits, np.full(180, 200.0), binomial=True)
    assert dispersion(data) > 3
    assert len(segments(data)) == 1


@pytest.mark.parametrize("seed", range(6))
def test_short_bursts_are_found_although_most_of_their_bins_are_steps(seed: int) -> None:
    data = series([(60, 0.0005), (6, 0.15), (54, 0.0005), (6, 0.15), (54, 0.0005)], per_bin=40, seed=seed)
    assert [round(part.first / 6) for part in segments(data)] == [0, 10, 11, 20, 21]


@pytest.mark.parametrize("clumps", [4, 10])
def test_clumps_of_failures_within_single_bins_are_no_impact(clumps: int) -> None:
    chance = np.random.default_rng(clumps)
    hits = chance.binomial(40, 0.001, 720).astype(float)
    hits[chance.integers(0, 720, clumps)] += 8
    assert len(segments(Series(hits, np.full(720, 40.0), binomial=True))) == 1


def test_a_long_series_is_searched_coarsely_and_cut_finely() -> None:
    data = series([(7 * MAX_BINS, 0.001), (501, 0.2), (3 * MAX_BINS, 0.001)], per_bin=50)
    assert [part.first for part in segments(data)] == [0, 7 * MAX_BINS, 7 * MAX_BINS + 501]


def test_an_empty_series_has_no_segments() -> None:
    assert segments(Series(np.array([]), np.array([]), binomial=True)) == []
