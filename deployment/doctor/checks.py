"""What could keep a deploy or a run of a stage from working, looked at one by one.

A check answers one line. What may not be looked at with these credentials is `unknown`, which is no failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from deployment.aws import Aws, code_of, message_of
from deployment.errors import DeploymentError
from deployment.observe.account import checked_account, observe
from deployment.observe.facts import Facts
from deployment.release.assemble import Release
from deployment.release.template import BODY_LIMIT, URL_LIMIT, body
from deployment.stage.config import Config
from deployment.stage.mending import Surveyed
from deployment.stage.schema import Path
from pipeline_definition import images
from pipeline_definition.errors import ImageError

Word = Literal["ok", "warning", "failed", "unknown"]
_DEFINITION_LIMIT: Final = 1_048_576  # PipelineDefinition in the API's model
_FORBIDDEN: Final = frozenset({"AccessDenied", "AccessDeniedException", "403", "UnauthorizedOperation"})


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        check: The check.
        word: How it ended.
        says: One line for people.
    """

    check: str
    word: Word
    says: str


# The key paths that a check relies on; where one has a fault, the check would be about another stage.
_RELIES: Final[Mapping[str, tuple[Path, ...]]] = MappingProxyType(
    {
        "credentials": (("aws", "region"), ("aws", "role_arn"), ("aws", "external_id")),
        "monitor image": (("aws", "region"), ("monitor", "analyzer")),
        "bucket": (("aws", "artifact_bucket"),),
        "pipeline role": (("aws", "pipeline_role_arn"), ("aws", "evaluate_drift_function_arn")),
        "quota of transform jobs": (("transform", "instance_type"),),
        "quota of processing jobs": (("monitor", "instance_type"),),
        "model and baseline": (
            ("project", "name"),
            ("aws", "artifact_bucket"),
            ("model",),
            ("monitor", "spark"),
            ("monitor", "thresholds_file"),
        ),
    }
)


def examine(surveyed: Surveyed, aws: Aws, release_of: Callable[[Facts], Release]) -> Iterator[Finding]:
    """The findings, one after the other; what depends on a failed check is left out.

    Args:
        surveyed: The stage. Its faults are findings too, and what relies on a broken key is not looked at.
        aws: The AWS.
        release_of: Makes the release of what AWS has.
    """
    config = surveyed.config
    yield from (Finding("stage file", "failed", fault) for fault in surveyed.faults)
    account = ""
    if left_out := _left_out("credentials", surveyed):
        yield left_out
    else:
        try:
            account = checked_account(config, aws)
            yield Finding("credentials", "ok", f"account {account}, region {config.region}")
        except (DeploymentError, ClientError, BotoCoreError) as error:
            yield Finding("credentials", "failed", _says(error))
            return
    yield _left_out("monitor image", surveyed) or _image(config)
    if account:
        yield from _of_account(surveyed, account, aws)
        yield from _of_release(surveyed, aws, release_of)


def _of_account(surveyed: Surveyed, account: str, aws: Aws) -> Iterator[Finding]:
    config = surveyed.config
    looks: dict[str, Callable[[], tuple[Word, str]]] = {
        "bucket": lambda: _bucket(config, aws),
        "pipeline role": lambda: _role(config, account, aws),
        **{f"quota of {kind}": partial(_quota, kind, instance, aws) for kind, instance in _machines(config)},
    }
    for check, look in looks.items():
        yield _left_out(check, surveyed) or _looked(check, look)


def _of_release(surveyed: Surveyed, aws: Aws, release_of: Callable[[Facts], Release]) -> Iterator[Finding]:
    if left_out := _left_out("model and baseline", surveyed):
        yield left_out
        return
    try:
        facts = observe(surveyed.config, aws)
    except (DeploymentError, ClientError, BotoCoreError) as error:
        yield Finding("model and baseline", "failed", _says(error))
        return
    yield _model(facts)
    if surveyed.faults:
        yield Finding("sizes and limits", "unknown", "not looked at: the stage has faults")
        return
    try:
        yield from _sizes(release_of(facts))
    except DeploymentError as error:
        yield Finding("sizes and limits", "failed", _says(error))


def _left_out(check: str, surveyed: Surveyed) -> Finding | None:
    """The check as one that is not made, where the stage has a fault in what it relies on."""
    unsure = surveyed.unsure(_RELIES[check])
    if not unsure:
        return None
    why = f"{' and '.join(unsure)} would have to be right"
    if () in surveyed.broken:
        why = "a file of the stage can't be read"
    return Finding(check, "unknown", f"not looked at: {why}")


