"""The JSONPath filters of a batch transform job, as far as they make sense on a CSV record.

A record is the root element `$`, an array of cells. `InputFilter` picks what the model gets, `OutputFilter`
what is written. Source: the developer guide's "Associate Prediction Results with Input Records".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from local_aws.errors import LocalAwsError

Cell = TypeVar("Cell")

_SLICE = re.compile(r"\$\[(?P<start>-?\d*):(?P<stop>-?\d*)\]")
_INDEXES = re.compile(r"\$\[(?P<indexes>-?\d+(?:\s*,\s*-?\d+)*)\]")


class FilterError(LocalAwsError):
    """The filter is not one that a CSV record can be filtered with."""


def record_filter(path: str) -> Callable[[Sequence[Cell]], list[Cell]]:
    """A function from a record's cells to the cells that the filter keeps, in the filter's order.

    Args:
        path: `$`, `$[i]`, `$[i,j]`, `$[i:]`, `$[i:j]` or `$[-k:]`; indexes count from 0, negative ones from
            the end.

    Raises:
        FilterError: The path is none of these. The returned function raises IndexError for a cell that is
            not there.

    >>> record_filter("$[1:]")(["id", "1.5", "2"])
    ['1.5', '2']
    >>> record_filter("$[0,-1]")(["id", "1.5", "2"])
    ['id', '2']
    """
    text = path.strip()
    if text == "$":
        return list
    if found := _SLICE.fullmatch(text):
        bounds = slice(*(int(bound) if bound else None for bound in found.group("start", "stop")))
        return lambda record: list(record[bounds])
    if found := _INDEXES.fullmatch(text):
        indexes = [int(index) for index in found["indexes"].split(",")]
        return lambda record: [record[index] for index in indexes]
    raise FilterError(
        f"JSONPath {path!r} is not one of $, $[i], $[i,j], $[i:], $[i:j], $[-k:] that a CSV record knows"
    )
