"""Distances: two profiles' worth of one column in, one number out.

Every distance is a pure function of (current, baseline), finite and never negative, and 0.0 against itself;
`chi_squared_p_value` alone is a probability and reads the other way round. A numerical distance takes two
`KllSketch`, a categorical one two mappings of value to count. Empty against anything is 0.0 (a p-value: 1.0):
there is nothing to compare, and the caller says so.

Sketches are compared by their weighted items, ties kept (`steps`), and so exactly as long as they hold every
value; only Model Monitor's own two forget ties. Distances of shares compare categories (`shares` has what
becomes of empty cells), and numbers in the deciles of the baseline (`bins`; `..._binned`).

`DISTANCES` is the one table: the command line's list, the report's legend and `docs/metrics.md` come from it.
A new distance is one file, one row and one test file. numpy alone; nothing here knows files or thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from drift_engine.distances.anderson_darling import anderson_darling
from drift_engine.distances.bins import binned
from drift_engine.distances.chi_squared import chi_squared_p_value, chi_squared_statistic
from drift_engine.distances.cramer_von_mises import cramer_von_mises
from drift_engine.distances.energy import energy
from drift_engine.distances.hellinger import hellinger
from drift_engine.distances.jensen_shannon import jensen_shannon
from drift_engine.distances.kolmogorov_smirnov import kolmogorov_smirnov
from drift_engine.distances.kuiper import kuiper
from drift_engine.distances.kullback_leibler import kullback_leibler
from drift_engine.distances.linf import linf_robust, linf_simple
from drift_engine.distances.numerical import robust, simple
from drift_engine.distances.population_stability_index import population_stability_index
from drift_engine.distances.total_variation import total_variation
from drift_engine.distances.two_sample_chi_squared import chi_squared_two_sample, cramers_v
from drift_engine.distances.two_sample_g import g_two_sample
from drift_engine.distances.wasserstein import wasserstein, wasserstein_scaled


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


_SERVICE = (
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

_NUMERICAL = (
    Distance(
        "kolmogorov_smirnov",
        "numerical",
        kolmogorov_smirnov,
        "Largest difference of the distribution functions, ties kept.",
        "Smirnov 1939; scipy.stats.ks_2samp",
    ),
    Distance(
        "cramer_von_mises",
        "numerical",
        cramer_von_mises,
        "Squared differences of the distribution functions added up; grows with the rows.",
        "Anderson 1962; scipy.stats.cramervonmises_2samp",
    ),
    Distance(
        "anderson_darling",
        "numerical",
        anderson_darling,
        "As Cramér-von Mises, with the tails weighted up; grows with the rows.",
        "Scholz & Stephens 1987, eq. (7); scipy.stats.anderson_ksamp",
    ),
    Distance(
        "kuiper",
        "numerical",
        kuiper,
        "Largest differences of the distribution functions in both directions, added up.",
        "Kuiper 1960",
    ),
    Distance(
        "wasserstein",
        "numerical",
        wasserstein,
        "How far the rows moved on average, in the column's unit.",
        "Vaserstein 1969; scipy.stats.wasserstein_distance",
    ),
    Distance(
        "wasserstein_scaled",
        "numerical",
        wasserstein_scaled,
        "How far the rows moved on average, in the baseline's standard deviations.",
        "wasserstein over the baseline's standard deviation",
    ),
    Distance(
        "energy",
        "numerical",
        energy,
        "Root of twice the integral of the squared difference of the distribution functions.",
        "Székely & Rizzo 2013; scipy.stats.energy_distance",
    ),
)

_CATEGORICAL = (
    Distance(
        "jensen_shannon",
        "categorical",
        jensen_shannon,
        "Root of the mean divergence of either side from the mean of both, in nats.",
        "Endres & Schindelin 2003; scipy.spatial.distance.jensenshannon",
    ),
    Distance(
        "kullback_leibler",
        "categorical",
        kullback_leibler,
        "Divergence of the data from the baseline in nats; empty cells count half a row.",
        "Kullback & Leibler 1951; scipy.stats.entropy",
    ),
    Distance(
        "hellinger",
        "categorical",
        hellinger,
        "Distance of the roots of the shares.",
        "Hellinger 1909; van der Vaart 1998, 14.5",
    ),
    Distance(
        "population_stability_index",
        "categorical",
        population_stability_index,
        "Divergence in both directions added up; empty cells count half a row.",
        "Siddiqi 2006, 294f; Yurdakul 2018",
    ),
    Distance(
        "total_variation",
        "categorical",
        total_variation,
        "Share of the rows that changed category.",
        "Levin, Peres & Wilmer 2017, 4.1",
    ),
    Distance(
        "chi_squared_two_sample",
        "categorical",
        chi_squared_two_sample,
        "Pearson's statistic of two samples; new categories count; grows with the rows.",
        "Pearson 1900; scipy.stats.chi2_contingency",
    ),
    Distance(
        "g_two_sample",
        "categorical",
        g_two_sample,
        "Likelihood ratio of two samples; new categories count; grows with the rows.",
        "Sokal & Rohlf 2012, 17.2; scipy.stats.chi2_contingency",
    ),
    Distance(
        "cramers_v",
        "categorical",
        cramers_v,
        "Root of the two-sample chi-squared over the rows of both.",
        "Cramér 1946, 282; scipy.stats.contingency.association",
    ),
)

_BINNED = tuple(
    replace(
        row,
        name=f"{name}_binned",
        kind="numerical",
        compute=binned(row.compute),
        summary=f"In the baseline's deciles: {row.summary[0].lower()}{row.summary[1:]}",
    )
    for name, row in (("linf", _SERVICE[2]), *((row.name, row) for row in _CATEGORICAL))
)

_ROWS = (*_SERVICE, *_NUMERICAL, *_CATEGORICAL, *_BINNED)
DISTANCES: Mapping[str, Distance] = MappingProxyType({row.name: row for row in _ROWS})

__all__ = ["DISTANCES", "Distance"]
