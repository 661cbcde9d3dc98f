"""Every action is on resources that it knows: policy_sentry has the Service Authorization Reference."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.cfn import test_cicd_rights as release
from tests.unit.cfn import test_least_privilege as stage

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # it leaves its data files open
    from policy_sentry.querying.actions import get_action_data

POLICIES: dict[str, dict[str, Any]] = {**stage.POLICIES, **release.POLICIES}


def forms(action: str) -> list[str]:
    """The forms of the ARNs that an action knows; `*` for none."""
    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    assert found, f"{action} is no action"
    return [re.sub(r"\$\{\w+\}", "*", str(row["resource_arn_format"])) for row in found[service]]


@functools.cache
def meet(one: str, other: str) -> bool:
    """Whether some text matches both patterns, in which `*` is any text, as in IAM (colons included)."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return meet(one[1:], other) or meet(one, other[1:])
    if other[0] == "*":
        return meet(other, one)
    return one[0] == other[0] and meet(one[1:], other[1:])


def pairs(document: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for statement in document["Statement"]:
        for action in stage.listed(statement["Action"]):
            yield action, stage.listed(statement["Resource"])


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_an_action_is_on_everything_only_where_it_knows_no_resource(name: str) -> None:
    for action, resources in pairs(POLICIES[name]):
        if "*" in resources:
            assert forms(action) == ["*"], action


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_an_action_is_on_resources_of_a_kind_that_it_knows(name: str) -> None:
    for action, resources in pairs(POLICIES[name]):
        known = [form for form in forms(action) if form != "*"]
        fitting = [one for one in resources if any(meet(one, form) for form in known)]
        assert fitting or resources == ["*"], (action, resources, known)


def test_a_wrong_kind_of_resource_would_be_found() -> None:
    known = [form for form in forms("s3:PutObject") if form != "*"]
    assert any(meet("arn:aws:s3:::artifacts/deploy/*", form) for form in known)
    assert not any(meet("arn:aws:s3:::artifacts", form) for form in known)
    assert not any(meet("arn:aws:sqs:us-east-1:123456789012:q", form) for form in known)
    with pytest.raises(AssertionError):
        forms("s3:PutObjekt")
