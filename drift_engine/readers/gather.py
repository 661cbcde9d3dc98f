"""Cells that lie anywhere in a byte array, laid side by side as a `TextColumn` wants them.

Bytes move eight at a time: the words of each cell are fetched whole, then the bytes that belong to no cell
are left out. That is several times as fast as an index per byte, needs no loop, and no write overlaps.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from drift_engine.states.batch import TextColumn

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]

_WORD = 8
# `_FIRST[n]` as eight flags says that the first n bytes of a word belong to the cell.
_FIRST = (np.arange(_WORD) < np.arange(_WORD + 1)[:, None]).view(np.uint64).ravel()


def text_columns_at(data: Bytes, starts: Indices, lengths: Indices) -> tuple[TextColumn, ...]:
    """Columns of text that share one array of bytes; cells of length 0 are missing.

    Eight spare bytes stand behind the last cell, since states read eight at a time too.

    Args:
        data: uint8, where the cells lie.
        starts: int64 of shape (columns, rows), where each cell starts.
        lengths: int64 of the same shape, bytes of each cell.
    """
    columns, rows = lengths.shape
    starts, lengths = np.ascontiguousarray(starts), np.ascontiguousarray(lengths)
    offsets = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    gathered = _gathered(data, starts, lengths)
    missing = lengths == 0
    return tuple(
        TextColumn(gathered, offsets[c * rows : (c + 1) * rows + 1], missing[c]) for c in range(columns)
    )


def _gathered(data: Bytes, starts: Indices, lengths: Indices) -> Bytes:
    """The bytes of all cells, column after column, and eight zeros."""
    spare = np.zeros(_WORD, np.uint8)
    if not lengths.size:
        return spare
    longest = lengths.max(axis=1)
    if int(starts.max() + longest.max()) + _WORD > len(data):
        data = np.concatenate((data, spare))
    words = np.ndarray((len(data) - _WORD + 1,), np.uint64, data, 0, (1,))
    is_long = longest > _WORD
    edges = [0, *(np.flatnonzero(np.diff(is_long)) + 1).tolist(), len(longest)]
    pieces = []
    for first, last in pairwise(edges):
        places, sizes = starts[first:last].ravel(), lengths[first:last].ravel()
        if is_long[first]:
            places, sizes = _split(places, sizes)
        pieces.append(words[places].view(np.uint8)[_FIRST[sizes].view(np.bool_)])
    return np.concatenate((*pieces, spare))


def _split(starts: Indices, lengths: Indices) -> tuple[Indices, Indices]:
    """Where the words of cells start, and how many bytes of each belong to its cell."""
    words = (lengths + _WORD - 1) // _WORD
    rank = np.arange(int(words.sum())) - np.repeat(np.cumsum(words) - words, words)
    behind = rank * _WORD
    return np.repeat(starts, words) + behind, np.minimum(np.repeat(lengths, words) - behind, _WORD)
