from __future__ import annotations

import json
from typing import Any

from local_aws import LocalAws
from local_aws.cloudformation.actions import READS, WRITES
from local_aws.cloudformation.requests import ACTED_ON, KEPT, REFUSED
from local_aws.shapes import service_model
from tests.unit.local_aws.cloudformation.stacks import body, refused, topic

YAML = """\
Description: One topic & "more" <here>
Parameters:
  Name: {Type: String, Default: x, Description: d, AllowedValues: [x, y]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
  Topic: {Type: AWS::SNS::Topic, Metadata: {a: 1}}
"""


def test_every_operation_of_the_tables_is_one_of_the_service() -> None:
    assert set(READS) | set(WRITES) <= set(service_model("cloudformation").operation_names)
    assert not set(READS) & set(WRITES)


def test_an_operation_that_is_not_done_is_refused_by_name(cloudformation: Any) -> None:
    with refused("NotImplemented", "does not do cloudformation DetectStackDrift; it does"):
        cloudformation.detect_stack_drift(StackName="s")
    with refused("NotImplemented", "CreateStackSet"):
        cloudformation.create_stack_set(StackSetName="s")


def test_the_template_comes_back_as_it_was_sent(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="yaml", TemplateBody=YAML, Capabilities=["CAPABILITY_IAM"])
    answer = cloudformation.get_template(StackName="yaml")
    assert answer["TemplateBody"] == YAML
    assert answer["StagesAvailable"] == ["Original", "Processed"]
    text = body({"T": topic()})
    cloudformation.create_change_set(
        StackName="json", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=text
    )
    answer = cloudformation.get_template(StackName="json", ChangeSetName="c")
    assert answer["TemplateBody"] == json.loads(text)


def test_a_template_is_validated_and_summed_up(cloudformation: Any) -> None:
    validated = cloudformation.validate_template(TemplateBody=YAML)
    assert validated["Capabilities"] == ["CAPABILITY_IAM"]
    assert "AWS::IAM::Role" in validated["CapabilitiesReason"]
    assert validated["Description"] == 'One topic & "more" <here>'
    assert validated["Parameters"] == [
        {"ParameterKey": "Name", "DefaultValue": "x", "NoEcho": False, "Description": "d"}
    ]
    summary = cloudformation.get_template_summary(TemplateBody=YAML)
    assert summary["ResourceTypes"] == ["AWS::IAM::Role", "AWS::SNS::Topic"]
    assert summary["Parameters"][0]["ParameterConstraints"] == {"AllowedValues": ["x", "y"]}
    with refused("ValidationError", "AWS::Made::Up"):
        cloudformation.validate_template(TemplateBody=body({"T": {"Type": "AWS::Made::Up"}}))


def test_resources_are_described_in_three_ways(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=YAML, Capabilities=["CAPABILITY_IAM"])
    (by_stack,) = cloudformation.describe_stack_resources(StackName="s", LogicalResourceId="Topic")[
        "StackResources"
    ]
    physical = by_stack["PhysicalResourceId"]
    by_id = cloudformation.describe_stack_resources(PhysicalResourceId=physical)["StackResources"]
    assert {resource["LogicalResourceId"] for resource in by_id} == {"Role", "Topic"}
    one = cloudformation.describe_stack_resource(StackName="s", LogicalResourceId="Topic")[
        "StackResourceDetail"
    ]
    assert json.loads(one["Metadata"]) == {"a": 1}
    listed = cloudformation.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert {item["ResourceStatus"] for item in listed} == {"CREATE_COMPLETE"}
    assert one["LastUpdatedTimestamp"].tzinfo is not None
    with refused("ValidationError", "Resource Other does not exist for stack s"):
        cloudformation.describe_stack_resource(StackName="s", LogicalResourceId="Other")


def test_paginators_walk_stacks_events_and_resources(cloudformation: Any) -> None:
    for name in ("a", "b"):
        cloudformation.create_stack(StackName=name, TemplateBody=body({"T": topic()}))
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    assert [stack["StackName"] for page in pages for stack in page["Stacks"]] == ["b", "a"]
    for operation, key in [
        ("describe_stack_events", "StackEvents"),
        ("list_stack_resources", "StackResourceSummaries"),
    ]:
        found = cloudformation.get_paginator(operation).paginate(StackName="a")
        assert [item for page in found for item in page[key]]


def test_a_json_string_function_needs_its_transform_acknowledged(aws: LocalAws, cloudformation: Any) -> None:
    display = {"Fn::ToJsonString": {"stack": {"Ref": "AWS::StackName"}}}
    text = body({"T": topic("t", DisplayName=display)}, Transform="AWS::LanguageExtensions")
    with refused("InsufficientCapabilitiesException", "CAPABILITY_AUTO_EXPAND"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)
    cloudformation.create_stack(StackName="s", TemplateBody=text, Capabilities=["CAPABILITY_AUTO_EXPAND"])
    sns = aws.session().client("sns")
    (found,) = sns.list_topics()["Topics"]
    attributes = sns.get_topic_attributes(TopicArn=found["TopicArn"])["Attributes"]
    assert attributes["DisplayName"] == '{"stack":"s"}'


def test_what_a_request_asks_for_and_nobody_would_do_is_refused(cloudformation: Any) -> None:
    with refused("ValidationError", "does not act upon StackPolicyBody of CreateStack"):
        cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic()}), StackPolicyBody="{}")
    with refused("ValidationError", "Either DisableRollback or OnFailure can be specified"):
        cloudformation.create_stack(
            StackName="s", TemplateBody=body({"T": topic()}), DisableRollback=True, OnFailure="DELETE"
        )
    with refused("ValidationError", "Either Template URL or Template Body must be specified"):
        cloudformation.create_stack(StackName="s")
    with refused("ValidationError", "failed to satisfy constraint"):
        cloudformation.create_stack(StackName="1-bad", TemplateBody=body({"T": topic()}))


def test_every_parameter_of_every_operation_is_acted_upon_kept_or_refused() -> None:
    assert len(ACTED_ON) + len(KEPT) + len(REFUSED) == len(ACTED_ON | KEPT | REFUSED)
    for operation in (*READS, *WRITES):
        shape = service_model("cloudformation").operation_model(operation).input_shape
        assert shape is not None
        assert set(shape.members) <= ACTED_ON | KEPT | REFUSED
