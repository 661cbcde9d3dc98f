from __future__ import annotations

from pathlib import Path

import pytest

from drift_engine.cli import main

DOCS = Path(__file__).parents[3] / "docs"


def test_every_distance_is_documented_as_the_table_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert (DOCS / "metrics.md").read_text(encoding="utf-8").endswith(printed)
