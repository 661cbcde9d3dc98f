"""docs/benchmarks.md in sections, each remade by its own command; what is written by hand stays."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_BY_HAND = "<!-- below: written by hand, kept by make bench -->"


def put(name: str, text: str, page: Path = PAGE) -> None:
    """Write a section in its place; a new one comes last, before what is written by hand.

    Args:
        name: of the section, in the marks around it.
        text: Markdown.
        page: the file; made if it is not there.
    """
    begin, end = f"<!-- section {name}: made, not written -->", f"<!-- end of section {name} -->"
    section = f"{begin}\n{text.strip()}\n\n{end}\n"
    kept = page.read_text(encoding="utf-8") if page.exists() else f"{_BY_HAND}\n"
    known = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}\n", re.DOTALL)
    if known.search(kept):
        whole = known.sub(lambda _: section, kept, count=1)
    else:
        made, mark, by_hand = kept.partition(_BY_HAND)
        whole = f"{made.rstrip()}\n\n{section}\n{mark or _BY_HAND}{by_hand}".lstrip()
    part = page.with_suffix(".part")
    part.write_text(whole, encoding="utf-8")
    part.replace(page)
