from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import read_statistics, statistics_json
from tests.tables import Columns, numbers, profile


def document(**changes: Any) -> dict[str, Any]:
    numerical = {
        "common": {"num_present": 3, "num_missing": 1},
        "mean": 2.0,
        "sum": 6.0,
        "std_dev": 0.816496580927726,
        "min": 1.0,
        "max": 3.0,
        "distribution": {
            "kll": {
                "buckets": [{"lower_bound": 1.0, "upper_bound": 3.0, "count": 3.0}],
                "sketch": {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[1.0, 2.0, 3.0]]},
            }
        },
    }
    feature = {"name": "x", "inferred_type": "Integral", "numerical_statistics": numerical | changes}
    return {"version": 0.0, "dataset": {"item_count": 4}, "features": [feature]}


def read(value: object) -> Any:
    return read_statistics(json.dumps(value).encode())


def test_a_profile_written_and_read_is_the_same() -> None:
    half = ["1.5", None] * 2500
    columns: Columns = {"i": numbers(5000), "f": half, "c": ["b", "a"] * 2500, "u": [None] * 5000}
    text = statistics_json(profile(columns))
    again = read_statistics(text.encode())
    assert statistics_json(again) == text
    assert [each.inferred_type for each in again.features] == ["Integral", "Fractional", "String", "Unknown"]
    assert [each.num_missing for each in again.features] == [0, 2500, 0, 5000]


def test_an_older_files_missing_keys_stay_missing() -> None:
    assert json.loads(statistics_json(read(document()))) == document()


def test_unknown_keys_are_kept_everywhere() -> None:
    changed = document(skew=0.1)
    changed["comment"] = {"by": ["hand", {"at": None}]}
    changed["dataset"]["source"] = "s3"
    changed["features"][0]["note"] = [1, 2]
    kll = changed["features"][0]["numerical_statistics"]["distribution"]["kll"]
    kll["sketch"]["parameters"]["seed"] = 7
    kll["buckets"][0]["share"] = 1.0
    assert json.loads(statistics_json(read(changed))) == changed


def test_a_part_of_the_features_keeps_its_own_extras() -> None:
    changed = document()
    changed["features"][0]["note"] = "first"
    changed["features"].append({**changed["features"][0], "name": "y", "note": "second"})
    whole = read(changed)
    part = dataclasses.replace(whole, features=whole.features[1:])
    assert json.loads(statistics_json(part))["features"][0]["note"] == "second"


def test_a_boolean_feature_is_read_as_texts_and_written_as_it_was() -> None:
    strings = {"common": {"num_present": 4, "num_missing": 0}, "distinct_count": 2.0}
    feature = {"name": "b", "inferred_type": "Boolean", "string_statistics": strings}
    changed = {"version": 0.0, "dataset": {"item_count": 4}, "features": [feature]}
    found = read(changed)
    assert found.features[0].inferred_type == "String"
    assert json.loads(statistics_json(found)) == changed


def test_a_feature_without_statistics_has_no_values() -> None:
    feature = {"name": "u", "inferred_type": "Unknown"}
    (found,) = read({"version": 0.0, "dataset": {"item_count": 7}, "features": [feature]}).features
    assert (found.num_present, found.num_missing, found.completeness) == (0, 7, 0.0)


def test_the_sketch_is_read_bit_for_bit() -> None:
    (feature,) = read(document()).features
    sketch = feature.numerical.sketch
    assert ([level.tolist() for level in sketch.levels], sketch.c, sketch.k) == (
        [[1.0, 2.0, 3.0]],
        0.64,
        2048.0,
    )


def test_a_numeric_column_with_few_bad_cells_carries_its_numbers() -> None:
    whole = profile({"x": [*numbers(9), "oops"]})
    (feature,) = json.loads(statistics_json(whole))["features"]
    assert feature["inferred_type"] == "String"
    assert feature["numerical_statistics"]["common"] == {"num_present": 9, "num_missing": 1}
    assert read_statistics(statistics_json(whole).encode()).features[0].numeric_cells == 9


