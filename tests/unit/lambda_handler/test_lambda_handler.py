from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

import lambda_handler as subject
from drift_engine.checks import Finding, Monitoring, suggest
from drift_engine.errors import MonitorFileError, NothingComparedError
from drift_engine.evaluation import JobFilesError, JobNotCompletedError, locate
from drift_engine.monitor_files import constraints_json, statistics_json, violations_json, violations_of
from tests.tables import Columns, numbers, profile

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
EVENT = {"ProcessingJobName": "job-1", "PipelineName": "flights-batch-staging"}
BASELINE: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}
QUIET: Columns = {"x": numbers(1000, start=3), "c": ["b", "a"] * 500}
SHIFTED: Columns = {"x": numbers(1000, start=130), "c": ["b", "a"] * 500}
DRIFTED: Columns = {"x": numbers(1000, start=900), "c": ["b", "a"] * 500}


def failure(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class S3:
    """Objects by address; an exception in place of bytes is raised."""

    def __init__(self, objects: Mapping[str, bytes | Exception]) -> None:
        self.objects = objects

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        found = self.objects.get(f"s3://{Bucket}/{Key}", failure("NoSuchKey", "GetObject"))
        if isinstance(found, Exception):
            raise found
        return {"Body": io.BytesIO(found)}


class SageMaker:
    def __init__(self, job: Mapping[str, Any] | Exception) -> None:
        self.job = job

    def describe_processing_job(self, *, ProcessingJobName: str) -> Mapping[str, Any]:  # noqa: N803
        if isinstance(self.job, Exception):
            raise self.job
        return {"ProcessingJobName": ProcessingJobName, **self.job}


class CloudWatch:
    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def put_metric_data(self, **call: Any) -> None:
        self.calls.append(call)

    def metrics(self) -> dict[str, float]:
        return {one["MetricName"]: one["Value"] for call in self.calls for one in call["MetricData"]}


def job(**changes: Any) -> dict[str, Any]:
    inputs = {
        "/opt/ml/processing/input/baseline_dataset_input": "s3://bucket/batch",
        "/opt/ml/processing/baseline/stats": "s3://bucket/baseline/statistics.json",
        "/opt/ml/processing/baseline/constraints": "s3://bucket/baseline",
    }
    return {
        "ProcessingJobStatus": "Completed",
        "Environment": {
            "baseline_statistics": "/opt/ml/processing/baseline/stats/statistics.json",
            "baseline_constraints": "/opt/ml/processing/baseline/constraints/constraints.json",
            "output_path": "/opt/ml/processing/output",
        },
        "ProcessingInputs": [
            {"InputName": f"input-{n}", "S3Input": {"S3Uri": uri, "LocalPath": path}}
            for n, (path, uri) in enumerate(inputs.items())
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {"S3Output": {"S3Uri": "s3://bucket/run/monitor", "LocalPath": "/opt/ml/processing/output"}}
            ]
        },
        **changes,
    }


def files(current: Columns, baseline: Columns = BASELINE, **monitoring: Any) -> dict[str, bytes | Exception]:
    old = profile(baseline)
    return {
        "s3://bucket/baseline/statistics.json": statistics_json(old).encode(),
        "s3://bucket/baseline/constraints.json": constraints_json(
            suggest(old, Monitoring(**monitoring))
        ).encode(),
        "s3://bucket/run/monitor/statistics.json": statistics_json(profile(current)).encode(),
    }


def run(
    objects: Mapping[str, bytes | Exception], described: Mapping[str, Any] | Exception | None = None
) -> tuple[dict[str, Any], CloudWatch]:
    cloudwatch = CloudWatch()
    sagemaker = SageMaker(job() if described is None else described)
    clients = subject.Clients(sagemaker, S3(objects), cloudwatch)
    return subject.evaluate_drift(EVENT, clients, NOW), cloudwatch


def test_a_drifted_batch_answers_400_and_names_the_worst_feature() -> None:
    answer, cloudwatch = run(files(DRIFTED))
    assert answer["statusCode"] == 400
    assert (answer["driftedFeatures"], answer["checkedFeatures"], answer["rowsChecked"]) == (1, 2, 1000)
    assert answer["worstFeature"] == "x"
    assert answer["worstDistance"] == cloudwatch.metrics()["feature_baseline_drift_x"] > 0.8
    assert answer["message"].startswith("1 of 2 features drifted; the farthest is x: 0.8")


def test_a_quiet_batch_answers_200_and_publishes_every_feature_all_the_same() -> None:
    answer, cloudwatch = run(files(QUIET))
    assert answer["statusCode"] == 200
    assert cloudwatch.metrics() == {
        "feature_baseline_drift_x": 0.0,
        "feature_baseline_drift_c": 0.0,
        "drifted_features": 0.0,
        "checked_features": 2.0,
        "rows_checked": 1000.0,
        "drift_check_completed": 1.0,
    }


