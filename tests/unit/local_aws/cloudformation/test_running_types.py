from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.conftest import STOP
from tests.unit.local_aws.cloudformation.stacks import Json, body, outputs, physical_ids, status
from tests.unit.local_aws.cloudformation.test_storage_and_roles import TRUST, put

ROLE: Json = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}


def function(**properties: Any) -> Json:
    fixed = {
        "FunctionName": "f",
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
    }
    return {"Role": ROLE, "F": {"Type": "AWS::Lambda::Function", "Properties": {**fixed, **properties}}}


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", text)
    return packed.getvalue()


def test_a_functions_code_and_settings_follow_the_template(aws: LocalAws, cloudformation: Any) -> None:
    lambda_, s3 = aws.session().client("lambda"), aws.session().client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="a.zip", Body=zipped("handler = None\n"))
    put(
        cloudformation,
        function(Timeout="30", MemorySize=256, Environment={"Variables": {"A": "1"}}, Description="d"),
        {"a": "1"},
    )
    before = lambda_.get_function(FunctionName="f")
    assert before["Configuration"]["Timeout"] == 30
    assert before["Configuration"]["Environment"]["Variables"] == {"A": "1"}
    assert before["Tags"] == {"a": "1"}

    put(cloudformation, function(Code={"S3Bucket": "code", "S3Key": "a.zip"}), {"b": "2"})
    after = lambda_.get_function(FunctionName="f")
    assert after["Configuration"]["CodeSha256"] != before["Configuration"]["CodeSha256"]
    assert (after["Configuration"]["Timeout"], after["Configuration"]["MemorySize"]) == (3, 128)
    assert after["Configuration"].get("Environment", {}).get("Variables", {}) == {}
    assert after["Tags"] == {"b": "2"}
    assert physical_ids(cloudformation)["F"] == "f"


def test_the_same_inline_code_has_the_same_bytes(aws: LocalAws, cloudformation: Any) -> None:
    lambda_ = aws.session().client("lambda")
    put(cloudformation, function())
    first = lambda_.get_function(FunctionName="f")["Configuration"]["CodeSha256"]
    put(cloudformation, function(Timeout=9))
    assert lambda_.get_function(FunctionName="f")["Configuration"]["CodeSha256"] == first


def test_a_new_layer_version_takes_the_old_ones_place(aws: LocalAws, cloudformation: Any) -> None:
    lambda_, s3 = aws.session().client("lambda"), aws.session().client("s3")
    s3.create_bucket(Bucket="code")
    for key in ("a.zip", "b.zip"):
        s3.put_object(Bucket="code", Key=key, Body=zipped(key))

    def resources(key: str) -> Json:
        content = {"LayerName": "numpy", "Content": {"S3Bucket": "code", "S3Key": key}}
        layer = {"L": {"Type": "AWS::Lambda::LayerVersion", "Properties": content}}
        return {**function(Layers=[{"Ref": "L"}]), **layer}

    put(cloudformation, resources("a.zip"))
    put(cloudformation, resources("b.zip"))
    versions = lambda_.list_layer_versions(LayerName="numpy")["LayerVersions"]
    assert [version["Version"] for version in versions] == [2]
    layers = lambda_.get_function(FunctionName="f")["Configuration"]["Layers"]
    assert [layer["Arn"].rpartition(":")[2] for layer in layers] == ["2"]


def test_a_permission_comes_and_goes_with_its_statement(aws: LocalAws, cloudformation: Any) -> None:
    lambda_ = aws.session().client("lambda")
    permission = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": "F"},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
        },
    }
    put(cloudformation, {**function(), "P": permission})
    (statement,) = json.loads(lambda_.get_policy(FunctionName="f")["Policy"])["Statement"]
    assert statement["Sid"] == physical_ids(cloudformation)["P"]
    put(cloudformation, function())
    assert "P" not in physical_ids(cloudformation)


