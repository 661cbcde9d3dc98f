from __future__ import annotations

from typing import Any

import pytest

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.conftest import parameters
from tests.unit.local_aws.cloudformation.stacks import (
    body,
    events,
    outputs,
    physical_ids,
    refused,
    status,
    topic,
)

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}


def topics(aws: LocalAws) -> list[str]:
    found = aws.session().client("sns").list_topics()["Topics"]
    return sorted(item["TopicArn"].rpartition(":")[2] for item in found)


def test_a_stack_is_created_with_outputs_tags_and_events(aws: LocalAws, cloudformation: Any) -> None:
    resources = {"Second": topic("second", DependsOn="First"), "First": topic("first")}
    text = body(resources, Outputs={"Arn": {"Value": {"Ref": "First"}, "Description": "d"}})
    created = cloudformation.create_stack(
        StackName="s", TemplateBody=text, Tags=[{"Key": "team", "Value": "weather"}]
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 0})
    stack = cloudformation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackId"] == created["StackId"]
    assert stack["Tags"] == [{"Key": "team", "Value": "weather"}]
    assert outputs(cloudformation)["Arn"] == physical_ids(cloudformation)["First"]
    assert events(cloudformation) == [
        ("s", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_COMPLETE"),
        ("Second", "CREATE_IN_PROGRESS"),
        ("Second", "CREATE_IN_PROGRESS"),
        ("Second", "CREATE_COMPLETE"),
        ("s", "CREATE_COMPLETE"),
    ]
    tags = aws.session().client("sns").list_tags_for_resource(ResourceArn=outputs(cloudformation)["Arn"])
    assert tags["Tags"] == [{"Key": "team", "Value": "weather"}]


def test_generated_names_tell_the_stack_and_differ(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"A": topic(), "B": topic()}))
    names = [arn.rpartition(":")[2] for arn in physical_ids(cloudformation).values()]
    assert all(name.startswith(("s-A-", "s-B-")) for name in names)
    assert len(set(names)) == 2


def test_a_resource_whose_condition_fails_is_not_created(cloudformation: Any) -> None:
    resources = {"Always": topic("a"), "Never": topic("n", Condition="No")}
    text = body(resources, Conditions={"No": {"Fn::Equals": ["a", "b"]}})
    cloudformation.create_stack(StackName="s", TemplateBody=text)
    assert set(physical_ids(cloudformation)) == {"Always"}


def test_a_reference_to_a_resource_that_is_not_created_is_refused(cloudformation: Any) -> None:
    resources = {"Always": topic(DisplayName={"Ref": "Never"}), "Never": topic("n", Condition="No")}
    text = body(resources, Conditions={"No": {"Fn::Equals": ["a", "b"]}})
    with refused("ValidationError", r"Unresolved resource dependencies \[Never\]"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_made_up_type_or_property_creates_nothing(aws: LocalAws, cloudformation: Any) -> None:
    with refused("ValidationError", r"Unrecognized resource types: \[AWS::Made::Up\]"):
        cloudformation.create_stack(
            StackName="s", TemplateBody=body({"Good": topic("good"), "Bad": {"Type": "AWS::Made::Up"}})
        )
    with refused("ValidationError", "unsupported property MadeUp of AWS::SNS::Topic in resource Bad"):
        cloudformation.create_stack(
            StackName="s", TemplateBody=body({"Good": topic("good"), "Bad": topic(MadeUp=1)})
        )
    assert topics(aws) == []
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_an_update_changes_adds_and_removes(aws: LocalAws, cloudformation: Any) -> None:
    cloudformation.create_stack(
        StackName="s", TemplateBody=body({"Kept": topic("kept", DisplayName="old"), "Gone": topic("gone")})
    )
    kept = physical_ids(cloudformation)["Kept"]
    cloudformation.update_stack(
        StackName="s", TemplateBody=body({"Kept": topic("kept", DisplayName="new"), "Added": topic("added")})
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 0})
    assert topics(aws) == ["added", "kept"]
    attributes = aws.session().client("sns").get_topic_attributes(TopicArn=kept)["Attributes"]
    assert attributes["DisplayName"] == "new"
    assert set(physical_ids(cloudformation)) == {"Kept", "Added"}


