from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.conftest import CFN, parameters

STAGE = CFN / "batch_pipeline.yaml"
RETRAIN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/flights-model-build"


def stage_parameters(foundation: dict[str, str], **changes: str) -> list[dict[str, str]]:
    values = {
        "ProjectName": "flights",
        "ProjectId": "p-flights",
        "StageName": "staging",
        "PipelineName": "flights-batch-staging",
        "PipelineRoleArn": foundation["role"],
        "DefinitionBucket": foundation["bucket"],
        "DefinitionKey": "definition.json",
        "CodeBucket": foundation["bucket"],
        "EvaluateDriftCodeKey": "code.zip",
        "NumpyLayerKey": "numpy.zip",
        "ScheduleExpression": "rate(1 day)",
        "DataInputUri": "s3://batches/july",
        "RetrainPipelineArn": RETRAIN,
    }
    return parameters({**values, **changes})


def change_set(cloudformation: Any, foundation: dict[str, str], name: str, **changes: str) -> dict[str, Any]:
    existing = {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
    cloudformation.create_change_set(
        StackName="stage",
        ChangeSetName=name,
        ChangeSetType="UPDATE" if "stage" in existing else "CREATE",
        TemplateBody=STAGE.read_text(encoding="utf-8"),
        Parameters=stage_parameters(foundation, **changes),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "team", "Value": "weather"}],
    )
    described: dict[str, Any] = cloudformation.describe_change_set(StackName="stage", ChangeSetName=name)
    return described


def deploy(cloudformation: Any, foundation: dict[str, str], name: str = "first", **changes: str) -> None:
    change_set(cloudformation, foundation, name, **changes)
    cloudformation.execute_change_set(StackName="stage", ChangeSetName=name)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="stage", WaiterConfig={"Delay": 0})


def test_the_stage_stack_is_created_by_a_change_set_with_its_outputs(
    cloudformation: Any, foundation: dict[str, str]
) -> None:
    planned = change_set(cloudformation, foundation, "first")
    cloudformation.get_waiter("change_set_create_complete").wait(
        StackName="stage", ChangeSetName="first", WaiterConfig={"Delay": 0}
    )
    in_review = cloudformation.describe_stacks(StackName="stage")["Stacks"][0]
    assert in_review["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert {change["ResourceChange"]["Action"] for change in planned["Changes"]} == {"Add"}
    added = [change["ResourceChange"]["LogicalResourceId"] for change in planned["Changes"]]
    assert {"Pipeline", "EvaluateDriftFunction", "DriftAlarm", "SilentAlarm", "ScheduleRule"} <= set(added)

    cloudformation.execute_change_set(StackName="stage", ChangeSetName="first")
    made = cloudformation.list_stack_resources(StackName="stage")["StackResourceSummaries"]
    assert sorted(resource["LogicalResourceId"] for resource in made) == sorted(added)
    stack = cloudformation.describe_stacks(StackName="stage")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["PipelineName"] == "flights-batch-staging"
    assert outputs["DriftAlarmName"] == "sagemaker-flights-batch-staging-threshold"
    assert outputs["EvaluateDriftFunctionArn"].endswith(":function:flights-batch-staging-evaluate-drift")


def test_the_created_resources_are_what_the_template_says(
    aws: LocalAws, cloudformation: Any, foundation: dict[str, str]
) -> None:
    deploy(cloudformation, foundation)
    session = aws.session()
    pipeline = session.client("sagemaker").describe_pipeline(PipelineName="flights-batch-staging")
    assert json.loads(pipeline["PipelineDefinition"])["Version"] == "2020-12-01"
    alarm = session.client("cloudwatch").describe_alarms(
        AlarmNames=["sagemaker-flights-batch-staging-silent"]
    )["MetricAlarms"][0]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1.0, 26)
    function = session.client("lambda").get_function(FunctionName="flights-batch-staging-evaluate-drift")
    assert function["Configuration"]["MemorySize"] == 1024
    assert function["Configuration"]["Layers"][0]["Arn"].endswith(":layer:flights-batch-staging-numpy:1")
    assert function["Tags"]["team"] == "weather"
    targets = session.client("events").list_targets_by_rule(Rule="sagemaker-flights-batch-staging-schedule")
    assert targets["Targets"][0]["SageMakerPipelineParameters"] == {
        "PipelineParameterList": [{"Name": "DataInputUri", "Value": "s3://batches/july"}]
    }
    group = session.client("logs").describe_log_groups()["logGroups"][0]
    assert group["retentionInDays"] == 90


