"""What a user hands over as data, to partitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, cast

from drift_engine.errors import DataError
from drift_engine.readers.csv import read_csv
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import Partition
from drift_engine.readers.paths import data_files
from drift_engine.readers.streams import has_content

Source: TypeAlias = Any


_DEFAULT = ReadOptions()


def partitions(source: Source | Sequence[Source], options: ReadOptions = _DEFAULT) -> Iterator[Partition]:
    """One partition a file, files of a folder sorted by path.

    Raises:
        DataError: nothing is there, or nothing in it has content.
    """
    sources = source if isinstance(source, (list, tuple)) else [source]
    files = [file for one in sources for file in data_files(cast(str, one))]
    full = [file for file in files if file.size and has_content(file, options)]
    if not full:
        raise DataError(
            f"{', '.join(f.name for f in files[:3])}: no data in there, not a single row or header"
        )
    yield from read_csv(full, options)
