"""What a container is to the local AWS: functions that stand for what the image does in a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_aws.errors import LocalAwsError

Scorer = Callable[[Sequence[Sequence[str]]], list[str]]
"""Records as cell values, at least one, to one line of output a record."""


class ContainerError(LocalAwsError):
    """What a container would have put into its log before it failed, in one line."""


@dataclass(frozen=True)
class Command:
    """What a processing container runs.

    Attributes:
        arguments: The command line.
        pythonpath: Folders that the interpreter finds modules in; none for a script that brings its own code.
        note: A line for the job's log: what the local AWS runs instead of the image.
    """

    arguments: tuple[str, ...]
    pythonpath: tuple[Path, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Container:
    """What stands for an image.

    Attributes:
        load_model: `(model folder, environment) -> Scorer`, for transform jobs; None where the image serves
            no model.
        command: `(entrypoint and arguments, paths mapped) -> Command`, for processing jobs; None where it
            runs none.
    """

    load_model: Callable[[Path, Mapping[str, str]], Scorer] | None = None
    command: Callable[[Sequence[str]], Command] | None = None
