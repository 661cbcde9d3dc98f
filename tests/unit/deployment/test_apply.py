from __future__ import annotations

from typing import Any

import pytest

from deployment.apply.in_order import apply
from deployment.errors import DeployError
from deployment.plan.actions import ChangeStack, RemoveStack, Upload
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
