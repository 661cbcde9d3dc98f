from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deployment.run import outcome
from deployment.run.execution import Execution, Step
from deployment.run.outcome import Outcome, Thresholds
from deployment.stage.config import Config
from tests.unit.deployment import builders, fakes
from tests.unit.deployment.fakes import NOON, Paginator

PREFIX = "sagemaker-taxis-batch-staging"
STATISTICS: dict[str, Any] = {
    "features": [
        {"name": "carrier", "inferred_type": "String", "string_statistics": {"distribution": {}}},
        {"name": "delay", "inferred_type": "Integral"},
        {"name": "prediction", "inferred_type": "Fractional"},
        {"name": "id", "inferred_type": "String", "string_statistics": {}},
        {"name": "fare", "inferred_type": "String", "string_statistics": {"distribution": {}}},
        {"name": "new", "inferred_type": "Integral"},
    ]
}
BASELINE = {
    "features": [
        *STATISTICS["features"][:4],
        {"name": "fare", "inferred_type": "Fractional"},
    ]
}
CONSTRAINTS = {
    "features": [
        {
            "name": "delay",
            "monitoringConfigOverrides": {"distribution_constraints": {"comparison_threshold": 0.5}},
        },
        {"name": "carrier"},
    ],
    "monitoring_config": {
        "distribution_constraints": {"comparison_threshold": 0.1, "categorical_comparison_threshold": 0.2}
    },
}
METRICS = {
    "feature_baseline_drift_carrier": 0.15,
    "feature_baseline_drift_delay": 0.4,
    "feature_baseline_drift_prediction": 0.3,
    "drifted_features": 1.0,
    "checked_features": 3.0,
    "rows_checked": 10.0,
    "drift_check_completed": 1.0,
}


class S3:
    """The monitor's files; `verdicts.json` is among them where our engine is the monitor."""

    def __init__(self, verdicts: dict[str, Any] | None = None) -> None:
        self._verdicts = {} if verdicts is None else {"monitor/verdicts.json": verdicts}

    def get_object(self, **request: str) -> dict[str, Any]:
        files = {"monitor/statistics.json": STATISTICS, "base/s.json": BASELINE, "base/c.json": CONSTRAINTS}
        files |= self._verdicts
        if request["Key"] not in files:
            raise fakes.refusal("NoSuchKey", "not there")
        return {"Body": io.BytesIO(json.dumps(files[request["Key"]]).encode())}


class SageMaker:
    """The monitor's job, and the runs of the retrain pipeline."""

    def __init__(self, *retrained: str, missing: bool = False) -> None:
        self._retrained, self._missing = retrained, missing

    def describe_processing_job(self, **_: str) -> dict[str, Any]:
        inputs = {
            "baseline_statistics": "s3://bbb/base/s.json",
            "baseline_constraints": "s3://bbb/base/c.json",
        }
        return {
            "ProcessingInputs": [{"InputName": k, "S3Input": {"S3Uri": v}} for k, v in inputs.items()],
            "ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://bbb/monitor"}}]},
        }

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        if self._missing:
            raise fakes.refusal("ResourceNotFound", "Pipeline does not exist")
        return {"PipelineExecutionSummaries": [{"PipelineExecutionArn": arn} for arn in self._retrained]}


class CloudWatch:
    """Metrics that show up at the second look, and alarms that change their state after some looks."""

    def __init__(self, state: str = "ALARM", after: int = 0, changed: int = 5) -> None:
        self._state, self._after, self._changed = state, after, changed
        self.looks = 0

    def get_paginator(self, _: str) -> Paginator:
        def pages(**request: Any) -> Iterator[dict[str, Any]]:
            self.looks += 1
            for query in request["MetricDataQueries"]:
                name = query["MetricStat"]["Metric"]["MetricName"]
                values = [METRICS[name], 99.0] if name in METRICS and self.looks > 1 else []
                yield {"MetricDataResults": [{"Id": query["Id"], "Values": values}]}

        return Paginator(pages)

    def describe_alarms(self, **request: Any) -> dict[str, Any]:
        self._after -= 1
        state = self._state if self._after < 0 else "INSUFFICIENT_DATA"
        alarms = [
            {
                "AlarmName": name,
                "StateValue": state if name.endswith("threshold") else "OK",
                "StateReason": "because",
                "StateTransitionedTimestamp": NOON + timedelta(seconds=self._changed),
            }
            for name in request["AlarmNames"]
        ]
        return {"MetricAlarms": alarms}


def step(kind: str, metadata: dict[str, Any]) -> Step:
    return Step(kind, kind, "Succeeded", 1.0, NOON, "", metadata)


RUN = Execution(
    "arn:run",
    "Succeeded",
    "",
    NOON,
    (step("Processing", {"ProcessingJob": {"Arn": "a/job"}}), step("Lambda", {"Lambda": {"Arn": "f"}})),
)


