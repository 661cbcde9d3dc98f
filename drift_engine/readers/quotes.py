"""Which separators and newlines of a block lie inside quoted cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NEWLINE = 10
_RETURN = 13


@dataclass(frozen=True, eq=False)
class Quotes:
    """What a block's quotes mean.

    Adjacent quotes are one run. A run of odd length at a cell's start opens a cell, or closes the one that
    it is in; one elsewhere closes the cell that it is in, or is text. A run of even length changes nothing:
    it is an empty cell, or doubled quotes, or text. So one is inside a quoted cell where the number of odd
    runs at a cell's start since the last odd run elsewhere is odd: two cumulative operations, no loop.

    Attributes:
        is_quote: bool of shape (marks,), which separators, newlines and quotes are quotes.
        inside: bool of shape (marks,), which of them lie inside a quoted cell; says nothing of quotes.
        doubled: int64, where in the block the first of two doubled quotes stands, ascending.
        first_misplaced: the first mark that closes a cell while text follows; the number of marks and more
            if there is none.
        last_opening: the last mark that opens a cell.
    """

    is_quote: Flags
    inside: Flags
    doubled: Indices
    first_misplaced: int
    last_opening: int

    @classmethod
    def of(cls, block: Bytes, at: Indices, is_quote: Flags) -> Quotes:
        """The meaning of the quotes among marks that stand at `at`, the last of which is a newline."""
        places = np.flatnonzero(is_quote)
        run = np.flatnonzero(np.diff(at[places], prepend=-2) != 1)
        first = places[run]
        length = np.diff(run, append=len(places))
        odd = length & 1 == 1
        leads = np.diff(at, prepend=-1)[first] == 1
        opens = odd & leads
        opened = np.cumsum(opens)
        after = (opened - np.maximum.accumulate(opened * (odd & ~leads))) & 1 == 1
        before = np.concatenate(([False], after[:-1]))
        closing = np.where(before, odd, leads & ~odd)
        misplaced = np.flatnonzero(closing & ~_ends_cell(block, at, first + length))
        opening = np.flatnonzero(opens & ~before)
        starts = np.zeros(len(at), np.bool_)
        starts[first] = True
        return cls(
            is_quote=is_quote,
            inside=np.concatenate(([False], after))[np.cumsum(starts)],
            doubled=_doubled(
                at[first] + (leads & ~before), length, np.where(before, length, (length - 1) * leads) // 2
            ),
            first_misplaced=int(first[misplaced[0]]) if len(misplaced) else len(at) + 1,
            last_opening=int(first[opening[-1]]) if len(opening) else -1,
        )


def _ends_cell(block: Bytes, at: Indices, mark: Indices) -> Flags:
    """Whether the marks behind runs of quotes follow at once, or as a newline behind a carriage return."""
    gap = at[mark] - at[mark - 1]
    ends: Flags = gap == 1
    late = np.flatnonzero(gap == 2)
    place = at[mark[late]]
    ends[late] = (block[place] == _NEWLINE) & (block[place - 1] == _RETURN)
    return ends


def _doubled(place: Indices, length: Indices, pairs: Indices) -> Indices:
    """The places of so many quotes from each place on."""
    some = np.flatnonzero((length > 1) & (pairs > 0))
    pairs = pairs[some]
    rank = np.arange(int(pairs.sum())) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    return np.repeat(place[some], pairs) + rank
