"""What a user hands over as data, to partitions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from drift_engine.errors import ArgumentError, DataError
from drift_engine.readers.frames import frame_partition, is_frame
from drift_engine.readers.hive import warn_of_no_folders, with_folder_columns
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, Meter, Partition, Reader
from drift_engine.readers.paths import data_files
from drift_engine.readers.streams import compression, has_content

_PROBE_BYTES = 65_536
_SCORED = ".out"


def read_sources(
    sources: Sequence[object], options: ReadOptions, readers: Mapping[str, Reader]
) -> Iterator[Partition]:
    """The partitions of sources in their order; files without content are left out.

    Raises:
        ArgumentError: a source is neither a path nor a frame, or there is none.
        DataError: a path leads to nothing, or nothing has any content.
    """
    frames: dict[int, Partition] = {}
    files: list[tuple[int, Reader, DataFile]] = []
    for place, source in enumerate(sources):
        if is_frame(source):
            frames[place] = frame_partition(source, options)
        elif isinstance(source, (str, os.PathLike)):
            files += [(place, _reader(file, options, readers), file) for file in data_files(source)]
        else:
            raise ArgumentError(_refused(source))
    if not frames and not files:
        raise ArgumentError("data: the list of sources is empty")
    full = [one for one in files if _has_content(one[2], one[1], options)]
    if not frames and not full:
        looked = ", ".join(file.name for _, _, file in files[:3]) + (", ..." if len(files) > 3 else "")
        raise DataError(f"{looked}: nothing to read: not a single byte of a header or a row")
    if options.folder_columns:
        warn_of_no_folders([file for _, _, file in full])
    for place in range(len(sources)):
        if place in frames:
            yield frames[place]
        for _, group in groupby((one for one in full if one[0] == place), key=lambda one: one[1].name):
            found = list(group)
            watched = [_metered(file) for _, _, file in found]
            for partition, file in zip(found[0][1].read(watched, options), watched, strict=True):
                made = replace(partition, meter=file.meter)
                yield with_folder_columns(made, file.below) if options.folder_columns else made


def _metered(file: DataFile) -> DataFile:
    meter = Meter(file.size)
    return replace(file, open=partial(meter.opened, file.open), meter=meter)


_FRAMES = "pandas.DataFrame, polars.DataFrame, pyarrow.Table, pyarrow.RecordBatch"


def _refused(source: object) -> str:
    if type(source).__module__.startswith("pyspark."):
        return (
            "data: a Spark DataFrame is read by drift_engine.spark.make_baseline and drift_engine.spark.check"
        )
    return f"data: {type(source).__name__} is neither a path nor a frame ({_FRAMES})"


def _reader(file: DataFile, options: ReadOptions, readers: Mapping[str, Reader]) -> Reader:
    """The reader of a file: the one that the options name, else the one of its suffix, else CSV's.

    Batch Transform puts `.out` behind its input's name; what it writes is text, whatever that was.
    """
    if options.format is not None:
        return readers[options.format]
    name = file.name.lower()
    name = name.removesuffix(compression(name))
    if name.endswith(_SCORED):
        name = name.removesuffix(_SCORED)
        name = name.removesuffix(compression(name))
        readers = {key: reader for key, reader in readers.items() if reader.is_text}
    return next((reader for reader in readers.values() if name.endswith(reader.suffixes)), readers["csv"])


def _has_content(file: DataFile, reader: Reader, options: ReadOptions) -> bool:
    if not file.size:
        return False
    return not reader.is_text or has_content(file, replace(options, block_bytes=_PROBE_BYTES))
