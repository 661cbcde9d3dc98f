"""The numbers of a `statistics.json`'s sketches, read all at once.

Nearly all of the file are the items of sketches, some 5,000 a numeric column. `json.loads` makes a Python
float of each; here they are lifted out of the text and read many at once (`decimals`), which takes a quarter
of the time, or two thirds where they are written unusually (`states.numbers`). Whatever is stranger than that
is left to `json.loads`, and so is everything that is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.monitor_files.decimals import read_decimals
from drift_engine.states.cells import FRACTIONAL, PADDING, Cells
from drift_engine.states.numbers import read_each

Floats: TypeAlias = npt.NDArray[np.float64]
_Levels: TypeAlias = list[tuple[int, int]]

_KEY = b'"data"'
_DATA = re.compile(rb'"data"\s*:\s*(\[\s*\[)')
_NEXT = re.compile(rb"\]\s*(,\s*\[|\])")
_PLACEHOLDER = b"-Infinity"
"""What stands for a sketch's levels: the only value of which `json.loads` asks us what it is."""
_MOST_LEVELS = 48
_PART = 1 << 17
_SHORTEST = len("0.0")
_MOST_A_NUMBER = 64
_COMMA, _BLANK, _PLUS, _MINUS, _ZERO, _POINT = b", +-0."


def read_lifted(content: bytes) -> object | None:
    """The document, in which a sketch's `data` is a list of arrays; None where it is to be read as usual."""
    lifted = _lift(content)
    if lifted is None:
        return None
    text, sketches = lifted

    def sketch(constant: str) -> list[Floats]:
        if constant != _PLACEHOLDER.decode():
            raise ValueError(constant)
        return next(sketches)

    try:
        value: object = json.loads(text.decode("utf-8-sig"), parse_constant=sketch)
    except (ValueError, RecursionError):
        return None
    return value


def _lift(content: bytes) -> tuple[bytes, Iterator[list[Floats]]] | None:
    """The text with a placeholder for the levels of each sketch, and these levels in order."""
    pieces, sketches, behind, at = [], [], 0, content.find(_KEY)
    while at >= 0:
        found = _DATA.match(content, at)
        if found is None:
            at = content.find(_KEY, at + len(_KEY))
            continue
        levels, end = _levels(content, found.end())
        if not levels:
            return None
        pieces += [content[behind : found.start(1)], _PLACEHOLDER]
        sketches.append(levels)
        behind = end
        at = content.find(_KEY, end)
    rest = b"".join((*pieces, content[behind:]))
    if rest.count(_PLACEHOLDER) != len(sketches):
        return None
    arrays: list[Floats] = []
    for part in _parts([level for levels in sketches for level in levels]):
        read = _arrays(content, part)
        if read is None:
            return None
        arrays += read
    each = iter(arrays)
    return rest, iter([[next(each) for _ in levels] for levels in sketches])


def _levels(content: bytes, start: int) -> tuple[_Levels, int]:
    """Where the levels are, the first one from `start` on, and where their list ends."""
    levels: _Levels = []
    while len(levels) < _MOST_LEVELS:
        end = content.find(b"]", start)
        following = None if end < 0 else _NEXT.match(content, end)
        if following is None:
            break
        levels.append((start, end))
        start = following.end()
        if following[1] == b"]":
            return levels, start
    return [], start


def _parts(levels: _Levels) -> Iterator[_Levels]:
    """Some neighbouring levels at a time: as much text as stays in the processor's cache."""
    part: _Levels = []
    size = 0
    for start, end in levels:
        part.append((start, end))
        size += end - start
        if size >= _PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _arrays(content: bytes, levels: _Levels) -> list[Floats] | None:
    """The levels' numbers; None if one is not written as JSON writes a fraction."""
    texts = [content[start:end].strip() for start, end in levels]
    there = [text for text in texts if text]
    comma = b", " if there and b", " in there[0][:_MOST_A_NUMBER] else b","
    text = comma.join(there)
    quick = read_decimals(text)
    if quick is None:
        numbers = _numbers(text)
        if numbers is None:
            return None
        sizes = [each.count(b",") + 1 if each else 0 for each in texts]
        return np.split(numbers, np.cumsum(sizes)[:-1])
    # Sketches take read-only arrays without a copy.
    quick.values.flags.writeable = False
    # Where each text ends in the joined one, and so how many numbers end up to there.
    lengths = [len(each) + len(comma) if each else 0 for each in texts]
    last = np.searchsorted(quick.ends, np.cumsum(lengths) - len(comma), side="right").tolist()
    return [quick.values[start:end] for start, end in zip([0, *last[:-1]], last, strict=True)]


def _numbers(text: bytes) -> Floats | None:
    """The numbers in a text with commas between; None if one is not written as JSON writes a fraction."""
    if not text:
        return np.empty(0)
    data = np.frombuffer(text + bytes(PADDING), dtype=np.uint8)
    commas = np.flatnonzero(data[: len(text)] == _COMMA)
    starts, ends = np.concatenate(([0], commas + 1)), np.concatenate((commas, [len(text)]))
    starts += data[starts] == _BLANK
    ends -= data[ends - 1] == _BLANK
    if int((ends - starts).min()) < _SHORTEST or (data[starts] == _PLUS).any():
        return None
    digits = starts + (data[starts] == _MINUS)
    if ((data[digits] == _ZERO) & (data[digits + 1] != _POINT)).any():
        return None
    read = read_each(Cells(data, starts, ends - starts))
    return read.values if bool((read.numbered & (read.types == FRACTIONAL)).all()) else None