def read(
    of: Config,
    cloudwatch: CloudWatch | None = None,
    sagemaker: SageMaker | None = None,
    run: Execution = RUN,
) -> Outcome:
    aws = fakes.aws(s3=S3(), sagemaker=sagemaker or SageMaker(), cloudwatch=cloudwatch or CloudWatch())
    return outcome.read(of, run, "123456789012", aws, fakes.clock())


def test_features_are_told_worst_first_each_against_its_threshold(tmp_path: Path) -> None:
    rows = [
        (feature.name, feature.distance, feature.threshold, feature.drifted, feature.why)
        for feature in read(builders.config(tmp_path)).features
    ]
    assert rows == [
        ("prediction", 0.3, 0.1, True, ""),
        ("delay", 0.4, 0.5, False, ""),
        ("carrier", 0.15, 0.2, False, ""),
        ("fare", None, 0.2, False, "String in the batch, Fractional in the baseline"),
        ("id", None, 0.2, False, "too many different values for a distribution"),
        ("new", None, 0.1, False, "the baseline has no such feature"),
    ]


def test_where_our_engine_is_the_monitor_its_verdicts_are_told_with_their_grounds(tmp_path: Path) -> None:
    test = {"test": "distribution", "effect": 0.25, "adjusted_p_value": 1e-9, "says": "drifted"}
    verdicts = {
        "features": [
            {"name": "delay", "verdict": "drifted", "reason": "", "tests": [test]},
            {"name": "prediction", "verdict": "ok", "reason": "", "tests": [{**test, "says": "ok"}]},
            {"name": "id", "verdict": "not comparable", "reason": "looks like identifiers", "tests": []},
        ]
    }
    aws = fakes.aws(s3=S3(verdicts), sagemaker=SageMaker(), cloudwatch=CloudWatch())
    told = outcome.read(builders.config(tmp_path), RUN, "123456789012", aws, fakes.clock()).features
    assert [(feature.name, feature.verdict, feature.why) for feature in told] == [
        ("delay", "drifted", "distribution by 0.25, p 1e-09"),
        ("prediction", "ok", ""),
        ("carrier", "ok", ""),
        ("fare", "not comparable", "String in the batch, Fractional in the baseline"),
        ("id", "not comparable", "looks like identifiers"),
        ("new", "not comparable", "the baseline has no such feature"),
    ]


def test_metrics_are_waited_for_until_the_heartbeat_and_the_newest_value_counts(tmp_path: Path) -> None:
    cloudwatch = CloudWatch()
    assert read(builders.config(tmp_path), cloudwatch).metrics == METRICS
    assert cloudwatch.looks > 1


def test_alarms_are_waited_for_until_they_say_what_the_metric_says(tmp_path: Path) -> None:
    alarms = read(builders.config(tmp_path), CloudWatch(after=3)).alarms
    assert [(alarm.name, alarm.state) for alarm in alarms] == [
        (f"{PREFIX}-threshold", "ALARM"),
        (f"{PREFIX}-silent", "OK"),
        (f"{PREFIX}-threshold-delay", "OK"),
    ]


def test_alarms_that_never_follow_are_told_as_they_are(tmp_path: Path) -> None:
    alarms = read(builders.config(tmp_path), CloudWatch("OK")).alarms
    assert alarms[0].state == "OK"


@pytest.mark.parametrize(
    ("cloudwatch", "sagemaker", "started", "reason"),
    [
        (CloudWatch(), SageMaker("arn:retraining"), "arn:retraining", "the drift alarm fired"),
        (CloudWatch(), SageMaker(), None, "the drift alarm fired, but no run of the pipeline has begun yet"),
        (CloudWatch(), SageMaker(missing=True), None, "the drift alarm fired, but no run"),
        (CloudWatch("OK"), SageMaker(), None, "the drift alarm is OK"),
        (CloudWatch(changed=-60), SageMaker(), None, "the drift alarm was in ALARM before this run"),
    ],
)
def test_whether_retraining_began_is_told_with_the_reason(
    tmp_path: Path, cloudwatch: CloudWatch, sagemaker: SageMaker, started: str | None, reason: str
) -> None:
    retraining = read(builders.config(tmp_path), cloudwatch, sagemaker).retraining
    assert retraining.execution == started
    assert retraining.reason.startswith(reason)


def test_a_stage_without_a_retrain_pipeline_says_so(tmp_path: Path) -> None:
    retraining = read(builders.config(tmp_path, retrain=None)).retraining
    assert (retraining.pipeline, retraining.reason) == (None, "the stage has no retrain pipeline")


def test_a_run_without_a_monitor_step_has_no_features(tmp_path: Path) -> None:
    found = read(builders.config(tmp_path), run=replace(RUN, steps=()))
    assert (found.features, found.metrics) == ((), {})


def test_without_settings_a_threshold_is_the_services_default() -> None:
    assert Thresholds({"features": []}).of("x", "Integral") == 0.1
    assert Thresholds({"features": []}).of("x", "String") == 0.1
