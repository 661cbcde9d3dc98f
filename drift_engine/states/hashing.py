"""xxHash64 as Spark computes it (seed 42), for whole columns at once.

Text is hashed cell by cell length: cells of one length take the same steps, so numpy does them together.
Source: the xxHash specification (Yann Collet), and Spark's `XXH64` for long and double.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import PADDING, Cells

Hashes: TypeAlias = npt.NDArray[np.uint64]

SEED = 42
_MASK = (1 << 64) - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_LANE_BITS = (1, 7, 12, 18)
# A group of cells is hashed in pieces that stay in the processor's cache.
_PIECE = 8192
# Longer cells are hashed one by one: a table of them side by side would take too much memory.
_LONGEST_GROUPED = 256


def hash_numbers(values: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> Hashes:
    """Spark's `xxhash64` of a bigint or a double column, uint64 of the same shape.

    -0.0 hashes as 0, and every NaN as the one NaN that Java knows.
    """
    if values.dtype == np.float64:
        canonical = np.where(values == 0.0, 0.0, values)
        canonical[np.isnan(canonical)] = np.nan
        words = canonical.view(np.uint64)
    else:
        words = values.view(np.uint64)
    state = np.full(len(words), _constant(SEED + _P5 + 8))
    return _finish(_take_word(state, words))


def hash_cells(cells: Cells) -> Hashes:
    """Spark's `xxhash64` of a string column, uint64 of one entry a cell."""
    hashes = np.empty(len(cells), dtype=np.uint64)
    for length, group in cells.groups_by_length():
        if length > _LONGEST_GROUPED:
            for index in np.arange(len(cells))[group]:
                hashes[index] = _hash_long_cell(cells.cell(int(index)))
            continue
        where = np.arange(len(cells))[group] if isinstance(group, slice) else group
        for start in range(0, len(where), _PIECE):
            piece = where[start : start + _PIECE]
            hashes[piece] = _hash_group(cells, cells.starts[piece], length)
    return hashes


def _constant(number: int) -> np.uint64:
    return np.uint64(number & _MASK)


def _rotate(words: Hashes, bits: int) -> Hashes:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))


def _round(state: Hashes, words: Hashes) -> Hashes:
    return _rotate(state + words * _constant(_P2), 31) * _constant(_P1)


def _take_word(state: Hashes, words: Hashes) -> Hashes:
    mixed = _rotate(words * _constant(_P2), 31) * _constant(_P1)
    return _rotate(state ^ mixed, 27) * _constant(_P1) + _constant(_P4)


def _finish(state: Hashes) -> Hashes:
    state = (state ^ (state >> np.uint64(33))) * _constant(_P2)
    state = (state ^ (state >> np.uint64(29))) * _constant(_P3)
    return state ^ (state >> np.uint64(32))


def _hash_group(cells: Cells, starts: npt.NDArray[np.int64], length: int) -> Hashes:
    """Hashes of cells that are all `length` bytes long."""
    done = 0
    if length >= 32:
        lanes = [np.full(len(starts), _constant(SEED + offset)) for offset in (_P1 + _P2, _P2, 0, -_P1)]
        while done + 32 <= length:
            lanes = [_round(lane, cells.words_at(starts + (done + 8 * i))) for i, lane in enumerate(lanes)]
            done += 32
        state = np.zeros(len(starts), dtype=np.uint64)
        for lane, bits in zip(lanes, _LANE_BITS, strict=True):
            state += _rotate(lane, bits)
        for lane in lanes:
            mixed = _rotate(lane * _constant(_P2), 31) * _constant(_P1)
            state = (state ^ mixed) * _constant(_P1) + _constant(_P4)
    else:
        state = np.full(len(starts), _constant(SEED + _P5))
    state = state + np.uint64(length)
    while done + 8 <= length:
        state = _take_word(state, cells.words_at(starts + done))
        done += 8
    if done == length:
        return _finish(state)
    return _finish(_take_rest(state, cells.words_at(starts + done), length - done))


def _take_rest(state: Hashes, words: Hashes, length: int) -> Hashes:
    """The last 1 to 7 bytes: four at once if there are, then one by one."""
    done = 0
    if length >= 4:
        half = (words & np.uint64(0xFFFFFFFF)) * _constant(_P1)
        state = _rotate(state ^ half, 23) * _constant(_P2) + _constant(_P3)
        done = 4
    for index in range(done, length):
        byte = (words >> np.uint64(8 * index)) & np.uint64(0xFF)
        state = _rotate(state ^ (byte * _constant(_P5)), 11) * _constant(_P1)
    return state


def _hash_long_cell(cell: bytes) -> int:
    """The same for one long cell, stripe by stripe in Python's integers over numpy's words."""
    stripes = len(cell) // 32
    words = np.frombuffer(cell, dtype="<u8", count=4 * stripes).reshape(-1, 4)
    lanes = [(SEED + offset) & _MASK for offset in (_P1 + _P2, _P2, 0, -_P1)]
    for index in range(4):
        lane = lanes[index]
        for word in (words[:, index] * _constant(_P2)).tolist():
            lane = (lane + word) & _MASK
            lane = ((lane << 31 | lane >> 33) & _MASK) * _P1 & _MASK
        lanes[index] = lane
    rotated = [
        (lane << bits | lane >> (64 - bits)) & _MASK for lane, bits in zip(lanes, _LANE_BITS, strict=True)
    ]
    state = sum(rotated) & _MASK
    for lane in lanes:
        mixed = lane * _P2 & _MASK
        mixed = ((mixed << 31 | mixed >> 33) & _MASK) * _P1 & _MASK
        state = ((state ^ mixed) * _P1 + _P4) & _MASK
    rest = cell[32 * stripes :]
    padded = np.frombuffer(rest + bytes(PADDING), dtype=np.uint8)
    tail = Cells(padded, np.zeros(1, dtype=np.int64), np.array([len(rest)]))
    return _finish_tail(np.array([state + len(cell) & _MASK], dtype=np.uint64), tail, len(rest))


def _finish_tail(state: Hashes, tail: Cells, length: int) -> int:
    done = 0
    while done + 8 <= length:
        state = _take_word(state, tail.words_at(tail.starts + done))
        done += 8
    if done < length:
        state = _take_rest(state, tail.words_at(tail.starts + done), length - done)
    return int(_finish(state)[0])
