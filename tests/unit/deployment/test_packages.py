from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deployment.errors import PackageError
from deployment.release import packages
from tests.unit.deployment.builders import ROOT


def names(body: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(body)).namelist()


def checkout(folder: Path, **files: str) -> Path:
    """A checkout with these files; `__` in a name is a slash."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_the_lambda_has_only_what_its_imports_reach(tmp_path: Path) -> None:
    root = checkout(
        tmp_path,
        lambda_handler="import json\nfrom drift_engine.verdicts import compare\n",
        drift_engine__init="",
        drift_engine__verdicts__init="from drift_engine.verdicts.compare import compare\n",
        drift_engine__verdicts__compare="def compare():\n    import drift_engine.distances\n",
        drift_engine__distances="",
        drift_engine__readers__init="import pandas\n",
    )
    for init in list(root.rglob("init.py")):
        init.rename(init.with_name("__init__.py"))
    assert names(packages.function_package(root).body) == [
        "drift_engine/__init__.py",
        "drift_engine/distances.py",
        "drift_engine/verdicts/__init__.py",
        "drift_engine/verdicts/compare.py",
        "lambda_handler.py",
    ]


@pytest.mark.parametrize(
    "around",
    [
        "if 1:\n {}\nelse:\n pass",
        "if 1:\n pass\nelif 2:\n pass\nelse:\n {}",
        "for _ in ():\n pass\nelse:\n {}",
        "while 0:\n {}",
        "try:\n pass\nexcept OSError:\n {}",
        "try:\n pass\nexcept* OSError:\n {}",
        "try:\n pass\nexcept OSError:\n pass\nelse:\n {}",
        "try:\n pass\nfinally:\n {}",
        "with open(''):\n {}",
        "match 1:\n case 1:\n  {}",
        "class A:\n async def f(self):\n  async with self:\n   {}",
    ],
)
def test_an_import_is_followed_wherever_it_stands(around: str, tmp_path: Path) -> None:
    root = checkout(
        tmp_path, lambda_handler=around.format("import drift_engine.inner"), drift_engine__inner=""
    )
    assert "drift_engine/inner.py" in names(packages.function_package(root).body)


def test_the_lambdas_package_imports_from_the_zip_alone(tmp_path: Path) -> None:
    archive = tmp_path / "function.zip"
    archive.write_bytes(packages.function_package(ROOT).body)
    program = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); import lambda_handler, drift_engine; "
        "print(drift_engine.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith(str(archive)), done.stderr


def test_the_monitors_package_is_a_program_beside_the_whole_engine(tmp_path: Path) -> None:
    body = packages.monitor_package(ROOT).body
    engine = {path.relative_to(ROOT).as_posix() for path in (ROOT / "drift_engine").rglob("*.py")}
    html = (ROOT / "drift_engine").rglob("html/*")
    assets = {path.relative_to(ROOT).as_posix() for path in html if path.suffix in (".css", ".js")}
    kernel = {path.relative_to(ROOT).as_posix() for path in (ROOT / "drift_engine").rglob("*.[ch]")}
    assert assets
    assert kernel
    assert set(names(body)) == {"__main__.py", *engine, *assets, *kernel}
    archive = tmp_path / "monitor.zip"
    archive.write_bytes(body)
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, str(archive)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ModuleNotFoundError" not in done.stderr


def test_the_same_sources_make_the_same_bytes_whatever_their_times(tmp_path: Path) -> None:
    root = checkout(tmp_path, lambda_handler="import json\n")
    first = packages.function_package(root)
    os.utime(root / "lambda_handler.py", (1, 1))
    (root / "lambda_handler.py").chmod(0o600)
    assert packages.function_package(root) == first
    entry = zipfile.ZipFile(io.BytesIO(first.body)).infolist()[0]
    assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)


def test_another_content_or_another_name_is_another_key() -> None:
    digests = {
        packages.digest_of({"a": b"1"}),
        packages.digest_of({"a": b"2"}),
        packages.digest_of({"b": b"1"}),
        packages.digest_of({"a": b"1", "b": b""}),
    }
    assert len(digests) == 4
    assert packages.digest_of({"a": b"1", "b": b"2"}) == packages.digest_of({"b": b"2", "a": b"1"})


def test_a_source_that_is_no_python_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"lambda_handler\.py can't be packaged"):
        packages.function_package(checkout(tmp_path, lambda_handler="def"))


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"steps/monitor\.py"):
        packages.monitor_package(tmp_path)


def test_nothing_in_the_packages_installs_anything_when_it_runs() -> None:
    # A job is isolated from the network, and a Lambda has no compiler and no index.
    installs = []
    for package in (packages.function_package(ROOT), packages.monitor_package(ROOT)):
        with zipfile.ZipFile(io.BytesIO(package.body)) as archive:
            for name in archive.namelist():
                if name.endswith(".py"):
                    constants = [
                        node.value
                        for node in ast.walk(ast.parse(archive.read(name)))
                        if isinstance(node, ast.Constant)
                    ]
                    installs += [name] if "pip" in constants else []
    assert installs == []
