from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws.cloudformation.template import parse
from local_aws.cloudformation.validation import capabilities, check
from local_aws.errors import ServiceError
from tests.unit.local_aws.cloudformation.conftest import CFN


def template(resource: dict[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": {"Thing": resource}, **sections})


def topic(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def refusal(body: str) -> str:
    with pytest.raises(ServiceError) as caught:
        check(parse(body))
    assert caught.value.code == "ValidationError"
    return caught.value.message


def test_a_made_up_type_is_refused_with_its_logical_id_and_what_to_do() -> None:
    message = refusal(template({"Type": "AWS::Made::Up"}))
    assert "Unrecognized resource types: [AWS::Made::Up] (resource Thing)" in message
    assert "RESOURCE_TYPES" in message


def test_a_made_up_property_is_refused_with_type_and_logical_id() -> None:
    message = refusal(template(topic(MadeUp=1)))
    assert "Encountered unsupported property MadeUp of AWS::SNS::Topic in resource Thing" in message


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        (
            "AWS::SNS::Topic",
            {"Subscription": [{"Endpoint": "e", "Protocol": "sqs", "Made": 1}]},
            "Subscription[0].Made",
        ),
        (
            "AWS::Lambda::LayerVersion",
            {"Content": {"S3Bucket": "b", "S3Key": "k", "ObjectKey": "k"}},
            "Content.ObjectKey",
        ),
        (
            "AWS::CloudWatch::Alarm",
            {"Dimensions": [{"Name": "n", "Value": "v", "Made": 1}]},
            "Dimensions[0].Made",
        ),
        ("AWS::S3::Bucket", {"VersioningConfiguration": "Enabled"}, "VersioningConfiguration"),
        (
            "AWS::S3::Bucket",
            {"VersioningConfiguration": {"Fn::If": ["C", {"Status": "Enabled"}, {"State": "x"}]}},
            "VersioningConfiguration.State",
        ),
    ],
)
def test_a_made_up_member_deep_inside_is_refused(kind: str, properties: dict[str, Any], path: str) -> None:
    message = refusal(template({"Type": kind, "Properties": properties}))
    assert f"unsupported property {path} of {kind}" in message


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        ("AWS::SageMaker::Pipeline", {"PipelineName": "p", "RoleArn": "r"}, "PipelineDefinition"),
        ("AWS::Lambda::LayerVersion", {"Content": {"S3Bucket": "b"}}, "Content.S3Key"),
        ("AWS::Events::Rule", {"Targets": [{"Arn": "a"}]}, "Targets[0].Id"),
    ],
)
def test_a_missing_required_property_is_refused(kind: str, properties: dict[str, Any], path: str) -> None:
    message = refusal(template({"Type": kind, "Properties": properties}))
    assert f"required key [{path}] not found" in message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", "At least one Resources member must be defined"),
        (template(topic(), Rules={}, Hooks={}), "Invalid template property or properties [Rules, Hooks]"),
        (
            template(topic(), Transform="AWS::Serverless-2016-10-31"),
            "runs no transform AWS::Serverless-2016-10-31",
        ),
        (template(topic(DisplayName={"Ref": "Nothing"})), "Unresolved resource dependencies [Nothing]"),
        (
            template(topic(DisplayName={"Fn::Sub": "${Nothing}"})),
            "Unresolved resource dependencies [Nothing]",
        ),
        (template(topic(DisplayName={"Fn::GetAtt": "Nothing.Arn"})), "references undefined resource Nothing"),
        (template(topic(DisplayName={"Fn::GetAtt": "Thing.Size"})), "does not support attribute type Size"),
        (template(topic(DisplayName={"Fn::If": ["No", "a", "b"]})), "condition No is not defined"),
        (template(topic(DisplayName={"Fn::Cidr": ["a", 1, 2]})), "the local AWS has no function Fn::Cidr"),
        (
            template(topic(DisplayName={"Fn::ToJsonString": {}})),
            "needs the transform AWS::LanguageExtensions",
        ),
        (template(topic(DisplayName="{{resolve:ssm:name}}")), "resolves no dynamic references"),
        (template({**topic(), "DependsOn": "Nothing"}), "Unresolved resource dependencies [Nothing]"),
        (template({**topic(), "Condition": "No"}), "condition No is not defined"),
        (template({**topic(), "CreationPolicy": {}}), "does not act upon the attribute CreationPolicy"),
        (template({**topic(), "DeletionPolicy": "Snapshot"}), "Unrecognized DeletionPolicy Snapshot"),
        (template(topic(), Outputs={"O": {"Description": "d"}}), "Outputs.O: every Outputs member"),
        (template(topic(), Outputs={"O": {"Value": "v", "Made": 1}}), "property 'Made' (Outputs.O)"),
        (
            template(topic(), Conditions={"C": {"Fn::Equals": [{"Ref": "Thing"}, 1]}}),
            "condition C cannot reference",
        ),
        (template(topic(), Conditions={"C": {"Condition": "C"}}), "Circular dependency"),
        (
            '{"Resources": {"Bad-Name": {"Type": "AWS::SNS::Topic"}}}',
            "Resource name Bad-Name is non alphanumeric",
        ),
    ],
)
def test_a_template_that_cannot_run_says_why(body: str, message: str) -> None:
    assert message in refusal(body)


def test_all_faults_are_named_at_once() -> None:
    message = refusal(template({"Type": "AWS::Made::Up"}, Parameters={"P": {"Type": "Strange"}}, Rules={}))
    assert all(part in message for part in ("AWS::Made::Up", "'Strange'", "Rules"))


@pytest.mark.parametrize("path", sorted(CFN.glob("*.yaml")), ids=lambda path: path.name)
def test_the_projects_templates_are_sound(path: Path) -> None:
    check(parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("resource", "needed"),
    [
        (topic(), []),
        ({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}, ["CAPABILITY_IAM"]),
        (
            {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "RoleName": "r"}},
            ["CAPABILITY_NAMED_IAM"],
        ),
    ],
)
def test_the_capabilities_that_a_template_needs(resource: dict[str, Any], needed: list[str]) -> None:
    assert capabilities(parse(template(resource))) == needed
