"""Sketches' numbers, read at once: the same as json.loads reads them, or left to it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import read_statistics, statistics_json
from drift_engine.monitor_files.lifted import read_lifted
from tests.tables import numbers, profile

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def document(data: str, key: str = "data") -> bytes:
    return f'{{"c": 0.5, "{key}": {data}, "after": [1, 2]}}'.encode()


def same(found: object, data: list[list[float]]) -> bool:
    assert isinstance(found, dict)
    assert {key: found[key] for key in found if key != "data"} == {"c": 0.5, "after": [1, 2]}
    levels = found["data"]
    return len(levels) == len(data) and all(
        np.asarray(level).tobytes() == np.array(wanted, dtype=np.float64).tobytes()
        for level, wanted in zip(levels, data, strict=True)
    )


@given(st.lists(st.lists(FINITE, max_size=8), min_size=1, max_size=6))
def test_every_number_is_read_to_the_bit_whatever_the_spelling(data: list[list[float]]) -> None:
    lists = [", ".join(map(repr, level)) for level in data]
    for text in (f"[[{'],['.join(lists)}]]", f"[ [ {' ], [ '.join(lists)} ] ]", json.dumps(data)):
        found = read_lifted(document(text))
        # What has an exponent may be left to json.loads.
        assert found is None or same(found, data)
        if not any("e" in each for each in lists):
            assert found is not None


def test_several_sketches_keep_their_places() -> None:
    text = b'[{"data" : [ [ 1.5, -2.25 ], [ ], [ 3.0 ] ]}, {"x": "data"}, {"data":[[4.0]]}, {"data" : [ ]}]'
    found = read_lifted(text)
    assert isinstance(found, list)
    assert [[level.tolist() for level in found[at]["data"]] for at in (0, 2)] == [
        [[1.5, -2.25], [], [3.0]],
        [[4.0]],
    ]
    assert found[1:4:2] == [{"x": "data"}, {"data": []}]


@pytest.mark.parametrize(
    "level",
    [
        *("1", "1.0, 2", "+1.0", "01.0", "-01.5", "1.", ".5", "1.0,, 2.0", "1.0,", "- 1.5", "1e999", "NaN"),
        *("-Infinity", "1.0 2.0", "true", '"1.0"', "[1.0]", "null", "1.0\n,2.0", "0x1.0"),
    ],
)
def test_what_is_unusual_is_left_to_json_and_so_is_what_is_wrong(level: str) -> None:
    assert read_lifted(document(f"[[{level}], [2.0]]")) is None


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_text_that_ends_too_early_is_left_to_json(cut: int) -> None:
    assert read_lifted(document("[[1.5, 2.5], [3.5]]")[:-cut]) is None


def test_a_level_too_many_is_left_to_the_reader_that_refuses_it() -> None:
    assert read_lifted(document(json.dumps([[0.5]] * 49))) is None
    assert same(read_lifted(document(json.dumps([[0.5]] * 48))), [[0.5]] * 48)


def test_a_profile_without_extras_is_the_same_profile() -> None:
    text = statistics_json(profile({"x": numbers(9000), "c": ["a", "b"] * 4500, "y": ["0.25", None] * 4500}))
    whole, quick = (read_statistics(text.encode(), extras=extras) for extras in (True, False))
    assert statistics_json(quick) == statistics_json(whole) == text


@pytest.mark.parametrize("extras", [True, False])
@pytest.mark.parametrize(("wrong", "said"), [("true", "found true"), ('"a"', 'found "a"'), ("1e999", "")])
def test_a_wrong_item_is_told_by_its_place_either_way(extras: bool, wrong: str, said: str) -> None:
    text = statistics_json(profile({"x": numbers(5)}))
    damaged = text.replace('"data" : [ [ ', f'"data" : [ [ {wrong}, ').encode()
    with pytest.raises(MonitorFileError, match=rf"features\[0\]\S*data\[0\]\[0\]: expected .*{said}"):
        read_statistics(damaged, extras=extras)
