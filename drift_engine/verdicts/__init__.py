"""Verdicts: two profiles and a configuration in, a verdict for every feature of the baseline out.

Two rules decide. `compare` is Model Monitor's: it takes each feature's distance from
`drift_engine.distances` by the configured method and holds it against the threshold. `calibrated` keeps these
numbers and decides by two-sample tests, so that a promised share of healthy batches alarms, whatever their
size and the number of columns:

    measure        which tests a feature has: distribution, missing cells, unseen categories; `identifiers`
    rank_test      numbers: Anderson-Darling in components of the ranks, with the sketches' `sketch_error`
    category_tests categories: G, and unseen ones;  `proportions`: missing cells, Fisher's exact test
    permutation    exact p-values where counts are small;  `null_distribution`: their limits elsewhere
    adjust         Holm or Benjamini-Hochberg over the table;  `power`: the smallest shift that shows
    table          the table's verdict with its expected false alarms

`judge` asks the rule that was chosen. The drift check, the command line and the Evaluate Drift Lambda all ask
here, so that a number is the same wherever it shows. Nothing here reads a file; numpy alone is needed.
"""

from __future__ import annotations

from drift_engine.verdicts.calibrated import calibrated
from drift_engine.verdicts.compare import compare
from drift_engine.verdicts.config import Comparison, DriftConfig
from drift_engine.verdicts.distances import FeatureDistances, all_distances
from drift_engine.verdicts.judge import judge, judge_twice
from drift_engine.verdicts.significance import RULES, Correction, Rule, Significance
from drift_engine.verdicts.table import TableVerdict, table_verdict
from drift_engine.verdicts.verdict import (
    JUDGED,
    UNJUDGED,
    FeatureVerdict,
    Outcome,
    farthest_first,
    worst_first,
)

__all__ = [
    "JUDGED",
    "RULES",
    "UNJUDGED",
    "Comparison",
    "Correction",
    "DriftConfig",
    "FeatureDistances",
    "FeatureVerdict",
    "Outcome",
    "Rule",
    "Significance",
    "TableVerdict",
    "all_distances",
    "calibrated",
    "compare",
    "farthest_first",
    "judge",
    "judge_twice",
    "table_verdict",
    "worst_first",
]
