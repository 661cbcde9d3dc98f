"""Rows: a bounded random sample of a table's rows, side by side in memory.

States keep columns apart; whoever needs rows (resampling, segments, several features at once) samples them
here, at most so many, each row of the table with the same chance. The same seed gives the same rows.
"""

from __future__ import annotations

from drift_engine.rows.column import MOST_LABELS, RowColumn
from drift_engine.rows.table import Rows, read_rows

__all__ = ["MOST_LABELS", "RowColumn", "Rows", "read_rows"]