def test_a_property_that_needs_a_new_resource_replaces_it(aws: LocalAws, cloudformation: Any) -> None:
    text = {"Outputs": {"Arn": {"Value": {"Ref": "T"}}}}
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("one")}, **text))
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("two")}, **text))
    assert topics(aws) == ["two"]
    assert outputs(cloudformation)["Arn"].endswith(":two")
    assert ("T", "DELETE_COMPLETE") in events(cloudformation)


def test_a_custom_named_resource_that_must_be_replaced_keeps_the_stack_as_it_was(
    aws: LocalAws, cloudformation: Any
) -> None:
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=body({"R": {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "r"}}}),  # type: ignore[dict-item]
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    moved = {**ROLE["Properties"], "RoleName": "r", "Path": "/elsewhere/"}  # type: ignore[dict-item]
    cloudformation.update_stack(
        StackName="s",
        TemplateBody=body({"R": {**ROLE, "Properties": moved}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    found = cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in found]
    assert any("Rename r and update the stack again" in reason for reason in reasons)
    assert aws.session().client("iam").get_role(RoleName="r")["Role"]["Path"] == "/"


def test_an_update_without_changes_is_refused_in_the_services_words(cloudformation: Any) -> None:
    text = body({"T": topic("t")})
    cloudformation.create_stack(StackName="s", TemplateBody=text)
    with refused("ValidationError", "No updates are to be performed."):
        cloudformation.update_stack(StackName="s", TemplateBody=text)
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_new_stack_tags_alone_reach_the_resources(aws: LocalAws, cloudformation: Any) -> None:
    text = body({"T": topic("t")})
    cloudformation.create_stack(StackName="s", TemplateBody=text, Tags=[{"Key": "a", "Value": "1"}])
    cloudformation.update_stack(StackName="s", TemplateBody=text, Tags=[{"Key": "b", "Value": "2"}])
    arn = physical_ids(cloudformation)["T"]
    tags = aws.session().client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]


def test_new_outputs_alone_are_an_update(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t")}))
    text = body({"T": topic("t")}, Outputs={"Arn": {"Value": {"Ref": "T"}}})
    cloudformation.update_stack(StackName="s", TemplateBody=text)
    assert outputs(cloudformation)["Arn"].endswith(":t")


def test_a_stack_that_is_there_is_not_created_again(cloudformation: Any) -> None:
    text = body({"T": topic("t")})
    cloudformation.create_stack(StackName="s", TemplateBody=text)
    with refused("AlreadyExistsException", r"Stack \[s\] already exists"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)


def test_what_is_not_there_is_said_not_to_be(cloudformation: Any) -> None:
    with refused("ValidationError", "Stack with id s does not exist"):
        cloudformation.describe_stacks(StackName="s")
    with refused("ValidationError", r"Stack \[s\] does not exist"):
        cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic()}))
    cloudformation.delete_stack(StackName="s")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 0})


