from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from scipy import spatial, stats
from scipy.stats.contingency import chi2_contingency

from drift_engine.distances import DISTANCES
from drift_engine.distances.bins import decile_counts
from drift_engine.states import KllSketch

Floats = npt.NDArray[np.float64]
Counts = Mapping[str, int]
CATEGORICAL = [row.name for row in DISTANCES.values() if row.kind == "categorical"]


def of(name: str, current: Counts, baseline: Counts) -> float:
    return DISTANCES[name].compute(current, baseline)


def named(counts: npt.ArrayLike) -> Counts:
    return {f"c{index}": int(count) for index, count in enumerate(np.asarray(counts))}


def pairs() -> list[tuple[Floats, Floats]]:
    random = np.random.default_rng(12)
    return [
        (random.integers(1, 500, k).astype(float), random.integers(1, 9000, k).astype(float))
        for k in (2, 3, 10, 120)
    ]


def contingency(x: Floats, y: Floats, power: str) -> float:
    return float(chi2_contingency(np.array([x, y]), correction=False, lambda_=power).statistic)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("jensen_shannon", spatial.distance.jensenshannon),
        ("kullback_leibler", stats.entropy),
        ("total_variation", lambda x, y: spatial.distance.cityblock(x / x.sum(), y / y.sum()) / 2.0),
        (
            "hellinger",
            lambda x, y: (
                spatial.distance.euclidean(np.sqrt(x / x.sum()), np.sqrt(y / y.sum())) / np.sqrt(2.0)
            ),
        ),
        ("linf_simple", lambda x, y: spatial.distance.chebyshev(x / x.sum(), y / y.sum())),
        ("population_stability_index", lambda x, y: stats.entropy(x, y) + stats.entropy(y, x)),
        ("chi_squared_two_sample", lambda x, y: contingency(x, y, "pearson")),
        ("g_two_sample", lambda x, y: contingency(x, y, "log-likelihood")),
        (
            "cramers_v",
            lambda x, y: stats.contingency.association(np.array([x, y], dtype=int), method="cramer"),
        ),
    ],
)
def test_it_is_scipys_number(name: str, reference: Callable[[Floats, Floats], float]) -> None:
    for x, y in pairs():
        assert of(name, named(x), named(y)) == pytest.approx(float(reference(x, y)), rel=1e-11, abs=1e-12)


def test_the_worked_example_of_kullback_and_leibler_comes_out() -> None:
    """Kullback 1959, Information Theory and Statistics, table 2.1: binomial (2, 0.4), equal shares."""
    binomial, uniform = {"0": 9, "1": 12, "2": 4}, {"0": 1, "1": 1, "2": 1}
    assert of("kullback_leibler", binomial, uniform) == pytest.approx(0.0852996, abs=1e-7)
    assert of("kullback_leibler", uniform, binomial) == pytest.approx(0.097455, abs=1e-6)
    assert of("population_stability_index", binomial, uniform) == pytest.approx(0.182755, abs=1e-6)


def test_the_worked_examples_of_scipys_pages_come_out() -> None:
    assert of("jensen_shannon", {"a": 1}, {"b": 1}) == pytest.approx(0.8325546111576977)
    left, right = {"a": 10, "b": 10, "c": 20}, {"a": 20, "b": 20, "c": 20}
    assert of("chi_squared_two_sample", left, right) == pytest.approx(2.7777777777777777)
    assert of("g_two_sample", left, right) == pytest.approx(2.7688587616781319)
    table = np.array([[100, 150], [203, 322], [420, 700], [320, 210]]).T
    assert of("cramers_v", named(table[0]), named(table[1])) == pytest.approx(0.18617813077483678)


def test_the_coin_tossing_frog_comes_out() -> None:
    """Levin, Peres & Wilmer 2009, Markov Chains and Mixing Times, 4.1: it is (1 - p - q)^t p / (p + q).

    A frog leaves the east leaf with chance p = 1/3 and the west one with q = 1/6, and starts in the east.
    After two steps it is there with 1/2, in the long run with 1/3.
    """
    after_two, for_ever = {"east": 6, "west": 6}, {"east": 4, "west": 8}
    assert of("total_variation", after_two, for_ever) == pytest.approx((1 - 1 / 3 - 1 / 6) ** 2 * 2 / 3)


