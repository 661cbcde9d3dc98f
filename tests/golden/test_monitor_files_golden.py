"""Whole files, byte for byte; `UPDATE_GOLDEN=1` in pytest's environment rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drift_engine import check, make_baseline

FOLDER = Path(__file__).parent / "monitor_files"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
def test_the_files_of_a_check_are_the_golden_ones(tmp_path: Path, strict: bool) -> None:
    baseline = make_baseline(FOLDER / "baseline.csv")
    baseline.save(tmp_path / "baseline", strict=strict)
    check(FOLDER / "current.csv", baseline, strict=strict).save(tmp_path / "current")
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.json"))
    golden = FOLDER / ("strict" if strict else "default")
    for path in made if UPDATE else []:
        (golden / path).parent.mkdir(parents=True, exist_ok=True)
        (golden / path).write_bytes((tmp_path / path).read_bytes())
    assert made == sorted(path.relative_to(golden) for path in golden.rglob("*.json"))
    for path in made:
        assert (tmp_path / path).read_text() == (golden / path).read_text(), path
