"""Captured and preprocessed records."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from drift_engine.errors import ArgumentError, DataError, ScriptError
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
        (captured("x", "y", "XML"), "line 1: endpointOutput: is encoded as XML, neither CSV nor JSON"),
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


JSON = '{"json": {"lines": true}}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def (", r"pre\.py, line 1: can't be run: SyntaxError"),
        ("import nothing_of_the_kind\n", r"pre\.py, line 1: can't be run: ModuleNotFoundError"),
        (
            "def preprocess_handler(record, logger):\n    raise ValueError('broken\\nscript')\n",
            r"pre\.py, line 2: preprocess_handler failed on .*data\.jsonl, line 3: ValueError: broken script",
        ),
        (
            "import sys\ndef preprocess_handler(record):\n    sys.exit(0)\n",
            r"data\.jsonl, line 3: SystemExit",
        ),
        (
            "def preprocess_handler(record):\n    a = {}\n    a['a'] = a\n    return a\n",
            r"gave for .*data\.jsonl, line 3 can't be written as JSON: ValueError: Circular",
        ),
    ],
)
def test_a_preprocessor_that_fails_is_one_error_with_script_and_record(
    container: Container, tmp_path: Path, body: str, said: str
) -> None:
    (container.source / "data.jsonl").write_text('\n\n{"n": 1}\n')
    with pytest.raises(ScriptError, match=said) as caught:
        container.run(dataset_format=JSON, record_preprocessor_script=script(tmp_path, body))
    assert container.message == f"Failed: {caught.value}"


def test_a_preprocessor_may_give_numpy_scalars_nan_and_keys_that_are_no_texts(
    container: Container, tmp_path: Path
) -> None:
    (container.source / "data.jsonl").write_text('{"n": 1}\n')
    body = (
        "import numpy as np\n"
        "def preprocess_handler(record):\n"
        "    return {'a': np.float64(1.5), 'b': np.int64(3), 'c': float('nan'), 5: True, 'd': np.ones(2)}\n"
    )
    container.run(dataset_format=JSON, record_preprocessor_script=script(tmp_path, body))
    types = {name: feature["inferred_type"] for name, feature in features(container).items()}
    assert types == {"a": "Fractional", "b": "Integral", "c": "Unknown", "5": "String", "d": "String"}


def test_compressed_records_are_preprocessed(container: Container, tmp_path: Path) -> None:
    (container.source / "data.jsonl.gz").write_bytes(gzip.compress(b'{"n": 1}\n{"n": 2}\n'))
    body = (
        "import json\n"
        "def preprocess_handler(record):\n"
        "    return json.loads(record.batch_transform_output.data)\n"
    )
    container.run(dataset_format=JSON, record_preprocessor_script=script(tmp_path, body))
    assert features(container)["n"]["numerical_statistics"]["sum"] == 3.0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe junk", r"capture\.jsonl: its byte order mark says UTF-16"),
        (b"[" * 100_000, r"capture\.jsonl, line 1: is nested too deeply"),
        (b"\xe9\xe8\n", r"capture\.jsonl, line 1: is not JSON"),
    ],
)
def test_bytes_that_are_no_records_are_one_error(container: Container, content: bytes, said: str) -> None:
    (container.source / "capture.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=said):
        container.run(dataset_format=CAPTURE)


def columns(container: Container) -> list[float | None]:
    found = features(container)
    return [found[name].get("numerical_statistics", {}).get("sum") for name in sorted(found)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('{"captureIndexNames": ["endpointInput"]}', [1.0, 2.0]),
        ('{"captureIndexNames": ["endpointOutput"]}', [9.0]),
        ('{"output_columns_position": "END"}', [1.0, 2.0, 9.0]),
        ("{}", [9.0, 1.0, 2.0]),
    ],
)
def test_the_sides_that_are_asked_for_become_columns(
    container: Container, asked: str, expected: list[float]
) -> None:
    (container.source / "capture.jsonl").write_text(captured("1,2", "9"))
    container.run(dataset_format=f'{{"sagemakerCaptureJson": {asked}}}')
    assert columns(container) == expected


@pytest.mark.parametrize(
    "wrong", ['{"captureIndexNames": ["input"]}', '{"output_columns_position": "MIDDLE"}']
)
def test_sides_that_there_are_none_of_are_refused(container: Container, wrong: str) -> None:
    (container.source / "capture.jsonl").write_text(captured("1", "2"))
    with pytest.raises(ArgumentError, match="dataset_format: "):
        container.run(dataset_format=f'{{"sagemakerCaptureJson": {wrong}}}')


def test_captured_rows_end_where_a_csv_files_rows_end(container: Container) -> None:
    (container.source / "capture.jsonl").write_text(captured('"a\nb\u2028c",1\r\nd\x0be,2', "7\n8"))
    container.run(dataset_format=CAPTURE)
    buckets = features(container)["_c1"]["string_statistics"]["distribution"]["categorical"]["buckets"]
    assert {bucket["value"] for bucket in buckets} == {"a\nb\u2028c", "d\x0be"}


@pytest.mark.parametrize("data", ["[1, 2.50]", "[[1, 2.50]]"])
def test_captured_json_lists_are_rows(container: Container, data: str) -> None:
    (container.source / "capture.jsonl").write_text(captured(data, "[9]", "JSON"))
    container.run(dataset_format=CAPTURE)
    assert columns(container) == [9.0, 1.0, 2.5]


def test_captured_json_objects_are_rows_by_their_keys(container: Container) -> None:
    lines = captured('{"age": 31}', '{"score": 0.5}', "JSON") + captured(
        '[{"age": 7}]', '{"score": 1}', "JSON"
    )
    (container.source / "capture.jsonl").write_text(lines)
    container.run(dataset_format=CAPTURE)
    assert list(features(container)) == ["score", "age"]
    assert columns(container) == [38.0, 1.5]


def test_captured_base64_is_read_by_its_content_type(container: Container) -> None:
    record = json.loads(captured("", "9"))
    side = {
        "data": base64.b64encode(b"1,2").decode(),
        "encoding": "BASE64",
        "observedContentType": "text/csv",
    }
    record["captureData"]["endpointInput"] = side
    (container.source / "capture.jsonl").write_text(json.dumps(record))
    container.run(dataset_format=CAPTURE)
    assert columns(container) == [9.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("request_data", "response", "encoding", "said"),
    [
        ('"1,2', "9", "CSV", "line 1: endpointInput: a quote in its data is never closed"),
        ("7", "{}", "JSON", "line 1: its sides are JSON objects with a key in common, or not both"),
        ('{"a": 1}', '{"a": 2}', "JSON", "line 1: its sides are JSON objects with a key in common"),
        ("[1, [2]]", "[3]", "JSON", "line 1: endpointInput: its data is neither flat"),
        ("{", "{}", "JSON", "line 1: endpointInput: its data is not JSON"),
        ("YWJj", "YWJj", "BASE64", "is encoded as BASE64 of the content type none, neither CSV nor JSON"),
    ],
)
def test_captured_data_of_another_form_is_one_error_that_names_the_side(
    container: Container, request_data: str, response: str, encoding: str, said: str
) -> None:
    (container.source / "capture.jsonl").write_text(captured(request_data, response, encoding))
    with pytest.raises(DataError, match=said):
        container.run(dataset_format=CAPTURE)


def test_errors_about_captured_data_name_the_captures(container: Container) -> None:
    (container.source / "one.jsonl").write_text(captured("1,2", "9"))
    (container.source / "two.jsonl").write_text(captured("1,2,3", "9"))
    with pytest.raises(DataError, match=r"baseline_dataset_input/two\.jsonl: "):
        container.run(dataset_format=CAPTURE)


def test_captured_rows_of_another_length_are_one_warning_with_file_and_line(
    container: Container, caplog: pytest.LogCaptureFixture
) -> None:
    (container.source / "one.jsonl").write_text(
        captured("1,2", "9") + captured("1", "9") + captured("1,2,3", "9")
    )
    container.run(dataset_format=CAPTURE)
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "one.jsonl, line 2: the first of 2 rows" in warning
