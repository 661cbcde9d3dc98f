"""CSV in a string, by the rules of CSV files."""

from __future__ import annotations

from itertools import pairwise

from drift_engine.errors import DataError
from drift_engine.readers.tokens import Unclosed, tokens

_SEPARATOR, _QUOTE = ord(","), ord('"')


def csv_rows(text: str, where: str) -> list[list[str]]:
    r"""The rows of a text without a header; blank lines are no rows.

    Args:
        text: CSV as RFC 4180 has it.
        where: what an error says of its place.

    Raises:
        DataError: a quote is never closed.

    >>> csv_rows('1,"a\nb"\r\n\n2,', "here")
    [['1', 'a\nb'], ['2', '']]
    """
    if '"' not in text:
        lines = (line.removesuffix("\r") for line in text.split("\n"))
        return [line.split(",") for line in lines if line]
    block = text.encode("utf-8", "replace")
    block += b"" if block.endswith(b"\n") else b"\n"
    found = tokens(block, _SEPARATOR, _QUOTE)
    if isinstance(found, Unclosed) or found.used < len(block):
        raise DataError(f"{where}: a quote in its data is never closed")
    cells = [found.data[a:b].tobytes().decode() for a, b in zip(found.starts, found.stops, strict=True)]
    blank = [False] * len(found.row_stops) if found.blank is None else found.blank.tolist()
    bounds = pairwise([0, *found.row_stops.tolist()])
    return [cells[start:stop] for (start, stop), skip in zip(bounds, blank, strict=True) if not skip]
