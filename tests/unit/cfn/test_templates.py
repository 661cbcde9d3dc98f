from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_file
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from deployment.names import METRIC_DIMENSION, METRIC_NAMESPACE, Names, feature_metric
from deployment.plan.differences import REPLACED_BY
from deployment.release import template
from deployment.release.template_values import Evaluation
from pipeline_definition import fill

CFN = Path(__file__).parents[3] / "cfn"
TEMPLATES = sorted(CFN.glob("*.yaml"))
WITH_EVERYTHING = {
    "ProjectName": "taxis",
    "ProjectId": "taxis",
    "StageName": "prod",
    "PipelineName": "taxis-batch-prod",
    "PipelineRoleArn": "arn:aws:iam::123456789012:role/pipeline",
    "DefinitionBucket": "artifacts",
    "DefinitionKey": "key",
    "CodeBucket": "artifacts",
    "RetrainPipelineArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/build",
    "ScheduleExpression": "rate(1 day)",
    "DataInputUri": "s3://artifacts/batches",
    "NotificationTopicArn": "arn:aws:sns:us-east-1:123456789012:drift",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k",
}
FEATURE = "a feature"
BATCH_PIPELINE = template.batch_pipeline(CFN, {FEATURE: 0.25})
RESOURCES = Evaluation(BATCH_PIPELINE, WITH_EVERYTHING, {}).resources


def lint(file: Path) -> list[str]:
    return [f"{found.rule.id} {found.message}" for found in lint_file(file)]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_the_handwritten_templates_are_clean_warnings_included(file: Path) -> None:
    assert lint(file) == []


def test_what_is_wrong_in_a_template_is_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("Resources: {A: {Type: AWS::SNS::Topic, Properties: {Nme: x}}}", encoding="utf-8")
    assert lint(file) != []


def test_the_template_that_is_deployed_is_clean_too(tmp_path: Path) -> None:
    file = tmp_path / "batch_pipeline.json"
    file.write_text(template.body(BATCH_PIPELINE), encoding="utf-8")
    assert lint(file) == []


def names_in(value: Any) -> set[str]:
    return {name for name in BATCH_PIPELINE["Parameters"] if f'"{name}"' in value or f"${{{name}}}" in value}


def test_every_parameter_is_used() -> None:
    text = json.dumps({key: BATCH_PIPELINE[key] for key in ("Conditions", "Resources", "Outputs")})
    assert names_in(text) == set(BATCH_PIPELINE["Parameters"])


