"""Captured and preprocessed records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drift_engine.errors import ArgumentError, DataError
from tests.tables import write_csv
from tests.unit.job.conftest import Container

CAPTURE = '{"sagemakerCaptureJson": {"captureIndexNames": ["endpointInput", "endpointOutput"]}}'


def captured(request: str, response: str, encoding: str = "CSV") -> str:
    sides = {
        "endpointInput": {"mode": "INPUT", "data": request, "encoding": encoding},
        "endpointOutput": {"mode": "OUTPUT", "data": response, "encoding": encoding},
    }
    return json.dumps({"captureData": sides, "eventMetadata": {"eventId": "1"}, "eventVersion": "0"}) + "\n"


def features(container: Container) -> dict[str, Any]:
    document = json.loads((container.output / "statistics.json").read_text())
    return {feature["name"]: feature for feature in document["features"]}


def script(folder: Path, body: str) -> str:
    path = folder / "pre.py"
    path.write_text(body)
    return str(path)


def test_captured_csv_is_a_table_with_the_output_first(container: Container) -> None:
    lines = captured("1,2", "0.5") + captured("3,4\n5,6\n", "0.7\n0.9\n")
    (container.source / "capture.jsonl").write_text(lines)
    container.run(dataset_format=CAPTURE)
    found = features(container)
    assert [found[name]["numerical_statistics"]["sum"] for name in ("_c0", "_c1", "_c2")] == [
        pytest.approx(2.1),
        9.0,
        12.0,
    ]


def test_captured_data_takes_the_baselines_names(container: Container) -> None:
    path = write_csv(container.source / "train.csv", {"y": ["0.5"], "a": ["1"], "b": ["2"]})
    container.run()
    container.keep_as_baseline()
    path.unlink()
    (container.source / "capture.jsonl").write_text(captured("1,2", "0.5"))
    container.run(dataset_format=CAPTURE)
    assert list(features(container)) == ["y", "a", "b"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1: is not JSON"),
        ("{}", "line 1: has no captureData"),
        (captured("{}", "{}", "JSON"), "line 1: endpointOutput: is encoded as JSON, not CSV"),
        (captured("1\n2", "0.5"), "line 1: has 1 and 2 rows"),
    ],
)
def test_a_record_that_is_no_table_is_one_error_with_file_and_line(
    container: Container, line: str, said: str
) -> None:
    (container.source / "capture.jsonl").write_text(line)
    with pytest.raises(DataError, match=said):
        container.run(dataset_format=CAPTURE)


def test_a_preprocessor_makes_rows_of_captured_records(container: Container, tmp_path: Path) -> None:
    (container.source / "capture.jsonl").write_text(captured("1,2", "0.5") + captured("3,4", "0.7"))
    body = (
        "def preprocess_handler(inference_record):\n"
        "    first, second = inference_record.endpoint_input.data.split(',')\n"
        "    return {'first': int(first), 'score': float(inference_record.endpoint_output.data)}\n"
    )
    container.run(dataset_format=CAPTURE, record_preprocessor_script=script(tmp_path, body))
    found = features(container)
    assert found["first"]["numerical_statistics"]["sum"] == 4.0
    assert found["score"]["numerical_statistics"]["sum"] == pytest.approx(1.2)


def test_a_preprocessor_can_drop_split_and_log(container: Container, tmp_path: Path) -> None:
    (container.source / "data.jsonl").write_text('{"n": 1}\n\n{"n": 2}\n{"n": 3}\n')
    body = (
        "import json\n"
        "def preprocess_handler(inference_record, logger):\n"
        "    n = json.loads(inference_record.batch_transform_output.data)['n']\n"
        "    logger.info('record %d', n)\n"
        "    return [] if n == 2 else [{'n': n}, {'n': n * 10}]\n"
    )
    container.run(
        dataset_format='{"json": {"lines": true}}', record_preprocessor_script=script(tmp_path, body)
    )
    numbers = features(container)["n"]["numerical_statistics"]
    assert (numbers["common"]["num_present"], numbers["sum"]) == (4, 44.0)


def test_both_spellings_of_a_record_work(container: Container, tmp_path: Path) -> None:
    (container.source / "capture.jsonl").write_text(captured("1", "2"))
    body = (
        "def preprocess_handler(inference_record):\n"
        "    event = inference_record.event_data\n"
        "    assert inference_record.event_metadata['eventId'] == '1'\n"
        "    return {'in': event.endpointInput.data, 'out': event.endpointOutput.data}\n"
    )
    container.run(dataset_format=CAPTURE, record_preprocessor_script=script(tmp_path, body))
    assert set(features(container)) == {"in", "out"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("x = 1\n", "defines no function preprocess_handler"),
        ("def preprocess_handler(record):\n    return 7\n", "gave int, no dict or list of dicts"),
        ("def preprocess_handler(record):\n    return [7]\n", "gave list, no dict or list of dicts"),
    ],
)
def test_a_preprocessor_of_another_form_is_one_error(
    container: Container, tmp_path: Path, body: str, said: str
) -> None:
    (container.source / "data.jsonl").write_text('{"n": 1}\n')
    with pytest.raises(ArgumentError, match=said):
        container.run(dataset_format=CAPTURE, record_preprocessor_script=script(tmp_path, body))


def test_a_preprocessor_that_drops_everything_leaves_no_rows(container: Container, tmp_path: Path) -> None:
    (container.source / "data.jsonl").write_text('{"n": 1}\n')
    path = script(tmp_path, "def preprocess_handler(record):\n    return []\n")
    with pytest.raises(DataError):
        container.run(dataset_format=CAPTURE, record_preprocessor_script=path)
