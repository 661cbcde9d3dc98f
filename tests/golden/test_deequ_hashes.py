"""Spark's own xxHash64 and approximate distinct counts, recorded with pyspark, are ours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from drift_engine.states import DistinctState
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells, hash_numbers
from tests.golden.reference import DEEQU, read_json
from tests.tables import text_column

SPARK = read_json(DEEQU / "spark_hashes.json")


def hashes_of(texts: Sequence[str]) -> list[int]:
    hashes = hash_cells(Cells.present(text_column(texts)))
    return [int(number) for number in hashes.view(np.int64)]


def test_texts_hash_as_in_spark_whatever_their_length() -> None:
    texts = [text for text, _ in SPARK["strings"]]
    assert hashes_of(texts) == [number for _, number in SPARK["strings"]]


def test_a_text_hashes_the_same_alone_as_among_others() -> None:
    assert [hashes_of([text])[0] for text, _ in SPARK["strings"]] == [
        number for _, number in SPARK["strings"]
    ]


def test_longs_hash_as_in_spark() -> None:
    values = np.array([number for number, _ in SPARK["longs"]], dtype=np.int64)
    assert hash_numbers(values).view(np.int64).tolist() == [number for _, number in SPARK["longs"]]


def test_doubles_hash_as_in_spark_with_one_zero_and_one_nan() -> None:
    numbers = [float(number) for number, _ in SPARK["doubles"]]
    values = np.array(numbers, dtype=np.float64)
    assert hash_numbers(values).view(np.int64).tolist() == [number for _, number in SPARK["doubles"]]


@pytest.mark.parametrize(("count", "of_strings", "of_longs", "of_doubles"), SPARK["estimates"])
def test_estimates_are_those_of_spark(count: int, of_strings: int, of_longs: int, of_doubles: int) -> None:
    """Between 400 and 1,280 they differ: newer Sparks count empty registers there, deequ does not."""
    texts = Cells.present(text_column([f"v{number}" for number in range(count)]))
    numbers = np.arange(count)
    assert DistinctState.of(hash_cells(texts)).estimate() == of_strings
    assert DistinctState.of(hash_numbers(numbers)).estimate() == of_longs
    assert DistinctState.of(hash_numbers((numbers * 0.5).astype(np.float64))).estimate() == of_doubles
