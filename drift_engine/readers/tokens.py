"""Where cells and rows end in a block of CSV: RFC 4180, in numpy, no Python loop per cell.

One `flatnonzero` finds separators, newlines and quotes together. Whether a separator lies inside quotes is
the parity of the quotes before it: a doubled quote flips it twice. That holds while every quote opens a cell,
closes one or is one of a doubled pair; where a quote stands anywhere else (`5" pipe`), the block is read
again by a regular expression that follows Python's `csv` module: such a quote is an ordinary character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEWLINE = 10
RETURN = 13


@dataclass(frozen=True, eq=False)
class Tokens:
    """The complete rows of a block; cell i is `data[stops[i - 1] + 1 : stops[i]]` and the first starts at 0.

    Attributes:
        data: uint8, the cells' bytes without the quotes that have a meaning, one byte between two cells.
        stops: int64 of shape (cells,), where each cell ends, rows one behind the other.
        row_stops: int64 of shape (rows,), the number of cells up to each row's end.
        returns: bool of shape (rows,): a carriage return ends the row's last cell and belongs to the newline;
            None where there is none.
        blank: bool of shape (rows,): the line is empty; None where none is.
        lines: int64 of shape (rows,), newlines of the block before each row; None where that is 0, 1, 2, ...
        used: how many bytes of the block the rows took.
        newlines: how many newlines are among those.
    """

    data: Bytes
    stops: Indices
    row_stops: Indices
    returns: Flags | None
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
        return _unquoted(block, separator, b"\r" in text)
    found = _quoted(block, separator, quote)
    return found if found is not None else _by_hand(text, separator, quote)


def _unquoted(block: Bytes, separator: int, may_return: bool) -> Tokens:
    stops = np.flatnonzero((block == separator) | (block == NEWLINE))
    row_stops = np.flatnonzero(block[stops] == NEWLINE) + 1
    returns, blank = _row_ends(block, stops, row_stops, may_return)
    return Tokens(block, stops, row_stops, returns, blank, None, len(block), len(row_stops))


def _row_ends(
    block: Bytes, at: Indices, row_stops: Indices, may_return: bool
) -> tuple[Flags | None, Flags | None]:
    """Which rows end with a carriage return, and which are blank lines; None for no row.

    Args:
        block: the bytes as they were read.
        at: where in the block the separators and newlines with a meaning stand.
        row_stops: as in `Tokens`.
        may_return: whether there is any carriage return.
    """
    ends = at[row_stops - 1]
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    if not may_return:
        blank = ends == starts
        return None, blank if blank.any() else None
    returns = (ends > starts) & (block[ends - 1] == RETURN)
    blank = ends - returns == starts
    return returns if returns.any() else None, blank if blank.any() else None


def _quoted(block: Bytes, separator: int, quote: int) -> Tokens | Unclosed | None:
    """The rows of a block with quotes; None where a quote neither opens, closes nor doubles."""
    at = np.flatnonzero((block == separator) | (block == NEWLINE) | (block == quote))
    what = block[at]
    is_quote = what == quote
    inside = np.cumsum(is_quote) & 1 == 1
    row_end = (what == NEWLINE) & ~inside
    last = int(np.flatnonzero(row_end)[-1]) if row_end.any() else -1
    opening, closing = is_quote & inside, is_quote & ~inside
    after_last = np.diff(at, prepend=-1) == 1
    before_next = np.append(after_last[1:], False)
    before_next[:-1] |= (what[1:] == NEWLINE) & (np.diff(at) == 2) & (block[at[1:] - 1] == RETURN)
    misplaced = (opening & ~after_last) | (closing & ~before_next)
    if misplaced[: last + 1 if last >= 0 else None].any():
        return None
    if last < 0:
        return Unclosed(int(at[np.flatnonzero(opening)[-1]]))
    return _without_quotes(block, at[: last + 1], what[: last + 1], is_quote[: last + 1], inside[: last + 1])


def _without_quotes(block: Bytes, at: Indices, what: Bytes, is_quote: Flags, inside: Flags) -> Tokens:
    """Rows whose quotes all have a meaning: these quotes are taken out, of a doubled pair one."""
    doubled = np.zeros(len(at), np.bool_)
    doubled[1:] = (is_quote & inside)[1:] & (is_quote & ~inside)[:-1] & (np.diff(at) == 1)
    dropped = is_quote & ~doubled
    used = int(at[-1]) + 1
    kept = np.ones(used, np.bool_)
    kept[at[dropped]] = False
    structural = ~is_quote & ~inside
    stops = (at - np.cumsum(dropped))[structural]
    newline = what == NEWLINE
    row_stops = np.flatnonzero(newline[structural]) + 1
    seen = np.cumsum(newline)
    newlines_before = seen[structural][row_stops - 1]
    lines = np.concatenate(([0], newlines_before[:-1]))
    returns, blank = _row_ends(block, at[structural], row_stops, may_return=True)
    return Tokens(block[:used][kept], stops, row_stops, returns, blank, lines, used, int(seen[-1]))


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
    stops: list[int] = []
    row_stops, blank, lines = [], [], []
    start, row_start, newlines = 0, 0, 0
    complete = (0, 0, 0)
    while match := _cell(separator, quote).match(text, start):
        quoted, tail, plain, end = match.groups()
        rest = plain if quoted is None else tail
        if end == b"\n":
            rest = rest.removesuffix(b"\r")
        data += rest if quoted is None else quoted.replace(mark + mark, mark) + rest
        stops.append(len(data))
        data += b"\n"
        start = match.end()
        if end == b"\n":
            row_stops.append(len(stops))
            blank.append(
                quoted is None and not rest and start - row_start <= 2 and text[row_start] in b"\r\n"
            )
            lines.append(newlines)
            newlines += text.count(b"\n", row_start, start)
            row_start = start
            complete = (len(stops), len(data), start)
    if not row_stops:
        return Unclosed(start)
    cells, size, used = complete
    return Tokens(
        data=np.frombuffer(bytes(data[:size]), np.uint8),
        stops=np.array(stops[:cells], np.int64),
        row_stops=np.array(row_stops, np.int64),
        returns=None,
        blank=np.array(blank, np.bool_),
        lines=np.array(lines, np.int64),
        used=used,
        newlines=newlines,
    )
