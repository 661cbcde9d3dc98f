"""The order in which the gate begins the files of tests."""

from __future__ import annotations

from tests.conftest import LONGEST, TESTS


def test_the_longest_files_are_files_of_tests() -> None:
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
