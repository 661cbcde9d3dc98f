"""`exclude_features_attribute`: columns that neither side of a check is looked at."""

from __future__ import annotations

import json

import pytest

from drift_engine.errors import DataError
from tests.tables import numbers, write_csv
from tests.unit.job.conftest import Container

TRAIN = {"x": numbers(600), "y": numbers(600), "c": ["a", "b"] * 300}
MOVED = {"x": numbers(600, start=900), "y": numbers(600), "c": ["a", "b"] * 300}


def _features(container: Container, file: str = "statistics.json") -> list[str]:
    return [feature["name"] for feature in json.loads((container.output / file).read_text())["features"]]


def test_a_left_out_column_is_in_no_baseline(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run(exclude_features_attribute="x, c")
    assert _features(container) == _features(container, "constraints.json") == ["y"]


@pytest.mark.parametrize("named", ["x", "0"])
def test_a_left_out_column_is_compared_on_no_side(container: Container, named: str) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run()
    container.keep_as_baseline()
    write_csv(container.source / "data.csv", MOVED)
    container.run()
    assert "baseline_drift_check: x" in container.log
    container.run(exclude_features_attribute=named)
    assert "with no violations" in container.message
    assert _features(container) == ["y", "c"]


def test_a_column_is_left_out_where_the_data_has_no_names(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run(exclude_features_attribute="x")
    container.keep_as_baseline()
    rows = zip(*MOVED.values(), strict=True)
    (container.source / "data.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    headless = '{"csv": {"header": false}}'
    container.run(dataset_format=headless, exclude_features_attribute="0")
    assert "with no violations" in container.message
    assert _features(container) == ["y", "c"]


def test_a_column_that_is_on_neither_side_is_an_error(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    with pytest.raises(DataError, match=r"z, 7: is to be left out, but neither"):
        container.run(exclude_features_attribute="z,x,7")
    assert "Failed: " in container.message
