"""Two-sample tests of categories: all shares, and the share of unseen categories."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from drift_engine.distances.chi_squared import survival
from drift_engine.distances.shares import Counts, aligned
from drift_engine.verdicts.permutation import Draws, permutation_p_value

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SMALL = 20.0
_NEVER = 1e-6


@dataclass(frozen=True, eq=False)
class CategoryTests:
    """Two category counts side by side, in any order of the categories.

    Attributes:
        current: counts of the current data; shape (k,).
        baseline: counts of the baseline; shape (k,).
    """

    current: Integers
    baseline: Integers
    pooled: Integers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pooled", self.current + self.baseline)

    @classmethod
    def of(cls, current: Counts, baseline: Counts) -> CategoryTests | None:
        """The tests of two counts; None where a side has no rows."""
        found = aligned(current, baseline)
        if found is None:
            return None
        # The order of the categories must not matter to the permutations that are drawn.
        mine, theirs = (side.astype(np.int64) for side in found)
        order = np.lexsort((mine, mine + theirs))
        return cls(mine[order], theirs[order])

    def p_value(self, draws: Draws) -> float:
        """That of the G test, in (0, 1]; new and vanished categories count.

        Its limit distribution with Williams' correction where every cell expects 20 rows or more, else by
        permutation (`permutation.permutation_p_value`). Sokal & Rohlf 2012, Biometry, 4th ed., 17.2 and 17.4.
        """
        n, m = int(self.current.sum()), int(self.baseline.sum())
        total, k = n + m, len(self.pooled)
        if k < 2:
            return 1.0
        if float(self.pooled.min()) * min(n, m) / total >= _SMALL:
            spread = float(np.sum(total / self.pooled)) - 1.0
            williams = 1.0 + spread * (total / n + total / m - 1.0) / (6.0 * total * (k - 1))
            g = 2.0 * (float(self._likelihood(self.current[None, :])[0]) - self._expected(n, m))
            return survival(g / williams, k - 1) if g > 1e-9 else 1.0
        return permutation_p_value(self._likelihood, self.current, self.pooled, draws)

    @property
    def unseen_rows(self) -> int:
        """Current rows of categories that the baseline lacks."""
        return int(self.current[self.baseline == 0].sum())

    @property
    def unseen_share(self) -> float:
        """The same as a share of all current rows, 0 to 1."""
        return self.unseen_rows / int(self.current.sum())

    @property
    def unseen_is_testable(self) -> bool:
        """Whether unseen rows can be chance at all, given how often each category occurs on both sides.

        Where their chance is below one in a million, none are seen in healthy data, and the test need not be
        counted among those that are corrected for; unless there are some.
        """
        share = float(self.current.sum()) / float(self.pooled.sum())
        return self.unseen_rows > 0 or float(np.sum(share ** self.pooled.astype(np.float64))) > _NEVER

    def unseen_p_value(self, draws: Draws) -> float:
        """The chance of as many current rows in categories that only the current data has, in (0, 1]."""
        if not self.unseen_rows:
            return 1.0

        def unseen(dealt: Integers) -> Floats:
            return np.asarray(np.where(dealt == self.pooled, dealt, 0).sum(axis=1), dtype=np.float64)

        return permutation_p_value(unseen, self.current, self.pooled, draws)

    def _likelihood(self, dealt: Integers) -> Floats:
        """G / 2 up to what is the same for all ways to deal: the sum of x ln x over the cells."""
        cells = np.concatenate((dealt, self.pooled - dealt), axis=1).astype(np.float64)
        return np.asarray((cells * np.log(np.maximum(cells, 1.0))).sum(axis=1), dtype=np.float64)

    def _expected(self, n: int, m: int) -> float:
        pooled = float(np.sum(self.pooled * np.log(self.pooled)))
        return pooled + n * math.log(n) + m * math.log(m) - (n + m) * math.log(n + m)
