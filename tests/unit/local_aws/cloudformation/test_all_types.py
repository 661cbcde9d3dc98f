from __future__ import annotations

import json
from typing import Any

from local_aws import LocalAws
from local_aws.cloudformation import RESOURCE_TYPES
from tests.unit.local_aws.cloudformation.conftest import STOP
from tests.unit.local_aws.cloudformation.stacks import body, outputs, physical_ids, status
from tests.unit.local_aws.cloudformation.test_storage_and_roles import ALLOW, TRUST

DEFINITION = json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [STOP]})
LEAST: dict[str, dict[str, Any]] = {
    "AWS::CloudWatch::Alarm": {
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 1,
    },
    "AWS::CloudWatch::Dashboard": {"DashboardBody": '{"widgets": []}'},
    "AWS::CodeBuild::Project": {
        "Artifacts": {"Type": "NO_ARTIFACTS"},
        "Environment": {"ComputeType": "BUILD_GENERAL1_SMALL", "Image": "i", "Type": "LINUX_CONTAINER"},
        "ServiceRole": {"Fn::GetAtt": ["IAMRole", "Arn"]},
        "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2\nphases: {build: {commands: [ls]}}\n"},
    },
    "AWS::CodePipeline::Pipeline": {
        "ArtifactStore": {"Type": "S3", "Location": {"Ref": "S3Bucket"}},
        "RoleArn": {"Fn::GetAtt": ["IAMRole", "Arn"]},
        "Stages": [
            {
                "Name": "Source",
                "Actions": [
                    {
                        "Name": "Source",
                        "ActionTypeId": {
                            "Category": "Source",
                            "Owner": "AWS",
                            "Provider": "S3",
                            "Version": "1",
                        },
                        "Configuration": {"S3Bucket": {"Ref": "S3Bucket"}, "S3ObjectKey": "source.zip"},
                        "OutputArtifacts": [{"Name": "Source"}],
                    }
                ],
            },
            {
                "Name": "Approval",
                "Actions": [
                    {
                        "Name": "Approve",
                        "ActionTypeId": {
                            "Category": "Approval",
                            "Owner": "AWS",
                            "Provider": "Manual",
                            "Version": "1",
                        },
                    }
                ],
            },
        ],
    },
    "AWS::Events::Rule": {"ScheduleExpression": "rate(1 day)"},
    "AWS::IAM::Policy": {"PolicyName": "p", "PolicyDocument": ALLOW, "Roles": [{"Ref": "IAMRole"}]},
    "AWS::IAM::Role": {"AssumeRolePolicyDocument": TRUST},
    "AWS::KMS::Key": {"KeyPolicy": ALLOW},
    "AWS::Lambda::Function": {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["IAMRole", "Arn"]},
        "Code": {"ZipFile": "handler = print\n"},
    },
    "AWS::Lambda::LayerVersion": {"Content": {"S3Bucket": "code", "S3Key": "layer.zip"}},
    "AWS::Lambda::Permission": {
        "FunctionName": {"Ref": "LambdaFunction"},
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    },
    "AWS::Logs::LogGroup": {},
    "AWS::S3::Bucket": {},
    "AWS::S3::BucketPolicy": {"Bucket": {"Ref": "S3Bucket"}, "PolicyDocument": {"Statement": []}},
    "AWS::SNS::Subscription": {
        "TopicArn": {"Ref": "SNSTopic"},
        "Protocol": "sqs",
        "Endpoint": {"Fn::GetAtt": ["SQSQueue", "Arn"]},
    },
    "AWS::SNS::Topic": {},
    "AWS::SNS::TopicPolicy": {"Topics": [{"Ref": "SNSTopic"}], "PolicyDocument": ALLOW},
    "AWS::SQS::Queue": {},
    "AWS::SQS::QueuePolicy": {"Queues": [{"Ref": "SQSQueue"}], "PolicyDocument": ALLOW},
    "AWS::SageMaker::ModelPackageGroup": {"ModelPackageGroupName": "g"},
    "AWS::SageMaker::Pipeline": {
        "PipelineName": "p",
        "RoleArn": {"Fn::GetAtt": ["IAMRole", "Arn"]},
        "PipelineDefinition": {"PipelineDefinitionBody": DEFINITION},
    },
}


def logical_id(kind: str) -> str:
    return "".join(kind.split("::")[1:])


def template() -> str:
    attributes = {
        f"{logical_id(name)}{attribute}": {"Value": {"Fn::GetAtt": [logical_id(name), attribute]}}
        for name, kind in RESOURCE_TYPES.items()
        for attribute in sorted(kind.attributes)
    }
    resources = {logical_id(name): {"Type": name, "Properties": LEAST[name]} for name in RESOURCE_TYPES}
    return body(resources, Outputs=attributes)


def test_every_type_of_the_table_is_made_with_all_its_attributes_and_deleted(
    aws: LocalAws, cloudformation: Any
) -> None:
    s3 = aws.session().client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="layer.zip", Body=b"PK\x05\x06" + bytes(18))
    cloudformation.create_stack(StackName="s", TemplateBody=template(), Capabilities=["CAPABILITY_IAM"])
    assert status(cloudformation) == "CREATE_COMPLETE"
    assert set(physical_ids(cloudformation)) == {logical_id(name) for name in RESOURCE_TYPES}
    assert all(physical_ids(cloudformation).values())
    assert len(outputs(cloudformation)) == sum(len(kind.attributes) for kind in RESOURCE_TYPES.values())
    assert all(outputs(cloudformation).values())
    cloudformation.delete_stack(StackName="s")
    assert cloudformation.describe_stacks()["Stacks"] == []
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["code"]
