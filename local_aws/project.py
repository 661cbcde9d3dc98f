"""An example project, set up in a running local AWS as its own `project.py` says."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from botocore.exceptions import ClientError

from local_aws.errors import LocalAwsError
from local_aws.server import Foundation, LocalAws


def set_up_project(
    aws: LocalAws, folder: Path, foundation: Foundation, cache: Path, say: Callable[[str], None]
) -> dict[str, str]:
    """The S3 URIs of the project's batches by name, the default one first.

    The folder's `project.py` is loaded by its path; its `set_up(session, bucket, role_arn, cache, say)` puts
    data, model, baseline and the registered model into the account. It lists its errors in `COULD_NOT`.

    Args:
        aws: The local AWS.
        folder: The project's folder, such as `examples/flights`.
        foundation: Bucket and role of the deployed foundation.
        cache: Where it keeps what takes long to prepare.
        say: Gets a line about each thing that it does.

    Raises:
        LocalAwsError: The folder has no `project.py` with a `set_up`, or that could not be done.
    """
    module = _load(folder / "project.py")
    could_not: tuple[type[Exception], ...] = (*getattr(module, "COULD_NOT", ()), ClientError)
    try:
        batches: dict[str, str] = module.set_up(
            aws.session(), foundation.bucket, foundation.role_arn, cache, say
        )
    except could_not as error:
        raise LocalAwsError(f"{folder}: {error}") from error
    if not batches:
        raise LocalAwsError(f"{folder / 'project.py'}: set_up returned no batch")
    return batches


def _load(path: Path) -> ModuleType:
    if not path.is_file():
        raise LocalAwsError(
            f"{path} is not there: a project's folder has a project.py with a set_up function"
        )
    spec = importlib.util.spec_from_file_location(f"local_project_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise LocalAwsError(f"{path} cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not callable(getattr(module, "set_up", None)):
        raise LocalAwsError(f"{path} has no function set_up(session, bucket, role_arn, cache, say)")
    return module
