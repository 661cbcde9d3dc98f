"""What the kernel has counted, as the states of drift_engine.states."""

from __future__ import annotations

import ctypes as ct
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from drift_engine.native.binding import CATEGORY, NO_MEMORY, Tally, address
from drift_engine.states import (
    CategoryState,
    ColumnState,
    CountState,
    DistinctState,
    FrequentState,
    KllSketch,
    MomentState,
)
from drift_engine.states.frequent import BITS, BUCKETS

_TEXT, _INTEGER, _FLOAT, _NUMERAL = 1, 2, 3, 4


def column_states(call: ct.CDLL, scanners: Sequence[int], streams: int, columns: int) -> list[ColumnState]:
    """The states of all columns, each the tallies of all scanners and one stream together.

    Raises:
        MemoryError: the kernel had too little to count all values.
    """
    return [_column_state(call, scanners, streams, index) for index in range(columns)]


def _column_state(call: ct.CDLL, scanners: Sequence[int], streams: int, index: int) -> ColumnState:
    tallies = []
    for scanner in scanners:
        place = call.de_tally(scanner, index)
        if not place:
            raise MemoryError("the kernel got no memory")
        tallies.append(Tally.from_address(place))
    types = [sum(tally.types[kind] for tally in tallies) for kind in range(4)]
    counts = CountState.from_parts(sum(tally.missing for tally in tallies), types)
    whole = sum((tally.whole_high << 64) + tally.whole_low for tally in tallies)
    registers = np.max([np.frombuffer(tally.registers, np.uint8) for tally in tallies], axis=0)
    return ColumnState.from_parts(
        counts,
        (_moments(call, streams, index, whole), _sketch(call, streams, index)),
        (
            DistinctState.from_parts(registers),
            _categories(tallies).merge(_full(call, scanners, index, tallies)),
        ),
    )


def _moments(call: ct.CDLL, streams: int, index: int, whole: int) -> MomentState:
    count, whole_numbers, *floats = (ct.c_double * 7).from_address(call.de_moments(streams, index))
    return MomentState.from_parts((int(count), int(whole_numbers)), whole, floats)


def _sketch(call: ct.CDLL, streams: int, index: int) -> KllSketch:
    levels: list[npt.NDArray[np.float64]] = []
    compactions: list[int] = []
    for height in range(call.de_levels(streams, index)):
        often = ct.c_int64()
        items = np.empty(call.de_level_size(streams, index, height, ct.byref(often)))
        call.de_level_items(streams, index, height, items.ctypes.data)
        levels.append(items)
        compactions.append(often.value)
    return KllSketch.from_parts(levels, compactions)


def _full(call: ct.CDLL, scanners: Sequence[int], index: int, tallies: Sequence[Tally]) -> CategoryState:
    """What the tallies that overflowed have left, as one state; the empty one where none has."""
    if not any(tally.overflowed for tally in tallies):
        return CategoryState()
    totals, counters = np.zeros(BUCKETS, np.uint64), np.zeros((BUCKETS, BITS), np.uint64)
    answers = [call.de_frequent(scanner, index, address(totals), address(counters)) for scanner in scanners]
    if NO_MEMORY in answers:
        raise MemoryError("the kernel got no memory")
    return CategoryState.full(FrequentState.from_parts(totals, counters) if any(answers) else None)


def _categories(tallies: Sequence[Tally]) -> CategoryState:
    """The values of the tallies that have not overflowed."""
    zeros = [(tally.first_zero, tally.first_zero_is_negative) for tally in tallies if tally.first_zero]
    zero = b"-0.0" if zeros and min(zeros)[1] else b"0.0"
    counts: dict[int, int] = {}
    values: dict[int, bytes] = {}
    for tally in tallies:
        for key, count, value in _counted(tally, zero):
            counts[key] = counts.get(key, 0) + count
            values[key] = value
    return CategoryState.from_parts(counts, values)


def _counted(tally: Tally, zero: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Hash, count and value of each category; `zero` is what a float zero is called."""
    if not tally.slots:
        return
    stored = (ct.c_char * (tally.slots * CATEGORY.itemsize)).from_address(tally.categories)
    for each in np.frombuffer(stored, CATEGORY):
        if each["kind"]:
            value = ct.string_at(tally.names + int(each["at"]), int(each["length"]))
            yield int(each["hash"]), int(each["count"]), _named(int(each["kind"]), value, zero)


def _named(kind: int, value: bytes, zero: bytes) -> bytes:
    """A value as states/column.py names it: text as it is, a number as Python prints it."""
    if kind in (_TEXT, _NUMERAL):
        return value
    if kind == _INTEGER:
        return repr(int.from_bytes(value, "little", signed=True)).encode()
    number = float(np.frombuffer(value, "<f8")[0])
    return zero if number == 0.0 else repr(number).encode()
