"""Two category counts side by side: what the distances of shares are made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Counts = Mapping[str, int]
Floats = npt.NDArray[np.float64]


def aligned(current: Counts, baseline: Counts) -> tuple[Floats, Floats] | None:
    """The counts of every category that occurs on either side, shapes (k,); None where a side has no rows.

    A category that one side lacks has count 0.0 there, whether it is new or has vanished.
    """
    keys = [key for key in {**baseline, **current} if current.get(key, 0) > 0 or baseline.get(key, 0) > 0]
    mine = np.array([max(0, current.get(key, 0)) for key in keys], dtype=np.float64)
    theirs = np.array([max(0, baseline.get(key, 0)) for key in keys], dtype=np.float64)
    return (mine, theirs) if mine.sum() > 0 and theirs.sum() > 0 else None


def shares(current: Counts, baseline: Counts) -> tuple[Floats, Floats] | None:
    """The categories' shares, shapes (k,), each adding up to 1; None where a side has no rows."""
    found = aligned(current, baseline)
    return None if found is None else (found[0] / found[0].sum(), found[1] / found[1].sum())


def positive_shares(current: Counts, baseline: Counts) -> tuple[Floats, Floats] | None:
    """Shares none of which is 0: an empty cell counts as half a row, and shares add up to 1 again.

    For distances that divide by a share or take its logarithm. Without an empty cell nothing is changed.
    Half a row is the usual correction of empty cells: Agresti 2013, Categorical Data Analysis, 3rd ed., 3.1.1
    and 10.6.3.
    """
    found = aligned(current, baseline)
    if found is None:
        return None
    mine, theirs = (np.where(counts == 0.0, 0.5, counts) for counts in found)
    return mine / mine.sum(), theirs / theirs.sum()
