"""cicd: the release pipeline of cfn/cicd.yaml, deployed on this machine's own AWS and followed live.

A commit to a local git repository begins a release; so do, where they are asked for, a model package that is
approved and one that is rejected. Each release is shown action by action until it has ended.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deployment.errors import ConfirmationError, DeployError, InterruptedDeployError, ReleaseError
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.verbs import approving, cicd_repository
from deployment.verbs.cicd_release import Ended, follow
from deployment.verbs.place import Workplace
from deployment.verbs.report import FINE, FOUND, Answer

REPOSITORY: Final = "local/project"
_CONNECTION: Final = "arn:aws:codeconnections:us-east-1:000000000000:connection/local"
_COPIED: Final = ("InferenceSpecification", "ModelMetrics", "DriftCheckBaselines")


@dataclass(frozen=True)
class Ground:
    """What releases are made of.

    Attributes:
        project: The project's folder.
        batch: What the staging runs score.
        repository: An empty folder, which becomes the git repository.
        register: Makes the folder the repository of a name for CodePipeline.
        then: What begins the releases after the first: `approved` or `rejected` each.
    """

    project: Path
    batch: S3Uri
    repository: Path
    register: Callable[[str, Path], None]
    then: Sequence[str]


def cicd(config: Config, place: Workplace, ground: Ground, *, agreed: bool) -> Answer:
    """Every release: what began it, its actions, its end; and what became of the stages' stacks.

    Args:
        config: A stage of the project.
        place: Where to work: the local AWS, with the project set up in it.
        ground: What releases are made of.
        agreed: Whether whatever waits for approval is approved.

    Raises:
        ConfirmationError: Nobody is there to approve.
        InterruptedDeployError: It was stopped from the keyboard.
        DeployError: The stack of cfn/cicd.yaml can't be made.
        ReleaseError: There is no git, or a release does not begin.
    """
    if not agreed and place.ask is None:
        raise ConfirmationError(
            "A release waits for approval, and this is no terminal to be asked on: give --yes to approve it."
        )
    pipeline = config.names.code_pipeline
    cicd_repository.make(ground.repository, place.root, ground.project, place.cache)
    ground.register(REPOSITORY, ground.repository)
    place.screen.heading(f"The release pipeline {pipeline}, of cfn/cicd.yaml")
    _deploy(config, place, ground.batch)
    known = _stop_what_creation_began(pipeline, place)
    begins: dict[str, Callable[[], str]] = {
        "commit": lambda: _commit(ground),
        "approved": lambda: _approve_a_model(config, place),
        "rejected": lambda: _reject_the_model(config, place),
    }
    ended: list[Ended] = []
    try:
        for why in ("commit", *ground.then):
            begun = begins[why]()
            place.screen.heading(f"Release {len(ended) + 1}: {begun}")
            run = _new_run(pipeline, known, place)
            known.add(run)
            ended.append(follow(pipeline, run, begun, lambda: _verdict(config, place, agreed), place))
    except KeyboardInterrupt as error:
        raise InterruptedDeployError(
            f"Interrupted in release {len(ended) + 1}; the local AWS has ended, and all that was in it."
        ) from error
    failed = [release for release in ended if release.status != "Succeeded"]
    stacks = _stacks(config, place)
    place.screen.heading("The stages' stacks")
    for name, status in stacks.items():
        place.screen.line(f"{name}: {status}")
    content = {"pipeline": pipeline, "releases": [one.document() for one in ended], "stacks": stacks}
    fault = f"The release of {failed[0].begun} is {failed[0].status}: {failed[0].reason}" if failed else None
    return Answer(content, FOUND if failed else FINE, fault)


def _deploy(config: Config, place: Workplace, batch: S3Uri) -> None:
    cloudformation = place.aws.cloudformation
    name = f"{config.names.code_pipeline.removesuffix('-batch')}-cicd"
    values = {
        "ProjectName": config.stage.project.name,
        "ProjectId": config.stage.project.id,
        "ArtifactBucket": config.bucket,
        "PipelineRoleArn": config.pipeline_role_arn,
        "ModelPackageGroupName": config.stage.model.package_group,
        "ConnectionArn": _CONNECTION,
        "Repository": REPOSITORY,
        "Branch": cicd_repository.BRANCH,
        "ProjectFolder": cicd_repository.PROJECT_FOLDER,
        "StagingDataInputUri": str(batch),
    }
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=(place.root / "cfn" / "cicd.yaml").read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    for _ in place.clock.until(600):
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise DeployError(f"The stack {name} is {stack['StackStatus']}: {stack.get('StackStatusReason', '')}")
    place.screen.line(f"stack {name}: {stack['StackStatus']}")


def _stop_what_creation_began(pipeline: str, place: Workplace) -> set[str]:
    """The runs so far, which have ended: a pipeline's creation begins one, here of an empty commit."""
    codepipeline = place.aws.codepipeline
    runs = {str(run["pipelineExecutionId"]): str(run["status"]) for run in _runs(pipeline, place)}
    for run, status in runs.items():
        if status == "InProgress":
            codepipeline.stop_pipeline_execution(
                pipelineName=pipeline,
                pipelineExecutionId=run,
                abandon=True,
                reason="a commit begins the first",
            )
    for _ in place.clock.until(60):
        if not any(run["status"] in ("InProgress", "Stopping") for run in _runs(pipeline, place)):
            break
    return set(runs)


