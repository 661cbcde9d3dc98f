"""The states of all partitions to one, on the executors, in an order that nothing but the data decides.

    (part, piece, bytes) --by (piece, part // FAN_IN)--> FAN_IN parts merged, from the lowest to the highest
                         --by piece--> the groups merged the same way --> driver: one state a piece

States of different columns have nothing to do with one another, so each piece of columns is a merge of its
own: as many run at once as there are pieces, and the driver gets one small state of each. Spark may deliver
parts in any order; they are sorted first, since a sketch remembers the order in which it was merged.

Up to `FAN_IN` parts this is the single machine's merge, from left to right, byte for byte. Beyond it is a
tree of two levels. Its sketches are within the stated error, its sums equal but for their last digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from drift_engine.spark.partitions import FAILED
from drift_engine.states import DatasetState

if TYPE_CHECKING:
    from pyspark import RDD

FAN_IN = 256
"""Parts that are merged at once: some 50 MB of them, with four columns a piece (docs/scale.md)."""


def merged(rows: RDD[Any], tasks: int, fan_in: int = FAN_IN) -> RDD[tuple[int, bytes]]:
    """The merged state of every piece.

    Args:
        rows: (part, piece, state) of every partition.
        tasks: in how many tasks each level is merged; what comes out does not depend on it.
        fan_in: how many parts, neighbours in their order, the first level merges into one.
    """
    by_group = rows.map(lambda row: ((row[1], row[0] // fan_in), (row[0], bytes(row[2]))))
    groups = by_group.groupByKey(tasks).map(lambda found: (*found[0], in_order(found[0][0], found[1])))
    by_piece = groups.map(lambda group: (group[0], (group[1], group[2]))).groupByKey(tasks)
    return by_piece.map(lambda found: (found[0], in_order(*found)))


def in_order(piece: int, parts: Iterable[tuple[int, bytes]]) -> bytes:
    """The state of all these parts of a piece, merged from the lowest number to the highest.

    Where the piece is `FAILED`, the message of the lowest part.
    """
    ordered = sorted(parts, key=lambda part: part[0])
    if piece == FAILED:
        return ordered[0][1]
    total = DatasetState()
    for _, state in ordered:
        total = total.merge(DatasetState.from_bytes(state))
    return total.to_bytes()
