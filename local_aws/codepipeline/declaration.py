"""What a pipeline's declaration must be, in CodePipeline's words, and what of it is not done here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.codepipeline.actions import ACTIONS, kind_of
from local_aws.codepipeline.variables import PIPELINE_NAMESPACES, references
from local_aws.errors import ServiceError

_PIPELINE_NOT_DONE = ("artifactStores", "triggers")
_STAGE_NOT_DONE = ("blockers", "beforeEntry", "onSuccess", "onFailure")
_ACTION_NOT_DONE = ("commands", "outputVariables", "environmentVariables", "region", "timeoutInMinutes")


def check(pipeline: Mapping[str, Any]) -> None:
    """Nothing, where the local CodePipeline can run it.

    Raises:
        ServiceError: It can't be, or the service would refuse it.
    """
    _refuse(pipeline, _PIPELINE_NOT_DONE, f"the pipeline {pipeline['name']}")
    if pipeline.get("executionMode") == "PARALLEL":
        raise _not_done("executionMode PARALLEL; SUPERSEDED and QUEUED are")
    if "artifactStore" not in pipeline:
        raise _structure("Pipeline should have an artifactStore")
    stages = pipeline["stages"]
    if len(stages) < 2:
        raise _structure("Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline")
    _unique([stage["name"] for stage in stages], "InvalidStageDeclarationException", "stage")
    for stage in stages:
        _refuse(stage, _STAGE_NOT_DONE, f"the stage {stage['name']}")
        if not stage["actions"]:
            raise ServiceError("InvalidStageDeclarationException", f"Stage {stage['name']} has no actions")
        names = [action["name"] for action in stage["actions"]]
        _unique(names, "InvalidActionDeclarationException", "action")
    _check_actions(pipeline)


def _check_actions(pipeline: Mapping[str, Any]) -> None:
    made: set[str] = set()
    given = set(PIPELINE_NAMESPACES)
    for number, stage, action in _in_order(pipeline):
        where = f"action {action['name']} of stage {stage}"
        _refuse(action, _ACTION_NOT_DONE, where)
        if kind_of(action) not in ACTIONS:
            known = "; ".join(" ".join(kind) for kind in sorted(ACTIONS))
            raise _not_done(f"{' '.join(kind_of(action))} ({where}); done are {known}")
        if (action["actionTypeId"]["category"] == "Source") != (number == 0):
            raise _structure(f"Source actions stand in the first stage and nowhere else: {where}")
        faults = list(ACTIONS[kind_of(action)].faults(action))
        if faults:
            raise ServiceError("InvalidActionDeclarationException", f"{where}: {'; '.join(faults)}")
        for artifact in action.get("inputArtifacts", ()):
            if artifact["name"] not in made:
                message = f"{where}: no earlier action gives the artifact {artifact['name']}"
                raise ServiceError("InvalidActionDeclarationException", message)
        for namespace, key in references(action.get("configuration", {})):
            if namespace not in given:
                message = f"{where}: no earlier action has the namespace of #{{{namespace}.{key}}}"
                raise ServiceError("InvalidActionDeclarationException", message)
        for artifact in action.get("outputArtifacts", ()):
            if artifact["name"] in made:
                raise _structure(f"{where}: the artifact {artifact['name']} is given twice")
            made.add(artifact["name"])
        if "namespace" in action:
            if action["namespace"] in given:
                raise _structure(f"{where}: the namespace {action['namespace']} is given twice")
            given.add(action["namespace"])


def _in_order(pipeline: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    for number, stage in enumerate(pipeline["stages"]):
        for action in sorted(stage["actions"], key=run_order):
            yield number, stage["name"], action


def run_order(action: Mapping[str, Any]) -> int:
    """Which of a stage's groups the action belongs to; those of a group run side by side."""
    return int(action.get("runOrder", 1))


def _unique(names: list[str], code: str, what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ServiceError(code, f"More than one {what} has the name {name}")


def _refuse(body: Mapping[str, Any], not_done: tuple[str, ...], where: str) -> None:
    for name in not_done:
        if body.get(name):
            raise _not_done(f"{name} of {where}")


def _not_done(what: str) -> ServiceError:
    return ServiceError("NotImplemented", f"The local AWS does not do CodePipeline's {what}")


def _structure(message: str) -> ServiceError:
    return ServiceError("InvalidStructureException", message)
