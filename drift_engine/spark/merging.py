"""The states of all partitions to one, on the executors, in an order that nothing but the data decides.

    (part, piece, bytes) --by (piece, part // FAN_IN)--> FAN_IN parts merged, from the lowest to the highest
                         --the same again, until a piece is one--> driver: one state a piece

States of different columns have nothing to do with one another, so each piece of columns is a merge of its
own: as many run at once as there are pieces, and the driver gets one small state of each. Spark may deliver
parts in any order; they are sorted first, since a sketch remembers the order in which it was merged.

Up to `FAN_IN` parts this is the single machine's merge, from left to right, byte for byte. Beyond it is a
tree. Its sketches are within the stated error, its sums equal but for their last digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drift_engine.spark.partitions import FAILED
from drift_engine.states import DatasetState

if TYPE_CHECKING:
    from pyspark import RDD

FAN_IN = 256
"""Parts that are merged at once: some 50 MB of them, with four columns a piece (docs/scale.md)."""


@dataclass(frozen=True)
class Plan:
    """How much there is to merge.

    Attributes:
        parts: how many partitions there are.
        pieces: how many pieces each has.
        most_tasks: in how many tasks a level is merged at most; what comes out does not depend on it.
        fan_in: how many parts, neighbours in their order, become one on each level.
    """

    parts: int
    pieces: int
    most_tasks: int
    fan_in: int = FAN_IN


def merged(rows: RDD[Any], plan: Plan) -> RDD[tuple[int, bytes]]:
    """The merged state of every piece.

    Args:
        rows: (part, piece, state) of every partition.
        plan: how many of these there are.
    """
    level = rows.map(lambda row: (row[1], row[0], bytes(row[2])))
    parts = plan.parts
    while True:
        groups = max(1, -(-parts // plan.fan_in))
        tasks = max(1, min(plan.most_tasks, plan.pieces * groups))
        level = _next_level(level, plan.fan_in, tasks)
        if groups == 1:
            return level.map(lambda found: (found[0], found[2]))
        parts = groups


def _next_level(level: RDD[Any], fan_in: int, tasks: int) -> RDD[Any]:
    """(piece, group, state) of (piece, part, state)."""
    by_group = level.map(lambda found: ((found[0], found[1] // fan_in), (found[1], found[2])))
    return by_group.groupByKey(tasks).map(lambda found: (*found[0], in_order(found[0][0], found[1])))


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
