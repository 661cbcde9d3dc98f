from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from drift_engine.distances import DISTANCES
from drift_engine.states import KllSketch

Floats = npt.NDArray[np.float64]
# Conover 1999, Practical Nonparametric Statistics, 3rd ed., 6.3, the data of example 1.
CONOVER_X = [7.6, 8.4, 8.6, 8.7, 9.3, 9.9, 10.1, 10.6, 11.2]
CONOVER_Y = [5.2, 5.7, 5.9, 6.5, 6.8, 8.2, 9.1, 9.8, 10.8, 11.3, 11.5, 12.3, 12.5, 13.4, 14.6]


def of(name: str, current: npt.ArrayLike, baseline: npt.ArrayLike) -> float:
    return DISTANCES[name].compute(KllSketch.of(current), KllSketch.of(baseline))


def samples(ties: bool) -> list[tuple[Floats, Floats]]:
    random = np.random.default_rng(11)
    found = []
    for n, m in ((1, 1), (2, 7), (40, 1000), (900, 900), (2000, 300)):
        x, y = random.normal(0.2, 1.3, n), random.normal(0.0, 1.0, m)
        found.append((np.round(x, 1), np.round(y, 1)) if ties else (x, y))
    return found


def scaled(x: Floats, y: Floats) -> float:
    return float(stats.wasserstein_distance(x, y) / y.std())


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("kolmogorov_smirnov", lambda x, y: stats.ks_2samp(x, y).statistic),
        (
            "kuiper",
            lambda x, y: sum(stats.ks_2samp(x, y, side, "asymp").statistic for side in ("less", "greater")),
        ),
        ("wasserstein", stats.wasserstein_distance),
        ("energy", stats.energy_distance),
    ],
)
def test_it_is_scipys_number(name: str, reference: Callable[[Floats, Floats], float], ties: bool) -> None:
    for x, y in samples(ties):
        assert of(name, x, y) == pytest.approx(float(reference(x, y)), rel=1e-12, abs=1e-12)


def test_wasserstein_is_also_told_in_deviations_of_the_baseline() -> None:
    for x, y in samples(ties=True)[1:]:
        assert of("wasserstein_scaled", x, y) == pytest.approx(scaled(x, y), rel=1e-12)


def test_without_ties_cramer_von_mises_is_scipys_statistic() -> None:
    for x, y in samples(ties=False)[1:]:
        expected = float(stats.cramervonmises_2samp(x, y, method="asymptotic").statistic)
        assert of("cramer_von_mises", x, y) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_anderson_darling_is_scipys_before_it_is_standardised(ties: bool) -> None:
    for x, y in samples(ties)[1:]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            standardised = float(stats.anderson_ksamp([x, y]).statistic)
        expected = standardised * deviation(len(x), len(y)) + 1.0
        assert of("anderson_darling", x, y) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def deviation(n: int, m: int) -> float:
    """Scholz & Stephens 1987, eq. (4), for two samples."""
    total = n + m
    upper = 1.0 / n + 1.0 / m
    h = sum(1.0 / i for i in range(1, total))
    g = sum(sum(1.0 / ((total - i) * j) for j in range(i + 1, total)) for i in range(1, total - 1))
    a = (4 * g - 6) * 1 + (10 - 6 * g) * upper
    b = (2 * g - 4) * 4 + 8 * h * 2 + (2 * g - 14 * h - 4) * upper - 8 * h + 4 * g - 6
    c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * upper + 4 * h
    d = (2 * h + 6) * 4 - 4 * h * 2
    variance = a * total**3 + b * total**2 + c * total + d
    return math.sqrt(variance / ((total - 1.0) * (total - 2.0) * (total - 3.0)))


def test_the_worked_example_of_conover_comes_out() -> None:
    assert of("kolmogorov_smirnov", CONOVER_X, CONOVER_Y) == pytest.approx(0.4)
    assert of("cramer_von_mises", CONOVER_X, CONOVER_Y) == pytest.approx(0.262, abs=5e-4)


def test_the_four_laboratories_of_scholz_and_stephens_come_out() -> None:
    """Scholz & Stephens 1987, JASA 82, 918-924, the example of section 7: 8.3926 with ties at their middle.

    The statistic of k samples is the sum over the samples, each against all others, weighted by the others'
    share of the rows.
    """
    smoothness = [
        [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0],
        [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8],
        [34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0],
        [34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8],
    ]
    found = 0.0
    for at, laboratory in enumerate(smoothness):
        others = [value for place, other in enumerate(smoothness) if place != at for value in other]
        found += 0.75 * of("anderson_darling", laboratory, others)
    assert found == pytest.approx(8.3926, abs=5e-5)


def test_kuiper_adds_up_both_directions() -> None:
    # By hand: below 7.6 the share of y is 5/15 and of x 0; after 11.2 it is x 1 and y 9/15.
    assert of("kuiper", CONOVER_X, CONOVER_Y) == pytest.approx(5 / 15 + 6 / 15)
    assert of("kuiper", [1.0, 2.0], [3.0, 4.0]) == 1.0


def test_the_worked_examples_of_scipys_pages_come_out() -> None:
    assert of("wasserstein", [0.0, 1.0, 3.0], [5.0, 6.0, 8.0]) == pytest.approx(5.0)
    assert of("energy", [0.0], [2.0]) == pytest.approx(2.0)


def test_ties_count_with_all_their_rows() -> None:
    flag, ones = [0.0, 1.0] * 500, [1.0] * 1000
    assert of("kolmogorov_smirnov", ones, flag) == 0.5
    assert of("wasserstein", ones, flag) == 0.5


def test_a_constant_baseline_is_no_unit() -> None:
    assert of("wasserstein_scaled", [5.0, 5.0], [5.0]) == 0.0
    # Both together: 3, 3, 5, 5, whose deviation is 1.
    assert of("wasserstein_scaled", [5.0, 5.0], [3.0, 3.0]) == pytest.approx(2.0)


def test_numbers_at_the_ends_of_the_doubles_leave_a_finite_distance() -> None:
    largest = sys.float_info.max
    assert of("wasserstein", [-largest], [largest]) == largest
    assert of("energy", [-largest], [largest]) < math.inf
    assert of("wasserstein_scaled", [5e-324, 0.0], [0.0, 0.0, 5e-324]) >= 0.0


@pytest.mark.parametrize("name", [row.name for row in DISTANCES.values() if row.kind == "numerical"])
def test_empty_against_anything_is_zero(name: str) -> None:
    one, none = [1.0], list[float]()
    assert of(name, none, one) == of(name, one, none) == of(name, none, none) == 0.0
