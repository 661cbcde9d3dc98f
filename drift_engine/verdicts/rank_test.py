"""A two-sample test of numbers: Anderson-Darling's statistic, taken apart into components of the ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.distances.steps import Steps, mid_ranks
from drift_engine.states.kll import KllSketch
from drift_engine.verdicts.null_distribution import component_weights, components_tail
from drift_engine.verdicts.permutation import Draws, permutation_p_value
from drift_engine.verdicts.sketch_error import RankError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_COMPONENTS = 8
_FEW = 50.0
_GROUPS = 128
_COARSE = np.arange(1, 64) / 64
# Where no value has more than this share of the rows, the polynomials are close to Legendre's.
_SMOOTH = 0.005


@dataclass(frozen=True, eq=False)
class RankTest:
    """Two sketches to be tested.

    The statistic is the sum of z_j**2 / (j (j + 1)), j = 1 ... 8. z_1 is the Wilcoxon-Mann-Whitney statistic
    (location), z_2 Mood's (spread), the next ones skewness and finer shapes: each is the mean of a polynomial
    of degree j in the mid-ranks, orthonormal over the pooled sample *with its ties*, in units of its standard
    deviation under permutation. Without a limit on j this is Anderson-Darling's statistic: Pettitt 1976,
    Biometrika 63, 161-168. With ties the components stay uncorrelated and of variance 1, so that the null
    distribution needs no correction for them; with k distinct values there are k - 1 components.

    Smooth components are also what a sketch keeps best. Its rank errors are added to their variances, so the
    test gets duller where the sketch is coarse, never louder.

    Attributes:
        steps: both distribution functions.
        errors: the rank errors of the current and the baseline sketch.
    """

    steps: Steps
    errors: tuple[RankError, RankError]

    @classmethod
    def of(cls, current: KllSketch, baseline: KllSketch) -> RankTest | None:
        """The test of two sketches; None where one is empty."""
        steps = Steps.of(current, baseline)
        errors = (RankError.of(current), RankError.of(baseline))
        return None if steps is None else cls(steps, errors)

    def p_value(self, draws: Draws) -> float:
        """In (0, 1]: by permutation where few rows differ from the most frequent value, else the limit's."""
        ties = self.steps.current_counts + self.steps.baseline_counts
        if len(ties) < 2:
            return 1.0
        n, m = self.steps.n, self.steps.m
        middles = self.steps.mid_ranks
        polynomials = rank_polynomials(ties, middles)
        added = self._added_variance(polynomials, middles)
        few = min(n, m) * (1.0 - float(ties.max()) / (n + m)) < _FEW
        if few and float(added[0]) < 0.01:
            return self._by_permutation(ties, draws)
        squares = (polynomials @ self.steps.current_counts) ** 2 * (n + m - 1.0) / (n * m) / (1.0 + added)
        weights = component_weights(len(polynomials))
        return components_tail(float(weights @ squares), len(polynomials))

    @property
    def error(self) -> float:
        """Standard deviation of the difference of the two distribution functions, as the sketches have it."""
        mine, theirs = self.errors
        n, m = self.steps.n, self.steps.m
        return float(np.sqrt(mine.variance / n**2 + theirs.variance / m**2))

    def _added_variance(self, polynomials: Floats, middles: Floats) -> Floats:
        """What the sketches add to each component, in units of its sampling variance; shape (components,).

        A bias shifts all ranks alike, and so a component by the range of its polynomial. Noise is independent
        from one rank to others a little away, and adds the squared steps of the polynomial.
        """
        n, m = self.steps.n, self.steps.m
        spans = (polynomials.max(axis=1) - polynomials.min(axis=1)) ** 2
        places = np.minimum(np.searchsorted(middles, _COARSE), len(middles) - 1)
        rough = np.maximum(_squared_steps(polynomials), _squared_steps(polynomials[:, places]))
        added = [
            (spans * error.bias + rough * error.noise) / rows**2
            for error, rows in zip(self.errors, (n, m), strict=True)
        ]
        return np.asarray((added[0] + added[1]) * n * m / (n + m), dtype=np.float64)

    def _by_permutation(self, ties: Floats, draws: Draws) -> float:
        groups = np.arange(len(ties)) * min(_GROUPS, len(ties)) // len(ties)
        pooled = np.bincount(groups, ties).astype(np.int64)
        smaller = min((self.steps.current_counts, self.steps.baseline_counts), key=np.sum)
        sample = np.bincount(groups, smaller).astype(np.int64)
        polynomials = rank_polynomials(pooled.astype(np.float64))
        weights = component_weights(len(polynomials))

        def statistic(dealt: Integers) -> Floats:
            return np.asarray((dealt @ polynomials.T) ** 2 @ weights, dtype=np.float64)

        return permutation_p_value(statistic, sample, pooled, draws)


def rank_polynomials(ties: Floats, middles: Floats | None = None) -> Floats:
    """Polynomials in the mid-ranks, orthonormal over a sample with these ties; shape (components, k).

    Each has mean 0 and variance 1 over the sample. There are at most 8, and k - 1 with k distinct values.

    Args:
        ties: how many rows have each distinct value, ascending; shape (k,), k > 1, all positive.
        middles: their `mid_ranks`, where they are known.
    """
    total = float(ties.sum())
    ranks = 2.0 * (mid_ranks(ties) if middles is None else middles) - 1.0
    roots = np.sqrt(ties / total)
    # Each times the roots of the shares, so that they are orthonormal as vectors.
    basis = np.empty((1 + min(MOST_COMPONENTS, len(ties) - 1), len(ties)))
    basis[0] = roots
    smooth = float(ties.max()) <= _SMOOTH * total
    degrees = len(basis) if smooth else 1
    for degree in range(1, degrees):
        _three_terms(basis, degree, ranks)
    for degree in range(degrees, len(basis)):
        if not _all_terms(basis, degree, ranks):
            basis = basis[:degree]
            break
    polynomials = basis[1:]
    polynomials *= 1.0 / roots
    return polynomials


def _three_terms(basis: Floats, degree: int, ranks: Floats) -> None:
    """Fill in a polynomial: the one before times the ranks, made orthogonal to the two before.

    In exact arithmetic it then is so to all others; with small ties it is to about 1e-14.
    """
    new = basis[degree]
    np.multiply(basis[degree - 1], ranks, out=new)
    for known in basis[max(0, degree - 2) : degree]:
        new -= known * (known @ new)
    new *= 1.0 / math.sqrt(new @ new)


def _all_terms(basis: Floats, degree: int, ranks: Floats) -> bool:
    """The same with a second pass that takes out what rounding leaves of all others; False if nothing stays.

    Parlett, The Symmetric Eigenvalue Problem, 13.7.
    """
    raw = basis[degree - 1] * ranks
    new = raw
    for first in (max(0, degree - 2), 0):
        known = basis[first:degree]
        new = new - (known @ new) @ known
    length = math.sqrt(new @ new)
    if length < 1e-9 * math.sqrt(raw @ raw):
        return False
    np.divide(new, length, out=basis[degree])
    return True


def _squared_steps(polynomials: Floats) -> Floats:
    """The sum of the squared differences of neighbours, by row."""
    steps = (row[1:] - row[:-1] for row in polynomials)
    return np.array([each @ each for each in steps], dtype=np.float64)
