from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from drift_engine.errors import ArgumentError, DataError, DriftEngineError, MonitorFileError, ScriptError
from tests.tables import Columns, numbers, write_csv
from tests.unit.job.conftest import Container

ROOT = Path(__file__).parents[3]
TRAIN: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}
DRIFTED: Columns = {"x": numbers(1000, start=900), "c": ["a", "b"] * 500}


@pytest.fixture
def with_baseline(container: Container) -> Container:
    path = write_csv(container.source / "data.csv.out", TRAIN)
    container.run()
    container.keep_as_baseline()
    path.unlink()
    return container


def test_without_a_baseline_constraints_are_suggested(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run()
    assert container.written() == ["constraints.json", "statistics.json"]
    assert container.message == "Completed: Job completed successfully with no violations."
    assert container.log.splitlines()[0] == "1,000 rows of 2 columns read"


def test_with_a_baseline_the_data_is_checked(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv.out", DRIFTED)
    with_baseline.run()
    assert with_baseline.written() == ["constraint_violations.json", "constraints.json", "statistics.json"]
    assert with_baseline.message == "CompletedWithViolations: Job completed successfully with 1 violations."
    assert "baseline_drift_check: x: Baseline drift distance: 0.8" in with_baseline.log


def test_clean_data_leaves_no_violations(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", TRAIN)
    with_baseline.run()
    assert with_baseline.written() == ["constraints.json", "statistics.json"]
    assert with_baseline.message == "Completed: Job completed successfully with no violations."


@pytest.mark.parametrize(
    "spelling", ['{"csv": {"header": false}}', '{"Csv": {"Header": false}}', '{"Csv": {}}']
)
def test_data_without_a_header_takes_the_baselines_names(with_baseline: Container, spelling: str) -> None:
    write_csv(with_baseline.source / "batch.out", DRIFTED, header=False)
    with_baseline.run(dataset_format=spelling)
    features = json.loads((with_baseline.output / "statistics.json").read_text())["features"]
    assert [each["name"] for each in features] == ["x", "c"]


@pytest.mark.parametrize(
    "spelling", ['{"json": {"lines": true}}', '{"json": {"line": true}}', '{"Json": {"Line": true}}']
)
def test_json_lines_are_read_in_every_spelling(container: Container, spelling: str) -> None:
    (container.source / "data.out").write_text('{"x": 1, "c": "a"}\n{"x": 2, "c": "b"}\n')
    container.run(dataset_format=spelling)
    features = json.loads((container.output / "statistics.json").read_text())["features"]
    assert [(each["name"], each["inferred_type"]) for each in features] == [
        ("x", "Integral"),
        ("c", "String"),
    ]


def test_strict_mode_can_be_asked_for(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", {"x": TRAIN["x"]})
    with_baseline.run(strict_model_monitor="Enabled")
    assert with_baseline.written() == ["constraint_violations.json"]


def test_the_report_is_written_where_it_is_asked_for(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", DRIFTED)
    with_baseline.run()
    assert "report.html" not in with_baseline.written()
    with_baseline.run(html_report="Enabled")
    page = (with_baseline.output / "report.html").read_text(encoding="utf-8")
    assert "<bdi>batch.csv</bdi>" in page
    assert "<dt><bdi>statistics.json</bdi></dt><dd><code>sha256 " in page
    assert "2026-11-23 12:00 UTC" in page
    assert str(with_baseline.root) not in page


def test_the_verdicts_are_written_for_machines_beside_the_report(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", DRIFTED)
    with_baseline.run(html_report="Enabled", drift_verdict="model-monitor")
    told = json.loads((with_baseline.output / "verdicts.json").read_text(encoding="utf-8"))
    findings = json.loads((with_baseline.output / "constraint_violations.json").read_text(encoding="utf-8"))
    drifted = {verdict["name"] for verdict in told["features"] if verdict["verdict"] == "drifted"}
    assert drifted
    assert drifted == {
        each["feature_name"]
        for each in findings["violations"]
        if each["constraint_check_type"] == "baseline_drift_check"
    }


def test_the_files_are_the_services_whoever_decides(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", DRIFTED)
    written = []
    for rule in ("calibrated", "model-monitor"):
        with_baseline.run(drift_verdict=rule)
        written.append([(with_baseline.output / name).read_bytes() for name in with_baseline.written()])
    assert written[0] == written[1]
    assert len(written[0]) == 3


def test_the_categorical_method_of_the_environment_is_obeyed(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", {"x": TRAIN["x"], "c": ["a", "a", "b", "b", "b"] * 200})
    with_baseline.run()
    assert with_baseline.written() == ["constraints.json", "statistics.json"]
    with_baseline.run(categorical_drift_method="ChiSquared")
    assert "constraint_violations.json" in with_baseline.written()


def test_paths_can_be_given(tmp_path: Path, container: Container) -> None:
    (tmp_path / "elsewhere").mkdir()
    write_csv(tmp_path / "elsewhere" / "data.csv", TRAIN)
    container.run(
        dataset_source=str(tmp_path / "elsewhere"),
        output_path=str(tmp_path / "made"),
        output_message_file=str(tmp_path / "said"),
    )
    assert (tmp_path / "made" / "statistics.json").exists()
    assert (tmp_path / "said").read_text().startswith("Completed")


def test_metrics_are_written_where_they_are_asked_for(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", {"x": [*TRAIN["x"][:999], None], "c": TRAIN["c"]})
    with_baseline.run(
        publish_cloudwatch_metrics="Enabled",
        sagemaker_endpoint_name="endpoint",
        sagemaker_monitoring_schedule_name="schedule",
    )
    metrics = {metric["MetricName"]: metric for metric in with_baseline.metrics()}
    assert set(metrics) == {
        "feature_data_x",
        "feature_non_null_x",
        "feature_non_null_c",
        "feature_baseline_drift_x",
        "feature_baseline_drift_c",
    }
    assert metrics["feature_data_x"] == {
        "MetricName": "feature_data_x",
        "Timestamp": "2026-11-23T12:00:00Z",
        "Dimensions": [
            {"Name": "Endpoint", "Value": "endpoint"},
            {"Name": "MonitoringSchedule", "Value": "schedule"},
        ],
        "StatisticValues": {"Maximum": 998.0, "Minimum": 0.0, "Sum": 498501.0, "SampleCount": 999.0},
    }
    assert metrics["feature_non_null_x"]["Value"] == 999.0


def test_no_metrics_are_written_unasked(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", TRAIN)
    with_baseline.run(publish_cloudwatch_metrics="Disabled")
    assert not (with_baseline.root / "opt/ml/output/metrics").exists()


def test_a_postprocessor_runs_after_the_files_are_written(container: Container, tmp_path: Path) -> None:
    script = tmp_path / "post.py"
    script.write_text(
        "import os, pathlib\n"
        "def postprocess_handler():\n"
        f"    names = sorted(os.listdir({str(container.output)!r}))\n"
        f"    pathlib.Path({str(tmp_path / 'seen')!r}).write_text(' '.join(names))\n"
    )
    write_csv(container.source / "data.csv", TRAIN)
    container.run(post_analytics_processor_script=str(script))
    assert (tmp_path / "seen").read_text() == "constraints.json statistics.json"


def test_a_failing_postprocessor_fails_the_job_with_its_reason(container: Container, tmp_path: Path) -> None:
    script = tmp_path / "post.py"
    script.write_text("def postprocess_handler():\n    raise RuntimeError('no mail server')\n")
    write_csv(container.source / "data.csv", TRAIN)
    with pytest.raises(ScriptError):
        container.run(post_analytics_processor_script=str(script))
    said = f"{script}, line 2: postprocess_handler failed: RuntimeError: no mail server"
    assert container.message == f"Failed: {said}"


def test_settings_that_change_nothing_are_said_in_the_log(container: Container, tmp_path: Path) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run(
        dataset_format='{"csv": {"header": true, "output_columns_position": "START"}}',
        analysis_type="DATA_QUALITY",
    )
    assert "output_columns_position is not obeyed: columns stay in the order of the file\n" in container.log
    (tmp_path / "pre.py").write_text("def preprocess_handler(record):\n    return []\n")
    container.run(record_preprocessor_script=str(tmp_path / "pre.py"))
    assert "record_preprocessor_script is not obeyed: it is for records of JSON lines" in container.log


def test_a_variable_that_changes_nothing_is_said_with_the_reason(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    container.run(start_time="2026-11-23T00:00:00Z")
    assert "start_time is not obeyed: all of dataset_source is read" in container.log


def test_the_environments_configuration_goes_into_suggested_constraints(container: Container) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    config = {"distribution_constraints": {"comparison_threshold": 0.25}}
    container.run(data_quality_monitoring_config=json.dumps(config))
    written = json.loads((container.output / "constraints.json").read_text())["monitoring_config"]
    assert written["distribution_constraints"]["comparison_threshold"] == 0.25


@pytest.mark.parametrize(
    ("environment", "error", "said"),
    [
        ({"dataset_format": "csv"}, ArgumentError, "dataset_format: 'csv' is not JSON"),
        ({"dataset_format": '{"xml": {}}'}, ArgumentError, "dataset_format: 'xml' is none of"),
        ({"dataset_format": '{"csv": {"header": 1}}'}, ArgumentError, "csv.header: 1 is neither"),
        ({"dataset_format": "[]"}, ArgumentError, "doesn't name one format"),
        ({"publish_cloudwatch_metrics": "Yes"}, ArgumentError, "publish_cloudwatch_metrics: 'Yes'"),
        ({"baseline_statistics": "/opt/ml/nowhere.json"}, ArgumentError, "nowhere.json"),
        ({"record_preprocessor_script": "/nowhere.py"}, ArgumentError, "record_preprocessor_script"),
        ({"drift_verdict": "guess"}, ArgumentError, "drift_verdict: 'guess' is none of calibrated, model-"),
        ({"categorical_drift_method": "KS"}, ArgumentError, "categorical_drift_method: 'KS'"),
        ({"dataset_source": "/nowhere"}, DataError, "/nowhere"),
        ({"analysis_type": "MODEL_QUALITY"}, ArgumentError, "analysis_type: 'MODEL_QUALITY'"),
        ({"data_quality_monitoring_config": "{"}, MonitorFileError, "data_quality_monitoring_config: line 1"),
    ],
)
def test_a_job_that_cannot_run_says_why_and_writes_nothing(
    container: Container, environment: dict[str, str], error: type[DriftEngineError], said: str
) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    with pytest.raises(error):
        container.run(**environment)
    assert container.message.startswith("Failed: ")
    assert said in container.message
    assert container.written() == []


def test_a_message_file_that_cannot_be_written_is_one_error(container: Container, tmp_path: Path) -> None:
    write_csv(container.source / "data.csv", TRAIN)
    (tmp_path / "file").write_text("")
    with pytest.raises(MonitorFileError, match=r"can't be written: .* \(Completed: Job completed"):
        container.run(output_message_file=str(tmp_path / "file" / "message"))


def test_one_file_of_a_baseline_alone_is_an_error(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", TRAIN)
    (with_baseline.root / "opt/ml/processing/baseline/stats/statistics.json").unlink()
    with pytest.raises(ArgumentError, match="baseline_statistics: is not set, but baseline_constraints is"):
        with_baseline.run()


def test_a_damaged_baseline_is_an_error(with_baseline: Container) -> None:
    write_csv(with_baseline.source / "batch.csv", TRAIN)
    (with_baseline.root / "opt/ml/processing/baseline/stats/statistics.json").write_text("{")
    with pytest.raises(MonitorFileError):
        with_baseline.run()
    assert with_baseline.written() == []


def test_an_empty_batch_is_an_error_and_no_clean_run(with_baseline: Container) -> None:
    (with_baseline.source / "batch.csv").write_text("x,c\n")
    with pytest.raises(DataError):
        with_baseline.run()
    assert "a header without a row" in with_baseline.message


def zipped(folder: Path) -> Path:
    """The step's bundle: the script as `__main__.py` beside the engine."""
    bundle = folder / "monitor.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(ROOT / "pipeline_definition" / "steps" / "monitor.py", "__main__.py")
        for path in sorted((ROOT / "drift_engine").rglob("*")):
            if path.suffix in (".py", ".css", ".js"):
                archive.write(path, path.relative_to(ROOT))
    return bundle


def test_the_step_runs_from_a_zip(with_baseline: Container, tmp_path: Path) -> None:
    write_csv(with_baseline.source / "batch.csv.out", DRIFTED)
    environment = {"DRIFT_ENGINE_ROOT": str(with_baseline.root), "PATH": "", "html_report": "Enabled"}
    command = [sys.executable, str(zipped(tmp_path))]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == with_baseline.message
    assert with_baseline.message.startswith("CompletedWithViolations")
    assert "report.html" in with_baseline.written()


def test_a_step_that_fails_ends_with_2_and_one_line(container: Container, tmp_path: Path) -> None:
    environment = {"DRIFT_ENGINE_ROOT": str(container.root), "PATH": ""}
    command = [sys.executable, str(zipped(tmp_path))]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert container.message.startswith("Failed: ")
