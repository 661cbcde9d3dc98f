from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.errors import ConfigError
from deployment.s3uri import S3Uri
from deployment.stage.config import load, retrain_pipeline_arn
from deployment.stage.settings import Settings
from tests.unit.deployment import builders
from tests.unit.deployment.builders import ROOT, SETTINGS, STAGE, config


def faults_of(folder: Path, *documents: Mapping[str, Any], settings: Settings = SETTINGS) -> list[str]:
    files = []
    for number, document in enumerate(documents):
        files.append(folder / f"{number}.json")
        files[-1].write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load("staging", files, settings)
    return [fault.removeprefix(f"{folder}/") for fault in caught.value.faults]


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_the_checkouts_own_stages_are_without_fault(stage: str) -> None:
    assert (
        load(stage, [ROOT / "stages" / f"{stage}.json"], SETTINGS).names.pipeline == f"flights-batch-{stage}"
    )


def test_a_project_adds_to_a_stage_and_keeps_the_rest() -> None:
    files = [ROOT / "stages/staging.json", ROOT / "examples/flights/stages/staging.json"]
    stage = load("staging", files, SETTINGS).stage
    assert stage.transform.input_filter.startswith("$[")
    assert stage.transform.instance_type == "ml.m5.large"


def test_an_unknown_key_names_its_file_path_and_the_likely_key(tmp_path: Path) -> None:
    assert faults_of(tmp_path, STAGE, {"monitor": {"comparison_treshold": 0.2}}) == [
        "1.json:1: monitor.comparison_treshold: "
        "is no key that is known here; did you mean 'comparison_threshold'?"
    ]


def test_the_spark_analyzer_and_its_application_go_together(tmp_path: Path) -> None:
    assert faults_of(tmp_path, STAGE, {"monitor": {"analyzer": "drift-engine-spark"}}) == [
        "1.json:1: monitor.spark: is missing: the analyzer drift-engine-spark runs there"
    ]
    spark = {"application_id": "00f1abc2", "job_role_arn": "arn:aws:iam::123456789012:role/spark"}
    assert faults_of(tmp_path, STAGE, {"monitor": {"spark": spark}}) == [
        "1.json:1: monitor.spark: is for the analyzer drift-engine-spark, not drift-engine"
    ]