def test_a_log_groups_retention_is_set_and_lifted(aws: LocalAws, cloudformation: Any) -> None:
    logs = aws.session().client("logs")

    def group(**properties: Any) -> Json:
        return {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/g", **properties}}}

    put(cloudformation, group(RetentionInDays="7"), {"a": "1"})
    (found,) = logs.describe_log_groups()["logGroups"]
    assert found["retentionInDays"] == 7
    arn = found["arn"].removesuffix(":*")
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}
    put(cloudformation, group(), {"b": "2"})
    (found,) = logs.describe_log_groups()["logGroups"]
    assert "retentionInDays" not in found
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}


def test_an_alarm_and_a_dashboard_are_overwritten_as_a_whole(aws: LocalAws, cloudformation: Any) -> None:
    cloudwatch = aws.session().client("cloudwatch")

    def resources(text: str, **alarm: Any) -> Json:
        fixed = {
            "AlarmName": "a",
            "Namespace": "n",
            "MetricName": "m",
            "Statistic": "Maximum",
            "Period": "60",
            "EvaluationPeriods": "1",
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": "1.5",
        }
        widgets = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": text}}]})
        return {
            "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {**fixed, **alarm}},
            "D": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {"DashboardName": "d", "DashboardBody": widgets},
            },
        }

    put(
        cloudformation,
        resources("first", AlarmDescription="d", Dimensions=[{"Name": "x", "Value": "y"}]),
        {"a": "1"},
    )
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["Threshold"], alarm["Dimensions"]) == (1.5, [{"Name": "x", "Value": "y"}])
    tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "1"}]
    put(cloudformation, resources("second", Threshold="2"))
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["Threshold"], alarm["Dimensions"]) == (2.0, [])
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == []
    assert "second" in cloudwatch.get_dashboard(DashboardName="d")["DashboardBody"]
    cloudformation.delete_stack(StackName="s")
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_a_rules_targets_are_put_and_removed(aws: LocalAws, cloudformation: Any) -> None:
    events = aws.session().client("events")

    def rule(*targets: str, **properties: Any) -> Json:
        fixed = {
            "Name": "r",
            "EventPattern": {"source": ["aws.cloudwatch"]},
            "Targets": [
                {"Id": name, "Arn": f"arn:aws:sqs:us-east-1:123456789012:{name}"} for name in targets
            ],
        }
        return {"R": {"Type": "AWS::Events::Rule", "Properties": {**fixed, **properties}}}

    def targets() -> list[str]:
        return sorted(target["Id"] for target in events.list_targets_by_rule(Rule="r")["Targets"])

    put(cloudformation, rule("a", "b"), {"t": "1"})
    assert targets() == ["a", "b"]
    assert json.loads(events.describe_rule(Name="r")["EventPattern"]) == {"source": ["aws.cloudwatch"]}
    arn = events.describe_rule(Name="r")["Arn"]
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "t", "Value": "1"}]
    put(cloudformation, rule("b", "c", State="DISABLED"))
    assert targets() == ["b", "c"]
    assert events.describe_rule(Name="r")["State"] == "DISABLED"
    cloudformation.delete_stack(StackName="s")
    assert events.list_rules()["Rules"] == []


