from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Block, blocks
from tests.docs.reader import follow

NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


def read(name: str) -> list[Block]:
    return list(blocks((ROOT / name).read_text(encoding="utf-8"), name))


NOT_RUN = [block for name in NAMES for block in read(name) if block.skipped is not None]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_shows_happens(name: str, tmp_path: Path) -> None:
    page = read(name)
    runs = [block for block in page if block.skipped is None and block.kind != "shown"]
    if runs:
        assert follow(page, tmp_path / "repository") == len(runs)


@pytest.mark.parametrize("block", NOT_RUN, ids=lambda block: block.place)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    """The reason shows as that of the skip; a test that it names is there."""
    assert block.skipped
    for name in re.findall(r"tests/[\w/]+(?:\.py)?", block.skipped):
        assert (ROOT / name).exists(), f"{block.place}: there is no {name}"
    pytest.skip(block.skipped)
