"""A command line that dies after any of its AWS calls, and what an account looks like at the end.

The process that dies makes no further call, not even in a `finally`: after the call that it dies of, every
other one of that thread raises as well. The call itself has been answered, so its effect is there.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from local_aws import LocalAws

_TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?")
_VOLATILE = re.compile(r"(Time|Timestamp|Date|LastModified|RevisionId|Modified|Created)")


class DiedError(BaseException):
    """The process is gone; no handler of errors sees this."""


class Calls:
    """The AWS calls of one thread, counted; it dies after one of them.

    Attributes:
        made: The calls so far, such as `s3.PutObject`.
        dies_after: The number of the call that it dies of; 0 for none.
    """

    def __init__(self, dies_after: int = 0) -> None:
        self.made: list[str] = []
        self.dies_after = dies_after
        self._thread = threading.get_ident()

    @contextmanager
    def counted(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Inside of the block this thread's calls are counted, and are its last where it dies."""
        original = BaseClient._make_api_call  # type: ignore[attr-defined]

        def call(client: Any, operation: str, parameters: Any) -> Any:
            if threading.get_ident() != self._thread:
                return original(client, operation, parameters)
            if self.dies_after and len(self.made) >= self.dies_after:
                raise DiedError
            try:
                return original(client, operation, parameters)
            finally:
                self.made.append(f"{client.meta.service_model.service_name}.{operation}")
                if len(self.made) == self.dies_after:
                    raise DiedError

        with monkeypatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", call)
            yield


def died(act: Callable[[], object], calls: Calls, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the act died of a call; otherwise it has come to its end."""
    try:
        with calls.counted(monkeypatch):
            act()
    except DiedError:
        return True
    return False


def end_state(aws: LocalAws, bucket: str, stack: str) -> dict[str, Any]:
    """What a deploy has made of an account, without times and without names that are random.

    Records of releases are left out but for the number that are there: a deploy that was begun twice has two.
    """
    cloudformation = aws.client("cloudformation")
    found: dict[str, Any] = {
        "objects": _objects(aws, bucket),
        "models": [each["ModelName"] for each in aws.client("sagemaker").list_models()["Models"]],
        "alarms": aws.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "pipelines": [
            aws.client("sagemaker").describe_pipeline(PipelineName=each["PipelineName"])
            for each in aws.client("sagemaker").list_pipelines()["PipelineSummaries"]
        ],
        "functions": aws.client("lambda").list_functions()["Functions"],
        "rules": [
            {**rule, "Targets": aws.client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]}
            for rule in aws.client("events").list_rules()["Rules"]
        ],
        "roles": sorted(role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]),
        "queues": sorted(aws.client("sqs").list_queues().get("QueueUrls", [])),
        "groups": [group["logGroupName"] for group in aws.client("logs").describe_log_groups()["logGroups"]],
    }
    names: dict[str, str] = {}
    stacks = [each for each in cloudformation.describe_stacks()["Stacks"] if each["StackName"] == stack]
    for described in stacks:
        found["stack"] = {key: described.get(key) for key in ("StackStatus", "Parameters", "Tags", "Outputs")}
        names[described["StackId"]] = "the stack"
        resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        found["resources"] = {r["LogicalResourceId"]: r["ResourceStatus"] for r in resources}
        names.update({r["PhysicalResourceId"]: r["LogicalResourceId"] for r in resources})
        sets = cloudformation.list_change_sets(StackName=stack)["Summaries"]
        found["change sets left"] = [each for each in sets if each["ExecutionStatus"] == "AVAILABLE"]
    text = json.dumps(_steady(found), default=str, sort_keys=True)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return dict(json.loads(_TIMES.sub("then", text)))


def _objects(aws: LocalAws, bucket: str) -> list[str]:
    """What lies below the folders of deploys and runs, versions and marks of deletion included."""
    s3, found = aws.client("s3"), []
    for prefix in ("deploy/", "runs/"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            versions = [f"{each['Key']} {each['ETag']}" for each in page.get("Versions", [])]
            found += [*versions, *(f"{each['Key']} deleted" for each in page.get("DeleteMarkers", []))]
    return [each for each in found if "/releases/" not in each or each.endswith(" deleted")]


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _steady(each)
            for key, each in value.items()
            if not _VOLATILE.search(key) and key not in ("ResponseMetadata", "StateReason", "StateReasonData")
        }
    return [_steady(each) for each in value] if isinstance(value, list) else value
