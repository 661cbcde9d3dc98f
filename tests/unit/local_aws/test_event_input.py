from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.errors import ServiceError
from local_aws.event_input import check_target, input_of, parameter_of

EVENT: dict[str, Any] = {
    "id": "e-1",
    "time": "2026-11-23T12:00:00Z",
    "source": "aws.cloudwatch",
    "detail": {"alarmName": 'a "b"', "state": {"value": "ALARM"}, "list": [1, {"x": True}]},
}
RULE = {"rule_arn": "arn:aws:events:us-east-1:123456789012:rule/r", "rule_name": "r"}
ARN = "arn:aws:sqs:us-east-1:123456789012:q"


def transformed(template: str, **paths: str) -> str:
    target = {"Arn": ARN, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    check_target(target)
    return input_of(target, EVENT, RULE)


def test_without_a_wish_the_target_gets_the_whole_event() -> None:
    assert json.loads(input_of({"Arn": ARN}, EVENT, RULE)) == EVENT


def test_a_constant_and_a_path_replace_the_event() -> None:
    assert input_of({"Input": '{"a": 1}'}, EVENT, RULE) == '{"a": 1}'
    assert json.loads(input_of({"InputPath": "$.detail.list[1]"}, EVENT, RULE)) == {"x": True}
    assert input_of({"InputPath": "$.detail.nothing"}, EVENT, RULE) == "null"


def test_a_value_inside_of_a_string_is_its_text_and_outside_of_one_it_is_json() -> None:
    made = transformed(
        '{"say": "<name> is <state>", "list": <list>, "name": <name>}',
        name="$.detail.alarmName",
        state="$.detail.state.value",
        list="$.detail.list",
    )
    assert json.loads(made) == {"say": 'a "b" is ALARM', "list": [1, {"x": True}], "name": 'a "b"'}


def test_a_path_that_the_event_lacks_leaves_nothing_in_a_string_and_null_elsewhere() -> None:
    assert json.loads(transformed('{"a": "[<x>]", "b": <x>}', x="$.detail.gone")) == {"a": "[]", "b": None}


def test_the_reserved_names_stand_for_the_rule_and_the_event() -> None:
    made = json.loads(
        transformed(
            '{"rule": "<aws.events.rule-name>", "event": <aws.events.event.json>, "a": <aws.events.event>}'
        )
    )
    assert made["rule"] == "r"
    assert made["event"] == EVENT
    assert made["a"] == {key: value for key, value in EVENT.items() if key != "detail"}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Input": "{"}, "Invalid JSON"),
        ({"InputPath": "$.a[*]"}, "Invalid JSON path"),
        ({"InputTransformer": {"InputTemplate": '"<who>"'}}, "<who>, which InputPathsMap lacks"),
        ({"InputTransformer": {"InputPathsMap": {"AWS.x": "$.a"}, "InputTemplate": '"a"'}}, "is reserved"),
    ],
)
def test_a_wish_that_no_event_could_fulfil_is_refused(target: dict[str, Any], said: str) -> None:
    with pytest.raises(ServiceError, match=said.replace("[", r"\[").replace("*", r"\*")):
        check_target({"Arn": ARN, **target})


def test_a_parameter_may_be_a_path_into_the_event() -> None:
    assert parameter_of("$.detail.state.value", EVENT) == "ALARM"
    assert parameter_of("$.detail.list[0]", EVENT) == "1"
    assert parameter_of("s3://b/p", EVENT) == "s3://b/p"
