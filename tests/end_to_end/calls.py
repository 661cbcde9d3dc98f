"""Every call that the local AWS gets, as an IAM action on an ARN, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local_aws import moto_seams

ACCOUNT = "123456789012"
WHERE = f"us-east-1:{ACCOUNT}"
IN_THE_REQUEST = ""
"""The resource of a call that names it as no ARN can be made of: a change set's own name."""
_ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObjects": "s3:DeleteObject",
    "lambda:Invoke": "lambda:InvokeFunction",
}
"""Operations whose action has another name (Service Authorization Reference)."""
_KINDS = {
    "sagemaker": {
        "ProcessingJobName": "processing-job/",
        "TransformJobName": "transform-job/",
        "ModelName": "model/",
        "PipelineName": "pipeline/",
        "ModelPackageGroupName": "model-package-group/",
    },
    "lambda": {"FunctionName": "function:", "LayerName": "layer:"},
    "logs": {"logGroupName": "log-group:", "logGroupNamePrefix": "log-group:"},
    "cloudformation": {"StackName": "stack/"},
    "codebuild": {"projectName": "project/"},
    "codepipeline": {"name": "", "pipelineName": ""},
    "events": {"Name": "rule/", "Rule": "rule/"},
    "sqs": {"QueueName": "", "QueueUrl": ""},
    "cloudwatch": {"AlarmName": "alarm:", "AlarmNames": "alarm:"},
}
_SERVICES_OF_PASSED = {
    "sagemaker": "sagemaker.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com",
}
_ROLES = ("RoleArn", "RoleARN", "ExecutionRoleArn")


@dataclass(frozen=True)
class Asked:
    """One call, as IAM sees it.

    Attributes:
        who: The part of the local AWS that called, or the name of the function or build; empty for the user.
        action: Such as `s3:GetObject`.
        resource: Its ARN; `*` where the call names none, `IN_THE_REQUEST` where that is not to be known.
        context: The condition keys that our statements ask for.
    """

    who: str
    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


class Recorder:
    """What was asked, each thing once."""

    def __init__(self) -> None:
        """Listens from now on, until the local AWS ends."""
        self.asked: set[Asked] = set()
        self._paths: dict[str, str] = {}  # of roles: a request about one has its name alone
        moto_seams.ask_before(self._record)

    def of(self, *who: str) -> set[Asked]:
        """What was asked by these; by the ends of their names."""
        return {
            one for one in self.asked if any(one.who.endswith(name) if name else not one.who for name in who)
        }

    def _record(self, service: str, operation: str, parameters: Mapping[str, Any], agent: str) -> None:
        found = re.search(r"\b(?:as|app)/([\w.-]+)", agent)
        if operation == "CreateRole":
            self._paths[parameters["RoleName"]] = str(parameters.get("Path", "/"))
        if service == "iam" and "RoleName" in parameters:
            role = f"{self._paths.get(parameters['RoleName'], '/')}{parameters['RoleName']}"
            parameters = {**parameters, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role{role}"}
        self.asked.update(_asked(found[1] if found else "", service, operation, parameters))


def _asked(who: str, service: str, operation: str, sent: Mapping[str, Any]) -> Iterator[Asked]:
    name = f"{service}:{operation}"
    context: dict[str, str] = {}
    if "Prefix" in sent:
        context["s3:prefix"] = str(sent["Prefix"])
    if "Namespace" in sent:
        context["cloudwatch:namespace"] = str(sent["Namespace"])
    resource = _resource(service, sent)
    yield Asked(who, _ACTIONS.get(name, name), resource, tuple(context.items()))
    if service == "sagemaker" and operation.startswith("Create") and sent.get("Tags"):
        yield Asked(who, "sagemaker:AddTags", resource)
    for role in _ROLES:
        if role in sent and service in _SERVICES_OF_PASSED:
            passed = (("iam:PassedToService", _SERVICES_OF_PASSED[service]),)
            yield Asked(who, "iam:PassRole", str(sent[role]), passed)


def _resource(service: str, sent: Mapping[str, Any]) -> str:
    own = _of_its_own_form(service, sent)
    if own is not None:
        return own
    for key, value in sent.items():
        if key != "ChangeSetName" and str(value).startswith(f"arn:aws:{service}:"):
            return str(value)
    for key, kind in _KINDS.get(service, {}).items():
        name = sent[key][0] if isinstance(sent.get(key), list) and sent[key] else sent.get(key)
        if isinstance(name, str):
            rest = name.rpartition("/")[2] if key == "QueueUrl" else name
            rest += f"/{sent['stageName']}" if "stageName" in sent else ""
            rest += f":log-stream:{sent['logStreamName']}" if "logStreamName" in sent else ""
            return f"arn:aws:{service}:{WHERE}:{kind}{rest}" + ("/id" if kind == "stack/" else "")
    return "*"


def _of_its_own_form(service: str, sent: Mapping[str, Any]) -> str | None:
    if service == "s3":
        return f"arn:aws:s3:::{'/'.join(str(sent[key]) for key in ('Bucket', 'Key') if key in sent)}"
    if service == "iam":
        return str(sent.get("RoleArn", "*"))
    if "DashboardName" in sent or "DashboardNames" in sent:
        name = sent["DashboardName"] if "DashboardName" in sent else sent["DashboardNames"][0]
        return f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{name}"
    if ":changeSet/" in str(sent.get("ChangeSetName", "")) and "StackName" not in sent:
        return IN_THE_REQUEST
    if service == "codebuild" and "ids" in sent:
        return f"arn:aws:codebuild:{WHERE}:project/{sent['ids'][0].partition(':')[0]}"
    return None


def refused(asked: Iterable[Asked], statements: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of it no statement allows."""
    statements = [each for each in statements if each["Effect"] == "Allow"]
    return sorted({str(one) for one in asked if not any(_allows(each, one) for each in statements)})


def _allows(statement: Mapping[str, Any], one: Asked) -> bool:
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    on_it = one.resource == IN_THE_REQUEST or any(fnmatchcase(one.resource, str(each)) for each in resources)
    return one.action in actions and on_it and _holds(statement.get("Condition", {}), dict(one.context))


def _holds(conditions: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    return all(
        any(fnmatchcase(context.get(key, ""), str(wanted)) for wanted in _listed(value))
        for tests in conditions.values()
        for key, value in tests.items()
    )


def allowed(statements: Sequence[Mapping[str, Any]]) -> set[str]:
    """The actions of the statements."""
    return {str(action) for each in statements for action in _listed(each["Action"])}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(client: Any, stack: str, role: str) -> list[dict[str, Any]]:
    """The statements of a deployed stack's role, with every reference resolved.

    Args:
        client: Service to boto3 client.
        stack: The stack's name.
        role: The role's logical id.
    """
    detail = client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=role)
    name, iam = detail["StackResourceDetail"]["PhysicalResourceId"], client("iam")
    found: list[dict[str, Any]] = []
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        found += iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
    return found
