"""CloudFormation: change sets made and executed, and stacks created or updated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.codepipeline import artifacts
from local_aws.codepipeline.actions.work import ActionError, ActionKind, Result, Work

_BODY_LIMIT = 51_200
_LOOK_EVERY_SECONDS = 0.1
_MODES = ("CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE", "CREATE_UPDATE")
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_IN_REVIEW = "REVIEW_IN_PROGRESS"


def _change_sets(work: Work) -> Result:
    """The stack's outputs, once the mode's work is done."""
    asked = work.configuration
    mode, stack = asked["ActionMode"], asked["StackName"]
    if mode not in _MODES:
        message = f"The local AWS does not do the mode {mode}; it does {', '.join(_MODES)}"
        raise ActionError(message, "ConfigurationError")
    needed = ("ChangeSetName",) if mode == "CHANGE_SET_EXECUTE" else ("TemplatePath", "RoleArn")
    missing = [name for name in needed if name not in asked]
    if missing:
        raise ActionError(f"{mode} needs {', '.join(missing)}", "ConfigurationError")
    if mode == "CHANGE_SET_EXECUTE":
        summary = _execute(work, stack, asked["ChangeSetName"])
    elif mode == "CREATE_UPDATE":
        _make(work, stack, "codepipeline")
        summary = _execute(work, stack, "codepipeline")
    else:
        return Result(summary=_make(work, stack, asked.get("ChangeSetName", "codepipeline")))
    found = _stack(work, stack)
    outputs = {} if found is None else {item["OutputKey"]: item["OutputValue"] for item in found["Outputs"]}
    return Result(variables=outputs, summary=summary)


def _make(work: Work, stack: str, name: str) -> str:
    """A line about the change set, which has taken the place of one with its name."""
    cloudformation, found = work.clients("cloudformation"), _stack(work, stack)
    if found is not None:
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
    new = found is None or found["StackStatus"] == _IN_REVIEW
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="CREATE" if new else "UPDATE",
        Capabilities=[item for item in work.configuration.get("Capabilities", "").split(",") if item],
        RoleARN=work.configuration["RoleArn"],
        **_template(work),
        **_settings(work),
    )
    work.run.external_id = made["Id"]
    while True:
        described = cloudformation.describe_change_set(ChangeSetName=made["Id"])
        if described["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            break
        work.wait(_LOOK_EVERY_SECONDS)
    reason = described.get("StatusReason", "")
    if described["Status"] == "FAILED" and not _is_empty(reason):
        raise ActionError(f"Change set {name} failed: {reason}")
    return f"Change set {name} was created." if described["Status"] != "FAILED" else reason


def _template(work: Work) -> dict[str, str]:
    """The template; one that is too large to be sent lies beside the artifacts."""
    text = work.file(work.configuration["TemplatePath"])
    if len(text.encode()) <= _BODY_LIMIT:
        return {"TemplateBody": text}
    location = artifacts.new_location(work.execution.declaration, "template")
    s3 = work.clients("s3")
    artifacts.put(s3, work.execution.declaration, location, text.encode())
    return {"TemplateURL": f"https://{location.bucket}.s3.amazonaws.com/{location.key}"}


def _settings(work: Work) -> dict[str, Any]:
    """Parameters and tags: those of the configuration file, then the action's own."""
    asked = work.configuration
    given: Mapping[str, Any] = {}
    if "TemplateConfiguration" in asked:
        given = _json(work.file(asked["TemplateConfiguration"]), "TemplateConfiguration")
    unknown = sorted(set(given) - {"Parameters", "Tags"})
    if unknown:
        message = f"The local AWS does not do {', '.join(unknown)} of TemplateConfiguration"
        raise ActionError(message, "ConfigurationError")
    own = _json(asked.get("ParameterOverrides", "{}"), "ParameterOverrides")
    parameters = {**given.get("Parameters", {}), **own}
    return {
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in given.get("Tags", {}).items()],
    }


def _json(text: str, what: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ActionError(f"{what} is no JSON: {error}", "ConfigurationError") from error
    if not isinstance(found, dict):
        raise ActionError(f"{what} must be a JSON object", "ConfigurationError")
    return found


def _execute(work: Work, stack: str, name: str) -> str:
    """A line about what has been done; an empty change set is fine, and gone."""
    cloudformation = work.clients("cloudformation")
    described = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
    if described["Status"] == "FAILED" and _is_empty(described.get("StatusReason", "")):
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
        return str(described["StatusReason"])
    work.run.external_id = described["ChangeSetId"]
    cloudformation.execute_change_set(ChangeSetName=described["ChangeSetId"])
    while True:
        found = _stack(work, stack)
        status = "" if found is None else str(found["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            break
        work.wait(_LOOK_EVERY_SECONDS)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise ActionError(f"The stack {stack} is {status}: {_first_failure(work, described['StackId'])}")
    return f"Stack {stack} is {status}."


def _first_failure(work: Work, stack: str) -> str:
    """Resource and reason of the first failure of the last operation."""
    events = work.clients("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    failed = ""
    for event in events:  # the newest first
        if event["ResourceStatus"].endswith("_FAILED"):
            failed = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        begins = event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
        if begins and event["PhysicalResourceId"] == event["StackId"]:
            break
    return failed


def _is_empty(reason: str) -> bool:
    return any(words in reason for words in _NO_CHANGES)


def _stack(work: Work, name: str) -> Any:
    """The stack, or None where there is none."""
    try:
        (stack,) = work.clients("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return {"Outputs": [], **stack}


CHANGE_SETS = ActionKind(
    run=_change_sets,
    needs=frozenset({"ActionMode", "StackName"}),
    knows=frozenset(
        {
            "Capabilities",
            "ChangeSetName",
            "ParameterOverrides",
            "RoleArn",
            "TemplateConfiguration",
            "TemplatePath",
        }
    ),
    inputs=(0, 10),
)
