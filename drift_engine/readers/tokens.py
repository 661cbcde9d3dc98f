"""Where cells and rows end in a block of CSV: RFC 4180, in numpy, no Python loop per cell.

One `flatnonzero` finds the marks: separators, newlines and quotes; `quotes.Quotes` says which of them lie
inside quoted cells. Where text stands behind a closing quote (`"x"y`), the block is read again by a regular
expression. Both follow Python's `csv` module: a quote inside an unquoted cell (`5" pipe`) is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from drift_engine.readers.quotes import Bytes, Flags, Indices, Quotes

NEWLINE = 10
RETURN = 13


@dataclass(frozen=True, eq=False)
class Tokens:
    """The complete rows of a block; cell i is `data[starts[i]:stops[i]]`.

    Attributes:
        data: uint8, the block's bytes, of a doubled quote one.
        starts: int64 of shape (cells,), rows one behind the other.
        stops: int64 of shape (cells,).
        row_stops: int64 of shape (rows,), the number of cells up to each row's end.
        blank: bool of shape (rows,): the line is empty; None where none is.
        lines: int64 of shape (rows,), newlines of the block before each row; None where that is 0, 1, 2, ...
        used: how many bytes of the block the rows took.
        newlines: how many newlines are among those.
    """

    data: Bytes
    starts: Indices
    stops: Indices
    row_stops: Indices
    blank: Flags | None
    lines: Indices | None
    used: int
    newlines: int


@dataclass(frozen=True)
class Unclosed:
    """No complete row ends in the block: where its last open quote stands, in bytes, or -1 for no quote."""

    quote: int


def tokens(text: bytes, separator: int, quote: int | None) -> Tokens | Unclosed:
    """The rows that end in a block.

    Args:
        text: starts where a row starts and ends with a newline.
        separator: the byte between cells.
        quote: the byte around cells, None for no such byte.
    """
    block = np.frombuffer(text, np.uint8)
    if quote is None or bytes([quote]) not in text:
        ends = np.flatnonzero((block == separator) | (block == NEWLINE))
        row_stops = np.flatnonzero(block[ends] == NEWLINE) + 1
        starts, stops, blank = _cells(block, ends, row_stops)
        return Tokens(block, starts, stops, row_stops, blank, None, len(block), len(row_stops))
    found = _quoted(block, separator, quote)
    return found if found is not None else _by_hand(text, separator, quote)


def _cells(block: Bytes, ends: Indices, row_stops: Indices) -> tuple[Indices, Indices, Flags | None]:
    """Where cells start and stop, their quotes included, and which rows are blank lines; None for no row.

    A carriage return before the newline at a row's end belongs to the newline.
    """
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    stops = ends
    last = row_stops - 1
    returns = (stops[last] > starts[last]) & (block[stops[last] - 1] == RETURN)
    if returns.any():
        stops = stops.copy()
        stops[last] -= returns
    first = np.concatenate(([0], row_stops[:-1]))
    blank = stops[last] == starts[first]
    return starts, stops, blank if blank.any() else None


def _quoted(block: Bytes, separator: int, quote: int) -> Tokens | Unclosed | None:
    """The rows of a block with quotes; None where text stands behind a closing quote."""
    at = np.flatnonzero((block == separator) | (block == NEWLINE) | (block == quote))
    what = block[at]
    newline = what == NEWLINE
    quotes = Quotes.of(block, at, what == quote)
    ends = ~(quotes.is_quote | quotes.inside)
    row_ends = np.flatnonzero(ends & newline)
    last = int(row_ends[-1]) if len(row_ends) else -1
    if quotes.first_misplaced <= (last if last >= 0 else len(at)):
        return None
    if last < 0:
        return Unclosed(int(at[quotes.last_opening]))
    used = int(at[last]) + 1
    ends[last + 1 :] = False
    seen = np.cumsum(newline)
    lines = np.concatenate(([0], seen[row_ends[:-1]]))
    row_stops = np.flatnonzero(newline[ends]) + 1
    starts, stops, blank = _cells(block, at[ends], row_stops)
    is_quoted = block[starts] == quote
    starts, stops = starts + is_quoted, stops - is_quoted
    data = block
    if len(quotes.doubled):
        kept = np.ones(len(block), np.bool_)
        kept[quotes.doubled] = False
        before: Indices = np.cumsum(kept) - kept
        starts, stops, data = before[starts], before[stops], block[kept]
    return Tokens(data, starts, stops, row_stops, blank, lines, used, int(seen[last]))


@lru_cache(maxsize=16)
def _cell(separator: int, quote: int) -> re.Pattern[bytes]:
    """One cell and the separator or newline behind it; no match where a quoted cell does not end."""
    s, q = re.escape(bytes([separator])), re.escape(bytes([quote]))
    parts = {b"s": s, b"q": q}
    quoted = b"%(q)s([^%(q)s]*(?:%(q)s%(q)s[^%(q)s]*)*)%(q)s(?!%(q)s)([^%(s)s\n]*)" % parts
    return re.compile(b"(?:%s|(?!%s)([^%s\n]*))([%s\n])" % (quoted, q, s, s))


def _by_hand(text: bytes, separator: int, quote: int) -> Tokens | Unclosed:
    """The rows as Python's `csv` module reads them, cell by cell."""
    mark = bytes([quote])
    data = bytearray()
    edges: list[tuple[int, int]] = []
    row_stops: list[int] = []
    blank: list[bool] = []
    lines: list[int] = []
    start, row_start, newlines = 0, 0, 0
    while match := _cell(separator, quote).match(text, start):
        quoted, tail, plain, end = match.groups()
        rest = plain if quoted is None else tail
        if end == b"\n":
            rest = rest.removesuffix(b"\r")
        begin = len(data)
        data += rest if quoted is None else quoted.replace(mark + mark, mark) + rest
        edges.append((begin, len(data)))
        start = match.end()
        if end == b"\n":
            row_stops.append(len(edges))
            blank.append(text[row_start:start] in (b"\n", b"\r\n"))
            lines.append(newlines)
            newlines += text.count(b"\n", row_start, start)
            row_start = start
    if not row_stops:
        return Unclosed(start)
    cells = np.array(edges[: row_stops[-1]], np.int64)
    return Tokens(
        data=np.frombuffer(bytes(data), np.uint8),
        starts=cells[:, 0],
        stops=cells[:, 1],
        row_stops=np.array(row_stops, np.int64),
        blank=np.array(blank, np.bool_),
        lines=np.array(lines, np.int64),
        used=row_start,
        newlines=newlines,
    )
