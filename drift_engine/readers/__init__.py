"""Readers: sources to partitions to batches."""

from __future__ import annotations

from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, Partition, Reader
from drift_engine.readers.sources import partitions

__all__ = ["DataFile", "Partition", "ReadOptions", "Reader", "partitions"]
