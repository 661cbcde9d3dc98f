from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from examples.flights import prepare

Floats = NDArray[np.float64]
THRESHOLD = 0.1


def columns_of(file: Path, *, header: bool) -> dict[str, list[str]]:
    with file.open(newline="") as lines:
        rows = list(csv.reader(lines))[1 if header else 0 :]
    return dict(zip(prepare.FEATURES, map(list, zip(*rows, strict=True)), strict=False))


def present(cells: list[str]) -> Floats:
    return np.array([cell for cell in cells if cell], dtype=np.float64)


@pytest.fixture(scope="module")
def baseline(prepared: Path) -> dict[str, list[str]]:
    return columns_of(prepared / prepare.TRAINING, header=True)


def distances(batch: dict[str, list[str]], baseline: dict[str, list[str]]) -> dict[str, float]:
    """The distance of each column that Model Monitor compares: tail numbers are too many to be categories."""
    categories = {name: linf_robust(batch[name], baseline[name]) for name in ("carrier", "origin", "dest")}
    numbers = {
        name: robust(present(batch[name]), present(baseline[name]))
        for name in prepare.SCHEDULE + prepare.WEATHER
    }
    return categories | numbers


def test_july_is_far_from_the_winter_in_delays_and_weather(
    prepared: Path, baseline: dict[str, list[str]]
) -> None:
    found = distances(columns_of(prepared / prepare.DRIFTED, header=False), baseline)
    far = {name for name, distance in found.items() if distance > THRESHOLD}
    assert far == {"dep_delay", "temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure"}
    assert found["dep_delay"] == pytest.approx(0.161, abs=0.001)
    assert found["temp"] > 0.9


def test_the_held_out_winter_is_not_far_in_any_column(prepared: Path, baseline: dict[str, list[str]]) -> None:
    found = distances(columns_of(prepared / prepare.QUIET, header=False), baseline)
    assert {name: distance for name, distance in found.items() if distance >= 0.01} == {}


def test_the_held_out_winter_has_no_category_that_the_training_rows_lack(
    prepared: Path, baseline: dict[str, list[str]]
) -> None:
    batch = columns_of(prepared / prepare.QUIET, header=False)
    for name in ("carrier", "origin", "dest"):
        assert set(batch[name]) <= set(baseline[name])


# Model Monitor's Robust distance, written down a second time, with nothing of the drift engine.


def robust(current: Floats, baseline: Floats) -> float:
    """The distance of two numerical columns without missing values."""
    x, ranks_x = _collapsed(_sketch(current))
    y, ranks_y = _collapsed(_sketch(baseline))
    n, m = ranks_x[-1], ranks_y[-1]
    points = np.union1d(x, y)
    share_x = np.concatenate(([0.0], ranks_x))[np.searchsorted(x, points, side="right")] / n
    share_y = np.concatenate(([0.0], ranks_y))[np.searchsorted(y, points, side="right")] / m
    return _less_noise(float(np.abs(share_x - share_y).max()), n, m)


def linf_robust(current: Sequence[str], baseline: Sequence[str]) -> float:
    """The distance of two categorical columns without missing values."""
    now, before = Counter(current), Counter(baseline)
    n, m = len(current), len(baseline)
    return _less_noise(max(abs(now[key] / n - before[key] / m) for key in now | before), n, m)


def _less_noise(distance: float, n: float, m: float) -> float:
    return max(0.0, distance - 1.8 * math.sqrt((n + m) / (n * m)))


def _capacity(level: int) -> int:
    return 2 * (math.ceil(2048 * 0.64**level / 2) + 1)


def _sketch(values: Floats) -> list[list[float]]:
    levels: list[list[float]] = [[]]
    compactions, offsets, at = [0], [0], 0
    while at < len(values):
        room = sum(map(_capacity, range(len(levels)))) + 1 - sum(map(len, levels))
        levels[0].extend(values[at : at + room].tolist())
        at += room
        if sum(map(len, levels)) > sum(map(_capacity, range(len(levels)))):
            full = next(h for h, kept in enumerate(levels) if len(kept) >= _capacity(h))
            if full == len(levels) - 1:
                levels.append([])
                compactions.append(0)
                offsets.append(0)
            if compactions[full] % 2 == 1:
                offsets[full] = 1 - offsets[full]
            compactions[full] += 1
            even = len(levels[full]) // 2 * 2
            levels[full + 1] += sorted(levels[full][:even])[offsets[full] :: 2]
            del levels[full][:even]
    return levels


def _collapsed(levels: list[list[float]]) -> tuple[Floats, Floats]:
    # One entry a distinct value, with the weight of its highest level: how the service does it.
    weights = {value: 2.0**level for level, kept in enumerate(levels) for value in kept}
    distinct = np.array(sorted(weights))
    return distinct, np.cumsum([weights[value] for value in distinct])
