"""Small pipelines: a zip in S3, then what a test gives."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Mapping
from typing import Any

from local_aws import LocalAws
from tests.unit.local_aws.codepipeline.releases import until

ROLE = "arn:aws:iam::123456789012:role/release"
BUCKET = "releases"
_numbers = itertools.count()


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def bucket(aws: LocalAws) -> str:
    """The versioned bucket of artifacts and sources, made once."""
    s3 = aws.client("s3")
    if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return BUCKET


def action(category: str, provider: str, name: str = "", **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name or provider, "actionTypeId": kind, **more}


def approval(name: str = "Approve", **more: Any) -> dict[str, Any]:
    return action("Approval", "Manual", name, **more)


def declared(aws: LocalAws, *stages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A pipeline with a name of its own: S3 source, then these stages, named Stage1, Stage2 and so on."""
    name = f"pipeline-{next(_numbers)}"
    configuration = {"S3Bucket": bucket(aws), "S3ObjectKey": f"{name}.zip"}
    source = action(
        "Source",
        "S3",
        "Source",
        namespace="Source",
        configuration=configuration,
        outputArtifacts=[{"name": "Code"}],
    )
    numbered = [{"name": f"Stage{n}", "actions": actions} for n, actions in enumerate(stages, start=1)]
    return {
        "name": name,
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": bucket(aws)},
        "stages": [{"name": "Source", "actions": [source]}, *numbered],
        **more,
    }


def created(
    aws: LocalAws, *stages: list[dict[str, Any]], files: Mapping[str, str] | None = None, **more: Any
) -> tuple[str, str]:
    """The name of a new pipeline, and the id of the execution that its creation has begun."""
    pipeline = declared(aws, *stages, **more)
    body = zipped(files if files is not None else {"a.txt": "a"})
    aws.client("s3").put_object(Bucket=bucket(aws), Key=f"{pipeline['name']}.zip", Body=body)
    codepipeline = aws.client("codepipeline")
    codepipeline.create_pipeline(pipeline=pipeline)
    (execution,) = codepipeline.list_pipeline_executions(pipelineName=pipeline["name"])[
        "pipelineExecutionSummaries"
    ]
    return pipeline["name"], execution["pipelineExecutionId"]


def status(aws: LocalAws, name: str, execution: str) -> str:
    found = aws.client("codepipeline").get_pipeline_execution(
        pipelineName=name, pipelineExecutionId=execution
    )
    return str(found["pipelineExecution"]["status"])


def start(aws: LocalAws, name: str, **more: Any) -> str:
    answer = aws.client("codepipeline").start_pipeline_execution(name=name, **more)
    return str(answer["pipelineExecutionId"])


def stage_state(aws: LocalAws, name: str, stage: str) -> dict[str, Any]:
    stages = aws.client("codepipeline").get_pipeline_state(name=name)["stageStates"]
    (found,) = (each for each in stages if each["stageName"] == stage)
    return dict(found)


def pending(aws: LocalAws, name: str, stage: str = "Stage1", act: str = "Approve") -> str:
    """The token of an approval, once it waits."""

    def ask() -> Any:
        states = {each["actionName"]: each for each in stage_state(aws, name, stage)["actionStates"]}
        return states[act].get("latestExecution", {}).get("token")

    return str(until(ask))


def decide(
    aws: LocalAws, name: str, verdict: str = "Approved", stage: str = "Stage1", act: str = "Approve"
) -> None:
    """The approval is answered, once it waits."""
    aws.client("codepipeline").put_approval_result(
        pipelineName=name,
        stageName=stage,
        actionName=act,
        result={"status": verdict, "summary": verdict},
        token=pending(aws, name, stage, act),
    )


def waits_for(aws: LocalAws, name: str, stage: str, execution: str) -> None:
    """The execution waits for the stage."""

    def ask() -> bool:
        inbound = stage_state(aws, name, stage).get("inboundExecutions", [])
        return execution in [each["pipelineExecutionId"] for each in inbound]

    until(ask)
