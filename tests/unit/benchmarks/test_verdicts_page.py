from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_begins_with_the_introduction_that_it_is_made_with() -> None:
    """What was written into the page alone would be lost when it is made anew."""
    introduction = (ROOT / "benchmarks" / "verdicts" / "introduction.md").read_text(encoding="utf-8").strip()
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert page.partition("## False alarms")[0].strip() == introduction