def _commit(ground: Ground) -> str:
    message = f"Release {ground.project.resolve().name}"
    commit = cicd_repository.commit(ground.repository, message)
    return f"commit {commit}, {message!r}"


def _approve_a_model(config: Config, place: Workplace) -> str:
    """A new version, a copy of the newest approved one, has been registered and approved as by a person."""
    sagemaker, newest = place.aws.sagemaker, _newest_approved(config, place)
    content = {key: newest[key] for key in _COPIED if key in newest}
    # An artifact of its own, as a training's: with the same one there would be nothing to deploy.
    specification = copy.deepcopy(content["InferenceSpecification"])
    containers = specification["Containers"]
    if len(containers) != 1 or "ModelDataUrl" not in containers[0]:
        raise ReleaseError(
            f"{newest['ModelPackageArn']} has {len(containers)} containers: a model is copied that has one, "
            "with a ModelDataUrl."
        )
    container = containers[0]
    artifact = S3Uri.parse(str(container["ModelDataUrl"]))
    key = f"{artifact.key.rpartition('/')[0]}/copy-{uuid.uuid4().hex[:8]}/{artifact.key.rpartition('/')[2]}"
    source = {"Bucket": artifact.bucket, "Key": artifact.key}
    place.aws.s3.copy_object(Bucket=artifact.bucket, Key=key, CopySource=source)
    container["ModelDataUrl"] = str(S3Uri(artifact.bucket, key))
    content["InferenceSpecification"] = specification
    made = sagemaker.create_model_package(
        ModelPackageGroupName=config.stage.model.package_group,
        ModelApprovalStatus="PendingManualApproval",
        **content,
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=made, ModelApprovalStatus="Approved")
    return f"model package {_short(made)}, a copy of version {newest['ModelPackageVersion']}, is approved"


def _reject_the_model(config: Config, place: Workplace) -> str:
    """The newest approved package has been rejected."""
    arn = str(_newest_approved(config, place)["ModelPackageArn"])
    place.aws.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
    return f"model package {_short(arn)} is rejected"


def _newest_approved(config: Config, place: Workplace) -> Mapping[str, Any]:
    sagemaker, group = place.aws.sagemaker, config.stage.model.package_group
    found = sagemaker.list_model_packages(
        ModelPackageGroupName=group,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )["ModelPackageSummaryList"]
    if not found:
        raise ReleaseError(f"No model package of {group} is approved, so there is none to copy or reject.")
    described: Mapping[str, Any] = sagemaker.describe_model_package(
        ModelPackageName=found[0]["ModelPackageArn"]
    )
    return described


def _new_run(pipeline: str, known: set[str], place: Workplace) -> str:
    for _ in place.clock.until(60):
        for run in _runs(pipeline, place):
            if run["pipelineExecutionId"] not in known:
                return str(run["pipelineExecutionId"])
    raise ReleaseError(f"Nothing began a run of {pipeline} within a minute.")


def _runs(pipeline: str, place: Workplace) -> Sequence[Mapping[str, Any]]:
    listed = place.aws.codepipeline.list_pipeline_executions(pipelineName=pipeline)
    found: Sequence[Mapping[str, Any]] = listed["pipelineExecutionSummaries"]
    return found


def _verdict(config: Config, place: Workplace, agreed: bool) -> str:
    """The answer that the waiting approval has been given."""
    waiting = approving.pending(config.names.code_pipeline, place.aws)
    place.screen.line(f"waits for approval: {waiting.asks}")
    said = (
        "--yes" if agreed or place.ask is None else place.ask("Type yes to approve, anything else rejects: ")
    )
    yes = agreed or said.strip() == "yes"
    verdict: approving.Verdict = "Approved" if yes else "Rejected"
    place.aws.codepipeline.put_approval_result(
        pipelineName=waiting.pipeline,
        stageName=waiting.stage,
        actionName=waiting.action,
        result={"summary": _summary(said), "status": verdict},
        token=waiting.token,
    )
    return verdict


def _summary(said: str) -> str:
    """What the pipeline remembers of an answer."""
    if said == "--yes":
        return said
    return (
        "answered on the terminal" if said.endswith("\n") else "the terminal's input ended without an answer"
    )


def _stacks(config: Config, place: Workplace) -> dict[str, str]:
    prefix = f"{config.names.code_pipeline}-"
    stacks = place.aws.cloudformation.describe_stacks()["Stacks"]
    return {s["StackName"]: s["StackStatus"] for s in reversed(stacks) if s["StackName"].startswith(prefix)}


def _short(arn: str) -> str:
    return arn.partition(":model-package/")[2]
