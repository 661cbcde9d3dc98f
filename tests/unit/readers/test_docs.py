"""docs/formats.md names tests that exist, and every format that can be read."""

from __future__ import annotations

import re
from pathlib import Path

from drift_engine.readers import READERS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 40
    assert named <= written


def test_every_suffix_of_the_table_of_readers_is_on_the_page() -> None:
    (formats,) = re.findall(r"^\| the format \|.*$", PAGE, re.MULTILINE)
    for reader in READERS.values():
        assert all(suffix in formats for suffix in reader.suffixes)
