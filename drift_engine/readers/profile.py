"""Profiles of parts (`drift-engine profile`, the Spark job) as partitions: states in place of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from drift_engine.errors import DataError, ProfileFileError
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, Partition
from drift_engine.states.batch import Batch
from drift_engine.states.dataset import DatasetState


def read_profile(files: Sequence[DataFile], _options: ReadOptions) -> Iterator[Partition]:
    """One partition a file, with the state that it holds."""
    for file in files:
        yield Partition(file.name, partial(_no_rows, file), file.size, state=partial(_state, file))


def _state(file: DataFile) -> DatasetState:
    with file.open() as stream:
        content = stream.read()
    try:
        return DatasetState.from_bytes(content)
    except ProfileFileError as error:
        raise ProfileFileError(f"{file.name}: {error}") from error


def _no_rows(file: DataFile) -> Iterator[Batch]:
    raise DataError(f"{file.name}: is a profile, which has no rows: this needs the data that it was made of")
