r"""Readers: whatever holds a table, to partitions, to batches of columns, at bounded memory.

    source --paths--> data files --READERS--> partitions --batches()--> Batch, Batch, ...
       \-----------frames-----------------------^

- `sources` sorts what it is given into paths and frames; `paths` turns a path, glob or folder into files.
- `streams` gives a text file's UTF-8 bytes in chunks; `tokens`, `cells` and `gather` turn blocks of CSV into
  columns, each a few numpy calls per block; `json_lines`, `parquet` and `arrow_files` are other formats.
- `frames` sees which library a frame is of without importing any; `pandas_columns`, `polars_columns` and
  `arrow` read its columns; `values` says how a value that is no text reads as text.

A new file format is one file with a `read` function and one row in `READERS`. numpy is all that CSV and JSON
lines need. What each odd input comes to: `docs/formats.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from drift_engine.readers.arrow_files import read_arrow
from drift_engine.readers.csv import read_csv
from drift_engine.readers.json_lines import read_json
from drift_engine.readers.options import DEFAULT, ReadOptions
from drift_engine.readers.parquet import read_parquet
from drift_engine.readers.partition import DataFile, Partition, Reader
from drift_engine.readers.profile import read_profile
from drift_engine.readers.sources import read_sources

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "csv": Reader("csv", (".csv", ".tsv", ".txt", ".out"), read_csv, "Delimited text, RFC 4180"),
        "json": Reader("json", (".json", ".jsonl", ".ndjson"), read_json, "JSON lines: one object a line"),
        "parquet": Reader(
            "parquet", (".parquet", ".pq"), read_parquet, "Parquet, through pyarrow", is_text=False
        ),
        "arrow": Reader(
            "arrow",
            (".arrow", ".arrows", ".feather", ".ipc"),
            read_arrow,
            "Arrow IPC, files and streams, through pyarrow",
            is_text=False,
        ),
        "profile": Reader(
            "profile",
            (".profile",),
            read_profile,
            "What `profile` made of a part: a state, no rows",
            is_text=False,
        ),
    }
)


def partitions(source: object, options: ReadOptions = DEFAULT) -> Iterator[Partition]:
    """One partition a file or frame, in the order given; files of a folder or glob sorted by path.

    Args:
        source: a path, a glob, a folder, a pandas, polars or pyarrow frame, or a list of any of these.
        options: how to read files.

    Raises:
        ArgumentError: the source is none of these.
        DataError: there is no such file, or no file with a single byte of content.
    """
    return read_sources(source if isinstance(source, (list, tuple)) else [source], options, READERS)


__all__ = ["READERS", "DataFile", "Partition", "ReadOptions", "Reader", "partitions"]
