"""GetTemplate, GetTemplateSummary, ValidateTemplate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation import requests, validation
from local_aws.cloudformation.desk import Desk
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.intrinsics import as_text
from local_aws.cloudformation.template import Template

Asked = Mapping[str, Any]
_CONSTRAINTS = (
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
)


def get_template(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The text of a stack's or a change set's template, as it was sent."""
    if "ChangeSetName" in asked:
        _, change_set = desk.change_set(asked)
        body = change_set.settings.body
    elif "StackName" in asked:
        body = desk.stack(asked["StackName"]).settings.body
    else:
        raise invalid("Either StackName or ChangeSetName must be specified")
    if asked.get("TemplateStage") == "Processed" and requests.sound(body).transforms:
        raise invalid("the local AWS keeps no processed templates; ask for the TemplateStage Original")
    return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}


def get_template_summary(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What a template declares and needs; the template is checked as for CreateStack."""
    if "StackName" in asked:
        template = requests.sound(desk.stack(asked["StackName"]).settings.body)
    else:
        template = requests.sound(desk.template_text(asked, None))
    metadata = dict(template.metadata)
    return {
        "Parameters": [
            {
                **_parameter(name, declared),
                "ParameterType": declared["Type"],
                "ParameterConstraints": {
                    constraint: [as_text(value) for value in declared[constraint]]
                    if constraint == "AllowedValues"
                    else as_text(declared[constraint])
                    for constraint in _CONSTRAINTS
                    if constraint in declared
                },
            }
            for name, declared in template.parameters.items()
        ],
        **_needs(template),
        "ResourceTypes": sorted({resource["Type"] for resource in template.resources.values()}),
        "Version": template.version or None,
        "Metadata": json.dumps(metadata) if metadata else None,
    }


def validate_template(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What a template declares and needs; unlike the service's, types and properties are checked as well."""
    template = requests.sound(desk.template_text(asked, None))
    parameters = [_parameter(name, declared) for name, declared in template.parameters.items()]
    return {"Parameters": parameters, **_needs(template)}


def _needs(template: Template) -> dict[str, Any]:
    needed = validation.capabilities(template)
    types = sorted({r["Type"] for r in template.resources.values() if r["Type"].startswith("AWS::IAM::")})
    reason = f"The following resource(s) require capabilities: [{', '.join(types)}]"
    return {
        "Description": template.description or None,
        "Capabilities": needed,
        "CapabilitiesReason": reason if needed else None,
        "DeclaredTransforms": list(template.transforms),
    }


def _parameter(name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ParameterKey": name,
        "DefaultValue": as_text(declared["Default"]) if "Default" in declared else None,
        "NoEcho": declared.get("NoEcho") in (True, "true"),
        "Description": declared.get("Description"),
    }
