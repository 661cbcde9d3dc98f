"""The numbers of a `statistics.json`'s sketches, read all at once.

Nearly all of the file are the items of sketches, some 5,000 a numeric column. `json.loads` makes a Python
float of each; here they are lifted out of the text and read eight characters at a time, which takes about
half as long. Whatever looks unusual is left to `json.loads`, and so is everything that is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import FRACTIONAL, PADDING, Cells
from drift_engine.states.numbers import read_each

Floats: TypeAlias = npt.NDArray[np.float64]
_Levels: TypeAlias = list[tuple[int, int]]

_DATA = re.compile(rb'"data"\s*:\s*(\[\s*\[)')
_NEXT = re.compile(rb"\]\s*(,\s*\[|\])")
_PLACEHOLDER = "-Infinity"
"""What stands for a sketch's levels: the only value of which `json.loads` asks us what it is."""
_MOST_LEVELS = 48
_PART = 1 << 20
_SHORTEST = len("0.0")
_COMMA, _BLANK, _PLUS, _MINUS, _ZERO, _POINT = b", +-0."


def read_lifted(content: bytes) -> object | None:
    """The document, in which a sketch's `data` is a list of arrays; None where it is to be read as usual."""
    lifted = _lift(content)
    if lifted is None:
        return None
    text, sketches = lifted

    def sketch(constant: str) -> list[Floats]:
        if constant != _PLACEHOLDER:
            raise ValueError(constant)
        return next(sketches)

    try:
        value: object = json.loads(text.decode("utf-8-sig"), parse_constant=sketch)
    except (ValueError, RecursionError):
        return None
    return value


def _lift(content: bytes) -> tuple[bytes, Iterator[list[Floats]]] | None:
    """The text with a placeholder for the levels of each sketch, and these levels in order."""
    if _PLACEHOLDER.encode() in content:
        return None
    pieces, sketches, behind = [], [], 0
    for found in _DATA.finditer(content):
        levels, end = _levels(content, found.end())
        if not levels:
            return None
        pieces += [content[behind : found.start(1)], _PLACEHOLDER.encode()]
        sketches.append(levels)
        behind = end
    read: list[list[Floats]] = []
    while len(read) < len(sketches):
        part = _part(sketches, len(read))
        arrays = _arrays(content, part)
        if arrays is None:
            return None
        read += arrays
    return b"".join((*pieces, content[behind:])), iter(read)


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


def _part(sketches: list[_Levels], first: int) -> list[_Levels]:
    """Some sketches from the first on: as much text as stays in the processor's cache."""
    last, size = first, 0
    while last < len(sketches) and size < _PART:
        size += sketches[last][-1][1] - sketches[last][0][0]
        last += 1
    return sketches[first:last]


def _arrays(content: bytes, sketches: list[_Levels]) -> list[list[Floats]] | None:
    """The levels' numbers; None if one is not written as JSON writes a fraction."""
    texts = [[content[start:end].strip() for start, end in levels] for levels in sketches]
    numbers = _numbers(b",".join(text for levels in texts for text in levels if text))
    if numbers is None:
        return None
    sizes = [text.count(b",") + 1 if text else 0 for levels in texts for text in levels]
    arrays = iter(np.split(numbers, np.cumsum(sizes)[:-1]))
    return [[next(arrays) for _ in levels] for levels in texts]


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
