"""What importing the engine loads: nothing heavy before it is used (time: benchmarks/import_time.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"pandas", "pyarrow", "polars", "scipy", "boto3", "botocore", "matplotlib", "zstandard", "rich"}
ROOT = Path(__file__).parents[3]


def loaded(statement: str) -> set[str]:
    """The packages that a fresh Python has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_engine_loads_not_even_numpy() -> None:
    assert not loaded("import drift_engine") & (HEAVY | {"numpy", "argparse"})


@pytest.mark.parametrize(
    "statement",
    ["from drift_engine import make_baseline, check", "import drift_engine.cli", "import drift_engine.job"],
)
def test_nothing_heavy_is_loaded_before_it_is_used(statement: str) -> None:
    found = loaded(statement)
    assert "numpy" in found
    assert not found & HEAVY


def test_a_csv_file_is_checked_without_anything_heavy(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    checked = f"check({str(path)!r}, make_baseline({str(path)!r}))"
    assert not loaded(f"from drift_engine import make_baseline, check\nrepr({checked})") & HEAVY
