"""p-values without drift: uniform, or (where counts are few) larger than that; 2,000 draws, seeds fixed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from drift_engine.states import KllSketch
from drift_engine.verdicts.category_tests import CategoryTests
from drift_engine.verdicts.permutation import Draws
from drift_engine.verdicts.proportions import two_proportions
from drift_engine.verdicts.rank_test import RankTest

Floats = npt.NDArray[np.float64]
Source = Callable[[np.random.Generator, int], Floats]
DRAWS = 2_000

CONTINUOUS: dict[str, Source] = {
    "normal": lambda random, rows: random.normal(size=rows),
    "lognormal": lambda random, rows: random.lognormal(size=rows),
    "counts": lambda random, rows: random.poisson(4.0, rows).astype(float),
}
DISCRETE: dict[str, Source] = {
    "rare flag": lambda random, rows: (random.random(rows) < 0.01).astype(float),
    "rare counts": lambda random, rows: random.poisson(0.05, rows).astype(float),
}


def rank_p_values(source: Source, n: int, m: int, draws: int = DRAWS) -> Floats:
    random, found = np.random.default_rng([n, m]), []
    for _ in range(draws):
        test = RankTest.of(KllSketch.of(source(random, m)), KllSketch.of(source(random, n)))
        assert test is not None
        found.append(test.p_value(Draws()))
    return np.array(found)


def category_p_values(shares: Floats, n: int, m: int) -> Floats:
    random, found = np.random.default_rng([n, m, len(shares)]), []
    for _ in range(DRAWS):
        sides = [
            {str(place): int(count) for place, count in enumerate(random.multinomial(rows, shares))}
            for rows in (m, n)
        ]
        test = CategoryTests.of(sides[0], sides[1])
        assert test is not None
        found.append(test.p_value(Draws()))
    return np.array(found)


def uniform(p_values: Floats) -> bool:
    return float(stats.kstest(p_values, "uniform").pvalue) > 0.01


def at_least_uniform(p_values: Floats) -> bool:
    """P(p <= a) <= a, up to chance."""
    return float(stats.kstest(p_values, "uniform", alternative="greater").pvalue) > 0.01


@pytest.mark.parametrize("rows", [(1_000, 100), (1_000, 1_000)])
@pytest.mark.parametrize("source", CONTINUOUS.values(), ids=CONTINUOUS)
def test_without_drift_p_values_of_numbers_are_uniform(source: Source, rows: tuple[int, int]) -> None:
    assert uniform(rank_p_values(source, *rows))


@pytest.mark.parametrize("source", DISCRETE.values(), ids=DISCRETE)
def test_without_drift_p_values_of_few_events_are_uniform_or_larger(source: Source) -> None:
    assert at_least_uniform(rank_p_values(source, 1_000, 100))


def test_without_drift_p_values_of_two_sketches_are_uniform_or_larger() -> None:
    """Both sides far beyond what a sketch holds: its error makes p-values larger, never smaller."""
    found = rank_p_values(CONTINUOUS["normal"], 20_000, 20_000, draws=400)
    assert at_least_uniform(found)
    assert uniform(found)


@pytest.mark.slow
def test_without_drift_p_values_of_coarse_sketches_are_uniform_or_larger() -> None:
    assert at_least_uniform(rank_p_values(CONTINUOUS["normal"], 200_000, 100_000, draws=200))


@pytest.mark.parametrize("rows", [(1_000, 100), (10_000, 1_000)])
@pytest.mark.parametrize("levels", [5, 50])
def test_without_drift_p_values_of_categories_are_uniform_or_larger(
    levels: int, rows: tuple[int, int]
) -> None:
    zipf = 1.0 / np.arange(1, levels + 1)
    assert at_least_uniform(category_p_values(zipf / zipf.sum(), *rows))


def test_without_drift_p_values_of_large_counts_are_uniform() -> None:
    assert uniform(category_p_values(np.full(5, 0.2), 10_000, 2_000))


def test_without_drift_p_values_of_unseen_categories_are_uniform_or_larger() -> None:
    random, shares, found = np.random.default_rng(9), 1.0 / np.arange(1, 61), []
    for _ in range(400):
        sides = [
            {str(place): int(count) for place, count in enumerate(counts) if count}
            for counts in (random.multinomial(rows, shares / shares.sum()) for rows in (100, 300))
        ]
        test = CategoryTests.of(sides[0], sides[1])
        assert test is not None
        found.append(test.unseen_p_value(Draws()))
    assert at_least_uniform(np.array(found))
    assert 0.0 < float(np.mean(np.array(found) <= 0.2)) <= 0.26


def test_without_drift_p_values_of_missing_cells_are_uniform_or_larger() -> None:
    random = np.random.default_rng(5)
    hits, old_hits = random.binomial(300, 0.1, DRAWS), random.binomial(3_000, 0.1, DRAWS)
    found = [two_proportions(int(a), 300, int(b), 3_000) for a, b in zip(hits, old_hits, strict=True)]
    assert at_least_uniform(np.array(found))
    assert float(np.mean(np.array(found) <= 0.05)) > 0.02
