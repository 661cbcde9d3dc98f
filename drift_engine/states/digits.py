"""Eight characters at once: where the digits of a text end, and what number they are.

Everything works on columns of words (uint64, first character lowest), zero behind each cell's end. Source of
the two bit tricks: Langdale and Lemire, "Parsing gigabytes of JSON per second" (2019); Lemire, "Number
parsing at a gigabyte per second" (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import first_bytes

Words: TypeAlias = npt.NDArray[np.uint64]

_POWERS_OF_TEN = np.array([10**n for n in range(9)], dtype=np.uint64)
_UNUSED_BITS = np.array([64 - 8 * n for n in range(9)], dtype=np.uint64)


def _every_byte(value: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([value] * 8), "little"))


ZEROS, _SEVEN_BITS, _TOP_BIT = _every_byte(0x30), _every_byte(0x7F), _every_byte(0x80)
# Added to a byte below 128, it reaches the top bit from 10 on.
_TEN_AND_UP = _every_byte(0x80 - 10)
_PAIRS = np.uint64(0x000000FF000000FF)
_FOURS = np.uint64(100 + (1000000 << 32))
_TWOS = np.uint64(1 + (10000 << 32))
_EIGHT, _TEN, _SIXTEEN, _THIRTY_TWO = (np.uint64(each) for each in (8, 10, 16, 32))


def first_other(words: Sequence[Words]) -> npt.NDArray[np.uint64]:
    """The place of each text's first character that is no digit; its length if all are digits.

    Full words (no byte behind the end) of nothing but digits give 8 * len(words).
    """
    place = _first_other_in_word(words[0])
    for index, word in enumerate(words[1:], start=1):
        going_on = place == 8 * index
        if going_on.any():
            place = place + _first_other_in_word(word) * going_on
    return place


def count_others(word: Words) -> npt.NDArray[np.uint8]:
    """How many of each word's eight characters are no digits."""
    return np.bitwise_count(_others(word))


def character(words: Sequence[Words], place: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The character at a place of each text; 0 behind its end."""
    found = words[0] >> (place << np.uint64(3))
    for index, word in enumerate(words[1:], start=1):
        # A place before this word wraps round to a shift of more than 63 bits, which gives 0.
        found = found | (word >> ((place - np.uint64(8 * index)) << np.uint64(3))) * (place >= 8 * index)
    return found & np.uint64(0xFF)


def without(words: Sequence[Words], place: npt.NDArray[np.uint64]) -> list[Words]:
    """The texts with the character at `place` taken out."""
    shorter = []
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else np.uint64(0)
        moved = (word >> np.uint64(8)) | (after << np.uint64(56))
        before = first_bytes(place.view(np.int64) - 8 * index)
        shorter.append((word & before) | (moved & ~before))
    return shorter


def behind(words: Sequence[Words], places: npt.NDArray[np.uint64]) -> list[Words]:
    """The texts without their first 0 to 7 characters."""
    shift = places << np.uint64(3)
    rest = [word >> shift for word in words]
    for index, word in enumerate(words[1:]):
        rest[index] |= word << (np.uint64(64) - shift)
    return rest


def number(words: Sequence[Words], digits: npt.NDArray[np.uint64]) -> Words:
    """The number that the first `digits` characters are, modulo 2**64; all of them must be digits."""
    places = digits.view(np.int64)
    total = _eight_digits(words[0], places)
    for index, word in enumerate(words[1:], start=1):
        here = places - 8 * index
        total = total * _POWERS_OF_TEN.take(here, mode="clip") + _eight_digits(word, here)
    return total


def _first_other_in_word(word: Words) -> npt.NDArray[np.uint64]:
    others = _others(word)
    below: Words = np.bitwise_count((others - np.uint64(1)) & ~others).astype(np.uint64)
    return below >> np.uint64(3)


def _others(word: Words) -> Words:
    """The top bit of every byte that is no digit."""
    digits: Words = word ^ ZEROS
    others: Words = np.bitwise_and(((digits & _SEVEN_BITS) + _TEN_AND_UP) | digits, _TOP_BIT)
    return others


def _eight_digits(word: Words, digits: npt.NDArray[np.int64]) -> Words:
    """The number in the first 0 to 8 characters: moved to the end, zeros come in front."""
    return combined((word ^ ZEROS) << _UNUSED_BITS.take(digits, mode="clip"))


def combined(values: Words) -> Words:
    """The number that the eight digits in each word's bytes are, the first one lowest; written over them."""
    pairs = values >> _EIGHT
    values *= _TEN
    values += pairs
    np.right_shift(values, _SIXTEEN, out=pairs)
    pairs &= _PAIRS
    pairs *= _TWOS
    values &= _PAIRS
    values *= _FOURS
    values += pairs
    values >>= _THIRTY_TWO
    return values
