from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.conftest import parameters
from tests.unit.local_aws.cloudformation.stacks import (
    REFUSED,
    body,
    events,
    outputs,
    physical_ids,
    refused,
    status,
    topic,
)

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def create(
    cloudformation: Any, text: str, kind: str = "UPDATE", name: str = "c", **asked: Any
) -> dict[str, Any]:
    """The change set as it is described."""
    cloudformation.create_change_set(
        StackName="s", ChangeSetName=name, ChangeSetType=kind, TemplateBody=text, **asked
    )
    described: dict[str, Any] = cloudformation.describe_change_set(
        StackName="s", ChangeSetName=name, IncludePropertyValues=True
    )
    return described


def changes(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"]
        for change in described["Changes"]
    }


def test_a_change_set_creates_a_stack_that_is_in_review_until_it_is_executed(cloudformation: Any) -> None:
    text = body({"T": topic("t")}, Outputs={"Arn": {"Value": {"Ref": "T"}}})
    described = create(cloudformation, text, "CREATE", Description="first", Tags=[{"Key": "k", "Value": "v"}])
    assert status(cloudformation) == "REVIEW_IN_PROGRESS"
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert described["Description"] == "first"
    assert described["Tags"] == [{"Key": "k", "Value": "v"}]
    assert changes(described)["T"]["Action"] == "Add"
    assert json.loads(changes(described)["T"]["AfterContext"])["Properties"]["TopicName"] == "t"
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 0})
    assert outputs(cloudformation)["Arn"].endswith(":t")
    stack = cloudformation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["ChangeSetId"] == described["ChangeSetId"]
    executed = cloudformation.describe_change_set(ChangeSetName=described["ChangeSetId"])
    assert executed["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_an_empty_change_set_has_failed_and_cannot_be_executed(cloudformation: Any) -> None:
    text = body({"T": topic("t")})
    cloudformation.create_stack(StackName="s", TemplateBody=text)
    described = create(cloudformation, text)
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == NO_CHANGES
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName="s", ChangeSetName="c", WaiterConfig={"Delay": 0}
        )
    with refused("InvalidChangeSetStatus", "cannot be executed in its current status of"):
        cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    cloudformation.delete_change_set(StackName="s", ChangeSetName="c")
    assert cloudformation.list_change_sets(StackName="s")["Summaries"] == []
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_a_replacement_is_announced_and_what_refers_to_it_is_dynamic(cloudformation: Any) -> None:
    def text(name: str) -> str:
        user = topic("user", DisplayName={"Fn::Sub": "for ${T.TopicName}"})
        return body({"T": topic(name, UpdateReplacePolicy="Retain"), "User": user})

    cloudformation.create_stack(StackName="s", TemplateBody=text("one"))
    found = changes(create(cloudformation, text("two")))
    assert found["T"]["Replacement"] == "True"
    assert found["T"]["PolicyAction"] == "ReplaceAndRetain"
    (detail,) = found["T"]["Details"]
    assert detail["Target"]["RequiresRecreation"] == "Always"
    assert (detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == ("one", "two")
    assert detail["ChangeSource"] == "DirectModification"
    (dependent,) = found["User"]["Details"]
    assert (dependent["Evaluation"], dependent["ChangeSource"], dependent["CausingEntity"]) == (
        "Dynamic",
        "ResourceAttribute",
        "T.TopicName",
    )
    assert "KNOWN_AFTER_APPLY" in dependent["Target"]["AfterValue"]


def test_a_name_that_only_the_execution_tells_may_need_a_replacement(cloudformation: Any) -> None:
    def text(name: str) -> str:
        return body({"T": topic(name), "User": topic(TopicName={"Fn::Sub": "for-${T.TopicName}"})})

    cloudformation.create_stack(StackName="s", TemplateBody=text("one"))
    found = changes(create(cloudformation, text("two")))
    assert found["User"]["Replacement"] == "Conditional"
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    assert physical_ids(cloudformation)["User"].endswith(":for-two")


def test_what_refers_to_a_resource_that_stays_does_not_change(cloudformation: Any) -> None:
    def text(display: str) -> str:
        return body({"T": topic("t", DisplayName=display), "User": topic("u", DisplayName={"Ref": "T"})})

    cloudformation.create_stack(StackName="s", TemplateBody=text("a"))
    assert set(changes(create(cloudformation, text("b")))) == {"T"}


def test_a_changed_parameter_is_named_as_the_cause_through_conditions_too(cloudformation: Any) -> None:
    display = {"Fn::If": ["IsProd", "production", "other"]}
    text = body(
        {"T": topic("t", DisplayName=display)},
        Parameters={"Stage": {"Type": "String"}},
        Conditions={"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    )
    cloudformation.create_stack(StackName="s", TemplateBody=text, Parameters=parameters({"Stage": "staging"}))
    described = create(cloudformation, text, Parameters=parameters({"Stage": "prod"}))
    (detail,) = changes(described)["T"]["Details"]
    assert (detail["ChangeSource"], detail["CausingEntity"]) == ("ParameterReference", "Stage")
    assert described["Parameters"] == parameters({"Stage": "prod"})


def test_the_previous_template_and_values_can_be_used(cloudformation: Any) -> None:
    text = body(
        {"T": topic("t", DisplayName={"Fn::Sub": "${A}${B}"})},
        Parameters={"A": {"Type": "String"}, "B": {"Type": "String"}},
    )
    cloudformation.create_stack(StackName="s", TemplateBody=text, Parameters=parameters({"A": "1", "B": "2"}))
    kept = {"ParameterKey": "A", "UsePreviousValue": True}
    cloudformation.create_change_set(
        StackName="s",
        ChangeSetName="c",
        UsePreviousTemplate=True,
        Parameters=[kept, *parameters({"B": "3"})],
    )
    described = cloudformation.describe_change_set(StackName="s", ChangeSetName="c")
    assert described["Parameters"] == parameters({"A": "1", "B": "3"})
    assert list(changes(described)) == ["T"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("Metadata", {"a": 1}), ("DeletionPolicy", "Retain"), ("UpdateReplacePolicy", "Retain")],
)
def test_a_changed_attribute_of_a_resource_is_a_change(
    cloudformation: Any, attribute: str, value: object
) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t")}))
    described = create(cloudformation, body({"T": topic("t", **{attribute: value})}))
    assert changes(described)["T"]["Scope"] == [attribute]
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    assert status(cloudformation) == "UPDATE_COMPLETE"
    assert (
        create(cloudformation, body({"T": topic("t", **{attribute: value})}), name="again")["Changes"] == []
    )


def test_a_removal_says_whether_the_resource_stays(cloudformation: Any) -> None:
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=body({"T": topic(), "A": topic(DeletionPolicy="Retain"), "B": topic()}),
    )
    found = changes(create(cloudformation, body({"T": topic()})))
    assert {name: (change["Action"], change["PolicyAction"]) for name, change in found.items()} == {
        "A": ("Remove", "Retain"),
        "B": ("Remove", "Delete"),
    }


def test_values_are_shown_only_where_they_are_asked_for(cloudformation: Any) -> None:
    create(cloudformation, body({"T": topic("t")}), "CREATE")
    plain = changes(cloudformation.describe_change_set(StackName="s", ChangeSetName="c"))
    assert "AfterContext" not in plain["T"]


def test_an_executed_change_set_takes_the_others_away(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t")}))
    create(cloudformation, body({"T": topic("t", DisplayName="1")}), name="one")
    create(cloudformation, body({"T": topic("t", DisplayName="2")}), name="two")
    cloudformation.execute_change_set(StackName="s", ChangeSetName="one")
    with refused("ChangeSetNotFound", r"ChangeSet \[two\] does not exist"):
        cloudformation.describe_change_set(StackName="s", ChangeSetName="two")
    with refused("InvalidChangeSetStatus", "EXECUTE_COMPLETE"):
        cloudformation.execute_change_set(StackName="s", ChangeSetName="one")


def test_a_direct_update_makes_change_sets_obsolete(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t")}))
    create(cloudformation, body({"T": topic("t", DisplayName="1")}))
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("t", DisplayName="2")}))
    with refused("InvalidChangeSetStatus", "OBSOLETE"):
        cloudformation.execute_change_set(StackName="s", ChangeSetName="c")


