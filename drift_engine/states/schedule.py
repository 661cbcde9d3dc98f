"""When a KLL sketch compacts which level: counts in, schedule out, no values anywhere.

A schedule lists for every level the compactions in order, each as (number of items, offset). Because items
leave a level in the order of their arrival, that is enough to carry it out level by level.
Columns without missing cells share their schedules, hence the cache.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

Compaction: TypeAlias = tuple[int, int]
Schedule: TypeAlias = tuple[tuple[Compaction, ...], ...]


def capacity(height: int, c: float, k: float) -> int:
    """The room of a level; the bottom one (height 0) has most."""
    return 2 * (math.ceil(k * math.pow(c, height) / 2) + 1)


@lru_cache(maxsize=64)
def fill(
    sizes: tuple[int, ...], compactions: tuple[int, ...], arriving: int, shape: tuple[float, float]
) -> Schedule:
    """The schedule of adding `arriving` values to a sketch of these level sizes, one by one.

    Args:
        sizes: items on each level, bottom first.
        compactions: how often each level was compacted before.
        arriving: the number of values that come in.
        shape: c and k.
    """
    state = _Counts(sizes, compactions, shape)
    while arriving:
        portion = min(arriving, max(state.room - state.kept, 0) + 1)
        arriving -= portion
        state.sizes[0] += portion
        state.kept += portion
        if state.kept > state.room:
            state.condense()
    return state.schedule()


@lru_cache(maxsize=64)
def condense_until_it_fits(
    sizes: tuple[int, ...], compactions: tuple[int, ...], shape: tuple[float, float]
) -> Schedule:
    """The schedule after a merge, which condenses while as many items are kept as there is room for."""
    state = _Counts(sizes, compactions, shape)
    while state.kept >= state.room:
        state.condense()
    return state.schedule()


class _Counts:
    """A sketch without its values: level sizes, compaction counts, and the compactions so far."""

    def __init__(
        self, sizes: tuple[int, ...], compactions: tuple[int, ...], shape: tuple[float, float]
    ) -> None:
        self.shape = shape
        self.sizes = list(sizes)
        self.compactions = list(compactions)
        self.steps: list[list[Compaction]] = [[] for _ in sizes]
        self.capacities = [capacity(height, *shape) for height in range(len(sizes))]
        self.kept = sum(sizes)
        self.room = sum(self.capacities)

    def condense(self) -> None:
        """Compact the lowest full level, if there is one."""
        for height, size in enumerate(self.sizes):
            if size >= self.capacities[height]:
                self._compact(height, size - size % 2)
                return

    def _compact(self, height: int, length: int) -> None:
        if height + 1 == len(self.sizes):
            self.sizes.append(0)
            self.compactions.append(0)
            self.steps.append([])
            self.capacities.append(capacity(height + 1, *self.shape))
            self.room += self.capacities[-1]
        self.compactions[height] += 1
        # The offset flips before the 2nd, 4th, ... compaction of a level: 0, 1, 1, 0, 0, 1, 1, ...
        self.steps[height].append((length, self.compactions[height] // 2 % 2))
        self.sizes[height] -= length
        self.sizes[height + 1] += length // 2
        self.kept -= length // 2

    def schedule(self) -> Schedule:
        return tuple(map(tuple, self.steps))
