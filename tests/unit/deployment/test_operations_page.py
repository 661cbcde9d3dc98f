from __future__ import annotations

import re

from tests.unit.deployment.builders import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_fault_of_the_table_names_a_test_that_there_is() -> None:
    named = re.findall(r"`(?:(tests/[\w/]+)/)?(test_\w+\.py)(?:::(test_\w+))?`", PAGE)
    assert len(named) > 20
    for folder, file, test in named:
        path = ROOT / (folder or "tests/unit/deployment") / file
        assert path.is_file(), file
        assert not test or f"def {test}(" in path.read_text(encoding="utf-8"), f"{file}::{test}"


def test_every_row_of_the_fault_tables_names_a_test() -> None:
    faults = PAGE[: PAGE.index("## What the alarms mean")]
    rows = [line for line in faults.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert len(rows) > 25
    assert [row for row in rows if "test_" not in row.rpartition(" | ")[2]] == []
