"""What Spark and Java raise, as one line of ours."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from drift_engine.errors import DataError

_NOT_FOUND = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


@contextmanager
def cited(place: str) -> Iterator[None]:
    """A failure of Spark or Java in the block is a DataError of one line about this place.

    Raises:
        DataError: what failed; where an executor's Python lacks a package, how it gets that.
    """
    failures = (
        importlib.import_module("py4j.protocol").Py4JJavaError,
        importlib.import_module("pyspark.errors").PySparkException,
    )
    try:
        yield
    except failures as error:
        raise DataError(f"{place}: {_said(error)}") from error


def _said(error: BaseException) -> str:
    missing = _NOT_FOUND.search(str(error))
    if missing is not None:
        return (
            f"the executors' Python has no {missing.group(1)}: it needs numpy, pandas and pyarrow "
            "($PYSPARK_PYTHON) and drift_engine (spark-submit --py-files engine.zip, or addPyFile)"
        )
    return first_line(error)


def first_line(error: BaseException) -> str:
    r"""What a failure of Spark or Java says, without its stack trace.

    >>> first_line(ValueError("[PATH_NOT_FOUND] Path does not exist: x.\n  at org.apache..."))
    '[PATH_NOT_FOUND] Path does not exist: x.'
    """
    exception = getattr(error, "java_exception", None)
    text = str(error) if exception is None else str(exception.toString())
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
