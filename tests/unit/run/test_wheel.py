"""What `pip install .` puts on a machine: the library and its command, whole, and nothing of the deploy."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from drift_engine.report import FORMS
from tests.tables import numbers, write_csv

ROOT = Path(__file__).parents[3]
PARTS = ("pyproject.toml", "README.md", "LICENSE")


def buildable() -> bool:
    try:
        return int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        return False


pytestmark = pytest.mark.skipif(
    not buildable(),
    reason="building the wheel without the network needs setuptools 77 here (requirements-dev.txt)",
)


def run(*command: str | Path, cwd: Path, code: int = 0) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    for name in PARTS:
        shutil.copy(ROOT / name, folder)
    for name in ("drift_engine", "deployment"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", ".")
    run(sys.executable, "-m", "pip", "wheel", ".", *options, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path) -> Path:
    """`drift-engine` in an environment of its own, which borrows numpy and the like from ours."""
    home = wheel.parent / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=wheel.parent)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet")
    run(*pip, wheel, cwd=wheel.parent)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "drift-engine"


def test_the_wheel_holds_the_library_alone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"drift_engine"}
    assert "drift_engine/py.typed" in names


def test_the_wheel_holds_every_file_that_the_engine_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = {".py", ".pyi", ".typed", ".css", ".js", ".c", ".h"}
    ours = (path for path in (ROOT / "drift_engine").rglob("*") if path.suffix in kept)
    assert {path.relative_to(ROOT).as_posix() for path in ours} <= names


def test_the_installed_command_writes_every_form_of_report(command: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib, which only the PNG needs, is not installed")
    write_csv(tmp_path / "train.csv", {"x": numbers(500), "c": ["a", "b"] * 250})
    write_csv(tmp_path / "july.csv", {"x": numbers(500, start=400), "c": ["a", "b"] * 250})
    run(command, "baseline", "train.csv", "--output", "baseline", cwd=tmp_path)
    files = [word for form in FORMS for word in (f"--{form}", f"report.{form}")]
    said = run(command, "check", "july.csv", "--baseline", "baseline", *files, cwd=tmp_path, code=1)
    assert said.startswith("500 rows checked, 1 of 2 features drifted")
    assert all((tmp_path / f"report.{form}").stat().st_size for form in FORMS)
