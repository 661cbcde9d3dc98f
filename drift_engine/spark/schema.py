"""A DataFrame's columns: their names here, and whether their cells can leave Spark."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from drift_engine.errors import ArgumentError, DataError
from drift_engine.readers.names import frame_names

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NAME = "<pyspark DataFrame>"

# Spark 3.5 has no Arrow form of these (org.apache.spark.sql.util.ArrowUtils.toArrowType).
_NO_ARROW_FORM = frozenset({"CalendarIntervalType", "YearMonthIntervalType", "VariantType"})


def column_names(frame: DataFrame) -> tuple[str, ...]:
    """Unique names of the columns; equal ones get their positions appended, as in any other frame.

    Raises:
        ArgumentError: this is no DataFrame of Spark, or one of Spark Connect.
        DataError: it has no columns, or some whose type can't leave Spark; the message names all of these.
    """
    module = type(frame).__module__
    if not module.startswith("pyspark.sql") or type(frame).__name__ != "DataFrame":
        raise ArgumentError(f"data: {type(frame).__name__} is no Spark DataFrame; drift_engine reads it")
    if ".connect." in module:
        raise ArgumentError("data: a DataFrame of Spark Connect has no RDD; a classic session is needed")
    fields = _fields(frame)
    names = frame_names(field.name for field in fields)
    if not names:
        raise DataError(f"{NAME}: has no columns")
    refused = [
        f"column {name!r} has the type {field.dataType.simpleString()}"
        for name, field in zip(names, fields, strict=True)
        if not _NO_ARROW_FORM.isdisjoint(_kinds(field.dataType))
    ]
    if refused:
        raise DataError(
            f"{NAME}: {', '.join(refused)}, which Spark can't hand to Python: cast to string, or drop it"
        )
    return names


def _fields(frame: DataFrame) -> list[Any]:
    failure = importlib.import_module("pyspark.errors").PySparkException
    try:
        return list(frame.schema.fields)
    except (failure, AssertionError) as error:  # 3.5.6 can not format its own message
        raise DataError(
            f"{NAME}: pyspark can't read its schema ({error}): cast columns of the type interval to string"
        ) from error


def _kinds(kind: Any) -> Iterator[str]:
    """The names of a type and of all types inside of it."""
    yield type(kind).__name__
    inner = [getattr(kind, name) for name in ("elementType", "keyType", "valueType") if hasattr(kind, name)]
    inner += [field.dataType for field in getattr(kind, "fields", ())]
    if hasattr(kind, "sqlType"):  # a user-defined type, as ml's VectorUDT
        inner.append(kind.sqlType())
    for each in inner:
        yield from _kinds(each)