def _looked(check: str, look: Callable[[], tuple[Word, str]]) -> Finding:
    try:
        return Finding(check, *look())
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and code_of(error) in _FORBIDDEN:
            return Finding(check, "unknown", "these credentials may not look at it")
        if isinstance(error, ClientError) and code_of(error) in {"NotImplemented", "501"}:
            return Finding(check, "unknown", "this AWS has no answer to it")
        return Finding(check, "failed", _says(error))


def _says(error: DeploymentError | ClientError | BotoCoreError) -> str:
    text = str(error) if isinstance(error, DeploymentError) else message_of(error)
    return " ".join(text.split())


def _image(config: Config) -> Finding:
    monitor = config.stage.monitor
    if monitor is None:
        return Finding("monitor image", "ok", "the stage has no monitor")
    own = monitor.analyzer != "model-monitor"
    try:
        image = images.xgboost(config.region) if own else images.model_monitor(config.region)
    except ImageError as error:
        return Finding("monitor image", "failed", str(error))
    return Finding("monitor image", "ok", image)


def _bucket(config: Config, aws: Aws) -> tuple[Word, str]:
    status = aws.s3.get_bucket_versioning(Bucket=config.bucket).get("Status")
    if status != "Enabled":
        return "warning", f"{config.bucket} keeps no versions: a file that is overwritten is lost"
    return "ok", f"{config.bucket}, with versions"


def _role(config: Config, account: str, aws: Aws) -> tuple[Word, str]:
    """Whether the role may do what the steps do, by simulation; the role itself is looked at first."""
    arn = config.pipeline_role_arn
    role = aws.iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
    trusted = json.dumps(role["AssumeRolePolicyDocument"])
    if "sagemaker.amazonaws.com" not in trusted:
        return "failed", f"{arn} does not trust sagemaker.amazonaws.com"
    here = f"{config.region}:{account}"
    sagemaker, function = (
        f"arn:{aws.partition}:sagemaker:{here}",
        f"arn:{aws.partition}:lambda:{here}:function",
    )
    resources = {
        "sagemaker:CreateModel": f"{sagemaker}:model/pipelines-x",
        "sagemaker:CreateTransformJob": f"{sagemaker}:transform-job/pipelines-x",
        "sagemaker:CreateProcessingJob": f"{sagemaker}:processing-job/pipelines-x",
        "lambda:InvokeFunction": config.function_arn or f"{function}:{config.names.function}",
    }
    denied = [
        result["EvalActionName"]
        for action, resource in resources.items()
        for result in aws.iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource]
        )["EvaluationResults"]
        if result["EvalDecision"] != "allowed"
    ]
    if denied:
        return "failed", f"{arn} may not {', '.join(denied)}: compare it with cfn/foundation.yaml"
    return "ok", arn


def _machines(config: Config) -> Iterator[tuple[str, str]]:
    yield "transform jobs", config.stage.transform.instance_type
    if config.stage.monitor is not None:
        yield "processing jobs", config.stage.monitor.instance_type


def _quota(kind: str, instance: str, aws: Aws) -> tuple[Word, str]:
    """The account's quota of a kind of job on a machine; new accounts have 0 of many."""
    wanted = f"{instance} for {kind[:-1]} usage"
    pages = aws.quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    quotas: list[dict[str, Any]] = [entry for page in pages for entry in page["Quotas"]]
    for quota in quotas:
        if quota["QuotaName"] == wanted:
            value = int(quota["Value"])
            says = f"{wanted}: {value}"
            return ("ok", says) if value else ("failed", f"{says}: ask for more in Service Quotas")
    return "unknown", f"no quota is called {wanted!r} here"


def _model(facts: Facts) -> Finding:
    model = facts.model
    if model.baseline is None:
        return Finding("model and baseline", "warning", f"{model.arn}, no baseline: nothing will be checked")
    count = len(model.baseline.features)
    return Finding("model and baseline", "ok", f"{model.arn}, baseline of {count} features")


def _sizes(release: Release) -> Iterator[Finding]:
    text = len(body(release.template).encode())
    says = f"template {text:,} of {BODY_LIMIT:,} bytes in a request, {URL_LIMIT:,} through S3"
    yield Finding("template size", "ok", says)
    definition = len(json.dumps(release.definition))
    says = f"{definition:,} of {_DEFINITION_LIMIT:,} characters"
    yield Finding("definition size", "ok", says)
