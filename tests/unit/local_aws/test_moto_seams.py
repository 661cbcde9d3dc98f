"""Every private part of moto that is relied on is there and takes what it did; a row that fails names it."""

from __future__ import annotations

import ast
import importlib
import inspect
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import local_aws
from local_aws import LocalAwsError, moto_seams
from local_aws.moto_seams import MOTO_VERSION, SEAMS


def seam(place: str) -> Any:
    module, _, path = place.partition(":")
    try:
        return attrgetter(path)(importlib.import_module(module))
    except (ImportError, AttributeError) as error:
        pytest.fail(f"moto has no {place} any more ({error}): {SEAMS[place][1]} will not work")


@pytest.mark.parametrize("place", SEAMS)
def test_a_seam_is_there_and_takes_what_it_did(place: str) -> None:
    found, (wanted, relies) = seam(place), SEAMS[place]
    if wanted in ("", "*"):
        return
    function = found if inspect.isfunction(found) or inspect.ismethod(found) else found.__init__
    parameters = ", ".join(
        f"{'*' * (item.kind == item.VAR_POSITIONAL) + '**' * (item.kind == item.VAR_KEYWORD)}{name}"
        for name, item in inspect.signature(function).parameters.items()
        if name != "self" or "self" in wanted
    )
    assert parameters == wanted, f"{place} takes other parameters: look at {relies}"


def test_moto_is_imported_in_this_one_package_only() -> None:
    root = Path(local_aws.__file__).parent
    elsewhere = []
    for path in root.rglob("*.py"):
        if path.parent.name == "moto_seams":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            elsewhere += [f"{path.name}: {name}" for name in names if name.split(".")[0] == "moto"]
    assert elsewhere == []


def test_whatever_is_imported_of_moto_has_a_row() -> None:
    imported = set()
    for path in Path(moto_seams.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("moto."):
                imported |= {f"{node.module}:{alias.name}" for alias in node.names}
    rows = {row.replace(":", ".") for row in SEAMS}
    lacking = [
        name
        for name in imported
        if not any(f"{row}.".startswith(f"{name.replace(':', '.')}.") for row in rows)
    ]
    assert lacking == []


def test_another_moto_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    moto_seams.check_version()
    monkeypatch.setattr("moto.__version__", "4.0.0")
    with pytest.raises(LocalAwsError) as caught:
        moto_seams.check_version()
    assert f"moto=={MOTO_VERSION} is needed, 4.0.0 is installed" in str(caught.value)
