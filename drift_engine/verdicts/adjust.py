"""p-values corrected for how many tests a table has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drift_engine.verdicts.significance import Correction


def adjusted(p_values: Sequence[float], correction: Correction) -> tuple[float, ...]:
    """The p-values such that `<= alpha` keeps the table's promise, in the order given, each in [0, 1].

    `holm`: at most a share alpha of healthy tables has any of them, whatever the columns' dependence
    (Holm 1979, Scand. J. Statist. 6, 65-70). `benjamini-hochberg`: at most a share alpha of those is false on
    average, for independent or positively dependent columns (Benjamini & Hochberg 1995, J. R. Statist. Soc. B
    57, 289-300).

    >>> adjusted([0.01, 0.04, 0.03], "holm")
    (0.03, 0.06, 0.06)
    """
    count = len(p_values)
    if not count:
        return ()
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    ranks = np.arange(count)
    if correction == "holm":
        ordered = np.maximum.accumulate((count - ranks) * values[order])
    else:
        ordered = np.minimum.accumulate((count / (ranks + 1.0) * values[order])[::-1])[::-1]
    found = np.empty(count)
    found[order] = np.minimum(ordered, 1.0)
    return tuple(found.tolist())
