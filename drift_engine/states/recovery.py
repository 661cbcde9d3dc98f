"""Texts read off the buckets of drift_engine.states.frequent, with bounds on how often each came.

Of the texts beside one in its bucket, each has any bit of the hash different with probability 1/2. So twice
the mean of the counters that do not match is an unbiased estimate of how many they are. They are at most five
times that mean, but for a chance below 2e-5 a row: whatever their shares, by Chernoff's bound for a fifth of
58 bits, exp(-58 KL(1/5 || 1/2)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells
from drift_engine.states.profile import FrequentValue

LEAST_SHARE = 0.01
_WIDTH, _WHOLE, _HEAD = 64, 32, 20
_HASH_BITS = 64

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]


def recovered(totals: Floats, counters: Floats, cells: int) -> tuple[FrequentValue, ...]:
    """The texts of at least 1 % of so many cells that stand out in a bucket, the most frequent first.

    What was found is taken out of its buckets, so that what it hid there can be found too.

    Args:
        totals: of shape (128,), texts by bucket.
        counters: of shape (128, 336), how many of them have a bit.
        cells: what shares are of.
    """
    rest, rest_counters = totals.copy(), counters.copy()
    least = max(1.0, LEAST_SHARE * cells)
    found: dict[int, tuple[_Text, float]] = {}

    def take_out(text: _Text, count: float) -> None:
        for place in text.buckets:
            rest[place] -= count
            rest_counters[place] -= count * text.bits

    news = True
    while news:
        news = False
        for text in _candidates(rest, rest_counters, least):
            if text.hash not in found and text.is_sound(rest, rest_counters):
                count = min(text.estimate(rest, rest_counters), text.at_most(totals, counters))
                if count >= least:
                    found[text.hash] = text, count
                    take_out(text, count)
                    news = True
    # Once more, each without all the others that were found.
    for text, count in tuple(found.values()):
        take_out(text, -count)
        again = min(text.estimate(rest, rest_counters), text.at_most(totals, counters))
        take_out(text, again)
        found[text.hash] = text, again
    values = (text.counted(count, (totals, counters), cells) for text, count in found.values())
    return tuple(sorted(values, key=lambda each: (-each.share, each.value)))


def _candidates(totals: Floats, counters: Floats, least: float) -> list[_Text]:
    """What the larger buckets say that may be a text: its hash is right, or it is most of its bucket."""
    chosen = np.flatnonzero(totals >= least)
    texts = [_Text.of(bits) for bits in counters[chosen] * 2 > totals[chosen, None]]
    hashes = hash_cells(Cells.of([text.data[: text.length] for text in texts])).tolist()
    return [
        text
        for text, bucket, right in zip(texts, chosen.tolist(), hashes, strict=True)
        if bucket in text.buckets
        and (
            right == text.hash and not any(text.data[text.length :])
            if text.length <= _WHOLE
            else text.fits(totals, counters, bucket // _WIDTH)
        )
    ]


@dataclass(frozen=True, eq=False)
class _Text:
    """A text by its description."""

    bits: Bits
    hash: int
    data: bytes
    length: int

    @classmethod
    def of(cls, bits: Bits) -> _Text:
        packed = np.packbits(bits, bitorder="little").tobytes()
        first, text, length = packed[:8], packed[8 : 8 + _WHOLE], packed[8 + _WHOLE :]
        return cls(bits, int.from_bytes(first, "little"), text, int.from_bytes(length, "little"))

    @property
    def buckets(self) -> tuple[int, int]:
        return self.hash % _WIDTH, _WIDTH + self.hash // _WIDTH % _WIDTH

    def fits(self, totals: Floats, counters: Floats, row: int) -> bool:
        """Whether every bit of the hash says it by more than all others in its bucket of a row could.

        Then its text's bits are its own too, however much the others' texts have in common.
        """
        others = 2.0 * self._others(totals, counters, row)
        place = self.buckets[row]
        lead = np.abs(2.0 * counters[place, :_HASH_BITS] - totals[place])
        return float(lead.min()) > others

    def is_sound(self, totals: Floats, counters: Floats) -> bool:
        """Whether this was a text of the column.

        A short one's hash has told. A long one must have come, by every bit and in both buckets, as often as
        its hash says; what several texts make together has not.
        """
        if self.length <= _WHOLE:
            return True
        return self.at_most(totals, counters) >= 0.9 * self.estimate(totals, counters)

    def counted(self, count: float, sums: tuple[Floats, Floats], cells: int) -> FrequentValue:
        """It with its bounds, which come of the sums before anything was taken out of them."""
        low, high = self.at_least(*sums), self.at_most(*sums)
        return FrequentValue(self.shown(), max(count, low) / cells, low / cells, high / cells)

    def estimate(self, totals: Floats, counters: Floats) -> float:
        """How often it came, by the row in which less stands beside it."""
        others = [self._others(totals, counters, row) for row in range(2)]
        return self._estimates(totals, counters)[int(np.argmin(others))]

    def at_most(self, totals: Floats, counters: Floats) -> float:
        """The smallest counter of a bit as the text has it."""
        return min(
            float(np.where(self.bits, counters[place], totals[place] - counters[place]).min())
            for place in self.buckets
        )

    def at_least(self, totals: Floats, counters: Floats) -> float:
        bounds = [
            totals[place] - 5.0 * self._others(totals, counters, row)
            for row, place in enumerate(self.buckets)
        ]
        return max(0.0, float(max(bounds)))

    def shown(self) -> str:
        if self.length <= _WHOLE:
            return self.data[: self.length].decode("utf-8", "replace")
        # The cut may go through a character.
        return f"{self.data[:_HEAD].decode('utf-8', 'ignore')}…{self.data[_HEAD:].decode('utf-8', 'ignore')}"

    def _estimates(self, totals: Floats, counters: Floats) -> list[float]:
        return [
            float(totals[place] - 2.0 * self._others(totals, counters, row))
            for row, place in enumerate(self.buckets)
        ]

    def _others(self, totals: Floats, counters: Floats, row: int) -> float:
        """The mean of the hash's counters that do not match, without the bits that choose the bucket."""
        place = self.buckets[row]
        counted = counters[place, :_HASH_BITS]
        other = np.where(self.bits[:_HASH_BITS], totals[place] - counted, counted)
        return float(other.sum() - other[6 * row : 6 * row + 6].sum()) / (_HASH_BITS - 6)
