"""What of the engine the Lambda's import reaches, and that numpy is all it needs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployment.release.packages import function_package

ROOT = Path(__file__).parents[3]
PACKAGED = {
    "checks",
    "console",
    "distances",
    "errors",
    "evaluation",
    "monitor_files",
    "states",
    "thresholds",
    "verdicts",
}
PYTHON_313 = sorted(Path.home().glob(".pyenv/versions/3.13.*/bin/python3.13"))
LISTING = """
import json, sys
before = set(sys.modules)
import lambda_handler
new = sorted(set(sys.modules) - before)
print(json.dumps([new, [getattr(sys.modules[name], "__file__", None) for name in new]]))
"""


def imported(python: Path | str, folder: Path) -> list[str]:
    done = subprocess.run([python, "-c", LISTING], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)[0]
    return names


def packaged(folder: Path) -> Path:
    """What the deploy packages: the handler and these parts of the engine, nothing else."""
    engine = folder / "drift_engine"
    engine.mkdir(parents=True)
    shutil.copy(ROOT / "lambda_handler.py", folder)
    shutil.copy(ROOT / "drift_engine" / "__init__.py", engine)
    for name in PACKAGED:
        source = ROOT / "drift_engine" / name
        if source.is_dir():
            shutil.copytree(source, engine / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source.with_suffix(".py"), engine)
    return folder


def test_the_import_reaches_only_the_packaged_parts_and_no_other_library() -> None:
    names = imported(sys.executable, ROOT)
    reached = {name.split(".")[1] for name in names if name.startswith("drift_engine.")}
    assert reached == PACKAGED
    foreign = {"boto3", "botocore", "pandas", "polars", "pyarrow", "scipy", "argparse", "rich"}
    assert not foreign & set(names)


def test_the_package_is_small_without_numpy() -> None:
    assert len(function_package(ROOT).body) < 200_000


def test_the_package_is_whole(tmp_path: Path) -> None:
    assert "lambda_handler" in imported(sys.executable, packaged(tmp_path / "package"))


@pytest.fixture(scope="session")
def bare_python(request: pytest.FixtureRequest) -> Path:
    """A Python 3.13 with numpy alone, made once and kept in pytest's cache."""
    if not PYTHON_313:
        pytest.skip("there is no pyenv Python 3.13 here")
    folder = request.config.cache.mkdir("bare-python-3.13")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run(
            [str(PYTHON_313[-1]), "-m", "venv", "--clear", str(folder)], check=True, capture_output=True
        )
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "numpy"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"numpy can't be installed: {done.stderr.strip().splitlines()[-1]}")
        (folder / "ready").touch()
    return python


def test_numpy_is_all_that_it_needs_on_the_lambdas_python(bare_python: Path, tmp_path: Path) -> None:
    names = imported(bare_python, packaged(tmp_path / "package"))
    assert "lambda_handler" in names
    listed = subprocess.run([bare_python, "-m", "pip", "list"], capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in listed.stdout.splitlines()[2:]} == {"numpy", "pip"}
