"""xxHash64 as Spark computes it (seed 42), for whole columns at once.

Text is hashed in stripes of 32 bytes over all cells at once; of what is left, cells with the same number of
bytes take the same steps, so numpy does them together.
Source: the xxHash specification (Yann Collet), and Spark's `XXH64` for long and double.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import Cells

Hashes: TypeAlias = npt.NDArray[np.uint64]

SEED = 42
_MASK = (1 << 64) - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_LANE_BITS = (1, 7, 12, 18)
# A group of cells is hashed in pieces that stay in the processor's cache.
_PIECE = 8192
_STRIPE = 32
_LANE_SEEDS = (_P1 + _P2, _P2, 0, -_P1)
# So few cells are faster one by one.
_FEW = 12


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
    hashes = np.full(len(cells), _constant(SEED + _P5))
    long = np.flatnonzero(cells.lengths >= _STRIPE)
    for start in range(0, len(long), _PIECE):
        piece = long[start : start + _PIECE]
        hashes[piece] = _hash_stripes(cells.take(piece))
    hashes += cells.lengths.view(np.uint64)
    behind_stripes = cells.starts + (cells.lengths & -_STRIPE)
    for length, group in _groups(cells.lengths & (_STRIPE - 1)):
        for start in range(0, len(group), _PIECE):
            piece = group[start : start + _PIECE]
            hashes[piece] = _finish(_take_rest(hashes[piece], cells, behind_stripes[piece], length))
    return hashes


def _constant(number: int) -> np.uint64:
    return np.uint64(number & _MASK)


def _rotate(words: Hashes, bits: int) -> Hashes:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))


def _scramble(words: Hashes) -> Hashes:
    return _rotate(words * _constant(_P2), 31) * _constant(_P1)


def _take_word(state: Hashes, words: Hashes) -> Hashes:
    return _rotate(state ^ _scramble(words), 27) * _constant(_P1) + _constant(_P4)


def _finish(state: Hashes) -> Hashes:
    state = (state ^ (state >> np.uint64(33))) * _constant(_P2)
    state = (state ^ (state >> np.uint64(29))) * _constant(_P3)
    return state ^ (state >> np.uint64(32))


def _groups(lengths: npt.NDArray[np.int64]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Every length that occurs, below 32, and where."""
    occurring = np.flatnonzero(np.bincount(lengths))
    if len(occurring) == 1:
        yield int(occurring[0]), np.arange(len(lengths))
        return
    order = np.argsort(lengths.astype(np.uint8), kind="stable")
    bounds = np.cumsum(np.bincount(lengths)[occurring])
    yield from zip(occurring.tolist(), np.split(order, bounds)[:-1], strict=True)


def _hash_stripes(cells: Cells) -> Hashes:
    """The state behind the last whole stripe of 32 bytes, of cells that have one at least.

    Stripe by stripe over all cells that go on, the longest first; the few that are far longer than the
    others one by one.
    """
    stripes = cells.lengths // _STRIPE
    order = np.argsort(-stripes, kind="stable")
    starts, stripes = cells.starts[order], stripes[order]
    lanes = [np.full(len(cells), _constant(SEED + offset)) for offset in _LANE_SEEDS]
    done = 0
    going_on = len(cells)
    while going_on >= _FEW:
        for index, lane in enumerate(lanes):
            words = cells.words_at(starts[:going_on] + (_STRIPE * done + 8 * index))
            lane[:going_on] = _rotate(lane[:going_on] + words * _constant(_P2), 31) * _constant(_P1)
        done += 1
        going_on = int(np.searchsorted(-stripes, -done))
    for index in range(going_on):
        begin = int(starts[index])
        rest = cells.data[begin + _STRIPE * done : begin + _STRIPE * int(stripes[index])]
        for lane, words in zip(lanes, rest.view("<u8").reshape(-1, 4).T, strict=True):
            lane[index] = _run_lane(int(lane[index]), words)
    state = np.zeros(len(cells), dtype=np.uint64)
    for lane, bits in zip(lanes, _LANE_BITS, strict=True):
        state += _rotate(lane, bits)
    for lane in lanes:
        state = (state ^ _scramble(lane)) * _constant(_P1) + _constant(_P4)
    unsorted = np.empty_like(state)
    unsorted[order] = state
    return unsorted


def _run_lane(lane: int, words: Hashes) -> int:
    """A lane of one long cell to its end, in Python's integers."""
    for word in (words * _constant(_P2)).tolist():
        lane = (lane + word) & _MASK
        lane = ((lane << 31 | lane >> 33) & _MASK) * _P1 & _MASK
    return lane


def _take_rest(state: Hashes, cells: Cells, places: npt.NDArray[np.int64], length: int) -> Hashes:
    """The last 0 to 31 bytes: eight at once, then four if there are, then one by one."""
    done = 0
    while done + 8 <= length:
        state = _take_word(state, cells.words_at(places + done))
        done += 8
    if done == length:
        return state
    words = cells.words_at(places + done)
    if done + 4 <= length:
        half = (words & np.uint64(0xFFFFFFFF)) * _constant(_P1)
        state = _rotate(state ^ half, 23) * _constant(_P2) + _constant(_P3)
        words = words >> np.uint64(32)
        done += 4
    for index in range(length - done):
        byte = (words >> np.uint64(8 * index)) & np.uint64(0xFF)
        state = _rotate(state ^ (byte * _constant(_P5)), 11) * _constant(_P1)
    return state
