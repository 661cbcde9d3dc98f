from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.docs.pages import PAGES, ROOT

_MKDOCS = Path(sys.executable).parent / "mkdocs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    html = MarkdownIt().enable("table").render(page.read_text(encoding="utf-8"))
    targets = re.findall(r'(?:href|src)="([^"#]+)', html)
    lost = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_hides_in_an_indented_block(page: Path) -> None:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    assert [token.content for token in tokens if token.type == "code_block"] == []


def test_the_sites_check_finds_a_broken_link_and_a_broken_anchor(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# A\n\n[no page](nowhere.md), [no heading](b.md#nothing)\n")
    (docs / "b.md").write_text("# B\n")
    (tmp_path / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
    ran = subprocess.run(
        [_MKDOCS, "build", "--strict"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "nowhere.md" in ran.stderr
    assert "#nothing" in ran.stderr
