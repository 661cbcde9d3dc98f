from __future__ import annotations

import re

from tests.unit.deployment.builders import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_fault_of_the_table_names_a_test_that_there_is() -> None:
    named = re.findall(r"`(?:(tests/end_to_end)/)?(test_\w+\.py)(?:::(test_\w+))?`", PAGE)
    assert len(named) > 20
    for folder, file, test in named:
        path = ROOT / (folder or "tests/unit/deployment") / file
        assert path.is_file(), file
        assert not test or f"def {test}(" in path.read_text(encoding="utf-8"), f"{file}::{test}"
