"""What has to be done to remove a stage, and what stays and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from deployment.errors import PlanError
from deployment.names import Keys
from deployment.observe.remains import Remains
from deployment.plan.actions import (
    Action,
    EmptyPrefix,
    RemoveLogGroup,
    RemoveLogStreams,
    RemoveModels,
    RemoveStack,
)
from deployment.stage.config import Config


def removal(config: Config, remains: Remains, *, keep_runs: bool) -> tuple[Action, ...]:
    """The actions that leave nothing of the stage, in order; none where nothing is left.

    Args:
        config: The stage.
        remains: What there is of it.
        keep_runs: Whether what its runs wrote stays.

    Raises:
        PlanError: A run is going on, or somebody is changing the stack.
    """
    return tuple(_actions(config, remains, keep_runs=keep_runs))


def _actions(config: Config, remains: Remains, *, keep_runs: bool) -> Iterator[Action]:
    if remains.running:
        raise PlanError(
            f"The run {remains.running[0]} is going on: wait for its end, or end it with aws sagemaker "
            f"stop-pipeline-execution --pipeline-execution-arn {remains.running[0]}."
        )
    stack = remains.stack
    if stack is not None:
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
            raise PlanError(f"The stack {config.names.stack} is {stack.status}: repeat when that is done.")
        yield RemoveStack(config.names.stack, stack.status)
    if remains.models:
        yield RemoveModels(remains.models)
    for group, streams in remains.log_streams:
        yield RemoveLogStreams(group, streams)
    if remains.log_group is not None:
        yield RemoveLogGroup(remains.log_group)
    keys = Keys(config.names.pipeline)
    # The runs last: their keys tell which models and logs belong to the stage.
    prefixes = [(f"{keys.deploys}/", remains.deploys), (f"{keys.runs}/", 0 if keep_runs else remains.runs)]
    for prefix, versions in prefixes:
        if versions:
            yield EmptyPrefix(config.bucket, prefix, versions)


def kept(config: Config, *, keep_runs: bool) -> Iterator[tuple[str, str]]:
    """What stays of the stage, and why."""
    group = config.stage.model.package_group
    yield f"the model package group {group} and its versions", "training made them; other stages use them"
    yield f"the batches at {config.data_input}", "they are the data's owner's"
    yield (
        f"the bucket {config.bucket} and the role {config.pipeline_role_arn}",
        ("the foundation made them, and other stages use them"),
    )
    yield "the metrics in CloudWatch", "CloudWatch has no way to delete them; they expire after 15 months"
    if keep_runs:
        runs = Keys(config.names.pipeline).runs
        yield f"what the runs wrote at s3://{config.bucket}/{runs}/", "you said --keep-runs"
    if config.function_arn is not None:
        yield f"the Lambda {config.function_arn}", "the stack did not make it"
