"""The monitor's files, evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from drift_engine.errors import NothingComparedError
from drift_engine.evaluation.evaluation import Evaluation
from drift_engine.evaluation.metric_names import metric_name
from drift_engine.monitor_files import STATISTICS, Violations, read_constraints, read_statistics
from drift_engine.verdicts import FeatureVerdict, Rule, TableVerdict, judge, table_verdict, worst_first


def evaluated(
    current: bytes,
    baseline: bytes,
    constraints: bytes,
    *,
    strict: bool = False,
    rule: Rule = "calibrated",
) -> Evaluation:
    """The metrics and the answer for a batch, from the files' bytes alone.

    Args:
        current: the batch's `statistics.json`.
        baseline: the baseline's `statistics.json`.
        constraints: the baseline's `constraints.json`: methods, thresholds, overrides.
        strict: compare only what Model Monitor would.
        rule: who decides what drifted: the calibrated tests, or Model Monitor's thresholds. The distances
            are the same.

    Raises:
        NothingComparedError: no feature can be compared.
        MonitorFileError: a file is damaged.
    """
    new = read_statistics(current, f"the batch's {STATISTICS}")
    old = read_statistics(baseline, f"the baseline's {STATISTICS}")
    allowed = read_constraints(constraints, "the baseline's constraints")
    verdicts = worst_first(judge(new, old, allowed.comparison(strict=strict), rule))
    there = set(new.names())
    missing = [name for name in old.names() if name not in there]
    return _evaluation(verdicts, table_verdict(verdicts, rule), missing, new.item_count)


def stopped_early(violations: Violations) -> Evaluation | None:
    """The metrics and the answer where the monitor looked no further than the columns.

    Neither a number of drifted features (retraining would not help) nor the heartbeat is among the metrics.
    None where the violations don't say that columns are missing or extra.
    """
    checks = {"missing_column_check", "extra_column_check"}
    said = [violation.description for violation in violations.violations if violation.check in checks]
    if not said:
        return None
    answer: dict[str, int | float | str] = {
        "statusCode": 400,
        "driftedFeatures": 0,
        "checkedFeatures": 0,
        "rowsChecked": 0,
        "worstFeature": "",
        "worstDistance": 0.0,
        "message": f"Nothing was compared, the monitor stopped early: {' '.join(said)}",
    }
    return Evaluation({"checked_features": 0.0}, answer)


def _evaluation(
    verdicts: Sequence[FeatureVerdict], table: TableVerdict, missing: Sequence[str], rows: int
) -> Evaluation:
    """Of verdicts, worst first."""
    compared = [verdict for verdict in verdicts if verdict.distance is not None]
    if not compared:
        reasons = "; ".join(f"{verdict.name}: {verdict.reason}" for verdict in verdicts[:3])
        raise NothingComparedError(f"no feature of the batch can be compared with the baseline: {reasons}")
    checked = [verdict for verdict in verdicts if verdict.verdict in {"ok", "drifted", "undecided"}]
    drifted = [verdict for verdict in checked if verdict.verdict == "drifted"]
    metrics = {metric_name(verdict.name): verdict.distance or 0.0 for verdict in compared}
    metrics |= {
        "drifted_features": float(len(drifted)),
        "checked_features": float(len(checked)),
        "rows_checked": float(rows),
        "drift_check_completed": 1.0,
    }
    worst = checked[0] if checked else compared[0]
    answer = {
        "statusCode": 400 if drifted or missing else 200,
        "driftedFeatures": len(drifted),
        "checkedFeatures": len(checked),
        "rowsChecked": rows,
        "worstFeature": worst.name,
        "worstDistance": worst.distance or 0.0,
        "message": _message(worst, table, len(checked), missing),
    }
    return Evaluation(metrics, answer, frozenset(metric_name(verdict.name) for verdict in drifted))


def _message(worst: FeatureVerdict, table: TableVerdict, checked: int, missing: Sequence[str]) -> str:
    drifted, expected = len(table.drifted_features), table.expected_false_alarms
    farthest = f"the farthest is {worst.name}"
    if worst.distance is not None and worst.threshold is not None:
        farthest += f": {worst.distance:.4g}, threshold {worst.threshold:.4g}"
    count = f"{drifted} of {checked} features drifted" if drifted else f"none of {checked} features drifted"
    lost = ", ".join(missing)
    promised = "" if expected is None else f"; false alarms expected in a healthy batch: {expected:.2g}"
    return f"{count}; {farthest}{promised}" + (f"; missing columns: {lost}" if lost else "")
