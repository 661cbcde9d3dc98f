"""Tables drawn at random: the distances of a check against a slow, obvious reference written here.

The reference follows the service's description word for word: one value at a time, plain lists.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift_engine import check, make_baseline
from drift_engine.checks import Monitoring
from tests.tables import Columns, write_csv

Cells = list[str | None]


class SlowSketch:
    """The KLL sketch of the service, c = 0.64 and k = 2048."""

    def __init__(self) -> None:
        self.levels: list[list[float]] = [[]]
        self.compactions = [0]

    def capacity(self, level: int) -> int:
        return 2 * (math.ceil(2048 * 0.64**level / 2) + 1)

    def room(self) -> int:
        return sum(self.capacity(level) for level in range(len(self.levels)))

    def items(self) -> int:
        return sum(map(len, self.levels))

    def update(self, value: float) -> None:
        self.levels[0].append(value)
        if self.items() > self.room():
            self.condense()

    def condense(self) -> None:
        full = next(level for level, kept in enumerate(self.levels) if len(kept) >= self.capacity(level))
        if full == len(self.levels) - 1:
            self.levels.append([])
            self.compactions.append(0)
        items = self.levels[full]
        even = len(items) - len(items) % 2
        offset = [0, 1, 1, 0][self.compactions[full] % 4]
        self.compactions[full] += 1
        self.levels[full + 1] += sorted(items[:even])[offset::2]
        self.levels[full] = items[even:]

    def merge(self, other: SlowSketch) -> None:
        for level, items in enumerate(other.levels):
            if level == len(self.levels):
                self.levels.append([])
                self.compactions.append(0)
            self.levels[level] += items
        while self.items() >= self.room():
            self.condense()

    def weights(self) -> dict[float, int]:
        """The collapsed map: a distinct value weighs what its highest level says."""
        return {value: 2**level for level, items in enumerate(self.levels) for value in items}


def slow_sketch(parts: list[Cells]) -> SlowSketch:
    whole: SlowSketch | None = None
    for part in parts:
        sketch = SlowSketch()
        for cell in part:
            if cell is not None and is_number(cell):
                sketch.update(float(cell))
        if whole is None or not whole.items():
            whole = sketch
        elif sketch.items():
            whole.merge(sketch)
    assert whole is not None
    return whole


def slow_distance(first: dict[float, int], second: dict[float, int]) -> tuple[float, float]:
    n, m = sum(first.values()), sum(second.values())
    below_first = below_second = 0
    largest = 0.0
    for value in sorted(first.keys() | second.keys()):
        below_first += first.get(value, 0)
        below_second += second.get(value, 0)
        largest = max(largest, abs(below_first / n - below_second / m))
    return largest, max(0.0, largest - 1.8 * math.sqrt((n + m) / (n * m)))


def slow_categories(first: Counter[str], second: Counter[str]) -> tuple[float, float]:
    n, m = sum(first.values()), sum(second.values())
    largest = max(abs(first[value] / n - second[value] / m) for value in first | second)
    return largest, max(0.0, largest - 1.8 * math.sqrt((n + m) / (n * m)))


def is_number(cell: str) -> bool:
    return not cell.startswith("text")


def present(parts: list[Cells]) -> list[str]:
    return [cell for part in parts for cell in part if cell is not None]


def expected(current: list[Cells], baseline: list[Cells]) -> tuple[float, float] | None:
    """Simple and Robust; None where the columns can't be compared."""
    new, old = present(current), present(baseline)
    if not new or not old:
        return None
    if not all(map(is_number, new)) and not all(map(is_number, old)):
        return slow_categories(Counter(new), Counter(old))
    if any(2 * sum(map(is_number, cells)) <= len(cells) for cells in (new, old)):
        return None
    return slow_distance(slow_sketch(current).weights(), slow_sketch(baseline).weights())


def drawn(kind: str, rows: int, missing: float, rng: random.Random) -> Cells:
    """A column's part; texts have few categories, and bad cells of a numeric column are few texts."""
    shift = rng.choice([0, 0, 5])
    make: Callable[[], str] = {
        "integers": lambda: str(rng.randint(-1000, 1000) + shift),
        "ties": lambda: str(rng.randint(0, 3) + shift),
        "fractions": lambda: repr(round(rng.gauss(shift, 3), 6)),
        "texts": lambda: f"text{rng.randint(0, 20 + shift)}",
        "bad cells": lambda: f"text{rng.randint(0, 3)}" if rng.random() < 0.1 else str(rng.randint(0, 60)),
    }[kind]
    return [None if rng.random() < missing else make() for _ in range(rows)]


KINDS = ("integers", "ties", "fractions", "texts", "bad cells")
sizes = st.lists(st.integers(0, 40) | st.integers(0, 2500) | st.integers(0, 10_000), min_size=1, max_size=6)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(sizes, sizes, st.sampled_from(KINDS), st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_distances_are_those_of_the_slow_reference(
    new_sizes: list[int], old_sizes: list[int], new_kind: str, old_kind: str, rng: random.Random
) -> None:
    random_numbers = random.Random(rng.getrandbits(32))
    missing = random_numbers.choice([0.0, 0.2, 0.95])
    new = [drawn(new_kind, rows, missing, random_numbers) for rows in new_sizes]
    old = [drawn(old_kind, rows, missing, random_numbers) for rows in old_sizes]
    if not sum(new_sizes) or not sum(old_sizes):
        return
    with tempfile.TemporaryDirectory() as scratch:
        paths: dict[str, list[Path]] = {"new": [], "old": []}
        for name, parts in (("new", new), ("old", old)):
            for number, part in enumerate(parts):
                columns: Columns = {"row": ["1"] * len(part), "x": part}
                paths[name].append(write_csv(Path(scratch) / f"{name}-{number}.csv", columns))
        found = {}
        for place, method in enumerate(("Simple", "Robust")):
            monitoring = Monitoring(comparison_method=method)  # type: ignore[arg-type]
            result = check(paths["new"], make_baseline(paths["old"], monitoring=monitoring))
            found[place] = next(verdict.distance for verdict in result.features if verdict.name == "x")
    wanted = expected(new, old)
    if wanted is None:
        assert found == {0: None, 1: None}
    else:
        assert found[0] == pytest.approx(wanted[0], abs=1e-12)
        assert found[1] == pytest.approx(wanted[1], abs=1e-12)