def test_hellinger_of_two_poisson_distributions_is_the_closed_form() -> None:
    """1 - H^2 = exp(-(sqrt(a) - sqrt(b))^2 / 2), from the Poisson law's generating function."""
    few, many = (
        named([round(1e12 * math.exp(-rate) * rate**k / math.factorial(k)) for k in range(60)])
        for rate in (4.0, 9.0)
    )
    assert of("hellinger", few, many) == pytest.approx(np.sqrt(1.0 - np.exp(-0.5)), abs=1e-9)


def test_shares_by_hand() -> None:
    left, right = {"a": 9, "b": 16}, {"a": 16, "b": 9}
    assert of("total_variation", left, right) == pytest.approx(float(Fraction(7, 25)))
    # The roots of the shares are 3/5 and 4/5: sqrt(2 * (1/5)**2 / 2).
    assert of("hellinger", left, right) == pytest.approx(0.2)


@pytest.mark.parametrize("name", ["total_variation", "hellinger", "cramers_v", "linf_simple"])
def test_nothing_in_common_is_as_far_as_can_be(name: str) -> None:
    assert of(name, {"new": 1000}, {"old": 50}) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["kullback_leibler", "population_stability_index"])
def test_an_empty_cell_counts_half_a_row(name: str) -> None:
    with_an_empty_cell = of(name, {"a": 10}, {"a": 6, "b": 4})
    assert with_an_empty_cell == pytest.approx(of(name, {"a": 20, "b": 1}, {"a": 12, "b": 8}))
    assert with_an_empty_cell > 0.0


@pytest.mark.parametrize("name", [name for name in CATEGORICAL if name != "chi_squared_p_value"])
@pytest.mark.parametrize("empty", [{}, {"a": 0}])
def test_empty_against_anything_is_zero(name: str, empty: Counts) -> None:
    assert of(name, empty, {"a": 5}) == of(name, {"a": 5}, empty) == of(name, empty, empty) == 0.0


def test_a_category_that_nobody_has_changes_nothing() -> None:
    for name in CATEGORICAL:
        assert of(name, {"a": 40, "b": 60, "z": 0}, {"a": 50, "b": 50}) == of(
            name, {"a": 40, "b": 60}, {"a": 50, "b": 50}
        )


def test_numbers_are_put_into_the_baselines_deciles() -> None:
    baseline = KllSketch.of(np.arange(100.0))
    current, old = decile_counts(KllSketch.of([-5.0, 9.0, 9.5, 1e9]), baseline)
    assert list(old.values()) == [10] * 10
    assert current == {"0": 2, "1": 1, "9": 1}


def test_a_flag_keeps_its_two_values_apart_however_rare_one_is() -> None:
    baseline = KllSketch.of([0.0] * 95 + [1.0] * 5)
    current, old = decile_counts(KllSketch.of([0.0] * 50 + [1.0] * 50), baseline)
    assert sorted(old.values()) == [5, 95]
    assert sorted(current.values()) == [50, 50]


def test_below_a_constant_baseline_and_above_it_are_bins_of_their_own() -> None:
    current, old = decile_counts(KllSketch.of([1.0, 2.0, 2.0, 3.0]), KllSketch.of([2.0] * 9))
    assert (sorted(current.values()), list(old.values())) == ([1, 1, 2], [9])


def test_a_binned_distance_is_that_of_the_deciles() -> None:
    x, y = KllSketch.of(np.linspace(0.0, 1.5, 300)), KllSketch.of(np.linspace(0.0, 1.0, 1000))
    expected = DISTANCES["total_variation"].compute(*decile_counts(x, y))
    assert DISTANCES["total_variation_binned"].compute(x, y) == expected == pytest.approx(0.3)
