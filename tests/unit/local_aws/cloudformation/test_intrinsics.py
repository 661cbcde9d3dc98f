from __future__ import annotations

import base64
from typing import Any

import pytest

from local_aws.cloudformation.intrinsics import KNOWN_AFTER_APPLY, NO_VALUE, Evaluator
from local_aws.cloudformation.references import Reference
from local_aws.cloudformation.template import parse
from local_aws.errors import ServiceError

TEMPLATE = """
Mappings: {Sizes: {prod: {Count: 3, Zones: [a, b]}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  Both: !And [!Condition IsProd, !Equals [!Ref Number, 7]]
  Either: !Or [!Not [!Condition IsProd], !Equals [x, y]]
Resources: {Topic: {Type: "AWS::SNS::Topic"}}
"""


def evaluator(resource: str = "made") -> Evaluator:
    def of(reference: Reference) -> str:
        return f"{resource}:{reference.name}:{reference.attribute}"

    return Evaluator(
        template=parse(TEMPLATE),
        parameters={"Stage": "prod", "Number": "7", "Names": ["a", "b"]},
        pseudo={"AWS::Region": "eu-west-1", "AWS::NotificationARNs": []},
        exports={"shared-bucket": "bucket-1"},
        of_resource=of,
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Stage", "prod"),
        ("!Ref Names", ["a", "b"]),
        ("!Ref AWS::Region", "eu-west-1"),
        ("!Ref Topic", "made:Topic:None"),
        ("!GetAtt Topic.TopicArn", "made:Topic:TopicArn"),
        ("!GetAtt [Topic, Nested.Arn]", "made:Topic:Nested.Arn"),
        ("!Sub 'x-${Stage}-${Topic.TopicArn}-${!Literal}'", "x-prod-made:Topic:TopicArn-${Literal}"),
        ("!Sub ['${V}-${Stage}', {V: !Ref Number}]", "7-prod"),
        ("!Join ['/', [a, !Ref Stage, 3, true]]", "a/prod/3/true"),
        ("!Join [',', !Ref Names]", "a,b"),
        ("!Select [1, !Split ['-', a-b-c]]", "b"),
        ("!Select ['0', !Ref Names]", "a"),
        ("!If [IsProd, yes-value, no-value]", "yes-value"),
        ("!If [Either, yes-value, no-value]", "no-value"),
        ("!If [Both, 1, 2]", 1),
        ("!FindInMap [Sizes, !Ref Stage, Count]", 3),
        ("!Base64 text", base64.b64encode(b"text").decode()),
        ("!ImportValue shared-bucket", "bucket-1"),
        ("!ToJsonString {a: !Ref Stage, b: [1, true]}", '{"a":"prod","b":[1,true]}'),
        ("{Kept: 1, Left: !Ref AWS::NoValue}", {"Kept": 1}),
        ("[1, !If [IsProd, !Ref AWS::NoValue, 2], 3]", [1, 3]),
        ("{Condition: {Bool: {a: b}}}", {"Condition": {"Bool": {"a": "b"}}}),
    ],
)
def test_an_expression_has_its_value(expression: str, value: object) -> None:
    assert evaluator().resolve(_expression(expression)) == value


def test_no_value_alone_is_no_value() -> None:
    assert evaluator().resolve({"Ref": "AWS::NoValue"}) is NO_VALUE


def test_the_names_of_imported_exports_are_remembered() -> None:
    one = evaluator()
    one.resolve({"Fn::ImportValue": {"Fn::Sub": "shared-bucket"}})
    assert one.imported == {"shared-bucket"}


@pytest.mark.parametrize(
    "expression",
    [
        "!Sub '${Topic}'",
        "!Join ['-', [a, !Ref Topic]]",
        "!Select [2, !Split [':', !Ref Topic]]",
        "!Base64 {Ref: Topic}",
    ],
)
def test_what_only_the_execution_tells_stays_marked(expression: str) -> None:
    one = evaluator()
    one.of_resource = lambda _: KNOWN_AFTER_APPLY
    assert KNOWN_AFTER_APPLY in one.resolve(_expression(expression))


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("!ImportValue missing", "No export named missing found."),
        ("!FindInMap [Sizes, test, Count]", "Unable to get mapping for Sizes::test::Count"),
        ("!Select [9, !Ref Names]", "nonexistent value at index 9"),
        ("!Join [a, b]", "Fn::Join"),
        ("!Join ['', [[nested]]]", "needs text, not list"),
        ("!Split ['', text]", "Fn::Split"),
        ("!If [IsProd, only]", "three elements"),
        ("!If [Missing, a, b]", "condition Missing is not defined"),
        ("!GetAtt Topic", "two non-empty parameters"),
        ("!Sub [a]", "Fn::Sub"),
    ],
)
def test_a_function_with_wrong_arguments_says_which_one(expression: str, message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        evaluator().resolve(_expression(expression))


def _expression(text: str) -> Any:
    return parse(f"Resources: {{R: {{V: {text}}}}}").resources["R"]["V"]
