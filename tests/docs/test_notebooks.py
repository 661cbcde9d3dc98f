from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*/*.ipynb"))
MOST_BYTES = 40_000


def checked(notebook: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "examples.notebooks", "--check", str(notebook)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_example_has_a_notebook() -> None:
    examples = {folder.parent.name for folder in (ROOT / "examples").glob("*/project.py")}
    assert {notebook.parent.name for notebook in NOTEBOOKS} == examples


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_runs_and_shows_what_it_holds(notebook: Path) -> None:
    ran = checked(notebook)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_is_small_and_tells_nothing_of_the_machine(notebook: Path) -> None:
    text = notebook.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert str(ROOT) not in text
    assert "<table>" in text, "results show themselves as tables"


@pytest.mark.parametrize(
    ("code", "said"), [("1 / 0", "ZeroDivisionError"), ("print(2)", "something else now")]
)
def test_a_notebook_that_fails_or_shows_something_else_is_told(tmp_path: Path, code: str, said: str) -> None:
    document = json.loads(NOTEBOOKS[-1].read_text(encoding="utf-8"))
    cell = next(cell for cell in document["cells"] if cell["cell_type"] == "code")
    document["cells"] = [{**cell, "source": code}]
    broken = tmp_path / "broken.ipynb"
    broken.write_text(json.dumps(document), encoding="utf-8")
    ran = checked(broken)
    assert ran.returncode == 1
    assert said in ran.stderr
