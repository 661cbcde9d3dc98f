"""One machine's AWS: moto behind an HTTP endpoint in this process, plus what moto does not do.

`running()` starts it and yields a `LocalAws`; `LocalAws.session()` is a `boto3.Session` that reaches it.
Unmodified boto3 code, here or (with `LocalAws.environment`) in a child, sees services that do things:

- `sagemaker/`: pipelines are interpreted step by step; transform and processing jobs run.
- `containers/`: what runs in a job, a table from image repository to Python callable.
- `lambda_runtime.py`: the deployed zip file runs in a clean subprocess.
- `cloudwatch/`: alarms are evaluated. `events.py`: rules deliver to their targets.
- `clock.py`, `schedules.py`, `timeline.py`: the time, which can be moved, and what happens as it goes by.
- `faults.py`: what goes wrong on purpose. `state_files.py`: all of it, saved to a folder.
- `cli.py`, `control.py`: `python -m local_aws serve`, and what a running server is told.
- `fidelity.py`: how faithful each operation is, and the table in `docs/local_aws.md`.
- `cloudformation/`: templates are executed, resource by resource.
- `codepipeline/`, `codebuild/`: commits are built, deployed by change sets and approved.
- `moto_seams/`: every private part of moto that this relies on.
- `server.py` starts and stops all of it; `project.py` sets up an example project in it.

What the local AWS does not do is refused with a `ClientError` that says so, never skipped.
"""

from __future__ import annotations

from local_aws.codepipeline import RepositoryError
from local_aws.errors import LocalAwsError, ServiceError
from local_aws.event_targets import FailedDelivery
from local_aws.project import set_up_project
from local_aws.server import Foundation, LocalAws, Options, running

__all__ = [
    "FailedDelivery",
    "Foundation",
    "LocalAws",
    "LocalAwsError",
    "Options",
    "RepositoryError",
    "ServiceError",
    "running",
    "set_up_project",
]