def test_a_missing_export_fails_the_change_set_and_not_the_call(cloudformation: Any) -> None:
    described = create(cloudformation, body({"T": topic(DisplayName={"Fn::ImportValue": "no"})}), "CREATE")
    assert (described["Status"], described["StatusReason"]) == ("FAILED", "No export named no found.")


def test_requests_that_make_no_sense_leave_no_stack(cloudformation: Any) -> None:
    with refused("ValidationError", r"Stack \[s\] does not exist"):
        create(cloudformation, body({"T": topic()}))
    with refused("ValidationError", "AWS::Made::Up"):
        create(cloudformation, body({"T": {"Type": "AWS::Made::Up"}}), "CREATE")
    with refused("ValidationError", "must have values"):
        create(cloudformation, body({"T": topic()}, Parameters={"P": {"Type": "String"}}), "CREATE")
    with refused("ValidationError", "the local AWS has no change sets of type IMPORT"):
        create(cloudformation, body({"T": topic()}), "IMPORT")
    with refused("ValidationError", "does not act upon RollbackConfiguration of CreateChangeSet"):
        create(
            cloudformation,
            body({"T": topic()}),
            "CREATE",
            RollbackConfiguration={"MonitoringTimeInMinutes": 1},
        )
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_name_is_given_once(cloudformation: Any) -> None:
    create(cloudformation, body({"T": topic()}), "CREATE")
    with refused("AlreadyExistsException", r"ChangeSet \[c\] already exists"):
        create(cloudformation, body({"T": topic()}), "CREATE")
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    with refused("ValidationError", "already exists and cannot be created again with the changeSet"):
        create(cloudformation, body({"T": topic()}), "CREATE", name="other")


def test_a_stack_in_review_can_be_planned_again_and_deleted(cloudformation: Any) -> None:
    create(cloudformation, body({"T": topic()}), "CREATE")
    create(cloudformation, body({"T": topic(), "U": topic()}), "CREATE", name="d")
    summaries = cloudformation.list_change_sets(StackName="s")["Summaries"]
    assert [summary["ChangeSetName"] for summary in summaries] == ["c", "d"]
    with refused("ValidationError", "is in REVIEW_IN_PROGRESS state and can not be updated"):
        create(cloudformation, body({"T": topic()}), name="e")
    cloudformation.delete_stack(StackName="s")
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_failed_execution_rolls_back_and_says_so_on_the_change_set(
    aws: LocalAws, cloudformation: Any
) -> None:
    create(cloudformation, body({"T": topic(), "Bad": {**REFUSED, "DependsOn": "T"}}), "CREATE")
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    described = cloudformation.describe_change_set(StackName="s", ChangeSetName="c")
    assert described["ExecutionStatus"] == "EXECUTE_FAILED"
    assert aws.session().client("sns").list_topics()["Topics"] == []
    assert ("s", "ROLLBACK_IN_PROGRESS") in events(cloudformation)


def test_on_stack_failure_delete_leaves_no_stack(cloudformation: Any) -> None:
    create(cloudformation, body({"Bad": REFUSED}), "CREATE", OnStackFailure="DELETE")
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    assert cloudformation.describe_stacks()["Stacks"] == []
