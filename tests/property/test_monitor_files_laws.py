"""Whatever is in a file: read and written again it is equal, and a damaged one is one error."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import (
    constraints_json,
    read_constraints,
    read_statistics,
    read_violations,
    statistics_json,
    violations_json,
)
from drift_engine.monitor_files.layout import java_double, pretty
from tests.tables import profile

SHAPES = Path(__file__).parents[1] / "golden" / "monitor_files" / "shapes"
AGAIN: dict[str, Callable[[bytes], str]] = {
    "statistics": lambda content: statistics_json(read_statistics(content)),
    "constraints": lambda content: constraints_json(read_constraints(content)),
    "constraint_violations": lambda content: violations_json(read_violations(content)),
}
FILES = [(path.name.split(".")[0], path.read_bytes()) for path in sorted(SHAPES.iterdir())]

finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | finite | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
cells = (
    st.none() | st.sampled_from(["1", "-2", "2.5", "1e300", "true", "NaN", "x", "ä", '"', " "]) | st.text()
)


@given(finite)
def test_a_number_reads_back_as_itself_in_javas_form(value: float) -> None:
    text = java_double(value)
    assert float(text) == value
    assert math.copysign(1, float(text)) == math.copysign(1, value)
    assert re.fullmatch(r"-?(\d+\.\d+|\d\.\d+E-?\d+)", text)


@given(json_values)
def test_a_document_reads_back_as_itself(value: object) -> None:
    assert json.loads(pretty(value).encode()) == value


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=30))
def test_a_profiles_file_reads_back_as_the_same_file(rows: list[tuple[str | None, str | None]]) -> None:
    text = statistics_json(profile({"first": [row[0] for row in rows], "second": [row[1] for row in rows]}))
    assert statistics_json(read_statistics(text.encode())) == text


def places(document: Any) -> list[dict[str, Any]]:
    """Every object of a document."""
    inside = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else []
    )
    own = [document] if isinstance(document, dict) else []
    return own + [place for value in inside for place in places(value)]


@settings(deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_unknown_keys_anywhere_survive(file: tuple[str, bytes], data: st.DataObject) -> None:
    kind, content = file
    document = json.loads(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(document)))
        place["unknown " + data.draw(st.text(max_size=5))] = data.draw(json_values)
    assert json.loads(AGAIN[kind](json.dumps(document).encode())) == document


@settings(deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_a_damaged_document_is_read_or_is_one_error(file: tuple[str, bytes], data: st.DataObject) -> None:
    kind, content = file
    document = json.loads(content)
    place = data.draw(st.sampled_from(places(document)))
    key = data.draw(st.sampled_from(sorted(place)))
    if data.draw(st.booleans()):
        place[key] = data.draw(json_values)
    else:
        del place[key]
    said = "", ""
    try:
        said = "file", AGAIN[kind](json.dumps(document).encode())
    except MonitorFileError as error:
        said = "error", str(error)
    assert json.loads(said[1]) == document if said[0] == "file" else "\n" not in said[1]


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_bytes_are_read_or_are_one_error(file: tuple[str, bytes], data: st.DataObject) -> None:
    kind, content = file
    damaged = bytearray(content[: data.draw(st.integers(0, len(content)))])
    for _ in range(data.draw(st.integers(0, 5))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        text = AGAIN[kind](bytes(damaged))
    except MonitorFileError as error:
        text = f'"{type(error).__name__}"'
    assert json.loads(text)
