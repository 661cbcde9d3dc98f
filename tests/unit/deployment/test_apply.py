from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deployment.apply.in_order import apply
from deployment.errors import DeployError, InterruptedDeployError
from deployment.plan.actions import ChangeStack, RemoveChangeSets, RemoveStack, Upload
from tests.unit.deployment import fakes
from tests.unit.deployment.fakes import CloudFormation, event


class S3:
    """A bucket that keeps what is put into it, or refuses it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.objects: dict[str, bytes] = {}
        self._error = error

    def put_object(self, **request: Any) -> None:
        if self._error is not None:
            raise self._error
        self.objects[request["Key"]] = request["Body"]


def test_actions_are_done_in_order_and_each_is_told() -> None:
    s3, cloudformation = S3(), CloudFormation("DELETE_IN_PROGRESS", None, "CREATE_COMPLETE")
    said: list[str] = []
    actions = (
        Upload("code", "artifacts", "a.zip", b"1"),
        RemoveStack("s", "ROLLBACK_COMPLETE"),
        ChangeStack("CREATE", "s", "{}", None, "artifacts", {}, {}, ()),
    )
    apply(actions, fakes.aws(s3=s3, cloudformation=cloudformation), fakes.clock(), said.append)
    assert s3.objects == {"a.zip": b"1"}
    assert cloudformation.deleted == ["s"]
    assert len(cloudformation.executed) == 1
    assert said == ["uploaded  code: a.zip", "removed   stack s, which was ROLLBACK_COMPLETE"]


def test_a_refused_upload_ends_the_deploy_before_the_stack() -> None:
    s3 = S3(fakes.refusal("AccessDenied", "not allowed", "PutObject"))
    cloudformation = CloudFormation(None)
    actions = (
        Upload("code", "artifacts", "a.zip", b"1"),
        ChangeStack("CREATE", "s", "{}", None, "artifacts", {}, {}, ()),
    )
    with pytest.raises(DeployError, match=r"AWS refused PutObject: not allowed \(AccessDenied\)"):
        apply(actions, fakes.aws(s3=s3, cloudformation=cloudformation), fakes.clock(), lambda _: None)
    assert cloudformation.requests == []


def test_a_stack_that_cant_be_deleted_ends_the_deploy() -> None:
    cloudformation = CloudFormation("DELETE_IN_PROGRESS", "DELETE_FAILED")
    cloudformation.events = [event(1, "Bucket", "DELETE_FAILED", "The bucket is not empty")]
    with pytest.raises(DeployError, match=r"s can't be deleted: Bucket .* The bucket is not empty"):
        apply(
            [RemoveStack("s", "ROLLBACK_FAILED")],
            fakes.aws(cloudformation=cloudformation),
            fakes.clock(),
            lambda _: None,
        )


def test_each_change_set_has_a_name_of_its_own() -> None:
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    action = ChangeStack("UPDATE", "s", "{}", None, "artifacts", {}, {}, ())
    apply([action, action], fakes.aws(cloudformation=cloudformation), fakes.clock(), lambda _: None)
    assert len(set(cloudformation.executed)) == 2


CHANGE = ChangeStack("UPDATE", "s", "{}", None, "artifacts", {}, {}, ())
NOT_YET = "The role defined for the function cannot be assumed by Lambda."


class Slow(CloudFormation):
    """Fails the first change for a role that is too new, and does the second."""

    def execute_change_set(self, **request: str) -> None:
        first = not self.executed
        super().execute_change_set(**request)
        if first:
            self.events += [event(1, "Function", "UPDATE_FAILED", NOT_YET)]
            self.statuses = ["UPDATE_ROLLBACK_COMPLETE"]
        else:
            self.statuses = ["UPDATE_COMPLETE"]


def test_a_role_that_is_too_new_to_be_assumed_is_tried_again() -> None:
    cloudformation = Slow("UPDATE_COMPLETE")
    said: list[str] = []
    apply([CHANGE], fakes.aws(cloudformation=cloudformation), fakes.clock(), said.append)
    assert len(cloudformation.executed) == 2
    assert any("a new role is not known everywhere at once" in line for line in said)


def test_a_new_stack_with_a_role_that_is_too_new_is_made_again_from_nothing() -> None:
    class SlowNew(Slow):
        def execute_change_set(self, **request: str) -> None:
            super().execute_change_set(**request)
            first = len(self.executed) == 1
            self.statuses = ["ROLLBACK_COMPLETE", None] if first else ["CREATE_COMPLETE"]

    cloudformation = SlowNew(None)
    action = ChangeStack("CREATE", "s", "{}", None, "artifacts", {}, {}, ())
    apply([action], fakes.aws(cloudformation=cloudformation), fakes.clock(), lambda _: None)
    assert (len(cloudformation.executed), cloudformation.deleted) == (2, ["s"])


def test_a_role_that_can_never_be_assumed_ends_the_deploy_with_the_reason() -> None:
    class Never(CloudFormation):
        def execute_change_set(self, **request: str) -> None:
            super().execute_change_set(**request)
            self.events += [event(len(self.executed), "Function", "UPDATE_FAILED", NOT_YET)]
            self.statuses = ["UPDATE_ROLLBACK_COMPLETE"]

    cloudformation = Never("UPDATE_COMPLETE")
    with pytest.raises(DeployError, match="cannot be assumed by Lambda"):
        apply([CHANGE], fakes.aws(cloudformation=cloudformation), fakes.clock(), lambda _: None)
    assert len(cloudformation.executed) == 3


def test_credentials_that_expire_in_mid_apply_say_that_cloudformation_goes_on() -> None:
    class Expiring(CloudFormation):
        def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
            if self.executed:
                raise fakes.refusal("ExpiredToken", "expired", "DescribeStacks")
            return super().describe_stacks(StackName)

    with pytest.raises(DeployError) as caught:
        apply([CHANGE], fakes.aws(cloudformation=Expiring("UPDATE_COMPLETE")), fakes.clock(), lambda _: None)
    said = str(caught.value)
    assert "the AWS credentials have expired; log in again" in said
    assert "goes on by itself" in said
    assert "the same command goes on from here" in said


def test_ctrl_c_while_the_stack_changes_says_its_state_and_how_to_go_on() -> None:
    cloudformation = CloudFormation("UPDATE_IN_PROGRESS")

    def stop(_: float) -> None:
        if cloudformation.executed:
            raise KeyboardInterrupt

    clock = replace(fakes.clock(), sleep=stop)
    aws, shown_by = fakes.aws(cloudformation=cloudformation), "python deploy.py status --stage s"
    with pytest.raises(InterruptedDeployError) as caught:
        apply([CHANGE], aws, clock, lambda _: None, shown_by)
    assert "The stack s is UPDATE_IN_PROGRESS: CloudFormation goes on by itself" in str(caught.value)
    assert "python deploy.py status --stage s shows it" in str(caught.value)
    assert caught.value.exit_code == 2


def test_ctrl_c_before_the_change_set_is_executed_leaves_none_behind() -> None:
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    cloudformation.made = [("CREATE_IN_PROGRESS", "")]

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    clock = replace(fakes.clock(), sleep=stop)
    with pytest.raises(InterruptedDeployError, match="The stack s is UPDATE_COMPLETE; the same command"):
        apply([CHANGE], fakes.aws(cloudformation=cloudformation), clock, lambda _: None)
    assert (cloudformation.change_sets, cloudformation.executed) == ([], [])


def test_of_two_deploys_at_once_the_second_stops_at_its_record() -> None:
    s3 = S3(fakes.refusal("PreconditionFailed", "At least one precondition failed", "PutObject"))
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    record = Upload("record", "artifacts", "releases/2.json", b"{}", new=True)
    with pytest.raises(DeployError, match=r"Another deploy of this stage has begun meanwhile"):
        apply(
            [record, CHANGE], fakes.aws(s3=s3, cloudformation=cloudformation), fakes.clock(), lambda _: None
        )
    assert cloudformation.requests == []


def test_change_sets_that_were_left_behind_are_deleted() -> None:
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    cloudformation.change_sets = ["deploy-1", "somebody-elses"]
    actions = [RemoveChangeSets("s", ("deploy-1",))]
    apply(actions, fakes.aws(cloudformation=cloudformation), fakes.clock(), lambda _: None)
    assert cloudformation.change_sets == ["somebody-elses"]