@pytest.mark.parametrize("said", ["x", " c2 , x", "0", "00,no such"])
def test_a_column_that_the_job_left_out_is_not_missed(said: str) -> None:
    without: Columns = {"c": ["b", "a"] * 500}
    environment = {**job()["Environment"], "exclude_features_attribute": said}
    answer, cloudwatch = run(files(without), job(Environment=environment))
    assert (answer["statusCode"], answer["checkedFeatures"]) == (200, 1)
    assert "feature_baseline_drift_x" not in cloudwatch.metrics()
    assert "missing columns: x" in run(files(without))[0]["message"]


def test_a_column_that_is_left_out_by_name_alone_hides_no_other_missing_one() -> None:
    environment = {**job()["Environment"], "exclude_features_attribute": "other,1"}
    answer, _ = run(files({"c": ["b", "a"] * 500}), job(Environment=environment))
    assert (answer["statusCode"], answer["checkedFeatures"]) == (400, 1)


def test_metrics_go_where_the_alarms_look() -> None:
    _, cloudwatch = run(files(QUIET))
    (call,) = cloudwatch.calls
    assert call["Namespace"] == "aws/sagemaker/ModelBuildingPipeline/data-metrics"
    for metric in call["MetricData"]:
        assert metric["Dimensions"] == [{"Name": "PipelineName", "Value": "flights-batch-staging"}]
        assert metric["Timestamp"].utcoffset() == timedelta(0)


def test_the_answer_is_plain_json() -> None:
    answer, _ = run(files(DRIFTED))
    assert json.loads(json.dumps(answer)) == answer
    keys = "statusCode driftedFeatures checkedFeatures rowsChecked worstFeature worstDistance message"
    assert list(answer) == keys.split()


def test_a_thousand_metrics_go_in_a_call_and_the_heartbeat_comes_last() -> None:
    columns = {f"f{n}": ["1", "2", "3"] * 4 for n in range(1500)}
    _, cloudwatch = run(files(columns, columns))
    assert [len(call["MetricData"]) for call in cloudwatch.calls] == [1000, 504]
    assert cloudwatch.calls[-1]["MetricData"][-1]["MetricName"] == "drift_check_completed"


def test_a_missing_column_answers_400_and_is_named() -> None:
    answer, cloudwatch = run(files({"x": QUIET["x"]}))
    assert answer["statusCode"] == 400
    assert answer["message"].endswith("missing columns: c")
    assert cloudwatch.metrics()["drifted_features"] == 0.0


def test_a_few_bad_cells_do_not_blind_the_metric() -> None:
    current = {**DRIFTED, "x": [*numbers(999, start=900), "oops"]}
    answer, cloudwatch = run(files(current))
    assert cloudwatch.metrics()["feature_baseline_drift_x"] > 0.8
    assert answer["statusCode"] == 400


def test_a_feature_that_is_switched_off_is_published_but_not_judged() -> None:
    answer, cloudwatch = run(files(DRIFTED, perform_comparison=False))
    assert cloudwatch.metrics()["feature_baseline_drift_x"] > 0.8
    assert (answer["statusCode"], answer["checkedFeatures"], answer["driftedFeatures"]) == (200, 0, 0)


def test_model_monitors_rule_obeys_the_constraints_thresholds() -> None:
    described = job()
    described["Environment"] |= {"drift_verdict": "model-monitor"}
    assert run(files(DRIFTED, comparison_threshold=0.95), described)[0]["statusCode"] == 200


def test_the_calibrated_verdict_is_the_default_and_the_metric_stays_the_services_distance() -> None:
    answer, cloudwatch = run(files(SHIFTED))
    assert (answer["statusCode"], answer["driftedFeatures"]) == (400, 1)
    assert "false alarms expected in a healthy batch: 0.05" in str(answer["message"])
    described = job()
    described["Environment"] |= {"drift_verdict": "model-monitor"}
    service, same = run(files(SHIFTED), described)
    assert (service["statusCode"], service["driftedFeatures"]) == (200, 0)
    name = "feature_baseline_drift_x"
    assert cloudwatch.metrics()[name] == same.metrics()[name] < 0.1


def test_a_column_that_lost_all_its_cells_has_drifted_though_it_has_no_distance() -> None:
    answer, cloudwatch = run(files({"x": [None] * 1000, "c": BASELINE["c"]}))
    assert (answer["statusCode"], answer["driftedFeatures"], answer["worstFeature"]) == (400, 1, "x")
    assert "feature_baseline_drift_x" not in cloudwatch.metrics()
    assert cloudwatch.metrics()["drifted_features"] == 1.0


def test_an_unknown_rule_is_an_error_with_the_known_ones() -> None:
    described = job()
    described["Environment"] |= {"drift_verdict": "guess"}
    with pytest.raises(JobFilesError, match="'guess', is none of calibrated, model-monitor"):
        run(files(QUIET), described)


@pytest.mark.parametrize("status", ["Failed", "Stopped", "InProgress"])
def test_a_job_that_did_not_complete_is_an_error_with_its_reason(status: str) -> None:
    described = job(ProcessingJobStatus=status, FailureReason="out of memory")
    with pytest.raises(JobNotCompletedError, match=f"job-1 is {status}: out of memory"):
        run(files(QUIET), described)


