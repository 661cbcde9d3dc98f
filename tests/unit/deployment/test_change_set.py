from __future__ import annotations

from dataclasses import replace

import pytest

from deployment.apply import change_set
from deployment.apply.stack_events import wait_until_settled
from deployment.errors import DeployError
from deployment.plan.actions import ChangeStack
from tests.unit.deployment import fakes
from tests.unit.deployment.fakes import CloudFormation, event

UPDATE = ChangeStack("UPDATE", "s", "{}", None, "artifacts", {"A": "1"}, {"t": "x"}, ())
CREATE = replace(UPDATE, mode="CREATE")


def deployed(fake: CloudFormation, action: ChangeStack = UPDATE, name: str = "cs") -> list[str]:
    said: list[str] = []
    change_set.deploy(action, name, fakes.aws(cloudformation=fake), fakes.clock(), said.append)
    return said


def test_a_change_set_is_made_executed_and_watched_to_the_stacks_end() -> None:
    fake = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    fake.made = [("CREATE_PENDING", ""), ("CREATE_IN_PROGRESS", ""), ("CREATE_COMPLETE", "")]
    fake.events = [event(1, "Old", "CREATE_COMPLETE")]
    fake.events_of_change = [event(2, "Topic", "UPDATE_IN_PROGRESS"), event(3, "Topic", "UPDATE_COMPLETE")]
    assert deployed(fake) == ["UPDATE_COMPLETE     Topic (AWS::SNS::Topic)"]
    assert (fake.executed, fake.change_sets, fake.deleted) == (["cs"], [], [])
    (request,) = fake.requests
    assert request["ChangeSetType"] == "UPDATE"
    assert request["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "1"}]
    assert request["Tags"] == [{"Key": "t", "Value": "x"}]
    assert request["Capabilities"] == ["CAPABILITY_IAM"]
    assert request["TemplateBody"] == "{}"


def test_a_large_template_is_named_by_its_address() -> None:
    fake = CloudFormation("UPDATE_COMPLETE")
    deployed(fake, replace(UPDATE, template_key="deploy/t.json"))
    (request,) = fake.requests
    assert request["TemplateURL"] == "https://artifacts.s3.us-east-1.amazonaws.com/deploy/t.json"
    assert "TemplateBody" not in request


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_an_empty_change_set_is_a_success_and_is_deleted(reason: str) -> None:
    fake = CloudFormation("UPDATE_COMPLETE")
    fake.made = [("FAILED", reason)]
    assert deployed(fake) == ["unchanged stack s: CloudFormation finds nothing to change"]
    assert (fake.executed, fake.change_sets) == ([], [])


def test_an_empty_change_set_that_is_refused_at_once_is_a_success_too() -> None:
    fake = CloudFormation("UPDATE_COMPLETE")
    fake.create_error = fakes.refusal("ValidationError", "No updates are to be performed.")
    assert deployed(fake) == ["unchanged stack s: CloudFormation finds nothing to change"]


def test_a_refused_change_set_is_deleted_and_told() -> None:
    fake = CloudFormation("UPDATE_COMPLETE")
    fake.made = [("FAILED", "Parameters: [A] must have values")]
    with pytest.raises(DeployError, match=r"refused the change set of s: Parameters: \[A\] must have values"):
        deployed(fake)
    assert (fake.executed, fake.change_sets, fake.deleted) == ([], [], [])


def test_a_refused_change_set_of_a_new_stack_takes_the_empty_stack_with_it() -> None:
    fake = CloudFormation("REVIEW_IN_PROGRESS")
    fake.made = [("FAILED", "Template error")]
    with pytest.raises(DeployError, match="Template error"):
        deployed(fake, CREATE)
    assert (fake.change_sets, fake.deleted) == ([], ["s"])


def test_a_stack_that_somebody_else_created_meanwhile_is_never_deleted() -> None:
    fake = CloudFormation("CREATE_COMPLETE")
    fake.made = [("FAILED", "Stack s already exists")]
    with pytest.raises(DeployError, match="already exists"):
        deployed(fake, CREATE)
    assert fake.deleted == []


def test_a_change_set_that_never_gets_ready_is_given_up_and_deleted() -> None:
    fake = CloudFormation("UPDATE_COMPLETE")
    fake.made = [("CREATE_IN_PROGRESS", "")]
    with pytest.raises(DeployError, match="was not ready after 600 s"):
        deployed(fake)
    assert fake.change_sets == []


def test_a_failed_change_names_the_first_resource_that_failed_by_itself() -> None:
    fake = CloudFormation("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    fake.events = [event(1, "Topic", "UPDATE_FAILED", "an earlier deploy's fault")]
    fake.events_of_change = [
        event(2, "Queue", "CREATE_FAILED", "Resource creation cancelled"),
        event(3, "Role", "CREATE_FAILED", "not authorized to perform: iam:CreateRole"),
        event(4, "Rule", "CREATE_FAILED", "role is missing"),
        event(
            5, "s", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Role, Rule]"
        ),
    ]
    wanted = (
        r"s is UPDATE_ROLLBACK_COMPLETE: Role \(AWS::SNS::Topic\): not authorized to perform: iam:CreateRole"
    )
    with pytest.raises(DeployError, match=wanted):
        deployed(fake)


def test_a_stack_that_is_changed_for_hours_is_given_up() -> None:
    with pytest.raises(DeployError, match="still being changed after 3600 s"):
        deployed(CloudFormation("UPDATE_IN_PROGRESS"))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated."),
        ("InvalidChangeSetStatus", "ChangeSet [cs] cannot be executed in its current status of [OBSOLETE]"),
    ],
)
def test_a_deploy_that_another_one_has_overtaken_says_so(code: str, message: str) -> None:
    fake = CloudFormation("UPDATE_IN_PROGRESS")
    fake.create_error = fakes.refusal(code, message)
    with pytest.raises(DeployError, match="Somebody else is changing the stack s, or has just done so"):
        deployed(fake)


def test_one_waits_for_a_change_of_somebody_else() -> None:
    fake = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    said: list[str] = []
    wait_until_settled("s", fakes.aws(cloudformation=fake), fakes.clock(), said.append)
    assert said == ["waiting   the stack s is UPDATE_IN_PROGRESS by somebody else"]
    assert fake.statuses == ["UPDATE_COMPLETE"]
    wait_until_settled("s", fakes.aws(cloudformation=CloudFormation(None)), fakes.clock(), said.append)
