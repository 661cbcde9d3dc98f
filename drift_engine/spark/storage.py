"""Small files wherever Spark has a file system for them (s3://, hdfs://, file://), by the driver's disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drift_engine.errors import DataError
from drift_engine.spark.failures import cited

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Folder:
    """A folder of any of Spark's file systems, reached through Hadoop's own interface: boto3 isn't needed."""

    def __init__(self, session: SparkSession, uri: str) -> None:
        # pyspark hides the JVM behind names with an underscore; 3.5 has no other way to Hadoop's files.
        self._java: Any = session.sparkContext._jvm
        self._uri = uri.rstrip("/") or "/"
        with cited(uri):
            self._files = self._path("").getFileSystem(session.sparkContext._jsc.hadoopConfiguration())
            self._files.setWriteChecksum(False)  # no .crc files beside those on a local disk

    def fetch(self, names: Sequence[str], target: Path) -> None:
        """Copy these files into a folder on the driver's disk.

        Raises:
            DataError: one is not there or can't be read; names it.
        """
        for name in names:
            with cited(f"{self._uri}/{name}"):
                self._files.copyToLocalFile(False, self._path(name), self._here(target / name), True)

    def store(self, source: Path, removed: Sequence[str] = ()) -> None:
        """Put all files of a local folder here: whole under other names first, then under their own.

        Args:
            source: the local folder.
            removed: files that must not be here afterwards unless they are among the new ones.

        Raises:
            DataError: a file can't be written; names it.
        """
        names = sorted(path.name for path in source.iterdir())
        for name in names:
            with cited(f"{self._uri}/{name}"):
                self._files.copyFromLocalFile(
                    False, True, self._here(source / name), self._path(f".{name}.tmp")
                )
        for name in names:
            with cited(f"{self._uri}/{name}"):
                self._files.delete(self._path(name), False)
                # Hadoop answers no where others raise.
                if not self._files.rename(self._path(f".{name}.tmp"), self._path(name)):
                    raise DataError(f"{self._uri}/{name}: can't be put in the place of .{name}.tmp")
        for name in set(removed) - set(names):
            with cited(f"{self._uri}/{name}"):
                self._files.delete(self._path(name), False)

    def _path(self, name: str) -> Any:
        return self._java.org.apache.hadoop.fs.Path(f"{self._uri}/{name}" if name else self._uri)

    def _here(self, path: Path) -> Any:
        return self._java.org.apache.hadoop.fs.Path(path.absolute().as_uri())