def test_topics_queues_and_their_policies_follow_the_template(aws: LocalAws, cloudformation: Any) -> None:
    sns, sqs = aws.session().client("sns"), aws.session().client("sqs")

    def resources(action: str, **queue: Any) -> Json:
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}],
        }
        topic = {
            "TopicName": "t",
            "Subscription": [{"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Q", "Arn"]}}],
        }
        return {
            "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", **queue}},
            "T": {
                "Type": "AWS::SNS::Topic",
                "Properties": topic,
            },
            "QP": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Q"}], "PolicyDocument": document},
            },
            "TP": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {"Topics": [{"Ref": "T"}], "PolicyDocument": document},
            },
        }

    put(cloudformation, resources("*", VisibilityTimeout="60"), {"a": "1"})
    ids = physical_ids(cloudformation)
    sns.publish(TopicArn=ids["T"], Message="hello")
    (message,) = sqs.receive_message(QueueUrl=ids["Q"])["Messages"]
    assert json.loads(message["Body"])["Message"] == "hello"
    attributes = sqs.get_queue_attributes(QueueUrl=ids["Q"], AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "60"
    assert "Policy" in attributes
    assert sqs.list_queue_tags(QueueUrl=ids["Q"])["Tags"] == {"a": "1"}

    put(cloudformation, {name: resources("*")[name] for name in ("Q", "T")})
    attributes = sqs.get_queue_attributes(QueueUrl=ids["Q"], AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "30"
    assert not attributes.get("Policy")
    policy = json.loads(sns.get_topic_attributes(TopicArn=ids["T"])["Attributes"]["Policy"])
    assert policy["Id"] == "__default_policy_ID"
    cloudformation.delete_stack(StackName="s")
    assert "QueueUrls" not in sqs.list_queues()
    assert sns.list_topics()["Topics"] == []
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_subscription_of_its_own_filters_and_goes(aws: LocalAws, cloudformation: Any) -> None:
    sns = aws.session().client("sns")

    def resources(raw: bool) -> Json:
        properties = {
            "TopicArn": {"Ref": "T"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Q", "Arn"]},
            "FilterPolicy": {"kind": ["drift"]},
            "RawMessageDelivery": raw,
        }
        return {
            "Q": {"Type": "AWS::SQS::Queue"},
            "T": {"Type": "AWS::SNS::Topic"},
            "S": {"Type": "AWS::SNS::Subscription", "Properties": properties},
        }

    put(cloudformation, resources(False))
    arn = physical_ids(cloudformation)["S"]
    put(cloudformation, resources(True))
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert json.loads(attributes["FilterPolicy"]) == {"kind": ["drift"]}
    assert attributes["RawMessageDelivery"] == "true"
    put(cloudformation, {name: resources(True)[name] for name in ("Q", "T")})
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_pipelines_definition_comes_from_the_body_or_from_s3(aws: LocalAws, cloudformation: Any) -> None:
    sagemaker, s3 = aws.session().client("sagemaker"), aws.session().client("s3")
    definition = {"Version": "2020-12-01", "Parameters": [], "Steps": [STOP]}

    def pipeline(place: Json, **properties: Any) -> Json:
        fixed = {
            "PipelineName": "p",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "PipelineDefinition": place,
        }
        return {
            "Role": ROLE,
            "P": {"Type": "AWS::SageMaker::Pipeline", "Properties": {**fixed, **properties}},
        }

    put(cloudformation, pipeline({"PipelineDefinitionBody": json.dumps(definition)}), {"a": "1"})
    found = sagemaker.describe_pipeline(PipelineName="p")
    assert json.loads(found["PipelineDefinition"]) == definition
    assert sagemaker.list_tags(ResourceArn=found["PipelineArn"])["Tags"] == [{"Key": "a", "Value": "1"}]

    s3.create_bucket(Bucket="definitions")
    other = {**definition, "Metadata": {"from": "s3"}}
    s3.put_object(Bucket="definitions", Key="d.json", Body=json.dumps(other).encode())
    place = {"PipelineDefinitionS3Location": {"Bucket": "definitions", "Key": "d.json"}}
    put(cloudformation, pipeline(place, PipelineDescription="d"), {"b": "2"})
    found = sagemaker.describe_pipeline(PipelineName="p")
    assert json.loads(found["PipelineDefinition"]) == other
    assert found["PipelineDescription"] == "d"
    assert sagemaker.list_tags(ResourceArn=found["PipelineArn"])["Tags"] == [{"Key": "b", "Value": "2"}]


def test_a_model_package_group_is_made_and_deleted(aws: LocalAws, cloudformation: Any) -> None:
    sagemaker = aws.session().client("sagemaker")
    group = {
        "Type": "AWS::SageMaker::ModelPackageGroup",
        "Properties": {"ModelPackageGroupName": "g", "ModelPackageGroupDescription": "d"},
    }
    text = body({"G": group}, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["G", "ModelPackageGroupArn"]}}})
    cloudformation.create_stack(StackName="s", TemplateBody=text)
    assert outputs(cloudformation)["Arn"].endswith(":model-package-group/g")
    cloudformation.delete_stack(StackName="s")
    assert sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_made_up_value_is_the_resources_failure_with_the_services_words(cloudformation: Any) -> None:
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=body(function(MemorySize="lots")),
        Capabilities=["CAPABILITY_IAM"],
    )
    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    ]
    assert any("Invalid type for parameter MemorySize" in reason for reason in reasons)