def test_every_resource_has_its_events_in_order_of_dependencies(
    cloudformation: Any, foundation: dict[str, str]
) -> None:
    deploy(cloudformation, foundation)
    events = list(reversed(cloudformation.describe_stack_events(StackName="stage")["StackEvents"]))
    done = [event["LogicalResourceId"] for event in events if event["ResourceStatus"] == "CREATE_COMPLETE"]
    made = cloudformation.list_stack_resources(StackName="stage")["StackResourceSummaries"]
    assert sorted(done[:-1]) == sorted(resource["LogicalResourceId"] for resource in made)
    assert done[-1] == "stage"
    for before, after in [
        ("EvaluateDriftRole", "EvaluateDriftPolicy"),
        ("EvaluateDriftPolicy", "EvaluateDriftFunction"),
        ("EvaluateDriftLogGroup", "EvaluateDriftFunction"),
        ("NumpyLayer", "EvaluateDriftFunction"),
        ("DriftAlarm", "RetrainRule"),
    ]:
        assert done.index(before) < done.index(after)


def test_the_same_change_set_again_is_empty(cloudformation: Any, foundation: dict[str, str]) -> None:
    deploy(cloudformation, foundation)
    second = change_set(cloudformation, foundation, "second")
    assert second["Status"] == "FAILED"
    assert second["StatusReason"] == (
        "The submitted information didn't contain changes. "
        "Submit different information to create a change set."
    )
    assert second["Changes"] == []


def test_a_new_threshold_modifies_the_drift_alarm_and_nothing_else(
    aws: LocalAws, cloudformation: Any, foundation: dict[str, str]
) -> None:
    deploy(cloudformation, foundation)
    planned = change_set(cloudformation, foundation, "more", MaxDriftedFeatures="3")
    changes = {
        each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in planned["Changes"]
    }
    # The dashboard draws the alarm and refers to it.
    assert set(changes) <= {"DriftAlarm", "Dashboard"}
    change = changes["DriftAlarm"]
    assert (change["LogicalResourceId"], change["Action"], change["Replacement"]) == (
        "DriftAlarm",
        "Modify",
        "False",
    )
    assert {detail["Target"]["Name"] for detail in change["Details"]} == {"Threshold", "AlarmDescription"}
    assert {detail["CausingEntity"] for detail in change["Details"]} == {"MaxDriftedFeatures"}
    cloudformation.execute_change_set(StackName="stage", ChangeSetName="more")
    cloudformation.get_waiter("stack_update_complete").wait(StackName="stage", WaiterConfig={"Delay": 0})
    alarms = aws.session().client("cloudwatch").describe_alarms(AlarmNamePrefix="sagemaker-")["MetricAlarms"]
    assert sorted(alarm["Threshold"] for alarm in alarms) == [1.0, 3.0]


def test_turning_the_monitor_off_removes_what_depends_on_it(
    cloudformation: Any, foundation: dict[str, str]
) -> None:
    deploy(cloudformation, foundation)
    planned = change_set(cloudformation, foundation, "off", MonitorEnabled="false")
    removed = {
        change["ResourceChange"]["LogicalResourceId"]
        for change in planned["Changes"]
        if change["ResourceChange"]["Action"] == "Remove"
    }
    assert removed >= {"DriftAlarm", "SilentAlarm", "RetrainRule", "EvaluateDriftFunction"}
    cloudformation.execute_change_set(StackName="stage", ChangeSetName="off")
    stack = cloudformation.describe_stacks(StackName="stage")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert {output["OutputKey"] for output in stack["Outputs"]} == {"PipelineName", "PipelineArn"}
    left = cloudformation.list_stack_resources(StackName="stage")["StackResourceSummaries"]
    assert {resource["LogicalResourceId"] for resource in left} == {
        "Pipeline",
        "EventsRole",
        "EventsPolicy",
        "ScheduleRule",
        "DeadLetters",
        "DeadLettersPolicy",
    }


