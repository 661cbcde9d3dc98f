from __future__ import annotations

from typing import Any

from deployment.plan.differences import PropertyChange, resources
from deployment.release.template_values import Evaluation


def evaluated(resources: dict[str, Any]) -> Evaluation:
    return Evaluation({"Resources": resources}, {}, {})


def alarm(name: str = "a", threshold: float = 1) -> dict[str, Any]:
    properties = {"AlarmName": name, "Threshold": threshold, "Dimensions": [{"Name": "P", "Value": "x"}]}
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def test_without_a_stack_every_resource_is_added() -> None:
    changes = resources(None, evaluated({"A": alarm(), "B": alarm("b")}))
    assert [(change.sign, change.logical_id) for change in changes] == [("+", "A"), ("+", "B")]


def test_the_same_resources_are_no_change() -> None:
    assert resources(evaluated({"A": alarm()}), evaluated({"A": alarm()})) == ()


def test_a_changed_property_has_its_path_and_both_values() -> None:
    (change,) = resources(evaluated({"A": alarm()}), evaluated({"A": alarm(threshold=2)}))
    assert (change.sign, change.replaced) == ("~", False)
    assert change.properties == (PropertyChange("Threshold", 1, 2),)


def test_a_change_deep_inside_has_its_path() -> None:
    after = alarm()
    after["Properties"]["Dimensions"] = [{"Name": "P", "Value": "y"}]
    (change,) = resources(evaluated({"A": alarm()}), evaluated({"A": after}))
    assert change.properties == (PropertyChange("Dimensions[0].Value", "x", "y"),)


def test_a_property_that_comes_or_goes_is_none_on_the_other_side() -> None:
    after = alarm()
    del after["Properties"]["Threshold"]
    after["Properties"]["Period"] = 60
    (change,) = resources(evaluated({"A": alarm()}), evaluated({"A": after}))
    assert change.properties == (PropertyChange("Period", None, 60), PropertyChange("Threshold", 1, None))


def test_added_and_removed_resources_are_told_apart_from_changed_ones() -> None:
    changes = resources(
        evaluated({"Old": alarm(), "Same": alarm()}), evaluated({"Same": alarm(), "New": alarm()})
    )
    assert [(change.sign, change.logical_id) for change in changes] == [("+", "New"), ("-", "Old")]


def test_another_name_replaces_the_resource() -> None:
    (change,) = resources(evaluated({"A": alarm("a")}), evaluated({"A": alarm("b")}))
    assert change.replaced


def test_who_refers_to_a_replaced_resource_changes_too() -> None:
    def stack(key: str) -> Evaluation:
        return evaluated(
            {
                "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": key}}},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [{"Ref": "Layer"}]}},
                "Rule": {"Type": "AWS::Events::Rule", "Properties": {"Name": {"Fn::Sub": "x-${Layer}"}}},
                "Target": {"Type": "AWS::IAM::Policy", "Properties": {"R": {"Fn::GetAtt": ["Rule", "Arn"]}}},
                "Apart": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}},
            }
        )

    changes = {change.logical_id: change for change in resources(stack("a"), stack("b"))}
    assert sorted(changes) == ["Function", "Layer", "Rule", "Target"]
    assert not changes["Function"].replaced
    assert changes["Rule"].replaced, "a rule's name can't be changed in place"
    assert changes["Function"].properties[0].path == "Layers[0]"
    assert changes["Target"].properties[0].before == "Rule, as it was"
