"""JSON lines to batches of text columns: one object a line, nested objects flattened to `outer.inner`.

Files are read twice: first for the keys of all files together, since a key may appear late and every batch
has the same columns; then for the rows. Memory stays bounded by the block.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from drift_engine.errors import DataError
from drift_engine.readers.json_shapes import ADVICE, ONE_A_LINE, of_a_line, of_an_only_object
from drift_engine.readers.names import utf8_text
from drift_engine.readers.options import ReadOptions, as_given
from drift_engine.readers.partition import DataFile, LineFile, Partition, SharedNames
from drift_engine.readers.streams import at_least, chunks, mended, warn_of_replaced
from drift_engine.readers.values import no_rows, rows_at_once, text_column
from drift_engine.states.batch import Batch


class _Number(str):
    """A number's text as it stands in the file."""

    __slots__ = ()


def _not_nan(constant: str) -> _Number | None:
    return None if constant == "NaN" else _Number(constant)


_DECODERS = {
    nan_is_missing: json.JSONDecoder(
        parse_int=_Number, parse_float=_Number, parse_constant=_not_nan if nan_is_missing else _Number
    )
    for nan_is_missing in (True, False)
}
"""By `ReadOptions.nan_is_missing`: JSON has no NaN, but `json.dumps` writes it for a missing float."""


@dataclass
class Row:
    """One line's cells by flattened key, None where the value is null; and the line's length."""

    size: int
    cells: dict[str, str | None] = field(default_factory=dict)

    def add(self, prefix: str, value: dict[str, object]) -> None:
        """Take in an object's values under their keys, nested ones under `prefix` and theirs."""
        for key, inner in value.items():
            name = utf8_text(f"{prefix}{key}")
            if isinstance(inner, dict):
                self.add(f"{name}.", inner)
            else:
                self.cells[name] = None if inner is None else _text(inner)


def read_json(files: Sequence[DataFile], options: ReadOptions) -> Iterator[Partition]:
    """One partition a file; all have the keys of all files as columns, in the order of first appearance.

    A value is the text that stands in the file (`1e5` stays `1e5`), an array is its JSON text, null and an
    absent key are missing, an empty string is not.
    """
    names = SharedNames(files)
    for file in files:
        lines = LineFile(file, options, names)
        yield Partition(file.name, partial(_batches, lines), file.size, lines=lines)


def _keys(files: Sequence[DataFile], options: ReadOptions) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for file in files:
        for row in _rows(file, options, quiet=True):
            keys.update(dict.fromkeys(row.cells))
    return some_keys(keys, files)


def some_keys(keys: dict[str, None], files: Sequence[DataFile]) -> tuple[str, ...]:
    """The keys of some files as names.

    Raises:
        DataError: there are none.
    """
    if not keys:
        raise DataError(f"{files[0].name}: no object in there has a key")
    return tuple(keys)


def _batches(source: LineFile) -> Iterator[Batch]:
    file, options = source.file, source.options
    names = source.names.found(partial(_keys, options=options))
    size = rows_at_once(options.batch_rows, len(names))
    rows: list[Row] = []
    held, any_rows = 0, False
    for row in _rows(file, options):
        any_rows = True
        rows.append(row)
        held += row.size
        if len(rows) >= size or held >= options.block_bytes:
            yield batch_of(names, rows)
            rows, held = [], 0
    if rows or not any_rows:
        yield batch_of(names, rows) if rows else no_rows(names)


def batch_of(names: tuple[str, ...], rows: Sequence[Row]) -> Batch:
    """Rows as a batch of these columns."""
    return Batch(
        names, tuple(text_column([row.cells.get(name) for row in rows]) for name in names), len(rows)
    )


def _rows(file: DataFile, options: ReadOptions, quiet: bool = False) -> Iterator[Row]:
    alone = None
    for place, (number, line) in enumerate(numbered_lines(file, options, quiet)):
        row, value = _read(file, options, number, line)
        alone = of_an_only_object(value) if place == 0 else None
        yield row
    if alone is not None:
        raise DataError(f"{file.name}: {alone}")


def rows_of(file: DataFile, options: ReadOptions, text: bytes, line: int) -> tuple[list[Row], int]:
    """The rows of complete lines, of which the first is the file's line `line`, and how much was `mended`.

    Raises:
        DataError: a line is no object.
    """
    rows, replaced = [], 0
    for number, each, wrong in _numbered(file, options, text.split(b"\n"), line):
        rows.append(_read(file, options, number, each)[0])
        replaced += wrong
    return rows, replaced


def refuse_only_object(file: DataFile, options: ReadOptions) -> None:
    """Nothing, unless a file of one row holds a whole table in it.

    Raises:
        DataError: it does.
    """
    for _ in _rows(file, options, quiet=True):
        pass


def _read(file: DataFile, options: ReadOptions, number: int, line: str) -> tuple[Row, dict[str, Any]]:
    """A line's row, and the object that it is."""
    try:
        value = _DECODERS[options.nan_is_missing].decode(line)
        row = Row(len(line))
        if isinstance(value, dict):
            row.add("", value)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{file.name}, line {number}: not JSON: {error.msg.removesuffix(' at')} "
            f"at character {error.pos + 1}; "
            f"{_expected(line, options)}"
        ) from error
    except RecursionError as error:
        raise DataError(f"{file.name}, line {number}: nested too deeply") from error
    if not isinstance(value, dict):
        raise DataError(
            f"{file.name}, line {number}: not an object but {line[:40]!r}; {_expected(line, options)}"
        )
    return row, value


def _expected(line: str, options: ReadOptions) -> str:
    """What to say of a line that is no object: another format too, where it was the name that told it."""
    told = options.format is not None or line.lstrip().startswith(("{", "["))
    return of_a_line(line) + ("" if told else f"; if it is CSV, give {as_given('format', 'csv')}")


def numbered_lines(file: DataFile, options: ReadOptions, quiet: bool = False) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their numbers from 1; `quiet` where they are read a second time."""
    number, rest, replaced = 0, b"", 0
    source = chunks(file, options)
    while chunk := at_least(source, max(1, len(rest))):
        *complete, rest = (rest + chunk).split(b"\n")
        for place, line, wrong in _numbered(file, options, complete, number + 1):
            replaced += wrong
            yield place, line
        number += len(complete)
        refuse_long(file, options, number + 1, len(rest))
    for place, line, wrong in _numbered(file, options, [rest], number + 1):
        replaced += wrong
        yield place, line
    if not quiet:
        warn_of_replaced(file, replaced)


def _numbered(
    file: DataFile, options: ReadOptions, lines: Iterable[bytes], first: int
) -> Iterator[tuple[int, str, int]]:
    """Of lines, numbered from `first` on, those that are not blank, and how much of each was `mended`."""
    for number, line in enumerate(lines, start=first):
        refuse_long(file, options, number, len(line))
        if line.strip():
            text, wrong = mended(line)
            yield number, text.decode(), wrong


def refuse_long(file: DataFile, options: ReadOptions, number: int, size: int) -> None:
    """Nothing, unless a line has more bytes, so far, than a row may have.

    Raises:
        DataError: it has.
    """
    if size > options.max_row_bytes:
        raise DataError(
            f"{file.name}, line {number}: longer than max_row_bytes={options.max_row_bytes}; "
            f"{ONE_A_LINE if number > 1 else ADVICE}"
        )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value)


def _json(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}:{_json(inner)}" for key, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    return json.dumps(value, ensure_ascii=False)