def test_roles_need_their_capability(cloudformation: Any) -> None:
    with refused("InsufficientCapabilitiesException", r"Requires capabilities : \[CAPABILITY_IAM\]"):
        cloudformation.create_stack(StackName="s", TemplateBody=body({"R": ROLE}))
    named = {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "r"}}  # type: ignore[dict-item]
    with refused("InsufficientCapabilitiesException", "CAPABILITY_NAMED_IAM"):
        cloudformation.create_stack(
            StackName="s", TemplateBody=body({"R": named}), Capabilities=["CAPABILITY_IAM"]
        )
    cloudformation.create_stack(
        StackName="s", TemplateBody=body({"R": ROLE}), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_a_long_body_is_refused_and_taken_from_s3(aws: LocalAws, cloudformation: Any) -> None:
    text = body({"T": topic("t")}, Metadata={"Filler": "x" * 51_200})
    with refused("ValidationError", "Member must have length less than or equal to 51200"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)
    s3 = aws.session().client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a b/t.json", Body=text.encode())
    for stack, url in [
        ("virtual", "https://templates.s3.us-east-1.amazonaws.com/a%20b/t.json"),
        ("path", "https://s3.us-east-1.amazonaws.com/templates/a%20b/t.json"),
    ]:
        cloudformation.create_stack(StackName=stack, TemplateURL=url)
        cloudformation.delete_stack(StackName=stack)
    with refused("ValidationError", "S3 error"):
        cloudformation.create_stack(StackName="s", TemplateURL="https://templates.s3.amazonaws.com/missing")


def test_parameters_are_checked_before_anything_is_created(cloudformation: Any) -> None:
    text = body(
        {"T": topic(DisplayName={"Ref": "Name"})},
        Parameters={"Name": {"Type": "String"}, "Secret": {"Type": "String", "NoEcho": True, "Default": "x"}},
    )
    with refused("ValidationError", r"Parameters: \[Name\] must have values"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)
    cloudformation.create_stack(StackName="s", TemplateBody=text, Parameters=parameters({"Name": "n"}))
    described = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["Parameters"]
    assert described == parameters({"Name": "n", "Secret": "****"})


def test_a_name_that_another_stack_has_taken_fails(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="one", TemplateBody=body({"T": topic("same")}))
    cloudformation.create_stack(StackName="two", TemplateBody=body({"T": topic("same")}))
    assert status(cloudformation, "two") == "ROLLBACK_COMPLETE"
    cloudformation.delete_stack(StackName="two")
    assert physical_ids(cloudformation, "one")["T"].endswith(":same")


def test_exports_are_listed_imported_and_protected(cloudformation: Any) -> None:
    exporting = {"Bucket": {"Value": {"Ref": "T"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}}}}
    importing = topic(DisplayName={"Fn::ImportValue": "one-arn"})
    with refused("ValidationError", "No export named one-arn found."):
        cloudformation.create_stack(StackName="two", TemplateBody=body({"T": importing}))
    cloudformation.create_stack(StackName="one", TemplateBody=body({"T": topic("t")}, Outputs=exporting))
    (export,) = cloudformation.list_exports()["Exports"]
    assert (export["Name"], export["Value"]) == ("one-arn", physical_ids(cloudformation, "one")["T"])
    cloudformation.create_stack(StackName="two", TemplateBody=body({"T": importing}))
    assert cloudformation.list_imports(ExportName="one-arn")["Imports"] == ["two"]

    cloudformation.update_stack(StackName="one", TemplateBody=body({"T": topic("t")}))
    assert status(cloudformation, "one") == "UPDATE_ROLLBACK_COMPLETE"
    cloudformation.delete_stack(StackName="one")
    stack = cloudformation.describe_stacks(StackName="one")["Stacks"][0]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert "in use by two" in stack["StackStatusReason"]

    cloudformation.delete_stack(StackName="two")
    cloudformation.delete_stack(StackName="one")
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_an_export_name_belongs_to_one_stack(cloudformation: Any) -> None:
    text = body({"T": topic()}, Outputs={"O": {"Value": "v", "Export": {"Name": "shared"}}})
    cloudformation.create_stack(StackName="one", TemplateBody=text)
    with refused("ValidationError", "Export with name shared is already exported by stack one"):
        cloudformation.create_stack(StackName="two", TemplateBody=text)


