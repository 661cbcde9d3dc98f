"""CSV files to batches of text columns, at memory bounded by the block.

The tokenizer is our own because it must run with numpy alone in SageMaker's image, keep each cell's text
as it is for Model Monitor's rules on types, and name file and line in its errors. What each odd input
comes to stands in `docs/formats.md`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from drift_engine.errors import DataError
from drift_engine.readers.cells import Ragged, first_row, text_columns
from drift_engine.readers.names import header_names
from drift_engine.readers.options import ReadOptions, as_given
from drift_engine.readers.partition import DataFile, Partition
from drift_engine.readers.streams import at_least, chunks, compression, mended, warn_of_replaced
from drift_engine.readers.tokens import NEWLINE, Tokens, Unclosed, tokens
from drift_engine.readers.values import no_rows
from drift_engine.states.batch import Batch

_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)


def read_csv(files: Sequence[DataFile], options: ReadOptions) -> Iterator[Partition]:
    """One partition a file, rows in the file's order, all cells text; empty cells are missing."""
    for file in files:
        how = _by_name(file, options)
        yield Partition(file.name, partial(_batches, file, how), file.size, csv=(file, how))


def _by_name(file: DataFile, options: ReadOptions) -> ReadOptions:
    """The options with a tab as the separator, for a `.tsv` file where no other one is given."""
    name = file.name.lower()
    tabs = name.removesuffix(compression(name)).endswith(".tsv") and options.separator == ","
    return replace(options, separator="\t") if tabs else options


def _batches(file: DataFile, options: ReadOptions) -> Iterator[Batch]:
    names: tuple[str, ...] = ()
    ragged = Ragged()
    any_rows = False
    for found, line in _blocks(file, options):
        skip = 0
        if not names:
            names, skip = names_of(file, found, options)
            if not names:
                continue
        for columns, rows in text_columns(found, line, len(names), skip, options.batch_rows, ragged):
            any_rows = True
            yield Batch(names, columns, rows)
    if not names:
        raise only_blank(file)
    if not any_rows:
        yield no_rows(names)
    warn_of_ragged(file, ragged, len(names))


def names_of(file: DataFile, found: Tokens, options: ReadOptions) -> tuple[tuple[str, ...], int]:
    """The columns' names by the first row that is not blank, and how many rows to skip; none by blanks."""
    first = first_row(found)
    if first is None:
        return (), 0
    if options.format is None and first.cells[0].startswith(b"{"):
        said = "%s: is read as CSV and begins with {; if it holds JSON lines, give %s"
        _log.warning(said, file.name, as_given("format", "json"))
    elif len(first.cells) == 1 and (other := next((s for s in b";\t|" if s in first.cells[0]), None)):
        said = "%s: %r reads as one column; if %r is the separator, give %s"
        name, separator = first.cells[0].decode()[:80], as_given("separator", chr(other))
        _log.warning(said, file.name, name, chr(other), separator)
    cells = [cell.decode() for cell in first.cells] if options.header else [""] * len(first.cells)
    if _are_data(cells):
        said = "%s: all names of its header are numbers (%s); if its first row is data, give %s"
        _log.warning(said, file.name, ", ".join(cells)[:80], as_given("header", False))
    return header_names(cells), first.row + options.header


def _are_data(names: Sequence[str]) -> bool:
    """Whether a header looks like a row of numbers; not 0, 1, 2, ..., pandas' names of nameless columns."""
    if len(names) > 1 and list(names) == [str(place) for place in range(len(names))]:
        return False
    return any(names) and all(not name or _NUMBER.fullmatch(name) for name in names)


def only_blank(file: DataFile) -> DataError:
    """What is wrong with a file in which no row is found."""
    return DataError(f"{file.name}: holds blank lines only; expected a header or rows")


def warn_of_ragged(file: DataFile, ragged: Ragged, columns: int) -> None:
    """One warning for a file in which rows of another width than so many columns were counted."""
    if ragged.line:
        width = f"than the {_counted(columns, 'column', 'columns')}"
        said = [
            f"{_counted(rows, 'row has', 'rows have')} {what}"
            for rows, what in (
                (ragged.short, f"fewer cells {width} (the rest is missing)"),
                (ragged.long, f"more cells {width} (cut off)"),
            )
            if rows
        ]
        which = "the first of them is" if ragged.short + ragged.long > 1 else "it is"
        _log.warning("%s: %s; %s on line %d", file.name, ", ".join(said), which, ragged.line)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def open_row(
    file: DataFile, line: int, at: tuple[bytes, Unclosed], most_bytes: int | None = None
) -> DataError:
    """What is wrong with a text, on this line, in which a row does not end.

    `most_bytes` is how long a row may be, where that is the trouble; without it the file is at its end.
    """
    text, found = at
    place = f"{file.name}, line {line + text.count(NEWLINE, 0, max(0, found.quote))}"
    if most_bytes is None:
        return DataError(f"{place}: a quote that opens here is never closed")
    return DataError(f"{place}: this row is longer than max_row_bytes={most_bytes}; is a quote open?")


def _blocks(file: DataFile, options: ReadOptions) -> Iterator[tuple[Tokens, int]]:
    """Blocks of complete rows, each with the line on which it starts."""
    separator, quote = ord(options.separator), ord(options.quote) if options.quote else None
    source = chunks(file, options)
    rest, line, replaced, ended = b"", 1, 0, False
    while rest or not ended:
        piece = at_least(source, max(1, len(rest)))
        ended = not piece
        if ended and not rest:
            break
        buffer = rest + (piece or b"\n" * (not rest.endswith(b"\n")))
        complete = buffer.rfind(b"\n") + 1
        text, wrong = mended(buffer[:complete])
        replaced += wrong
        found = tokens(text, separator, quote) if text else Unclosed(-1)
        if isinstance(found, Unclosed):
            rest = text + buffer[complete:]
            if ended:
                raise open_row(file, line, (text, found))
            if len(rest) > options.max_row_bytes:
                raise open_row(file, line, (text, found), options.max_row_bytes)
            continue
        yield found, line
        line += found.newlines
        rest = text[found.used :] + buffer[complete:]
    warn_of_replaced(file, replaced)
