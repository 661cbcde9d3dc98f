from __future__ import annotations

import pytest

from local_aws.cloudformation.references import Reference, in_order, references
from local_aws.errors import ServiceError


def test_every_mention_is_found() -> None:
    expression = {
        "A": {"Ref": "One"},
        "B": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Nested.Arn"}],
        "C": {"Fn::Sub": "${Four}-${Five.Arn}-${!Six}-${AWS::Region}"},
        "D": {"Fn::Sub": ["${Seven}-${Own}", {"Own": {"Ref": "Eight"}}]},
    }
    assert set(references(expression)) == {
        Reference("One"),
        Reference("Two", "Arn"),
        Reference("Three", "Nested.Arn"),
        Reference("Four"),
        Reference("Five", "Arn"),
        Reference("AWS::Region"),
        Reference("Seven"),
        Reference("Eight"),
    }


def test_only_the_branch_that_counts_is_followed() -> None:
    expression = {"Fn::If": ["Condition", {"Ref": "Yes"}, {"Ref": "No"}]}
    assert list(references(expression, lambda _: True)) == [Reference("Yes")]
    assert list(references(expression, lambda _: False)) == [Reference("No")]
    assert set(references(expression)) == {Reference("Yes"), Reference("No")}


def test_what_others_need_comes_first_and_the_rest_keeps_its_order() -> None:
    assert in_order({"a": ["c"], "b": [], "c": ["d", "elsewhere"], "d": []}) == ["b", "d", "c", "a"]


def test_a_circle_is_refused_and_named_without_those_that_only_wait_for_it() -> None:
    with pytest.raises(ServiceError, match=r"Circular dependency between resources: \[a, b\]"):
        in_order({"a": ["b"], "b": ["a"], "waits": ["a"], "free": []})
