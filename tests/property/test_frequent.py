"""Which frequent texts are found, how well they are counted, and that nothing else is: by simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from drift_engine.states import FrequentState, FrequentValue
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells

CELLS = 200_000
# Each shape of shares is drawn so often, of texts that are other ones each time.
DRAWS = 25
LONG = "https://example.com/a/path/that/all/have/"
MANY_EQUAL, FALLING = [0.05] * 19, [0.3, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02]


def drawn(shares: Sequence[float], seed: int, prefix: str) -> tuple[dict[str, float], FrequentState]:
    """Texts of these shares among 20,000 rare ones: true shares by what they are shown as; the state."""
    random = np.random.default_rng(seed)
    texts = [
        f"{prefix}{number:012x}" for number in random.integers(1 << 48, size=len(shares) + 20_000).tolist()
    ]
    counts = np.array([round(share * CELLS) for share in shares], np.uint64)
    rare = random.multinomial(CELLS - int(counts.sum()), np.full(20_000, 1 / 20_000)).astype(np.uint64)
    cells = Cells.of([text.encode() for text in texts])
    state = FrequentState()
    state.add_counted(hash_cells(cells), cells, np.concatenate((counts, rare)))
    shown = [text if len(text) <= 32 else f"{text[:20]}…{text[-12:]}" for text in texts]
    return dict(zip(shown, (counts / CELLS).tolist(), strict=False)), state


def found(state: FrequentState) -> dict[str, FrequentValue]:
    return {value.value: value for value in state.values(CELLS)}


@pytest.mark.parametrize("prefix", ["id-", LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    "shares",
    [[0.02], [0.02] * 10, [0.05] * 10, MANY_EQUAL, [0.1] * 9, FALLING],
    ids=["one", "ten of 2 %", "ten of 5 %", "nineteen of 5 %", "nine of 10 %", "falling"],
)
def test_ninety_nine_of_a_hundred_texts_of_two_percent_are_found_and_no_others(
    shares: list[float], prefix: str
) -> None:
    missed = 0
    for seed in range(DRAWS):
        truth, state = drawn(shares, seed, prefix)
        values = found(state)
        assert set(values) <= set(truth)
        missed += len(truth) - len(values)
        for text, value in values.items():
            assert value.at_least <= truth[text] <= value.at_most
            assert abs(value.share - truth[text]) < 0.004
    # Two that share both buckets hide each other, if one is not much more frequent: 1 pair in 4,096.
    assert missed <= 0.01 * DRAWS * len(shares)


@pytest.mark.parametrize("prefix", ["id-", LONG], ids=["short", "long"])
def test_texts_of_one_percent_may_be_missed_but_are_never_made_up(prefix: str) -> None:
    for seed in range(DRAWS):
        truth, state = drawn([0.012] * 8, seed, prefix)
        assert set(found(state)) <= set(truth)


@pytest.mark.parametrize("exponent", [1.05, 1.3, 2.0])
def test_texts_by_zipfs_law_are_found_from_three_percent_on(exponent: float) -> None:
    weights = np.arange(1, 20_001, dtype=np.float64) ** -exponent
    weights /= weights.sum()
    for seed in range(DRAWS):
        random = np.random.default_rng(seed)
        texts = [f"{number:x}-é" for number in random.integers(1 << 60, size=len(weights)).tolist()]
        counts = random.multinomial(CELLS, weights)
        cells = Cells.of([text.encode() for text in texts])
        state = FrequentState()
        state.add_counted(hash_cells(cells), cells, counts.astype(np.uint64))
        truth = dict(zip(texts, (counts / CELLS).tolist(), strict=True))
        values = found(state)
        assert {text for text, share in truth.items() if share >= 0.03} <= set(values)
        for text, value in values.items():
            assert value.at_least <= truth[text] <= value.at_most


def test_a_column_of_rare_texts_alone_has_none() -> None:
    for seed in range(DRAWS):
        assert found(drawn([], seed, LONG)[1]) == {}
