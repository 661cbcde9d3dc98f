"""What there is of a stage that a removal has to look after, beside and without its stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.names import Keys
from deployment.observe.account import stack_facts
from deployment.observe.facts import StackFacts
from deployment.stage.config import Config

_JOB_LOGS: Final = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TransformJobs")
_RUNNING: Final = frozenset({"Executing", "Stopping"})


@dataclass(frozen=True)
class Remains:
    """What there is of a stage.

    Attributes:
        stack: Its stack, or None.
        running: The ARNs of runs that are going on.
        models: The models that its runs made.
        log_streams: Of each log group of SageMaker's jobs, the streams of its runs.
        log_group: The Lambda's log group, where there is one.
        deploys: How many versions of objects its deploys put into the bucket.
        runs: How many versions of objects its runs put there.
    """

    stack: StackFacts | None
    running: tuple[str, ...]
    models: tuple[str, ...]
    log_streams: tuple[tuple[str, tuple[str, ...]], ...]
    log_group: str | None
    deploys: int
    runs: int


def remains(config: Config, aws: Aws) -> Remains:
    """What there is of a stage."""
    keys = Keys(config.names.pipeline)
    executions = list(_executions(config.names.pipeline, aws))
    ids = {str(entry["PipelineExecutionArn"]).rpartition("/")[2] for entry in executions}
    ids |= _runs_in(config.bucket, f"{keys.runs}/", aws)
    groups = ((group, tuple(_streams(group, ids, aws))) for group in _JOB_LOGS)
    return Remains(
        stack=stack_facts(config.names.stack, aws),
        running=tuple(
            str(entry["PipelineExecutionArn"])
            for entry in executions
            if entry["PipelineExecutionStatus"] in _RUNNING
        ),
        models=tuple(_models(ids, aws)),
        log_streams=tuple((group, streams) for group, streams in groups if streams),
        log_group=_log_group(f"/aws/lambda/{config.names.function}", aws),
        deploys=_versions(config.bucket, f"{keys.deploys}/", aws),
        runs=_versions(config.bucket, f"{keys.runs}/", aws),
    )


def _executions(pipeline: str, aws: Aws) -> Iterator[dict[str, Any]]:
    pages = aws.sagemaker.get_paginator("list_pipeline_executions").paginate(PipelineName=pipeline)
    try:
        for page in pages:
            yield from page["PipelineExecutionSummaries"]
    except ClientError as error:
        if code_of(error) != "ResourceNotFound":
            raise


def _runs_in(bucket: str, prefix: str, aws: Aws) -> set[str]:
    """The ids of the runs that wrote below a prefix: the names of its folders."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    folders = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
    return {folder.removeprefix(prefix).rstrip("/") for folder in folders}


def _models(ids: Iterable[str], aws: Aws) -> Iterator[str]:
    """The models of these runs: a pipeline names what it makes pipelines-<execution id>-<step>-<random>."""
    mine = tuple(f"pipelines-{one}-" for one in sorted(ids))
    pages = aws.sagemaker.get_paginator("list_models").paginate(NameContains="pipelines-")
    for page in pages:
        for model in page["Models"]:
            if mine and str(model["ModelName"]).startswith(mine):
                yield str(model["ModelName"])


def _streams(group: str, ids: Iterable[str], aws: Aws) -> Iterator[str]:
    for one in sorted(ids):
        pages = aws.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group, logStreamNamePrefix=f"pipelines-{one}-"
        )
        try:
            for page in pages:
                yield from (str(stream["logStreamName"]) for stream in page["logStreams"])
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return


def _log_group(name: str, aws: Aws) -> str | None:
    answer = aws.logs.describe_log_groups(logGroupNamePrefix=name)
    found = [str(group["logGroupName"]) for group in answer["logGroups"]]
    return name if name in found else None


def _versions(bucket: str, prefix: str, aws: Aws) -> int:
    pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    return sum(len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])) for page in pages)
