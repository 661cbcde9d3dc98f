"""A run's files on this machine: the monitor's files, the scored batch, and `run.json`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from deployment.aws import Aws
from deployment.run.execution import Execution
from deployment.run.step_lines import objects, processing_output, transform_output
from deployment.s3uri import S3Uri

_SCORES: Final = "scores"
RUN: Final = "run.json"


def download(execution: Execution, run: Mapping[str, Any], folder: Path, aws: Aws) -> dict[str, str]:
    """The paths of the run's files below `folder`, by name; the folder holds this run's files and nothing
    else.

    The files are fetched beside the folder and put in its place at the end, so that it is never half of
    two runs.

    Args:
        execution: The run.
        run: What `run.json` says.
        folder: Where to put the files.
        aws: The AWS.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        new.mkdir()
        for prefix, below in _sources(execution, aws):
            for uri, _ in objects(prefix, aws):
                _fetch(uri, new / below / _relative(uri, prefix), aws)
        (new / RUN).write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    return {
        path.relative_to(folder).as_posix(): str(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _sources(execution: Execution, aws: Aws) -> list[tuple[S3Uri, str]]:
    """Where the run wrote, and the folder that its files go to."""
    monitor, transform = execution.step("Processing"), execution.step("Transform")
    found = []
    if monitor is not None:
        found.append((processing_output(monitor.metadata["ProcessingJob"]["Arn"], aws), "."))
    if transform is not None:
        found.append((transform_output(transform.metadata["TransformJob"]["Arn"], aws), _SCORES))
    return found


def _relative(uri: S3Uri, prefix: S3Uri) -> Path:
    relative = PurePosixPath(uri.key).relative_to(PurePosixPath(prefix.key))
    return Path(*(part for part in relative.parts if part != ".."))


def _fetch(uri: S3Uri, file: Path, aws: Aws) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    body = aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"]
    with body, file.open("wb") as target:
        shutil.copyfileobj(body, target)
