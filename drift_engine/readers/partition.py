"""What readers are given and what they give back: files, partitions, and a row of the table of readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from drift_engine.readers.options import ReadOptions
from drift_engine.states.batch import Batch, Column
from drift_engine.states.dataset import DatasetState


@dataclass(eq=False)
class Meter:
    """How far a file was read.

    Attributes:
        size: bytes as stored.
        stream: what was opened last.
        rows: how many rows the file has, where it says so itself.
    """

    size: int
    stream: BinaryIO | None = None
    rows: int | None = None

    def opened(self, opens: Callable[[], BinaryIO]) -> BinaryIO:
        """Open the file and look at how far it is read from now on."""
        self.stream = opens()
        return self.stream

    def share(self, rows: int) -> float | None:
        """The share that is read after so many rows, 0 to 1; None where nobody knows."""
        if self.rows:
            return min(rows / self.rows, 1.0)
        if self.stream is None or self.stream.closed or not self.size:
            return None
        return min(self.stream.tell() / self.size, 1.0)


@dataclass(frozen=True)
class DataFile:
    """Bytes with a name, wherever they lie.

    Attributes:
        name: how messages name it: the path as it was found.
        open: opens it for reading bytes from its start; may be called more than once.
        size: bytes as stored (compressed).
        written: when, in UTC, of an object in S3; None of other files.
        path: where it lies on this machine, for libraries that read it past Python; None for elsewhere.
        meter: how far it was read, for who watches.
        below: its path below the folder, or the fixed part of the pattern, that was given; "" for none.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int
    written: datetime | None = None
    path: Path | None = None
    meter: Meter | None = None
    below: str = ""


class SharedNames:
    """The columns' names that some files have together, found once, by who asks first."""

    def __init__(self, files: Sequence[DataFile]) -> None:
        self._files = tuple(files)
        self._found: tuple[str, ...] | None = None

    def found(self, find: Callable[[Sequence[DataFile]], tuple[str, ...]]) -> tuple[str, ...]:
        """The names, by this way of finding them where nobody has asked before."""
        if self._found is None:
            self._found = find(self._files)
        return self._found


@dataclass(frozen=True)
class LineFile:
    """A file of JSON lines, how to read it, and the columns of all files of which it is one."""

    file: DataFile
    options: ReadOptions
    names: SharedNames


class ColumnFile(Protocol):
    """A file whose columns can be read apart from each other, in portions of rows (Parquet's row groups).

    Attributes:
        names: the columns' names.
        numeric: of each column whether it holds numbers.
        rows: how many rows each portion has.
    """

    names: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[int, ...]

    def read(self, portion: int, columns: Sequence[int]) -> Iterator[tuple[tuple[Column, ...], int]]:
        """Some columns of a portion and their rows, piece by piece; from several threads at once.

        Raises:
            DataError: the file is damaged.
        """

    def close(self) -> None:
        """No thread reads any more."""


@dataclass(frozen=True)
class Partition:
    """Rows that are profiled as one, in order: one file, or one frame.

    Attributes:
        name: the file's path, or what the frame is, as "<pandas DataFrame>".
        batches: starts reading; each call reads from the start. All batches have the same names, and there
            is at least one, which may have 0 rows.
        size: bytes as stored, for progress; None where that says nothing.
        csv: a file of CSV and how to read it, for who reads it in another way than by batches.
        lines: a file of JSON lines, in the same way.
        state: gives the state that the rows left behind elsewhere, which is all that there is: `batches`
            then is an error.
        columns: opens the file for reading its columns one by one; None where that can't be, and it answers
            None for a file of this format with which it can't.
        meter: how far its file was read.
        constants: columns of one text each (None: missing) that come behind those of `csv`, `lines` and
            `columns`, unless the file has one of the name; `batches` have them already.
    """

    name: str
    batches: Callable[[], Iterator[Batch]]
    size: int | None = None
    csv: tuple[DataFile, ReadOptions] | None = None
    lines: LineFile | None = None
    state: Callable[[], DatasetState] | None = None
    columns: Callable[[], ColumnFile | None] | None = None
    meter: Meter | None = None
    constants: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """A row of `READERS`: one file format.

    Attributes:
        name: the format, as in `ReadOptions.format`.
        suffixes: lower-case endings of file names that mean this format (a compression's ending taken off).
        read: files of this format, none of them without content, to one partition each, in order.
        summary: one line for people.
        is_text: whether a file of newlines alone is as good as an empty one.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Sequence[DataFile], ReadOptions], Iterator[Partition]]
    summary: str
    is_text: bool = True
