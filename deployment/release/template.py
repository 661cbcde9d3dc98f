"""The stage's CloudFormation template: the handwritten one, with an alarm for each feature that the stage
names.

The templates are YAML for people; what is deployed is their JSON, which needs no YAML reader to be compared
with and is the same bytes for the same template.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

try:  # libyaml is eight times as fast; a PyYAML can have been built without it
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from deployment.release.template_values import substitute

Template = dict[str, Any]
BODY_LIMIT: Final = 51_200  # bytes of a TemplateBody; a larger one goes through S3 (CloudFormation quotas)
URL_LIMIT: Final = 1_048_576  # bytes of a template in S3 (CloudFormation quotas)
_SHORT_FORMS: Final = {"Ref": "Ref", "Condition": "Condition"}  # every other tag !X is Fn::X


class _Loader(SafeLoader):
    """Reads YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {_SHORT_FORMS.get(suffix, f"Fn::{suffix}"): value}


_Loader.add_multi_constructor("!", _short_form)


def read(text: str) -> Template:
    """The template that `text`, YAML or JSON, spells; short forms such as `!Ref X` become `{"Ref": "X"}`."""
    template: Template = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader with constructors of dicts only
    return template


def batch_pipeline(folder: Path, feature_alarms: Mapping[str, float]) -> Template:
    """The template of one stage.

    Args:
        folder: The folder with `batch_pipeline.yaml` and `feature_alarm.yaml`.
        feature_alarms: The features with an alarm of their own, and its threshold.
    """
    template = read((folder / "batch_pipeline.yaml").read_text(encoding="utf-8"))
    alarm = read((folder / "feature_alarm.yaml").read_text(encoding="utf-8"))
    for feature, threshold in sorted(feature_alarms.items()):
        template["Resources"][_logical_id(feature)] = _alarm_of(alarm, template, feature, threshold)
    template.pop("Metadata", None)  # the console's form; it would only use up the size that a body may have
    return template


def body(template: Template) -> str:
    """The template as it is deployed: JSON, the same for the same template."""
    return json.dumps(template, separators=(",", ":"), ensure_ascii=False)


def _alarm_of(alarm: Template, template: Template, feature: str, threshold: float) -> Template:
    (resource,) = alarm["Resources"].values()
    own = alarm["Parameters"].keys() - template["Parameters"].keys()
    values = {"Feature": feature, "Threshold": threshold}
    # Without a monitor there is nothing to alarm on, here as with the table's alarm.
    return {**substitute(resource, {name: values[name] for name in own}), "Condition": "HasMonitor"}


def _logical_id(feature: str) -> str:
    """FeatureDriftAlarm and the feature's letters and digits; where others were lost, with a hash."""
    plain = re.sub(r"[^A-Za-z0-9]", "", feature)
    if plain == feature and len(plain) <= 64:
        return f"FeatureDriftAlarm{plain}"
    return f"FeatureDriftAlarm{plain[:64]}x{hashlib.sha256(feature.encode()).hexdigest()[:8]}"
