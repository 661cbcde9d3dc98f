"""Types and numbers of short cells, all at once: the fast way through `numbers`.

A cell of up to 24 bytes lies in three words. Sign and blank are shifted out, then the place of the first
character that is no digit decides: none is an Integral, a point is taken out and the digits go on, an `e`
starts an exponent. What the fast way can't decide is marked as unsure and left to `numbers.read_cell`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states import digits
from drift_engine.states.cells import FRACTIONAL, INTEGRAL, STRING, Cells, first_bytes
from drift_engine.states.rounding import nearest

Words: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# The longest cell that is read here, in bytes.
LONGEST = 24

_PLUS, _MINUS, _BLANK, _POINT, _E = (np.uint64(ord(each)) for each in "+- .e")
_LOWER_CASE = np.uint64(0x20)
_ONE = np.uint64(1)
# Any 19 digits fit into 64 bits; of more, those with leading zeros do.
_ALWAYS_FITS = 19
_LEAST = np.uint64(1 << 63)
_FITS = 9.2e18
_CLIP = 100_000


@dataclass(frozen=True, eq=False)
class Numerals:
    """What short cells are, one entry a cell.

    Attributes:
        types: uint8.
        values: float64; means something where `numbered`.
        whole: int64; the same number where the cell is Integral, else 0.
        numbered: the cell has a number.
        unsure: the cell must be read in another way, whatever the others say.
    """

    types: npt.NDArray[np.uint8]
    values: npt.NDArray[np.float64]
    whole: npt.NDArray[np.int64]
    numbered: Mask
    unsure: Mask

    @classmethod
    def blank(cls, number: int) -> Numerals:
        """So many Strings without a number."""
        return cls(
            np.full(number, STRING, dtype=np.uint8),
            np.zeros(number, dtype=np.float64),
            np.zeros(number, dtype=np.int64),
            np.zeros(number, dtype=np.bool_),
            np.zeros(number, dtype=np.bool_),
        )

    def part(self, piece: slice | npt.NDArray[np.integer]) -> Numerals:
        """Some of the cells; writing to those of a slice writes here."""
        return Numerals(
            self.types[piece],
            self.values[piece],
            self.whole[piece],
            self.numbered[piece],
            self.unsure[piece],
        )

    def put(self, where: npt.NDArray[np.intp] | slice, found: Numerals) -> None:
        """Write in what these cells are."""
        self.types[where] = found.types
        self.values[where] = found.values
        self.whole[where] = found.whole
        self.numbered[where] = found.numbered


@dataclass(frozen=True, eq=False)
class _Texts:
    """Cells behind their sign.

    Attributes:
        words: the characters.
        length: uint64, how many there are.
        starts: int64, where the first one is in the cells' bytes.
        negative: the sign was a minus.
        castable: there was no blank behind a sign, at which Spark's cast gives up.
    """

    words: list[Words]
    length: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    negative: Mask
    castable: Mask

    @classmethod
    def of(cls, cells: Cells) -> _Texts:
        words = [cells.word(index) for index in range(max(1, -(-int(cells.lengths.max()) // 8)))]
        length = cells.lengths.astype(np.uint64)
        first = words[0] & np.uint64(0xFF)
        if int(first.min()) > _MINUS:
            no, yes = np.zeros(len(cells), dtype=np.bool_), np.ones(len(cells), dtype=np.bool_)
            return cls(words, length, cells.starts, no, yes)
        negative = first == _MINUS
        signed = (negative | (first == _PLUS)).astype(np.uint64)
        second = (words[0] >> (signed << np.uint64(3))) & np.uint64(0xFF)
        blank = (second == _BLANK).astype(np.uint64)
        prefix = signed + blank
        starts = cells.starts + prefix.astype(np.int64)
        return cls(digits.behind(words, prefix), length - prefix, starts, negative, prefix < np.uint64(2))

    def take(self, chosen: npt.NDArray[np.intp]) -> _Texts:
        words = [word[chosen] for word in self.words]
        return _Texts(
            words, self.length[chosen], self.starts[chosen], self.negative[chosen], self.castable[chosen]
        )


def read_numerals(cells: Cells) -> Numerals:
    """Types and numbers of cells of 1 to 24 bytes; `true` and `false` are left to the caller."""
    texts = _Texts.of(cells)
    found = Numerals.blank(len(cells))
    place = digits.first_other(texts.words)
    integral = (place == texts.length) & (place > 0)
    if integral.any():
        every = bool(integral.all())
        _read_integrals(texts if every else texts.take(np.flatnonzero(integral)), integral, found)
        if every:
            return found
    mark = digits.character(texts.words, place)
    point = mark == _POINT
    begun = (point | (mark | _LOWER_CASE == _E)) & (place > 0) & ~integral
    if begun.any():
        chosen = np.flatnonzero(begun)
        whole = len(chosen) == len(cells)
        _read_fractionals(
            cells, texts if whole else texts.take(chosen), (place[chosen], point[chosen]), chosen, found
        )
    return found


def _read_integrals(texts: _Texts, integral: Mask, found: Numerals) -> None:
    """Fill in the cells that are digits alone."""
    amount = digits.number(texts.words, texts.length)
    fits = _fits(texts.words[0], texts.length)
    # Two's complement: minus 2**63 is the one amount of 2**63 that has 64 bits.
    in_range = (amount < _LEAST) | (texts.negative & (amount == _LEAST))
    signed = amount.view(np.int64)
    if texts.negative.any():
        signed = np.where(texts.negative, -signed, signed)
    numbered = in_range & texts.castable
    found.types[integral] = INTEGRAL
    found.whole[integral] = np.where(numbered, signed, 0)
    found.values[integral] = signed
    found.numbered[integral] = numbered
    found.unsure[integral] = ~fits


def _read_fractionals(
    cells: Cells,
    texts: _Texts,
    ends: tuple[npt.NDArray[np.uint64], Mask],
    chosen: npt.NDArray[np.intp],
    found: Numerals,
) -> None:
    """Fill in the cells that are digits and then a point or an e.

    `ends` is where the first digits end and whether a point stands there, `chosen` where the cells belong.
    """
    place, point = ends
    words, length = texts.words, texts.length
    behind_point = np.where(point, place, np.uint64(8 * len(words)))
    words = digits.without(words, behind_point)
    length = length - point
    end = digits.first_other(words)
    power = np.where(point, place.view(np.int64) - end.view(np.int64), 0)
    enough = ~point | (end > place)
    plain = enough & (end == length)
    unsure = np.zeros(len(chosen), dtype=np.bool_)
    if not plain.all():
        scientific = enough & (end < length) & (digits.character(words, end) | _LOWER_CASE == _E)
        rest = np.flatnonzero(scientific)
        begin = texts.starts[rest] + (end[rest] + point[rest] + _ONE).astype(np.int64)
        good, long, exponent = _exponents(cells, begin, length[rest] - end[rest] - _ONE)
        power[rest] += exponent
        unsure[rest] = long
        plain[rest] = good
    amount = digits.number(words, end)
    values, certain = nearest(amount, power)
    found.types[chosen[plain]] = FRACTIONAL
    found.values[chosen] = np.where(texts.negative, -values, values)
    found.numbered[chosen] = plain & texts.castable
    found.unsure[chosen] = unsure | (plain & ~(certain & _fits(words[0], end)))


def _exponents(
    cells: Cells, starts: npt.NDArray[np.int64], length: npt.NDArray[np.uint64]
) -> tuple[Mask, Mask, npt.NDArray[np.int64]]:
    """Which texts are an exponent, which are too long to tell here, and the exponents."""
    inside = np.minimum(length, np.uint64(8))
    word = cells.words_at(starts) & first_bytes(length.view(np.int64))
    first = word & np.uint64(0xFF)
    signed = (first == _MINUS) | (first == _PLUS)
    inside = inside - signed
    word = word >> (signed.astype(np.uint64) << np.uint64(3))
    good = (digits.first_other([word]) == inside) & (inside > 0)
    amount = np.minimum(digits.number([word], inside), np.uint64(_CLIP)).astype(np.int64)
    return good, length > 8, np.where(first == _MINUS, -amount, amount)


def _fits(first_word: Words, length: npt.NDArray[np.uint64]) -> Mask:
    """Whether so many digits are a number of 63 bits: up to 18 always, of more those with leading zeros."""
    fits = length <= _ALWAYS_FITS
    many = np.flatnonzero(~fits)
    if len(many):
        leading = digits.number([first_word[many]], length[many]).astype(np.float64)
        fits[many] = (leading + 1.0) * 10.0 ** (length[many].astype(np.float64) - 8.0) < _FITS
    return fits
