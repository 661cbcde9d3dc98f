"""A finding: something that the constraints don't allow, as data. Prose is made of it in `monitor_files`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

CheckName: TypeAlias = Literal[
    "missing_column_check",
    "extra_column_check",
    "data_type_check",
    "completeness_check",
    "categorical_values_check",
    "baseline_drift_check",
]


@dataclass(frozen=True)
class Finding:
    """One violation.

    Attributes:
        feature_name: the feature, or `Missing columns` and `Extra columns`.
        check: the check that found it.
        value: what was measured: a share (0 to 1), a distance, or the number of columns.
        threshold: what it should have been, in the same unit.
        expected_type: the type that the cells should have (data_type_check).
        not_numeric: how many present cells of a numeric feature are no numbers.
        columns: the names that are missing or extra, where columns have names.
        note: what else a reader should know; "" mostly.
    """

    feature_name: str
    check: CheckName
    value: float
    threshold: float
    expected_type: str = ""
    not_numeric: int = 0
    columns: tuple[str, ...] = ()
    note: str = ""