def test_all_faults_come_at_once_each_with_its_file(tmp_path: Path) -> None:
    first = builders.merged(STAGE, {"transform": {"instance_type": "ml.t2.medium"}, "retrian": None})
    second = {
        "monitor": {"comparison_threshold": 2, "volume_size_gb": "20"},
        "drift": {"fail_on_drift": "yes"},
    }
    faults = faults_of(tmp_path, first, second, settings=replace(SETTINGS, region="moon", bucket=None))
    assert [fault.split(" ")[:2] for fault in faults] == [
        ["0.json:1:", "retrian:"],
        ["0.json:1:", "transform.instance_type:"],
        ["1.json:1:", "monitor.volume_size_gb:"],
        ["1.json:1:", "monitor.comparison_threshold:"],
        ["1.json:1:", "drift.fail_on_drift:"],
        ["aws.region", "(--region,"],
        ["aws.artifact_bucket", "(--artifact-bucket,"],
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"model": {"version": 0}}, "model.version: is 0, should be 'latest-approved' or a version's number"),
        ({"model": {"version": "newest"}}, "model.version: is 'newest', should be 'latest-approved'"),
        ({"model": {"package_group": "a b"}}, "model.package_group: is 'a b', should be the name or ARN"),
        ({"data": {"input_uri": "/data"}}, "data.input_uri: is '/data', should be an S3 address"),
        ({"transform": {"instance_count": 0}}, "transform.instance_count: is 0, should be from 1 to 100"),
        (
            {"transform": {"instance_count": True}},
            "transform.instance_count: is true or false, should be a whole",
        ),
        ({"transform": {"instance_type": "ml.m5.larg"}}, "did you mean 'ml.m5.large'?"),
        ({"transform": {"input_filter": "1:"}}, "transform.input_filter: is '1:', should be a JSONPath"),
        ({"transform": {"input_filter": "$" * 64}}, "transform.input_filter: is"),
        (
            {"monitor": {"analyzer": "evidently"}},
            "monitor.analyzer: is 'evidently', should be drift-engine",
        ),
        ({"monitor": {"instance_count": 2}}, "monitor.instance_count: is 2, should be from 1 to 1"),
        ({"monitor": {"thresholds": {"delay": -1}}}, "monitor.thresholds.delay: is -1, should be from 0"),
        ({"monitor": {"thresholds": [1]}}, "monitor.thresholds: is a list, should be an object"),
        ({"monitor": "on"}, "monitor: is a string, should be an object"),
        ({"drift": {"silent_after_hours": 200}}, "drift.silent_after_hours: is 200, should be from 1 to 168"),
        ({"drift": {"feature_alarms": {"größe": 0.1}}}, "drift.feature_alarms.größe: can't have an alarm"),
        ({"drift": {"feature_alarms": {"x" * 230: 0.1}}}, "would be longer than 255 characters"),
        ({"schedule": {"expression": "daily"}}, "schedule.expression: is 'daily', should be an EventBridge"),
        ({"schedule": {"expression": "cron(0 12 * * *)"}}, "is 'cron(0 12 * * *)', should be an EventBridge"),
        ({"schedule": {"expression": "cron(0 12 * * * *)"}}, "day-of-month or day-of-week, the 3rd or 5th,"),
        ({"schedule": {"expression": "rate(1 days)"}}, "schedule.expression: is 'rate(1 days)', should be"),
        ({"schedule": {"expression": "rate(2 day)"}}, "schedule.expression: is 'rate(2 day)', should be"),
        ({"retrain": {"pipeline": "a_b"}}, "retrain.pipeline: is 'a_b', should be a SageMaker pipeline's"),
        ({"log_retention_days": 31}, "log_retention_days: is 31, should be one of 1, 3, 5"),
        ({"project": {"name": "x" * 32}}, "is too long for an EventBridge rule"),
    ],
)
def test_an_impossible_value_says_what_it_should_be(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    found = faults_of(tmp_path, builders.merged(STAGE, change))
    assert any(fault in line for line in found), found


@pytest.mark.parametrize(
    "expression", ["rate(1 day)", "rate(10 minutes)", "cron(0 12 * * ? *)", "cron(0/15 8-17 ? * MON-FRI *)"]
)
def test_what_event_bridge_takes_as_a_schedule_is_taken(tmp_path: Path, expression: str) -> None:
    of = builders.config(tmp_path, schedule={"expression": expression})
    assert of.stage.schedule is not None
    assert of.stage.schedule.expression == expression


def test_a_machine_that_a_job_refuses_is_a_fault(tmp_path: Path) -> None:
    # SageMaker has it, but not for a Transform job, nor the other one for a Processing job.
    machines = {"transform": {"instance_type": "ml.t2.medium"}, "monitor": {"instance_type": "ml.m1.tiny"}}
    found = faults_of(tmp_path, builders.merged(STAGE, machines))
    assert [
        "transform.instance_type: is 'ml.t2.medium'" in found[0],
        "monitor.instance_type" in found[1],
    ] == [
        True,
        True,
    ]


def test_a_missing_section_and_a_missing_key_are_faults(tmp_path: Path) -> None:
    stage = {key: value for key, value in STAGE.items() if key != "project"} | {"transform": {}}
    assert [fault.partition(": ")[2] for fault in faults_of(tmp_path, stage)] == [
        "project: is missing",
        "transform.instance_type: is missing",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "can't be read as JSON"),
        ('{"model": 1, "model": 2}', "the key 'model' stands twice"),
        ("[]", "is a list, should be an object"),
    ],
)
def test_a_file_that_is_no_json_object_is_a_fault(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "staging.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=fault):
        load("staging", [file], SETTINGS)


def test_a_stage_without_a_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.json: there is no such stage file$"):
        load("nowhere", [tmp_path / "nowhere.json"], SETTINGS)
    for name in ("staging.json", "staging.thresholds.json", "prod.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"no such stage file; there are prod, staging$"):
        load("nowhere", [tmp_path / "nowhere.json"], SETTINGS)


def test_a_stages_name_that_no_resource_can_have_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(STAGE), encoding="utf-8")
    with pytest.raises(ConfigError, match="the stage's name 'my stage'"):
        load("my stage", [file], SETTINGS)


def test_a_bucket_that_is_not_set_is_one_fault_and_not_two(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, STAGE, settings=replace(SETTINGS, bucket=None))
    assert fault.startswith("aws.artifact_bucket (--artifact-bucket, ARTIFACT_BUCKET) is not set")


def test_flags_stand_above_the_stage_file_and_the_stage_file_above_the_profiles_region(
    tmp_path: Path,
) -> None:
    aws = {"region": "eu-west-1", "artifact_bucket": "of-the-file", "pipeline_role_arn": builders.ROLE}
    of_file = config(tmp_path, Settings(other_region="us-west-2"), aws=aws)
    assert (of_file.region, of_file.bucket) == ("eu-west-1", "of-the-file")
    of_flags = config(tmp_path, Settings(region="eu-central-1", bucket="of-a-flag"), aws=aws)
    assert (of_flags.region, of_flags.bucket) == ("eu-central-1", "of-a-flag")
    of_profile = config(tmp_path, replace(SETTINGS, region=None, other_region="us-west-2"))
    assert of_profile.region == "us-west-2"


def test_a_project_named_by_a_flag_has_that_name_as_its_id_too(tmp_path: Path) -> None:
    named = config(tmp_path, replace(SETTINGS, project_name="buses"))
    assert named.tags["sagemaker:project-id"] == "buses"
    assert config(tmp_path, replace(SETTINGS, project_id="p-1")).tags["sagemaker:project-id"] == "p-1"


def test_the_artifact_bucket_is_put_into_addresses(tmp_path: Path) -> None:
    assert config(tmp_path).data_input == S3Uri("artifacts", "batches/incoming")


def test_no_monitor_is_a_choice_and_has_to_be_said(tmp_path: Path) -> None:
    assert config(tmp_path, **builders.NO_MONITOR).stage.monitor is None
    unsaid = {key: value for key, value in STAGE.items() if key != "monitor"}
    assert faults_of(tmp_path, unsaid) == ["0.json: monitor: is missing"]


def test_what_would_do_nothing_without_a_monitor_is_a_fault(tmp_path: Path) -> None:
    useless = builders.merged(STAGE, {"monitor": None, "drift": {"fail_on_drift": True}})
    assert faults_of(tmp_path, useless) == [
        "0.json:1: drift.feature_alarms: can't alarm on anything: monitor is null",
        "0.json:1: drift.fail_on_drift: can't fail on anything: monitor is null",
        "0.json:1: retrain: would never start: monitor is null",
    ]


def test_the_retrain_pipeline_is_a_name_or_an_arn(tmp_path: Path) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:999999999999:pipeline/elsewhere"
    assert retrain_pipeline_arn(config(tmp_path, retrain={"pipeline": arn}), "aws", "123456789012") == arn
    named = retrain_pipeline_arn(config(tmp_path), "aws", "123456789012")
    assert named == "arn:aws:sagemaker:us-east-1:123456789012:pipeline/taxis-model-build"
    assert retrain_pipeline_arn(config(tmp_path, retrain=None), "aws", "123456789012") is None
