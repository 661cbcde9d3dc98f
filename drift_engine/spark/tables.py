"""Files and tables as DataFrames whose cells are those that the engine's own readers find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drift_engine.errors import ArgumentError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

FORMATS = ("parquet", "csv", "json", "orc", "table")


@dataclass(frozen=True)
class Source:
    """What is read, and how.

    Attributes:
        data: addresses that Spark can read; with the format `table`, one name of the catalog.
        format: one of `FORMATS`.
        header: CSV: whether each file's first row holds the names.
        separator, quote, encoding: CSV: as in `ReadOptions`.
        multi_line: CSV: whether quoted cells may hold newlines; Spark then can't split a file.
    """

    data: tuple[str, ...]
    format: str
    header: bool = True
    separator: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    multi_line: bool = False


def read(session: SparkSession, source: Source) -> DataFrame:
    """The source as a DataFrame; Spark looks at no more of it than it needs to know the columns.

    Raises:
        ArgumentError: several tables.
    """
    if source.format == "table":
        return session.table(_one(source.data))
    if source.format == "csv":
        return _csv(session, source)
    if source.format == "json":
        return _json(session, source.data)
    return session.read.format(source.format).load(list(source.data))


def fix_partitions(session: SparkSession) -> None:
    """Let files be cut by their sizes alone, unless the session says otherwise.

    By default Spark cuts smaller where there are more cores, and a sketch depends on the cuts.
    """
    if session.conf.get("spark.sql.files.minPartitionNum", None) is None:
        session.conf.set("spark.sql.files.minPartitionNum", "1")


def _one(data: Sequence[str]) -> str:
    if len(data) != 1:
        raise ArgumentError(f"data: {len(data)} tables; the format 'table' reads one")
    return data[0]


def _csv(session: SparkSession, source: Source) -> DataFrame:
    """All columns as text, an empty cell missing, quoted or not."""
    options = {
        "header": source.header,
        "sep": source.separator,
        "quote": source.quote,
        "escape": source.quote or "\0",  # RFC 4180: a quote is doubled; Spark's own default is a backslash
        "encoding": source.encoding,
        "multiLine": source.multi_line,
        "maxCharsPerColumn": -1,
    }
    frame = session.read.options(**options).csv(list(source.data))
    return frame.toDF(*_positions(frame)).select(*_filled(frame)).toDF(*frame.columns)


def _positions(frame: DataFrame) -> list[str]:
    return [f"c{position}" for position in range(len(frame.columns))]


def _filled(frame: DataFrame) -> Iterator[Column]:
    from pyspark.sql import functions as f  # noqa: PLC0415

    for name in _positions(frame):
        yield f.when(f.length(name) > 0, f.col(name)).alias(name)


def _json(session: SparkSession, data: Sequence[str]) -> DataFrame:
    """One object a line; the text of every value, nested objects flattened as `outer.inner`."""
    frame = session.read.option("primitivesAsString", True).json(list(data))
    columns = list(_flattened(frame.schema, (), ()))
    return frame.select(*(column for column, _ in columns)).toDF(*(name for _, name in columns))


def _flattened(fields: Any, path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[Column, str]]:
    from pyspark.sql import functions as f  # noqa: PLC0415

    for field in fields:
        quoted = (*path, "`" + field.name.replace("`", "``") + "`")
        if hasattr(field.dataType, "fields"):
            yield from _flattened(field.dataType, quoted, (*names, field.name))
        else:
            yield f.col(".".join(quoted)), ".".join((*names, field.name))
