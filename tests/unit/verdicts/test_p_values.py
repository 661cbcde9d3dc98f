"""The pieces that p-values are made of, against scipy."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special, stats
from scipy.stats._mannwhitneyu import mannwhitneyu
from scipy.stats.contingency import chi2_contingency

from drift_engine.distances.steps import mid_ranks
from drift_engine.states import KllSketch
from drift_engine.verdicts.adjust import adjusted
from drift_engine.verdicts.category_tests import CategoryTests
from drift_engine.verdicts.null_distribution import component_weights, components_tail
from drift_engine.verdicts.permutation import Draws, permutation_p_value
from drift_engine.verdicts.proportions import least_p_value, two_proportions
from drift_engine.verdicts.rank_test import RankTest, rank_polynomials


def first_count(dealt: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(dealt[:, 0], dtype=np.float64)


def test_the_tail_of_one_component_is_that_of_chi_squared() -> None:
    for statistic in (1e-6, 0.1, 1.0, 4.0, 20.0):
        expected = float(special.chdtrc(1, 2.0 * statistic))
        assert components_tail(statistic, 1) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("components", [2, 3, 5, 8])
def test_the_tail_of_several_components_is_that_of_a_simulation(components: int) -> None:
    random = np.random.default_rng(components)
    simulated = random.normal(size=(400_000, components)) ** 2 @ component_weights(components)
    for share in (0.9, 0.5, 0.1, 0.01, 0.001):
        limit = float(np.quantile(simulated, 1.0 - share))
        assert components_tail(limit, components) == pytest.approx(share, rel=0.12, abs=0.002 * share)


def test_a_tail_falls_from_one_to_nothing() -> None:
    tails = [components_tail(statistic, 8) for statistic in (0.0, 1e-9, 0.5, 5.0, 50.0, 1e6)]
    assert tails[0] == 1.0
    assert tails == sorted(tails, reverse=True)
    assert tails[-1] == 0.0


def test_a_far_tail_is_the_one_of_the_characteristic_function() -> None:
    """Imhof's integral along the line through the saddle point, worked out by scipy's quadrature."""
    known = {40.0: 5.836e-19, 60.0: 9.841e-28, 100.0: 3.2435e-45, 200.0: 8.5424e-89}
    for statistic, expected in known.items():
        assert components_tail(statistic, 8) == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize(
    ("hits", "rows", "old_hits", "old_rows"), [(3, 100, 50, 10_000), (97, 100, 9_950, 10_000), (0, 9, 4, 12)]
)
def test_few_missing_cells_are_tested_as_fisher_does(
    hits: int, rows: int, old_hits: int, old_rows: int
) -> None:
    table = [[hits, rows - hits], [old_hits, old_rows - old_hits]]
    expected = float(stats.fisher_exact(table)[1])
    assert two_proportions(hits, rows, old_hits, old_rows) == pytest.approx(expected, rel=1e-9)


def test_many_missing_cells_are_tested_by_chi_squared() -> None:
    table = np.array([[40_000, 60_000], [40_500, 59_500]])
    expected = float(chi2_contingency(table, correction=False).pvalue)
    assert two_proportions(40_000, 100_000, 40_500, 100_000) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("table", [(0, 5, 0, 5), (5, 5, 7, 7), (0, 0, 3, 5), (1, 5, 0, 0)])
def test_cells_that_are_all_alike_are_no_evidence(table: tuple[int, int, int, int]) -> None:
    assert two_proportions(*table) == 1.0


def test_the_least_p_value_is_that_of_the_most_extreme_split() -> None:
    assert least_p_value(1, 100, 0, 10_000) == pytest.approx(100 / 10_100)
    assert least_p_value(0, 100, 1, 100) == pytest.approx(1.0)


def test_holm_and_benjamini_hochberg_are_as_published() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005]
    assert adjusted(p_values, "holm") == pytest.approx((0.03, 0.06, 0.06, 0.02))
    expected = stats.false_discovery_control(p_values).tolist()
    assert adjusted(p_values, "benjamini-hochberg") == pytest.approx(expected)
    assert adjusted([], "holm") == ()


def test_a_permutation_p_value_is_the_exact_one_within_its_draws() -> None:
    pooled, sample = np.array([12, 30, 8]), np.array([7, 10, 3])

    exact = float(stats.fisher_exact([[7, 5], [13, 25]], alternative="greater")[1])
    found = permutation_p_value(first_count, sample, pooled, Draws(seed=3))
    assert found == pytest.approx(exact, rel=0.3)
    assert found == permutation_p_value(first_count, sample, pooled, Draws(seed=3))
    assert found != permutation_p_value(first_count, sample, pooled, Draws(seed=4))


def test_a_permutation_p_value_is_never_zero() -> None:
    pooled, sample = np.array([50, 50]), np.array([50, 0])
    extreme = permutation_p_value(first_count, sample, pooled, Draws(most=999))
    assert extreme == 1 / 1000


def test_baselines_of_billions_of_rows_can_be_permuted_against() -> None:
    pooled, sample = np.array([10**10, 10**10]), np.array([30, 30])
    assert permutation_p_value(first_count, sample, pooled, Draws()) > 0.3


def test_well_filled_categories_are_tested_by_g() -> None:
    current, baseline = {"a": 400, "b": 500, "c": 100}, {"a": 4200, "b": 4800, "c": 1000}
    table = np.array([[400, 500, 100], [4200, 4800, 1000]])
    expected = float(chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue)
    tests = CategoryTests.of(current, baseline)
    assert tests is not None
    assert tests.p_value(Draws()) == pytest.approx(expected, rel=0.01)


def test_the_order_of_categories_does_not_change_a_permuted_p_value() -> None:
    current, baseline = {"a": 4, "b": 1, "c": 9, "d": 2}, {"d": 20, "c": 40, "b": 30, "a": 10}
    turned = CategoryTests.of(dict(reversed(current.items())), dict(reversed(baseline.items())))
    tests = CategoryTests.of(current, baseline)
    assert tests is not None
    assert turned is not None
    assert tests.p_value(Draws()) == turned.p_value(Draws()) < 1.0


def test_unseen_categories_are_no_chance_where_every_category_is_frequent() -> None:
    tests = CategoryTests.of({"a": 50, "b": 50}, {"a": 500, "b": 500})
    assert tests is not None
    assert not tests.unseen_is_testable
    assert tests.unseen_p_value(Draws()) == 1.0


def test_one_unseen_cell_among_many_rare_ones_is_chance_and_many_are_not() -> None:
    rare = {f"rare {n}": 1 for n in range(40)}
    chance = CategoryTests.of({"a": 99, "new": 1}, {"a": 960, **rare})
    drift = CategoryTests.of({"a": 80, "new": 20}, {"a": 960, **rare})
    assert chance is not None
    assert drift is not None
    assert chance.unseen_p_value(Draws()) > 0.5
    assert drift.unseen_p_value(Draws()) < 0.001


def test_the_first_component_is_wilcoxons_statistic_with_its_ties() -> None:
    random = np.random.default_rng(8)
    x, y = random.poisson(3.0, 300).astype(float), random.poisson(3.3, 500).astype(float)
    test = RankTest.of(KllSketch.of(x), KllSketch.of(y))
    assert test is not None
    ties = test.steps.current_counts + test.steps.baseline_counts
    first = rank_polynomials(ties)[0]
    z = (first @ test.steps.current_counts) / np.sqrt(300 * 500 / 799)
    expected = mannwhitneyu(x, y, use_continuity=False, method="asymptotic").pvalue
    assert 2.0 * float(special.ndtr(-abs(z))) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("distinct", [2, 3, 9, 5000])
def test_rank_polynomials_are_orthonormal_over_the_ties(distinct: int) -> None:
    ties = np.random.default_rng(distinct).integers(1, 50, distinct).astype(float)
    polynomials = rank_polynomials(ties)
    assert polynomials.shape == (min(8, distinct - 1), distinct)
    products = (polynomials * ties / ties.sum()) @ polynomials.T
    assert products == pytest.approx(np.eye(len(products)), abs=1e-9)
    assert polynomials @ ties / ties.sum() == pytest.approx(np.zeros(len(products)), abs=1e-9)


@pytest.mark.parametrize(
    "ties",
    [
        np.ones(200),
        np.ones(199),
        np.repeat([1.0, 64.0], 7000),
        np.repeat([49.0, 1.0], [150, 3000]),
        np.append(np.ones(10_000), [50.0] * 3),
        np.append(np.ones(10_000), [60.0] * 3),
        2.0 ** np.random.default_rng(4).integers(0, 30, 12_000),
    ],
)
def test_three_terms_are_enough_where_no_value_is_frequent(ties: npt.NDArray[np.float64]) -> None:
    # On either side of the share from which on all terms are taken, and to nearly all digits.
    polynomials, shares = rank_polynomials(ties), ties / ties.sum()
    assert (polynomials * shares) @ polynomials.T == pytest.approx(np.eye(8), abs=1e-13)
    assert polynomials @ shares == pytest.approx(np.zeros(8), abs=1e-13)


@pytest.mark.parametrize("distinct", [2, 300, 20_000])
def test_mid_ranks_are_exact_to_the_last_digit(distinct: int) -> None:
    ties = (1 << np.random.default_rng(distinct).integers(0, 20, distinct)).astype(np.float64)
    total, upper, wanted = int(ties.sum()), 0, []
    for each in ties.astype(int).tolist():
        upper += each
        wanted.append(float(Fraction(2 * upper - each, 2 * total)))
    assert mid_ranks(ties).tolist() == wanted


def test_a_change_of_spread_alone_is_seen() -> None:
    random = np.random.default_rng(9)
    test = RankTest.of(KllSketch.of(random.normal(0, 1.5, 1000)), KllSketch.of(random.normal(0, 1, 1000)))
    assert test is not None
    assert test.p_value(Draws()) < 1e-6


def test_a_constant_column_is_no_evidence() -> None:
    test = RankTest.of(KllSketch.of([4.0] * 30), KllSketch.of([4.0] * 900))
    assert test is not None
    assert test.p_value(Draws()) == 1.0