def test_model_monitors_own_file_has_no_numbers_of_texts() -> None:
    whole = profile({"x": [*numbers(9), "oops"]})
    assert "numerical_statistics" not in json.loads(statistics_json(whole, strict=True))["features"][0]


def test_a_column_of_mostly_texts_carries_no_numbers() -> None:
    (feature,) = json.loads(statistics_json(profile({"x": ["1", "2", "a", "b"]})))["features"]
    assert "numerical_statistics" not in feature


def test_names_may_hold_anything() -> None:
    names = ["", "a.b", "größe 🎈", 'with "quotes"', "\ud800", "tab\there"]
    features = [{"name": name, "inferred_type": "Unknown"} for name in names]
    changed = {"version": 0.0, "dataset": {"item_count": 0}, "features": features}
    assert json.loads(statistics_json(read(changed)).encode().decode()) == changed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1, column 1"),
        (b'{"version": 0.0,\n "dataset": }', "line 2, column 13"),
        (b"[]", "the file: expected an object"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number that can't be read"),
        (b"{}", "dataset: is missing: this is no statistics.json"),
        (b'{"dataset": {"item_count": -1}}', "dataset.item_count: expected a count, found -1"),
        (b'{"dataset": {"item_count": 1}, "features": {}}', "features: expected a list"),
    ],
)
def test_a_damaged_file_is_one_error_that_says_where(content: bytes, said: str) -> None:
    with pytest.raises(MonitorFileError) as caught:
        read_statistics(content, "theirs.json")
    assert str(caught.value).startswith("theirs.json: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mean": "2"}, 'numerical_statistics.mean: expected a number, found "2"'),
        ({"mean": True}, "numerical_statistics.mean: expected a number, found true"),
        ({"min": None}, "numerical_statistics.min: is missing"),
        ({"sum": 10**400}, "numerical_statistics.sum: expected a finite number"),
        ({"common": {"num_present": 1.5}}, "common.num_present: expected a count, found 1.5"),
        (
            {"distribution": {"kll": {"sketch": {"data": [[1.0], [2.0, "x"]]}}}},
            'distribution.kll.sketch.data[1][1]: expected a number, found "x"',
        ),
        (
            {"distribution": {"kll": {"sketch": {"data": [[1.0]], "parameters": {"c": 2, "k": 8}}}}},
            "parameters.c: expected a number between 0 and 1, found 2",
        ),
        ({"distribution": {"kll": {"sketch": {"data": [[1.0]] * 99}}}}, "data: expected at most 48 levels"),
    ],
)
def test_a_wrong_value_is_one_error_with_its_key_path(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(MonitorFileError) as caught:
        read(document(**changes))
    assert f"features[0].{said}" in str(caught.value) or said in str(caught.value)


def test_an_unknown_type_and_a_name_twice_are_errors() -> None:
    changed = document()
    changed["features"][0]["inferred_type"] = "Date"
    with pytest.raises(MonitorFileError, match=r"features\[0\]\.inferred_type: expected one of Integral"):
        read(changed)
    twice = document()
    twice["features"] *= 2
    with pytest.raises(MonitorFileError, match=r"features\[1\]\.name: 'x' stands in the file twice"):
        read(twice)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MonitorFileError, match=r"statistics\.json: there is no such file"):
        read_statistics(tmp_path / "statistics.json")
    with pytest.raises(MonitorFileError, match="can't be read"):
        read_statistics(tmp_path)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_statistics(b"\xef\xbb\xbf" + json.dumps(document()).encode()).item_count == 4


def test_statistics_of_texts_may_hold_common_alone() -> None:
    block = {"common": {"num_present": 2, "num_missing": 1}}
    feature = {"name": "s", "inferred_type": "String", "string_statistics": block}
    document = {"version": 0.0, "dataset": {"item_count": 3}, "features": [feature]}
    read = read_statistics(json.dumps(document).encode())
    assert (read.features[0].num_present, read.features[0].num_missing, read.features[0].string) == (
        2,
        1,
        None,
    )
    assert json.loads(statistics_json(read)) == document