@pytest.mark.parametrize(
    "name", [name for name, entry in RESOURCES.items() if entry["Type"].endswith("::Alarm")]
)
def test_every_alarm_says_what_missing_data_mean_and_watches_this_pipelines_metrics(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert properties["TreatMissingData"] in {"ignore", "breaching"}
    assert properties["Namespace"] == METRIC_NAMESPACE
    assert properties["Dimensions"] == [{"Name": METRIC_DIMENSION, "Value": "taxis-batch-prod"}]


def test_the_template_and_the_deploy_derive_the_same_names() -> None:
    names = Names("taxis", "prod")
    properties = {name: resource["Properties"] for name, resource in RESOURCES.items()}
    (feature_alarm,) = (entry for name, entry in properties.items() if name.startswith("FeatureDriftAlarm"))
    assert properties["Pipeline"]["PipelineName"] == names.pipeline
    assert properties["DriftAlarm"]["AlarmName"] == names.drift_alarm
    assert properties["SilentAlarm"]["AlarmName"] == names.silent_alarm
    assert properties["EvaluateDriftFunction"]["FunctionName"] == names.function
    assert properties["NumpyLayer"]["LayerName"] == names.layer
    assert properties["ScheduleRule"]["Name"] == names.schedule_rule
    assert properties["RetrainRule"]["Name"] == names.retrain_rule
    assert properties["DriftNoticeRule"]["Name"] == names.notice_rule
    assert properties["FailedRunRule"]["Name"] == names.failed_rule
    assert properties["DeadLetters"]["QueueName"] == names.dead_letters
    assert properties["Dashboard"]["DashboardName"] == names.dashboard
    assert feature_alarm["AlarmName"] == names.feature_alarm(FEATURE)
    assert feature_alarm["MetricName"] == feature_metric(FEATURE)
    assert feature_alarm["Threshold"] == 0.25


@pytest.mark.parametrize(
    "kind", sorted({resource["Type"] for resource in BATCH_PIPELINE["Resources"].values()})
)
def test_what_replaces_a_resource_is_what_its_schema_says(kind: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    fixed = {
        path.removeprefix("/properties/").split("/")[0] for path in schema.get("createOnlyProperties", [])
    }
    assert REPLACED_BY.get(kind, frozenset()) == fixed


def test_without_a_monitor_no_alarm_no_lambda_and_no_retraining_are_made() -> None:
    resources = Evaluation(BATCH_PIPELINE, {**WITH_EVERYTHING, "MonitorEnabled": "false"}, {}).resources
    assert sorted(resources) == [
        "DeadLetters",
        "DeadLettersPolicy",
        "EventsPolicy",
        "EventsRole",
        "FailedRunRule",
        "Pipeline",
        "ScheduleRule",
    ]


def test_an_existing_lambda_is_not_made_again() -> None:
    given = {
        **WITH_EVERYTHING,
        "EvaluateDriftFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    }
    resources = Evaluation(BATCH_PIPELINE, given, {}).resources
    assert {"EvaluateDriftFunction", "NumpyLayer", "EvaluateDriftRole"}.isdisjoint(resources)
    assert "DriftAlarm" in resources


def test_the_dashboards_body_is_json_that_names_this_pipelines_metrics() -> None:
    known = {"AWS::Region": "us-east-1"}
    body = Evaluation(BATCH_PIPELINE, WITH_EVERYTHING, known).resources["Dashboard"]["Properties"][
        "DashboardBody"
    ]
    widgets = json.loads(body)["widgets"]
    assert [widget["properties"]["title"] for widget in widgets] == [
        "Distance of each feature from the baseline",
        "Drifted features",
        "Rows checked",
        "Duration of the steps",
    ]
    assert all("taxis-batch-prod" in json.dumps(widget["properties"]["metrics"]) for widget in widgets)
    assert METRIC_NAMESPACE in widgets[0]["properties"]["metrics"][0][0]["expression"]


def test_every_target_of_a_rule_has_the_dead_letter_queue() -> None:
    rules = [entry for entry in RESOURCES.values() if entry["Type"] == "AWS::Events::Rule"]
    targets = [target for rule in rules for target in rule["Properties"]["Targets"]]
    assert len(targets) == 4
    assert all(
        target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}} for target in targets
    )


def test_people_hear_of_the_first_alarm_too_which_comes_from_insufficient_data() -> None:
    pattern = RESOURCES["DriftNoticeRule"]["Properties"]["EventPattern"]
    assert pattern["detail"] == {"state": {"value": ["ALARM"]}}


def test_the_schedule_starts_this_stacks_pipeline_with_parameters_that_it_declares() -> None:
    (target,) = RESOURCES["ScheduleRule"]["Properties"]["Targets"]
    where = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:pipeline/${Pipeline}"
    assert target["Arn"] == {"Fn::Sub": where}
    declared = {parameter["Name"] for parameter in fill.document()["Parameters"]}
    given = target["SageMakerPipelineParameters"]["PipelineParameterList"]
    assert {parameter["Name"] for parameter in given} <= declared


def test_the_lambda_has_more_than_lambdas_three_seconds_and_ends_before_its_step_would() -> None:
    assert 60 <= RESOURCES["EvaluateDriftFunction"]["Properties"]["Timeout"] <= 600