@pytest.mark.parametrize(
    "gone",
    [
        "s3://bucket/run/monitor/statistics.json",
        "s3://bucket/baseline/statistics.json",
        "s3://bucket/baseline/constraints.json",
    ],
)
def test_a_file_that_is_not_there_is_an_error_and_nothing_is_published(gone: str) -> None:
    objects = files(QUIET)
    del objects[gone]
    cloudwatch = CloudWatch()
    with pytest.raises(subject.FileMissingError, match=f"{gone} does not exist"):
        subject.evaluate_drift(EVENT, subject.Clients(SageMaker(job()), S3(objects), cloudwatch), NOW)
    assert cloudwatch.calls == []


def test_a_file_that_may_not_be_read_is_an_error() -> None:
    address = "s3://bucket/baseline/statistics.json"
    with pytest.raises(subject.NoAccessError, match=address):
        run({**files(QUIET), address: failure("AccessDenied", "GetObject")})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://bucket/run/monitor/statistics.json", r"the batch's statistics\.json: line 1"),
        ("s3://bucket/baseline/statistics.json", r"the baseline's statistics\.json: line 1"),
        ("s3://bucket/baseline/constraints.json", r"the baseline's constraints: line 1"),
    ],
)
def test_a_damaged_file_is_an_error_that_says_which(address: str, said: str) -> None:
    with pytest.raises(MonitorFileError, match=said):
        run({**files(QUIET), address: b'{"version": 0.0'})


def test_a_job_that_may_not_be_described_is_an_error() -> None:
    with pytest.raises(subject.NoAccessError, match="the processing job job-1"):
        run(files(QUIET), failure("AccessDeniedException", "DescribeProcessingJob"))


def test_an_error_of_another_kind_is_not_hidden() -> None:
    with pytest.raises(ClientError, match="ThrottlingException"):
        run(files(QUIET), failure("ThrottlingException", "DescribeProcessingJob"))


def test_a_batch_that_cannot_be_compared_at_all_is_an_error() -> None:
    with pytest.raises(NothingComparedError, match="x: the current data has no value"):
        run(files({"x": [None] * 5}, {"x": numbers(5)}))


def test_an_event_without_a_job_is_an_error() -> None:
    clients = subject.Clients(SageMaker(job()), S3({}), CloudWatch())
    with pytest.raises(subject.BadEventError, match="no ProcessingJobName"):
        subject.evaluate_drift({"PipelineName": "p"}, clients, NOW)


def stopped(*findings: Finding) -> dict[str, bytes | Exception]:
    objects = files(QUIET)
    del objects["s3://bucket/run/monitor/statistics.json"]
    text = violations_json(violations_of(findings))
    return {**objects, "s3://bucket/run/monitor/constraint_violations.json": text.encode()}


def test_a_monitor_that_stopped_early_answers_400_without_the_heartbeat() -> None:
    answer, cloudwatch = run(stopped(Finding("Extra columns", "extra_column_check", 3, 2)))
    assert (answer["statusCode"], answer["checkedFeatures"]) == (400, 0)
    assert "stopped early: There are extra columns" in answer["message"]
    assert cloudwatch.metrics() == {"checked_features": 0.0}


def test_violations_without_statistics_and_without_a_reason_are_an_error() -> None:
    with pytest.raises(subject.FileMissingError, match=r"no statistics\.json"):
        run(stopped(Finding("x", "completeness_check", 0.5, 1.0)))


def test_a_job_without_a_baseline_is_an_error() -> None:
    described = job(ProcessingInputs=job()["ProcessingInputs"][:1])
    with pytest.raises(JobFilesError, match=r"holds .*stats.statistics\.json, which its"):
        run(files(QUIET), described)


def test_the_documented_paths_stand_in_for_a_missing_environment() -> None:
    assert run(files(QUIET), job(Environment={}))[0]["statusCode"] == 200


def test_the_output_is_told_by_its_path() -> None:
    other = {"S3Output": {"S3Uri": "s3://bucket/logs", "LocalPath": "/opt/ml/processing/logs"}}
    outputs = [other, *job()["ProcessingOutputConfig"]["Outputs"]]
    assert run(files(QUIET), job(ProcessingOutputConfig={"Outputs": outputs}))[0]["statusCode"] == 200
    with pytest.raises(JobFilesError, match="2 outputs"):
        run(files(QUIET), job(ProcessingOutputConfig={"Outputs": [other, other]}))


def test_files_may_lie_deeper_below_an_input() -> None:
    mounted = {"LocalPath": "/opt/ml/processing/baseline", "S3Uri": "s3://bucket/all/"}
    described = job(ProcessingInputs=[{"S3Input": mounted}])
    found = locate({"ProcessingJobName": "job-1", **described})
    assert str(found.baseline_statistics) == "s3://bucket/all/stats/statistics.json"
    assert str(found.baseline_constraints) == "s3://bucket/all/constraints/constraints.json"
