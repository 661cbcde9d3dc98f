"""Distances: two profiles' worth of one column in, one number out.

Every distance is a pure function of (current, baseline), finite and never negative, and 0.0 against itself;
`chi_squared_p_value` alone is a probability and reads the other way round. A numerical distance takes two
`KllSketch`, a categorical one two mappings of value to count. Empty against anything is 0.0 (a p-value: 1.0):
there is nothing to compare, and the caller says so.

`DISTANCES` is the one table: the command line's list, the report's legend and the docs come from it. A new
distance is one file, one row and one test file. numpy alone; nothing here knows files or thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from drift_engine.distances.chi_squared import chi_squared_p_value, chi_squared_statistic
from drift_engine.distances.linf import linf_robust, linf_simple
from drift_engine.distances.numerical import robust, simple


@dataclass(frozen=True)
class Distance:
    """A row of the table.

    Attributes:
        name: how files, flags and reports call it.
        kind: what it compares: two sketches or two category counts.
        compute: (current, baseline) -> float.
        summary: one sentence for the user.
        source: where the formula comes from.
    """

    name: str
    kind: Literal["numerical", "categorical"]
    compute: Callable[[Any, Any], float]
    summary: str
    source: str


_ROWS = (
    Distance(
        "simple",
        "numerical",
        simple,
        "Largest difference of the distribution functions, each distinct value counted once.",
        "Model Monitor comparison_method Simple; deequ Distance.numericalDistance",
    ),
    Distance(
        "robust",
        "numerical",
        robust,
        "Simple less what chance allows, 1.8 sqrt((n + m) / (n m)); blind with few distinct values.",
        "Model Monitor comparison_method Robust; deequ Distance.numericalDistance",
    ),
    Distance(
        "linf_simple",
        "categorical",
        linf_simple,
        "Largest difference of any category's shares.",
        "Model Monitor categorical_drift_method LInfinity; deequ Distance.categoricalDistance",
    ),
    Distance(
        "linf_robust",
        "categorical",
        linf_robust,
        "linf_simple less what chance allows: max(0, D - 1.8 sqrt((n + m) / (n m))).",
        "Model Monitor categorical_drift_method LInfinity; deequ Distance.categoricalDistance",
    ),
    Distance(
        "chi_squared_statistic",
        "categorical",
        chi_squared_statistic,
        "Chi-squared statistic of the known categories; new categories are ignored.",
        "Model Monitor categorical_drift_method ChiSquared; deequ Distance.categoricalDistance",
    ),
    Distance(
        "chi_squared_p_value",
        "categorical",
        chi_squared_p_value,
        "p-value of the chi-squared test, small means drift; new categories are ignored.",
        "Model Monitor categorical_drift_method ChiSquared; deequ Distance.categoricalDistance",
    ),
)

DISTANCES: Mapping[str, Distance] = MappingProxyType({row.name: row for row in _ROWS})

__all__ = ["DISTANCES", "Distance"]
