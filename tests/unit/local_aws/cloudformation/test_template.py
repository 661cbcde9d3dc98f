from __future__ import annotations

import pytest

from local_aws.cloudformation.template import parse
from local_aws.errors import ServiceError

SHORT = """
AWSTemplateFormatVersion: 2010-09-09
Conditions:
  Never: !Not [!Condition Always]
  Always: !Equals [a, a]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Sub
        - ${Stage} of ${AWS::StackName}
        - {Stage: !Ref Stage}
      TopicName: !Select [0, !Split [".", !GetAtt Queue.Arn]]
"""


def test_short_forms_become_the_long_ones() -> None:
    template = parse(SHORT)
    properties = template.resources["Topic"]["Properties"]
    assert properties["DisplayName"] == {
        "Fn::Sub": ["${Stage} of ${AWS::StackName}", {"Stage": {"Ref": "Stage"}}]
    }
    assert properties["TopicName"] == {"Fn::Select": [0, {"Fn::Split": [".", {"Fn::GetAtt": "Queue.Arn"}]}]}
    assert template.conditions["Never"] == {"Fn::Not": [{"Condition": "Always"}]}


def test_a_date_stays_text() -> None:
    template = parse("Resources: {P: {Type: T, Properties: {Version: 2012-10-17}}}")
    assert template.resources["P"]["Properties"]["Version"] == "2012-10-17"
    assert parse(SHORT).version == "2010-09-09"


def test_a_json_body_with_tabs_is_a_template() -> None:
    template = parse('{\n\t"Description": "d",\n\t"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    assert template.description == "d"
    assert template.resources == {"T": {"Type": "AWS::SNS::Topic"}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("Resources: [", "YAML not well-formed: .*line 1"),
        ('{"Resources": ', "JSON not well-formed. .line 1"),
        ("Resources: {T: {Type: A}, T: {Type: B}}", "duplicate or unusable key 'T'"),
        ("just words", "the template is not a mapping"),
        ("Resources: [a]", "Resources must be a mapping"),
        ("Resources: {T: text}", "Resources.T must be a mapping"),
        ("Resources: !!python/object/apply:os.system [true]", "YAML not well-formed"),
    ],
)
def test_a_body_that_is_no_template_is_refused(body: str, message: str) -> None:
    with pytest.raises(ServiceError, match=message) as caught:
        parse(body)
    assert caught.value.code == "ValidationError"
