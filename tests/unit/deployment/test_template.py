from __future__ import annotations

import json

import pytest

from deployment.release import template
from tests.unit.deployment.builders import ROOT

CFN = ROOT / "cfn"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.Arn", {"Fn::GetAtt": ["A", "Arn"]}),
        ("!GetAtt A.Outputs.B", {"Fn::GetAtt": ["A", "Outputs.B"]}),
        ("!Sub x-${A}", {"Fn::Sub": "x-${A}"}),
        ("!Condition C", {"Condition": "C"}),
        ("!If [C, !Ref A, !Ref AWS::NoValue]", {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!And [!Condition C, !Not [!Equals [!Ref A, '']]]", None),
        (
            "!Transform {Name: x, Parameters: {y: !Ref A}}",
            {"Fn::Transform": {"Name": "x", "Parameters": {"y": {"Ref": "A"}}}},
        ),
    ],
)
def test_short_forms_become_long_ones(short: str, long: object) -> None:
    expected = long or {"Fn::And": [{"Condition": "C"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "A"}, ""]}]}]}
    assert template.read(f"X: {short}") == {"X": expected}


def test_a_template_in_json_reads_as_it_is() -> None:
    assert template.read('{"X": {"Fn::Sub": "${A}"}}') == {"X": {"Fn::Sub": "${A}"}}


def test_a_tag_that_would_make_a_python_object_makes_none() -> None:
    # The tag !!python/... is not CloudFormation's; a plain SafeLoader refuses it, and so does this one.
    with pytest.raises(Exception, match="could not determine a constructor"):
        template.read("X: !!python/object/apply:os.getcwd []")


def test_each_named_feature_has_an_alarm_of_its_own() -> None:
    resources = template.batch_pipeline(CFN, {"delay": 0.2, "dep delay": 0.1})["Resources"]
    alarms = [name for name in resources if name.startswith("FeatureDriftAlarm")]
    assert alarms == ["FeatureDriftAlarmdelay", "FeatureDriftAlarmdepdelayxc654e896"]
    properties = resources["FeatureDriftAlarmdelay"]["Properties"]
    assert properties["AlarmName"] == {"Fn::Sub": "sagemaker-${PipelineName}-threshold-delay"}
    assert properties["Threshold"] == 0.2
    assert properties["MetricName"] == "feature_baseline_drift_delay"
    assert properties["Dimensions"] == [{"Name": "PipelineName", "Value": {"Ref": "PipelineName"}}]


def test_features_that_differ_in_their_odd_characters_have_two_alarms() -> None:
    resources = template.batch_pipeline(CFN, {"a-b": 1.0, "a b": 1.0, "ab": 1.0})["Resources"]
    assert len([name for name in resources if name.startswith("FeatureDriftAlarm")]) == 3


def test_a_feature_named_like_a_variable_stays_a_name() -> None:
    resources = template.batch_pipeline(CFN, {"${PipelineName}": 1.0})["Resources"]
    (alarm,) = (entry for name, entry in resources.items() if name.startswith("FeatureDriftAlarm"))
    assert alarm["Properties"]["MetricName"] == "feature_baseline_drift_${PipelineName}"
    assert alarm["Properties"]["AlarmName"] == {
        "Fn::Sub": "sagemaker-${PipelineName}-threshold-${!PipelineName}"
    }


def test_the_body_is_the_same_whatever_the_order_of_the_alarms_in_the_stage() -> None:
    one = template.body(template.batch_pipeline(CFN, {"a": 1.0, "b": 2.0}))
    other = template.body(template.batch_pipeline(CFN, {"b": 2.0, "a": 1.0}))
    assert one == other
    assert json.loads(one)["AWSTemplateFormatVersion"] == "2010-09-09"
