from __future__ import annotations

from pathlib import Path

from benchmarks.sections import put

PAGE = """# Benchmarks

<!-- section speed: made, not written -->
old
<!-- end of section speed -->

<!-- below: written by hand, kept by make bench -->

## By hand
"""


def test_a_section_is_remade_in_its_place_and_all_else_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    put("speed", r"new \1", page)
    text = page.read_text(encoding="utf-8")
    assert text == PAGE.replace("old\n", "new \\1\n\n")
    put("speed", r"new \1", page)
    assert page.read_text(encoding="utf-8") == text


def test_a_new_section_comes_before_what_is_written_by_hand(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    put("peers", "others", page)
    text = page.read_text(encoding="utf-8")
    assert text.index("old") < text.index("others") < text.index("## By hand")
    assert text.startswith("# Benchmarks\n")
    assert [file.name for file in tmp_path.iterdir()] == ["page.md"]


def test_a_page_that_is_not_there_is_made(tmp_path: Path) -> None:
    put("peers", "others", tmp_path / "page.md")
    put("speed", "ours", tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert text.index("others") < text.index("ours") < text.index("written by hand")