def test_a_protected_stack_is_not_deleted(cloudformation: Any) -> None:
    cloudformation.create_stack(
        StackName="s", TemplateBody=body({"T": topic()}), EnableTerminationProtection=True
    )
    with refused("ValidationError", "cannot be deleted while TerminationProtection is enabled"):
        cloudformation.delete_stack(StackName="s")
    cloudformation.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName="s")
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_deleted_stack_is_still_there_by_its_id(cloudformation: Any) -> None:
    stack_id = cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic()}))["StackId"]
    cloudformation.delete_stack(StackName="s")
    assert status(cloudformation, stack_id) == "DELETE_COMPLETE"
    assert events(cloudformation, stack_id)[-1] == ("s", "DELETE_COMPLETE")
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic()}))
    statuses = [item["StackStatus"] for item in cloudformation.list_stacks()["StackSummaries"]]
    assert statuses == ["CREATE_COMPLETE", "DELETE_COMPLETE"]
    kept = cloudformation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [item["StackId"] for item in kept] == [stack_id]


def test_a_full_bucket_fails_the_deletion_until_it_is_retained(aws: LocalAws, cloudformation: Any) -> None:
    resources = {"Bucket": {"Type": "AWS::S3::Bucket"}, "Topic": topic("t")}
    cloudformation.create_stack(StackName="s", TemplateBody=body(resources))
    bucket = physical_ids(cloudformation)["Bucket"]
    aws.session().client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    cloudformation.delete_stack(StackName="s")
    stack = cloudformation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert "[Bucket]" in stack["StackStatusReason"]
    assert topics(aws) == []
    cloudformation.delete_stack(StackName="s", RetainResources=["Bucket"])
    assert cloudformation.describe_stacks()["Stacks"] == []


@pytest.mark.parametrize(
    ("policy", "left"), [("Delete", []), ("Retain", ["t"]), ("RetainExceptOnCreate", ["t"])]
)
def test_the_deletion_policy_decides_what_a_deleted_stack_leaves(
    aws: LocalAws, cloudformation: Any, policy: str, left: list[str]
) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t", DeletionPolicy=policy)}))
    cloudformation.delete_stack(StackName="s")
    assert topics(aws) == left


def test_the_update_replace_policy_decides_what_a_replacement_leaves(
    aws: LocalAws, cloudformation: Any
) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("one")}))
    kept = {"UpdateReplacePolicy": "Retain"}
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("one", **kept)}))
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("two", **kept)}))
    assert topics(aws) == ["one", "two"]


def test_stacks_of_two_regions_do_not_know_each_other(aws: LocalAws) -> None:
    here = aws.session().client("cloudformation")
    there = aws.session().client("cloudformation", region_name="eu-west-1")
    text = body({"T": topic("t")}, Outputs={"Arn": {"Value": {"Ref": "T"}}})
    here.create_stack(StackName="s", TemplateBody=text)
    there.create_stack(StackName="s", TemplateBody=text)
    assert outputs(here)["Arn"] == "arn:aws:sns:us-east-1:123456789012:t"
    assert outputs(there)["Arn"] == "arn:aws:sns:eu-west-1:123456789012:t"


def test_an_expression_whose_value_does_not_fit_its_property_is_refused(cloudformation: Any) -> None:
    text = body(
        {"B": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Ref": "Text"}}}},
        Parameters={"Text": {"Type": "String", "Default": "Enabled"}},
    )
    with refused("ValidationError", r"resource B .AWS::S3::Bucket.: .*: VersioningConfiguration"):
        cloudformation.create_stack(StackName="s", TemplateBody=text)


def test_what_somebody_else_has_made_is_not_taken_over(aws: LocalAws, cloudformation: Any) -> None:
    events_client = aws.session().client("events")
    events_client.put_rule(Name="mine", ScheduleExpression="rate(1 day)")
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {"Name": "mine", "ScheduleExpression": "rate(2 days)"},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=body({"R": rule}))
    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    assert events_client.describe_rule(Name="mine")["ScheduleExpression"] == "rate(1 day)"
