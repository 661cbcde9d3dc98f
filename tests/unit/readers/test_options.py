"""Options are checked once, and the error names the one at fault."""

from __future__ import annotations

from typing import Any

import pytest

from drift_engine.errors import ArgumentError
from drift_engine.readers import READERS, ReadOptions


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("format", "xlsx"),
        ("header", "yes"),
        ("separator", ""),
        ("separator", "||"),
        ("separator", "\n"),
        ("separator", "§"),
        ("quote", "''"),
        ("quote", "\r"),
        ("encoding", "klingon"),
        ("encoding", "zlib"),
        ("encoding", None),
        ("batch_rows", 0),
        ("batch_rows", True),
        ("block_bytes", -1),
        ("max_row_bytes", 1.5),
    ],
)
def test_an_impossible_option_is_refused_by_name(option: Any, value: Any) -> None:
    with pytest.raises(ArgumentError, match=f"^{option}: "):
        ReadOptions(**{option: value})


def test_quote_and_separator_may_not_be_the_same() -> None:
    with pytest.raises(ArgumentError, match="quote"):
        ReadOptions(separator="'", quote="'")


def test_every_format_of_the_options_has_a_reader_that_says_what_it_reads() -> None:
    assert set(READERS) == {"csv", "json", "parquet", "arrow", "profile"}
    for name, reader in READERS.items():
        assert reader.name == name
        assert reader.summary
        assert ReadOptions(format=name).format == name  # type: ignore[arg-type]
