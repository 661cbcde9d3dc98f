"""Decimal fractions with commas between, many at once, each to the bit as `json.loads` reads it.

Nearly every number of a sketch is written like `-12.345678`: a sign, digits, a point, digits. A few counts
over the whole text tell whether all of them are. Then the digits before each point and those before each
comma are read backwards, eight at a time, and both sides together are one division away from the nearest
double. A few numbers with an exponent are read one by one; with anything else the text is left to the caller.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.digits import ZEROS, combined
from drift_engine.states.rounding import nearest

Floats: TypeAlias = npt.NDArray[np.float64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Places: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

_BLANK, _COMMA, _MINUS, _POINT, _ZERO, _NINE = b" ,-.09"
# A comma and a point differ in one bit, which no other byte shares with them.
_EITHER, _BUT_ONE_BIT = np.uint8(_COMMA & _POINT), np.uint8(0xFF ^ (_COMMA ^ _POINT))
_POINT_THEN_COMMA = _POINT | (_COMMA << 8)

_MOST_WORDS = 3
_MOST_DIGITS = 8 * _MOST_WORDS
# So many digits are below 2**53, so many below 2**64.
_ALWAYS_EXACT, _ALWAYS_FITS = 15, 19
_LAST_BYTES = np.array([(1 << 64) - (1 << (64 - 8 * n)) for n in range(9)], dtype=np.uint64)
_POWERS = np.array([10.0**n for n in range(_ALWAYS_EXACT + 1)])
_WHOLE_POWERS = np.array([10**n for n in range(_ALWAYS_FITS + 1)], dtype=np.uint64)

_SCIENTIFIC = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][-+]?[0-9]+")
_BYTES_AN_EXPONENT = 256
"""With more exponents than one in so many bytes, reading them one by one would not be quick."""


@dataclass(frozen=True, eq=False)
class Decimals:
    """The numbers of a text.

    Attributes:
        values: shape (n,), n > 0.
        ends: where in the text each number ends; shape (n,).
    """

    values: Floats
    ends: Places


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where the digits of every number are.

    Attributes:
        marks: the places of every point and of the comma behind it, in turn; shape (2 n,).
        lengths: how many digits are in front of each mark; shape (2 n,).
        negative: a minus stands before the number; shape (n,).
    """

    marks: Places
    lengths: Places
    negative: npt.NDArray[np.bool_]


def read_decimals(text: bytes) -> Decimals | None:
    """The numbers in `1.5, -0.25, 3.0` or `1.5,-0.25,3.0`; None where they are to be read in another way.

    None is the answer to whatever is not JSON, to a number without point and exponent, to one beyond the
    range of a double, and to the unusual: other blanks, very many digits, many exponents.
    """
    plain = _without_exponents(text)
    if plain is None:
        return None
    text, scientific = plain
    # A comma behind the last number as behind all others, and words can be read before the first digit.
    padded = b"".join((bytes(_MOST_DIGITS), text, b","))
    data = np.frombuffer(padded, dtype=np.uint8, offset=_MOST_DIGITS)
    found = _layout(data)
    if found is None:
        return None
    ends = found.marks[1::2]
    values = _values(padded, found)
    for start, number in scientific:
        values[np.searchsorted(ends, start)] = number
    return Decimals(values, ends)


def _without_exponents(text: bytes) -> tuple[bytes, list[tuple[int, float]]] | None:
    """The text with zeros in place of numbers with an exponent, and the place and value of each of these."""
    numbers: list[tuple[int, float]] = []
    for mark in (b"e", b"E"):
        at = text.find(mark)
        while at >= 0:
            start = text.rfind(b",", 0, at) + 1
            start += text[start] == _BLANK
            end = text.find(b",", at)
            end = len(text) if end < 0 else end
            written = text[start:end]
            if _SCIENTIFIC.fullmatch(written) is None or _BYTES_AN_EXPONENT * len(numbers) > len(text):
                return None
            number = float(written)
            if not math.isfinite(number):
                return None
            numbers.append((start, number))
            text = b"".join((text[:start], b"0.".ljust(end - start, b"0"), text[end:]))
            at = text.find(mark, end)
    return text, numbers


