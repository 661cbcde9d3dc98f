"""CodeBuild: a build of the input artifact, followed to its end."""

from __future__ import annotations

import json
from typing import Any

from local_aws.codepipeline.actions.work import AbandonedError, ActionError, ActionKind, Result, Work

_LOOK_EVERY_SECONDS = 0.2


def _build(work: Work) -> Result:
    """The build's exported variables, once it has succeeded."""
    codebuild, asked = work.clients("codebuild"), work.configuration
    (source,) = work.run.inputs.values()
    overrides: dict[str, Any] = {}
    if "EnvironmentVariables" in asked:
        overrides["environmentVariablesOverride"] = json.loads(asked["EnvironmentVariables"])
    artifacts: dict[str, str] = {"type": "NO_ARTIFACTS"}
    if work.run.outputs:
        place = {"location": work.output.bucket, "name": work.output.key}
        artifacts = {"type": "S3", "packaging": "ZIP", **place}
    started = codebuild.start_build(
        projectName=asked["ProjectName"],
        sourceTypeOverride="S3",
        sourceLocationOverride=f"{source.bucket}/{source.key}",
        sourceVersion=_revision(work),
        artifactsOverride=artifacts,
        **overrides,
    )["build"]
    work.run.external_id = started["id"]
    ended = _followed(work, started["id"])
    if ended["buildStatus"] != "SUCCEEDED":
        reasons = [
            context["message"]
            for phase in ended["phases"]
            for context in phase.get("contexts", ())
            if context.get("message")
        ]
        raise ActionError(f"Build {ended['buildStatus'].lower()}: {'; '.join(reasons) or ended['id']}")
    given = {item["name"]: item["value"] for item in ended.get("exportedEnvironmentVariables", ())}
    return Result(variables=given)


def _followed(work: Work, identifier: str) -> Any:
    codebuild = work.clients("codebuild")
    while True:
        (build,) = codebuild.batch_get_builds(ids=[identifier])["builds"]
        if build["buildComplete"]:
            return build
        try:
            work.wait(_LOOK_EVERY_SECONDS)
        except AbandonedError:
            codebuild.stop_build(id=identifier)
            raise


def _revision(work: Work) -> str:
    """What the first source action found, such as a commit's id."""
    found = [run.revision["revisionId"] for run in work.execution.runs if run.revision is not None]
    return str(found[0])


BUILD = ActionKind(
    run=_build,
    needs=frozenset({"ProjectName"}),
    knows=frozenset({"EnvironmentVariables"}),
    keeps=frozenset({"PrimarySource"}),
    inputs=(1, 1),
    outputs=(0, 1),
)