def test_deleting_the_stage_stack_leaves_nothing(
    aws: LocalAws, cloudformation: Any, foundation: dict[str, str]
) -> None:
    deploy(cloudformation, foundation)
    cloudformation.delete_stack(StackName="stage")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="stage", WaiterConfig={"Delay": 0})
    client = aws.session().client
    assert client("sagemaker").list_pipelines()["PipelineSummaries"] == []
    assert client("lambda").list_functions()["Functions"] == []
    assert client("lambda").list_layers()["Layers"] == []
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert client("events").list_rules()["Rules"] == []
    assert client("logs").describe_log_groups()["logGroups"] == []
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    assert roles == [foundation["role"].rpartition("/")[2]]


def test_a_missing_definition_rolls_the_stage_stack_back_and_says_why(
    aws: LocalAws, cloudformation: Any, foundation: dict[str, str]
) -> None:
    change_set(cloudformation, foundation, "first", DefinitionKey="not-there.json")
    cloudformation.execute_change_set(StackName="stage", ChangeSetName="first")
    stack = cloudformation.describe_stacks(StackName="stage")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    failed = [
        event
        for event in cloudformation.describe_stack_events(StackName="stage")["StackEvents"]
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert [event["LogicalResourceId"] for event in failed] == ["Pipeline"]
    assert "NoSuchKey" in failed[0]["ResourceStatusReason"]
    assert aws.session().client("lambda").list_functions()["Functions"] == []


def test_a_feature_alarm_is_deployed_updated_and_deleted(aws: LocalAws, cloudformation: Any) -> None:
    body = (CFN / "feature_alarm.yaml").read_text(encoding="utf-8")
    values = {"PipelineName": "flights-batch-staging", "Feature": "temp", "Threshold": "0.1"}
    cloudformation.create_stack(StackName="alarm", TemplateBody=body, Parameters=parameters(values))
    cloudwatch = aws.session().client("cloudwatch")
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["Threshold"] == pytest.approx(0.1)
    changed = parameters({**values, "Threshold": "0.25"})
    cloudformation.update_stack(StackName="alarm", UsePreviousTemplate=True, Parameters=changed)
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert alarm["Threshold"] == pytest.approx(0.25)
    assert alarm["AlarmName"] == "sagemaker-flights-batch-staging-threshold-temp"
    cloudformation.delete_stack(StackName="alarm")
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_the_foundations_bucket_outlives_its_stack(aws: LocalAws, cloudformation: Any) -> None:
    found = aws.deploy_foundation(CFN / "foundation.yaml", "flights")
    s3 = aws.session().client("s3")
    assert s3.get_bucket_versioning(Bucket=found.bucket)["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket=found.bucket)["PublicAccessBlockConfiguration"][
        "BlockPublicAcls"
    ]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=found.bucket)["Rules"]
    assert {rule["ID"]: rule["Filter"]["Prefix"] for rule in rules} == {
        "old-executions": "runs/",
        "broken-uploads": "",
    }
    s3.put_object(Bucket=found.bucket, Key="kept", Body=b"x")
    (stack,) = cloudformation.describe_stacks()["Stacks"]
    cloudformation.delete_stack(StackName=stack["StackName"])
    deleted = cloudformation.describe_stacks(StackName=stack["StackId"])["Stacks"][0]
    assert deleted["StackStatus"] == "DELETE_COMPLETE"
    assert s3.get_object(Bucket=found.bucket, Key="kept")["Body"].read() == b"x"
    assert aws.session().client("iam").list_roles()["Roles"] == []
    resources = cloudformation.describe_stack_resources(StackName=stack["StackId"])["StackResources"]
    statuses = {resource["LogicalResourceId"]: resource["ResourceStatus"] for resource in resources}
    assert statuses["ArtifactBucket"] == "DELETE_SKIPPED"
