"""Unique column names out of whatever a source calls its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Unique names out of a CSV's header, as Spark makes them.

    An empty name becomes `_c<i>`; every one of several names that are equal but for upper and lower case
    gets its position appended. A name that is taken nevertheless gets its position once more.
    Source: Apache Spark 3.5, `CSVUtils.makeSafeHeader` at `spark.sql.caseSensitive=false`.

    >>> header_names(["a", "", "b", "A"])
    ('a0', '_c1', 'b', 'A3')
    """
    often = Counter(cell.lower() for cell in cells)
    wanted = (
        f"_c{i}" if not cell else f"{cell}{i}" if often[cell.lower()] > 1 else cell
        for i, cell in enumerate(cells)
    )
    return _distinct(wanted)


def frame_names(names: Iterable[object]) -> tuple[str, ...]:
    """Unique names out of a frame's column labels: their text; equal ones get their positions appended.

    >>> frame_names([1, "a", "a"])
    ('1', 'a1', 'a2')
    """
    texts = ["" if name is None else str(name) for name in names]
    often = Counter(texts)
    return _distinct(
        f"_c{i}" if not text else f"{text}{i}" if often[text] > 1 else text for i, text in enumerate(texts)
    )


def utf8_text(text: str) -> str:
    """The text with a question mark for each lone surrogate, which UTF-8 can't hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _distinct(wanted: Iterable[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for position, one in enumerate(wanted):
        name = utf8_text(one)
        while name in names:
            name = f"{name}_{position}"
        names[name] = None
    return tuple(names)
