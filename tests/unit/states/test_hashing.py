from __future__ import annotations

import numpy as np
import pytest

from drift_engine.states.batch import TextColumn
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells, hash_numbers

MASK = (1 << 64) - 1
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def rotate(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (64 - bits))) & MASK


def xxhash64(data: bytes, seed: int = 42) -> int:
    """The specification, byte by byte (github.com/Cyan4973/xxHash, doc/xxhash_spec.md)."""

    def scramble(lane: int, word: int) -> int:
        return rotate((lane + word * P2) & MASK, 31) * P1 & MASK

    rest = data
    state = (seed + P5) & MASK
    if len(data) >= 32:
        lanes = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK]
        while len(rest) >= 32:
            lanes = [
                scramble(lane, int.from_bytes(rest[8 * i : 8 * i + 8], "little"))
                for i, lane in enumerate(lanes)
            ]
            rest = rest[32:]
        state = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
        for lane in lanes:
            state = ((state ^ scramble(0, lane)) * P1 + P4) & MASK
    state = (state + len(data)) & MASK
    while len(rest) >= 8:
        word, rest = int.from_bytes(rest[:8], "little"), rest[8:]
        state = (rotate(state ^ scramble(0, word), 27) * P1 + P4) & MASK
    if len(rest) >= 4:
        word, rest = int.from_bytes(rest[:4], "little"), rest[4:]
        state = (rotate(state ^ (word * P1 & MASK), 23) * P2 + P3) & MASK
    for byte in rest:
        state = rotate(state ^ (byte * P5 & MASK), 11) * P1 & MASK
    state = (state ^ (state >> 33)) * P2 & MASK
    state = (state ^ (state >> 29)) * P3 & MASK
    return state ^ (state >> 32)


def hashes(cells: list[bytes]) -> list[int]:
    offsets = np.cumsum([0, *map(len, cells)], dtype=np.int64)
    data = np.frombuffer(b"".join(cells), dtype=np.uint8)
    found = hash_cells(Cells.present(TextColumn(data, offsets, np.zeros(len(cells), dtype=np.bool_))))
    return [int(number) for number in found]


def cells_of(lengths: list[int]) -> list[bytes]:
    random = np.random.default_rng(4)
    return [random.bytes(length) for length in lengths]


def test_every_length_is_hashed_as_specified() -> None:
    cells = cells_of([*range(140), 255, 256, 257, 258, 300, 1000, 4099])
    assert hashes(cells) == [xxhash64(cell) for cell in cells]


def test_a_cell_of_a_megabyte_is_hashed_as_specified() -> None:
    (cell,) = cells_of([(1 << 20) + 13])
    assert hashes([cell]) == [xxhash64(cell)]


@pytest.mark.parametrize("length", [0, 3, 8, 21, 300])
def test_cells_of_one_length_are_hashed_one_by_one(length: int) -> None:
    cells = cells_of([length] * 50)
    assert hashes(cells) == [xxhash64(cell) for cell in cells]


def test_numbers_are_hashed_as_their_eight_bytes() -> None:
    values = np.array([0, 1, -1, 2**63 - 1, -(2**63)])
    assert hash_numbers(values).tolist() == [
        xxhash64(int(value).to_bytes(8, "little", signed=True)) for value in values
    ]


def test_no_cells_have_no_hashes() -> None:
    assert hashes([]) == []
