"""The git repository that a release on this machine is built from: what Build needs of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from deployment.errors import ReleaseError

# What `deploy.py synth` reads; cfn/cicd.yaml's build runs it on the source.
_SOURCE: Final = (
    "cfn",
    "deploy.py",
    "deployment",
    "drift_engine",
    "lambda_handler.py",
    "pipeline_definition",
    "requirements.txt",
    "stages",
)
PROJECT_FOLDER: Final = "project"
BRANCH: Final = "main"
_AUTHOR: Final = (
    "-c",
    "user.name=deploy.py",
    "-c",
    "user.email=deploy.py@localhost",
    "-c",
    "commit.gpgsign=false",
)


def make(folder: Path, root: Path, project: Path, cache: Path) -> None:
    """The folder is a git repository with the checkout's code and the project's stages, not yet committed.

    Args:
        folder: Empty.
        root: The checkout.
        project: The project's folder.
        cache: Where the finished numpy layer is; with it in the source the build needs no network.
    """
    leave_out = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in _SOURCE:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=leave_out)
        else:
            shutil.copy(root / name, folder / name)
    shutil.copytree(project / "stages", folder / PROJECT_FOLDER / "stages")
    if (cache / "layers").is_dir():
        shutil.copytree(cache / "layers", folder / ".cache" / "layers")
    _git(folder, "init", "--quiet", f"--initial-branch={BRANCH}")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message", "Begin")


def commit(folder: Path, message: str) -> str:
    """The short id of a new commit of all that is in the folder."""
    _git(folder, "add", "--all", "--force")
    _git(folder, "commit", "--quiet", "--message", message)
    return _git(folder, "rev-parse", "--short", "HEAD").strip()


def _git(folder: Path, *arguments: str) -> str:
    # Another process's GIT_DIR, such as that of a hook, must not lead elsewhere.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(folder), *_AUTHOR, *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise ReleaseError("git is not installed; a release begins with a commit.") from error
    except subprocess.CalledProcessError as error:
        raise ReleaseError(f"git {arguments[0]} in {folder} failed: {error.stderr.strip()}") from error
    return done.stdout
