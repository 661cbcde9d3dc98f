"""CodeBuild that builds: a buildspec's commands run in a clean subprocess, its artifacts go to S3.

- `projects.py`, `builds.py`: the operations. `store.py`: what is kept.
- `buildspec.py`: a buildspec as data, every key that would not be done refused by its path.
- `script.py`: the buildspec as one shell script, and what became of its phases.
- `worker.py`: one build from its source to its artifacts, exported variables and log.
- `machine.py`: what stands in for the image: the build's own Python environment beside the system's
  programs.
- `aws_command.py`: `aws s3 cp` and `aws s3 sync` where this machine has no `aws`.

Faithful: phases and their order after a failure, one shell for all commands, variables and their
precedence, exported variables, `finally`, artifacts by glob, `StopBuild`, the time limit, logs under the
project's group (written when the build has ended). Partial: the image is this machine with this
interpreter, whatever `runtime-versions` says, and the log says so; a build started by CodePipeline says
`S3` of its source and its artifacts. Refused: sources other than S3, CODEPIPELINE and NO_SOURCE, secondary
sources and artifacts, parameter store and secrets, reports, batches, file systems, webhooks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol

from local_aws import moto_seams
from local_aws.codebuild.builds import BuildOperations
from local_aws.codebuild.projects import ProjectOperations
from local_aws.codebuild.store import Store
from local_aws.shapes import service_model

__all__ = ["install"]


class Host(Protocol):
    """What CodeBuild needs of the local AWS around it."""

    workdir: Any
    environment: Any
    kept: Any

    @property
    def inside(self) -> Callable[[str], Any]:
        """Service to boto3 client."""


def install(aws: Host, stack: ExitStack) -> Callable[[], bool]:
    """Whether a build runs, to be asked; every operation of CodeBuild is answered here, many by a refusal.

    Args:
        aws: The local AWS around.
        stack: Gets what is to be done at the end: builds are stopped.
    """
    stores: dict[tuple[str, str], Store] = aws.kept.setdefault("codebuild", {})

    def store_of(call: moto_seams.Call) -> Store:
        return stores.setdefault((call.region, call.account_id), Store(call.region, call.account_id))

    for store in stores.values():
        store.woken()
    builds = BuildOperations(store_of, aws.inside, aws.workdir, aws.environment)
    stack.callback(builds.close)
    done = {**ProjectOperations(store_of).operations(), **builds.operations()}
    for operation in service_model("codebuild").operation_names:
        if operation in done:
            moto_seams.replace_action("codebuild", operation, done[operation])
        else:
            moto_seams.refuse_action("codebuild", operation, f"it does {', '.join(sorted(done))}")
    return lambda: builds.busy