def _layout(data: Bytes) -> _Layout | None:
    """Where the digits are; None where a byte is not where JSON has it in a decimal fraction."""
    marks = np.flatnonzero((data & _BUT_ONE_BIT) == _EITHER)
    if len(marks) % 2 or not (data[marks].view("<u2") == _POINT_THEN_COMMA).all():
        return None
    points, commas = marks[0::2], marks[1::2]
    lengths = np.empty_like(marks)
    lengths[0] = marks[0]
    np.subtract(marks[1:], marks[:-1] + 1, out=lengths[1:])
    whole = lengths[0::2]
    behind = data[commas[:-1] + 1]
    gap = int(len(behind) > 0 and behind[0] == _BLANK)
    if gap:
        if not (behind == _BLANK).all():
            return None
        whole[1:] -= 1
    firsts = points - whole
    negative = data[firsts] == _MINUS
    firsts += negative
    whole -= negative
    # What is neither mark, nor blank behind a comma, nor minus in front of a number, has to be a digit.
    digits = int(np.count_nonzero((data - np.uint8(_ZERO)) <= _NINE - _ZERO))
    others = len(marks) + gap * len(behind) + int(np.count_nonzero(negative))
    if digits + others != len(data) or int(lengths.min()) < 1 or int(lengths.max()) > _MOST_DIGITS:
        return None
    if ((data[firsts] == _ZERO) & (whole > 1)).any():
        return None
    return _Layout(marks, lengths, negative)


def _values(padded: bytes, layout: _Layout) -> Floats:
    """The doubles nearest to the numbers."""
    amounts = _amounts(padded, layout)
    whole, fraction = amounts[0::2], amounts[1::2]
    places = layout.lengths[1::2]
    digits = places + layout.lengths[0::2]
    if int(digits.max()) <= _ALWAYS_EXACT:
        # Everything but the quotient is exact, so that it is rounded once.
        power = _POWERS.take(places)
        values = whole.astype(np.float64)
        values *= power
        values += fraction
        values /= power
    else:
        amount = whole.view(np.uint64) * _WHOLE_POWERS.take(places, mode="clip") + fraction.view(np.uint64)
        values, certain = nearest(amount, -places)
        # The zero before the point needs no room (longer ones are no JSON).
        certain &= digits - (whole == 0) <= _ALWAYS_FITS
        ends = layout.marks[1::2] + _MOST_DIGITS
        for index in np.flatnonzero(~certain).tolist():
            end = int(ends[index])
            values[index] = float(padded[end - 1 - int(digits[index]) : end])
    values.view(np.uint64)[...] |= layout.negative.astype(np.uint64) << np.uint64(63)
    return values


def _amounts(padded: bytes, layout: _Layout) -> Places:
    """What number the digits before each mark are, modulo 2**64; shape (2 n,)."""
    marks, lengths = layout.marks, layout.lengths
    # Overlapping words: the one at a place ends there, in front of the mark.
    words = np.ndarray((len(padded) - _MOST_DIGITS,), "<u8", padded, _MOST_DIGITS - 8, (1,))
    amounts = _last_digits(words[marks], lengths)
    for index in range(1, _MOST_WORDS):
        more = np.flatnonzero(lengths > 8 * index)
        if not len(more):
            break
        before = words[marks[more] - 8 * index]
        amounts[more] += _last_digits(before, lengths[more] - 8 * index) * np.uint64(10 ** (8 * index))
    return amounts.view(np.int64)


def _last_digits(words: Words, number: Places) -> Words:
    """The number in the last characters of each word, so many of them, all if more than eight; in place."""
    words ^= ZEROS
    words &= _LAST_BYTES.take(number, mode="clip")
    return combined(words)
