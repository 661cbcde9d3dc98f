"""Cells that lie anywhere in a byte array, laid side by side as a `TextColumn` wants them.

Each cell's bytes are copied once. Cells of equal length are copied together, as items of that many bytes:
faster than an index per byte, and no two writes overlap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drift_engine.states.batch import TextColumn

_SHORT = 64
# Spare bytes behind the last cell: states read eight bytes at a time.
_SPARE = 8


def text_columns_at(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> tuple[TextColumn, ...]:
    """Columns of text that share one array of bytes; cells of length 0 are missing.

    Args:
        data: uint8, where the cells lie.
        starts: int64 of shape (columns, rows), where each cell starts.
        lengths: int64 of the same shape, bytes of each cell.
    """
    columns, rows = lengths.shape
    sizes = lengths.ravel()
    offsets = np.empty(len(sizes) + 1, np.int64)
    offsets[0] = 0
    np.cumsum(sizes, out=offsets[1:])
    gathered = _gathered(data, starts.ravel(), sizes, offsets)
    missing = lengths == 0
    return tuple(
        TextColumn(gathered, offsets[c * rows : (c + 1) * rows + 1], missing[c]) for c in range(columns)
    )


def _gathered(
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """The cells' bytes, one cell behind the other, and `_SPARE` zeros."""
    total = int(offsets[-1])
    out = np.empty(total + _SPARE, np.uint8)
    out[total:] = 0
    clipped = np.minimum(lengths, _SHORT + 1).astype(np.uint8)
    order = np.argsort(clipped, kind="stable")
    groups = np.concatenate(([0], np.cumsum(np.bincount(clipped, minlength=_SHORT + 2)))).tolist()
    sources, targets = starts[order], offsets[:-1][order]
    for length in range(1, _SHORT + 1):
        begin, end = groups[length], groups[length + 1]
        if begin < end:
            item = np.dtype(f"V{length}")
            into = np.ndarray((total - length + 1,), item, out, 0, (1,))
            from_ = np.ndarray((len(data) - length + 1,), item, data, 0, (1,))
            into[targets[begin:end]] = from_[sources[begin:end]]
    for cell in order[groups[_SHORT + 1] :].tolist():
        source, target, length = int(starts[cell]), int(offsets[cell]), int(lengths[cell])
        out[target : target + length] = data[source : source + length]
    return out
