"""The most frequent texts of a column of too many to count: combinatorial group testing.

Every text falls into one of 64 buckets in each of two rows, by bits of its hash. A bucket has a total and,
for each of 336 bits that describe a text, how many of its texts have that bit. A text that is more than half
of its bucket is read off bit by bit. All of it is sums, so the state is the same in any order of rows,
batches, threads and merges, which Misra-Gries and SpaceSaving are not.

Source: Cormode and Muthukrishnan, "What's hot and what's not: tracking most frequent items dynamically", ACM
TODS 30(1), 2005, section 3. Theirs are the groups; the text in the description, and taking what was found out
of the buckets to look again, are ours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import Hashes
from drift_engine.states.profile import FrequentValue
from drift_engine.states.recovery import recovered

_KIND = b"FRQ1"

ROWS, WIDTH = 2, 64
BUCKETS = ROWS * WIDTH
# A description: 64 bits of hash, 32 bytes of text, 16 bits of its length.
BITS = 64 + 8 * 32 + 16
_WORDS, _BYTES = 6, BITS // 8
_WHOLE, _TAIL = 32, 12
_LONGEST = (1 << 16) - 1
# Cells that are added at once: the sums of 16 bits below hold so many.
_PIECE = 4096
_FEW, _OFTEN = 256, 8
_NARROW = 1 << 32

Words = npt.NDArray[np.uint64]

# The bits of a byte as eight numbers of 8 or 16 bits, which add up side by side in one or two words.
_BITS_OF_BYTES = np.arange(256)[:, None] >> np.arange(8) & 1
_SPREAD_8 = _BITS_OF_BYTES.astype(np.uint8).view(np.uint64)[:, 0]
_SPREAD_16 = _BITS_OF_BYTES.astype(np.uint16).view(np.uint64)


class FrequentState:
    """Sums by bucket and bit: 173 KB, however many texts; counters are of 32 bits until a bucket needs 64."""

    def __init__(self) -> None:
        self._totals = np.zeros(BUCKETS, np.uint64)
        self._counters: npt.NDArray[np.uint32] | Words = np.zeros((BUCKETS, BITS), np.uint32)

    @classmethod
    def of(cls, hashes: Hashes, cells: Cells) -> FrequentState:
        """The state of these texts; for the arguments see `add`."""
        state = cls()
        state.add(hashes, cells)
        return state

    @classmethod
    def from_parts(cls, totals: Words, counters: Words) -> FrequentState:
        """The state of sums that were made elsewhere: uint64 of shape (128,) and (128, 336)."""
        state = cls()
        state._grow(totals)
        state._counters += counters.astype(state._counters.dtype)
        return state

    def add(self, hashes: Hashes, cells: Cells) -> None:
        """Take in texts, one hash each, in place."""
        for start in range(0, len(cells), _PIECE):
            part = hashes[start : start + _PIECE]
            keys, first, counts = np.unique(part, return_index=True, return_counts=True)
            # Those that come often are added apart, so that the others fit into sums of 8 bits.
            often = counts > _OFTEN
            for chosen in (often, ~often):
                texts = cells.take(first[chosen] + start)
                self._add_some(keys[chosen], texts, counts[chosen].astype(np.uint64))

    def add_counted(self, hashes: Hashes, cells: Cells, counts: Words) -> None:
        """Take in different texts that came so often each, in place."""
        few = np.flatnonzero(counts < _FEW)
        for start in range(0, len(few), _FEW):
            part = few[start : start + _FEW]
            self._add_some(hashes[part], cells.take(part), counts[part])
        many = np.flatnonzero(counts >= _FEW)
        described = described_by(hashes[many], cells.take(many)).astype("<u8").view(np.uint8)
        bits = np.unpackbits(described, axis=1, bitorder="little")[:, :BITS]
        buckets = buckets_of(hashes[many])
        self._grow(_totals(buckets, counts[many]))
        for places, one, count in zip(buckets.tolist(), bits, counts[many], strict=True):
            self._counters[places] += one * count.astype(self._counters.dtype)

    def _add_some(self, hashes: Hashes, cells: Cells, counts: Words) -> None:
        """Take in different texts, of which all together came less than 65,536 times."""
        if not len(hashes):
            return
        buckets = buckets_of(hashes)
        totals = _totals(buckets, counts)
        self._grow(totals)
        described = described_by(hashes, cells).astype("<u8").view(np.uint8)[:, :_BYTES]
        spread, narrow = (_SPREAD_8, np.uint8) if totals.max() < 256 else (_SPREAD_16, np.uint16)
        for row in buckets.T:
            order = np.argsort(row.astype(np.uint8), kind="stable")
            starts = np.flatnonzero(np.diff(row[order], prepend=-1))
            words = spread[described[order]].reshape(len(order), -1)
            if (counts != 1).any():
                words *= counts[order, None]
            sums = np.add.reduceat(words, starts, axis=0).view(narrow)
            self._counters[row[order[starts]]] += sums

    def merge(self, other: FrequentState) -> FrequentState:
        """The state of both; both arguments stay as they are."""
        merged = self.from_parts(self._totals, self._counters.astype(np.uint64))
        merged._grow(other._totals)
        merged._counters += other._counters.astype(merged._counters.dtype)
        return merged

    @property
    def count(self) -> int:
        """How many texts were taken in."""
        return int(self._totals[:WIDTH].sum())

    def values(self, cells: int) -> tuple[FrequentValue, ...]:
        """The frequent texts that can be read off, the most frequent first.

        Args:
            cells: how many cells shares are of; texts of less than 1 % of them are left out.
        """
        return recovered(self._totals.astype(np.float64), self._counters.astype(np.float64), cells)

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        writer.array(self._totals)
        writer.array(self._counters.reshape(-1))
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> FrequentState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        totals = reader.array(np.uint64)
        wide = len(totals) == BUCKETS and _is_wide(totals)
        counters: npt.NDArray[np.uint32] | Words
        counters = reader.array(np.uint64) if wide else reader.array(np.uint32)
        reader.finish(len(totals) == BUCKETS and len(counters) == BUCKETS * BITS)
        state = cls()
        state._totals, state._counters = totals, counters.reshape(BUCKETS, BITS)
        return state

    def _grow(self, totals: Words) -> None:
        """Add to the totals, and make room for counters as large as they are."""
        self._totals += totals
        if self._counters.dtype == np.uint32 and _is_wide(self._totals):
            self._counters = self._counters.astype(np.uint64)


def described_by(hashes: Hashes, cells: Cells) -> Words:
    """What tells texts apart, uint64 of shape (texts, 6).

    The hash; the text, filled up with zeros, or where it is longer than 32 bytes its first 20 and last 12;
    and how many bytes it has, 65535 for more.
    """
    words = np.zeros((len(cells), _WORDS), np.uint64)
    words[:, 0] = hashes
    for index in range(4):
        words[:, 1 + index] = cells.word(index)
    long = np.flatnonzero(cells.lengths > _WHOLE)
    ends = cells.starts[long] + cells.lengths[long]
    low = np.uint64(0xFFFFFFFF)
    words[long, 3] = (words[long, 3] & low) | (cells.words_at(ends - _TAIL) << np.uint64(32))
    words[long, 4] = cells.words_at(ends - 8)
    words[:, 5] = np.minimum(cells.lengths, _LONGEST)
    return words


def buckets_of(hashes: Hashes) -> npt.NDArray[np.int64]:
    """The bucket of each text in each row, of shape (texts, 2): 0 to 63, and 64 to 127."""
    places = [(hashes >> np.uint64(6 * row) & np.uint64(WIDTH - 1)).astype(np.int64) for row in range(ROWS)]
    return np.stack([place + WIDTH * row for row, place in enumerate(places)], axis=1)


def _totals(buckets: npt.NDArray[np.int64], counts: Words) -> Words:
    totals = np.zeros(BUCKETS, np.uint64)
    for row in buckets.T:
        np.add.at(totals, row, counts)
    return totals


def _is_wide(totals: Words) -> bool:
    return bool(totals.max() >= _NARROW)
