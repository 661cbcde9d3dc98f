"""The state of a table: its rows and a state for every column."""

from __future__ import annotations

from collections.abc import Sequence, Set

from drift_engine.errors import DataError
from drift_engine.states import envelope
from drift_engine.states.batch import Batch
from drift_engine.states.column import ColumnState
from drift_engine.states.profile import Profile

_KIND = b"SET1"


class DatasetState:
    """A table's state; the empty one, which has seen no batch, is the identity of `merge`.

    `add` continues one partition (one file), `merge` puts partitions together: the sketch differs between
    the two, as it does in the service.
    """

    def __init__(self) -> None:
        self._names: tuple[str, ...] | None = None
        self._columns: tuple[ColumnState, ...] = ()
        self._rows = 0

    @classmethod
    def of(cls, batch: Batch) -> DatasetState:
        """The state of one batch."""
        state = cls()
        state.add(batch)
        return state

    @classmethod
    def from_parts(cls, names: Sequence[str], columns: Sequence[ColumnState], rows: int) -> DatasetState:
        """The state of a table whose columns' states were made elsewhere."""
        state = cls()
        state._names, state._columns, state._rows = tuple(names), tuple(columns), rows
        return state

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self._rows

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in the order of the source; none before the first batch."""
        return self._names or ()

    @property
    def columns(self) -> tuple[ColumnState, ...]:
        """The columns' states, in the order of `names`."""
        return self._columns

    def add(self, batch: Batch) -> None:
        """Take in the next rows of the same partition, in place.

        Raises:
            DataError: the batch has other columns than the first one, or they are not all of its length.
        """
        refuse_other_columns(self._names, batch)
        if self._names is None:
            self._names = batch.names
            self._columns = tuple(ColumnState() for _ in batch.names)
        for state, column in zip(self._columns, batch.columns, strict=True):
            state.add(column)
        self._rows += batch.rows

    def merge(self, other: DatasetState) -> DatasetState:
        """The state of both tables, this one's rows and order of columns first; arguments stay as they are.

        Raises:
            DataError: the tables do not have the same column names.
        """
        if self._names is None or other._names is None:
            return (self if other._names is None else other).copy()
        if set(self._names) != set(other._names):
            raise DataError(_differing(self._names, other._names))
        theirs = dict(zip(other._names, other._columns, strict=True))
        merged = DatasetState()
        merged._names = self._names
        merged._columns = tuple(
            state.merge(theirs[name]) for name, state in zip(self._names, self._columns, strict=True)
        )
        merged._rows = self._rows + other._rows
        return merged

    def copy(self) -> DatasetState:
        """An equal state that shares nothing that changes."""
        twin = DatasetState()
        twin._names, twin._rows = self._names, self._rows
        twin._columns = tuple(state.copy() for state in self._columns)
        return twin

    def renamed(self, names: Sequence[str]) -> DatasetState:
        """The same columns under other names, by position.

        Raises:
            DataError: there are not as many names as columns, or a name occurs twice.
        """
        if len(names) != len(self.names) or len(set(names)) != len(names):
            raise DataError(f"{len(self.names)} columns need as many different names, not {list(names)}")
        twin = self.copy()
        if twin._names is not None:
            twin._names = tuple(names)
        return twin

    def without(self, names: Set[str]) -> DatasetState:
        """The table without these columns."""
        kept = [
            (name, state) for name, state in zip(self.names, self.columns, strict=True) if name not in names
        ]
        return DatasetState.from_parts([name for name, _ in kept], [state for _, state in kept], self.rows)

    def profile(self) -> Profile:
        """What the table says of itself, column by column."""
        features = tuple(state.profile(name) for name, state in zip(self.names, self._columns, strict=True))
        return Profile(item_count=self._rows, features=features)

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        writer.integers([self._rows, -1 if self._names is None else len(self._names)])
        for name, state in zip(self.names, self._columns, strict=True):
            writer.text(name)
            writer.raw(state.to_bytes())
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> DatasetState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        rows, number = reader.pair()
        parts = [(reader.text(), ColumnState.from_bytes(reader.raw())) for _ in range(max(number, 0))]
        reader.finish(rows >= 0 and number >= -1)
        state = cls()
        state._rows = rows
        state._names = None if number == -1 else tuple(name for name, _ in parts)
        state._columns = tuple(column for _, column in parts)
        return state


def refuse_other_columns(names: tuple[str, ...] | None, batch: Batch) -> None:
    """Nothing, if a batch fits those before it, which had these names (None: it is the first).

    Raises:
        DataError: the batch has other columns than the first one, or they are not all of its length.
    """
    if names is not None and names != batch.names:
        raise DataError(_differing(names, batch.names))
    if len(batch.columns) != len(batch.names) or any(len(each) != batch.rows for each in batch.columns):
        raise DataError(f"a batch of {batch.rows} rows has columns of another length or number")


def _differing(first: Sequence[str], second: Sequence[str]) -> str:
    missing = [name for name in first if name not in set(second)]
    extra = [name for name in second if name not in set(first)]
    if not missing and not extra:
        return f"the same columns come in another order: {list(first)} and then {list(second)}"
    return f"parts of one table have different columns: missing {missing}, extra {extra}"
