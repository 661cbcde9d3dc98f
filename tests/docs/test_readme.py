from __future__ import annotations

from benchmarks import readme_table
from tests.docs.pages import ROOT


def test_the_readmes_figures_are_those_of_the_two_pages() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text == readme_table.placed(text), "python -m benchmarks.readme_table"


def test_picture_commands_and_table_stand_on_the_first_screen() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    top = text.splitlines()[:45]
    assert any(line.startswith("![") for line in top)
    assert any("make demo" in line for line in top)
    assert readme_table.END in top
