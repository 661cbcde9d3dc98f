"""A categorical column's two distributions: the categories that matter, and what the rest sum to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Share:
    """One category, or all that are not listed.

    Attributes:
        name: the category; of the rest: None.
        baseline, current: shares of the present cells, 0 to 1.
        unseen: whether the baseline has none of it and the checked data has some.
        gone: the other way round.
    """

    name: str | None
    baseline: float
    current: float
    unseen: bool = False
    gone: bool = False

    @property
    def difference(self) -> float:
        """How much larger the share became, -1 to 1."""
        return self.current - self.baseline


@dataclass(frozen=True)
class Shares:
    """Categories in the order of interest: unseen ones first, then by how much their shares changed.

    Attributes:
        listed: the first ones.
        rest: what the others sum to; None where all are listed.
        others: how many the others are.
        unseen: how many categories the baseline doesn't know, and their share of the checked data.
    """

    listed: tuple[Share, ...]
    rest: Share | None
    others: int
    unseen: tuple[int, float]


def shares(baseline: Counts, current: Counts, limit: int) -> Shares:
    """Both sides' shares of the at most `limit` categories that matter most."""
    old_total, new_total = max(1, sum(baseline.values())), max(1, sum(current.values()))
    every = [
        _share(name, baseline.get(name, 0) / old_total, current.get(name, 0) / new_total)
        for name in {**baseline, **current}
    ]
    every.sort(key=lambda each: (not each.unseen, -abs(each.difference), str(each.name)))
    listed, others = every[:limit], every[limit:]
    rest = None
    if others:
        rest = Share(None, sum(each.baseline for each in others), sum(each.current for each in others))
    unseen = [each.current for each in every if each.unseen]
    return Shares(tuple(listed), rest, len(others), (len(unseen), sum(unseen)))


def largest_difference(baseline: Counts, current: Counts) -> Share | None:
    """The category whose share changed most; None where there is no category."""
    all_of_them = shares(baseline, current, len(baseline) + len(current)).listed
    return max(all_of_them, key=lambda each: abs(each.difference), default=None)


def _share(name: str, old: float, new: float) -> Share:
    return Share(name, old, new, unseen=old == 0 < new, gone=new == 0 < old)
