"""What processing containers run: the job's own script, or an image's fixed entrypoint."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from local_aws.containers.container import Command, ContainerError

_PYTHONS = {"python", "python3"}


def run_script(entrypoint: Sequence[str]) -> Command:
    """The job's entrypoint, with this interpreter in the place of the image's.

    Args:
        entrypoint: `ContainerEntrypoint` and `ContainerArguments`, paths mapped.

    Raises:
        ContainerError: There is no entrypoint, or it does not start with python3: there is no image to look
            it up in.
    """
    if not entrypoint:
        raise ContainerError("the job has no ContainerEntrypoint, and the image's own one is not known here")
    if Path(entrypoint[0]).name not in _PYTHONS:
        raise ContainerError(f"the entrypoint {entrypoint[0]!r} is not python3, which is all that runs here")
    # -s: without the user's site-packages, as in an image.
    version = ".".join(str(part) for part in sys.version_info[:3])
    note = f"local AWS: the entrypoint runs with Python {version} of this machine, not with the image's"
    return Command(arguments=(sys.executable, "-s", *entrypoint[1:]), note=note)


def run_analyzer(entrypoint: Sequence[str]) -> Command:
    """This project's engine, which answers for AWS's Model Monitor analyzer: same files in, same files out.

    Args:
        entrypoint: `ContainerEntrypoint` and `ContainerArguments`; the analyzer image has its own entrypoint.

    Raises:
        ContainerError: The job has an entrypoint of its own, which the analyzer image would not run as such.
    """
    if entrypoint:
        raise ContainerError(
            "sagemaker-model-monitor-analyzer has its own entrypoint; leave ContainerEntrypoint out"
        )
    spec = importlib.util.find_spec("drift_engine")
    if spec is None or not spec.submodule_search_locations:
        raise ContainerError("the package drift_engine, which answers for the analyzer, is not importable")
    folder = Path(spec.submodule_search_locations[0]).parent
    return Command(
        arguments=(sys.executable, "-s", "-m", "drift_engine", "job"),
        pythonpath=(folder,),
        note="local AWS: drift_engine answers for the image sagemaker-model-monitor-analyzer",
    )
