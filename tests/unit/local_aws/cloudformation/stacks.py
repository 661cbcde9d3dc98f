"""Small templates, and what tests ask of stacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

Json = dict[str, Any]


def body(resources: Mapping[str, Json], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


def topic(name: str | None = None, **attributes: Any) -> Json:
    properties: Json = {} if name is None else {"TopicName": name}
    for key in [key for key in attributes if key[0].isupper() and key not in _RESOURCE_ATTRIBUTES]:
        properties[key] = attributes.pop(key)
    return {"Type": "AWS::SNS::Topic", "Properties": properties, **attributes}


_RESOURCE_ATTRIBUTES = ("DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Condition", "Metadata")

# The service refuses it, so that a stack with it fails: no function of that name.
REFUSED: Json = {
    "Type": "AWS::Lambda::Permission",
    "Properties": {
        "FunctionName": "missing",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    },
}


def status(cloudformation: Any, stack: str = "s") -> str:
    return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def outputs(cloudformation: Any, stack: str = "s") -> dict[str, str]:
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def physical_ids(cloudformation: Any, stack: str = "s") -> dict[str, str]:
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return {resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "") for resource in resources}


def events(cloudformation: Any, stack: str = "s") -> list[tuple[str, str]]:
    """Logical id and status, oldest first."""
    found = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(found)]


def refused(code: str, message: str) -> Any:
    """The block ends with a `ClientError` of that code whose message holds that text."""
    return pytest.raises(ClientError, match=rf"(?s)\({code}\).*{message}")
