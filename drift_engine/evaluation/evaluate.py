"""Profiles, evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from drift_engine.checks import Constraints
from drift_engine.errors import NothingComparedError
from drift_engine.evaluation.evaluation import Evaluation
from drift_engine.evaluation.metric_names import metric_name
from drift_engine.monitor_files import Violations
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, obeyed, ordered, parse_thresholds
from drift_engine.verdicts import (
    JUDGED,
    FeatureVerdict,
    Rule,
    TableVerdict,
    farthest_first,
    judge,
    table_verdict,
)


@dataclass(frozen=True)
class Judging:
    """How a batch is to be judged.

    Attributes:
        strict: compare only what Model Monitor would.
        rule: who decides what drifted: the calibrated tests, or Model Monitor's thresholds. The distances
            are the same.
        thresholds: the stage's `thresholds.json`, where it has one.
        today: the day, in UTC, that its ignoring is held against; needed with it.
        exclude: columns that the monitor left out on both sides, as its job was told: by name, or by place
            from 0 on.
    """

    strict: bool = False
    rule: Rule = "calibrated"
    thresholds: bytes | None = None
    today: date = date.min
    exclude: tuple[str, ...] = ()


def evaluated(
    current: Profile, baseline: Profile, constraints: Constraints, judging: Judging | None = None
) -> Evaluation:
    """The metrics and the answer for a batch.

    The published distances are the service's, whatever method the thresholds file chooses. Features that it
    gives low importance count as checked, and not as drifted. Where no feature could be judged, as in a batch
    of a few rows, neither a number of drifted features nor the heartbeat is among the metrics: the alarm
    on drift keeps its state, and the alarm on silence comes.

    Args:
        current: the batch's profile.
        baseline: the baseline's.
        constraints: the baseline's: methods, thresholds, overrides.
        judging: how to judge; by default the calibrated tests.

    Raises:
        NothingComparedError: no feature can be compared.
        ThresholdsError: the thresholds file has faults, or doesn't fit the baseline.
    """
    judging = judging or Judging()
    whole, baseline = baseline, _without(baseline, current, judging.exclude)
    comparison = constraints.comparison(strict=judging.strict)
    verdicts = farthest_first(judge(current, baseline, comparison, judging.rule))
    _refuse_nothing(verdicts)
    distances = {metric_name(each.name): each.distance for each in verdicts if each.distance is not None}
    wanted = Thresholds()
    if judging.thresholds is not None:
        wanted = parse_thresholds(judging.thresholds, "the stage's thresholds", whole)
        verdicts = ordered(farthest_first(obeyed(verdicts, current, baseline, wanted, judging.today)), wanted)
    there = set(current.names()) | wanted.ignored(judging.today)
    missing = [name for name in baseline.names() if name not in there]
    table = table_verdict(verdicts, judging.rule, own=len(wanted.own), silent=wanted.silent)
    return _evaluation(distances, verdicts, table, missing, current.item_count)


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
    return Evaluation({"checked_features": 0.0}, answer, lacks_columns=True)


def _without(baseline: Profile, current: Profile, exclude: Sequence[str]) -> Profile:
    """The baseline without what the monitor left out; what the batch's statistics have was not.

    A place is one of the data's columns, of which the statistics lack those left out: it is taken for one of
    the baseline's, as columns mostly keep their order.
    """
    names = baseline.names()
    places = (int(each) for each in exclude if each not in names and each.isdecimal())
    wanted = {*exclude, *(names[place] for place in places if place < len(names))}
    left_out = wanted - {*current.names()}
    return replace(baseline, features=tuple(each for each in baseline.features if each.name not in left_out))


def _refuse_nothing(verdicts: Sequence[FeatureVerdict]) -> None:
    if all(verdict.distance is None for verdict in verdicts):
        reasons = "; ".join(f"{verdict.name}: {verdict.reason}" for verdict in verdicts[:3])
        raise NothingComparedError(f"no feature of the batch can be compared with the baseline: {reasons}")


def _evaluation(
    distances: Mapping[str, float],
    verdicts: Sequence[FeatureVerdict],
    table: TableVerdict,
    missing: Sequence[str],
    rows: int,
) -> Evaluation:
    """Of distances by metric, and verdicts, worst first."""
    checked = [verdict for verdict in verdicts if verdict.verdict in JUDGED]
    drifted = table.drifted_features
    counts = {"checked_features": float(len(checked)), "rows_checked": float(rows)}
    if table.conclusive:
        counts = {"drifted_features": float(len(drifted)), **counts, "drift_check_completed": 1.0}
    metrics = {**distances, **counts}
    worst = checked[0] if checked else next(each for each in verdicts if each.distance is not None)
    answer = {
        "statusCode": 400 if drifted or missing else 200,
        "driftedFeatures": len(drifted),
        "checkedFeatures": len(checked),
        "rowsChecked": rows,
        "worstFeature": worst.name,
        "worstDistance": worst.distance or 0.0,
        "message": _message(worst, table, len(checked), missing),
    }
    return Evaluation(metrics, answer, frozenset(map(metric_name, drifted)), bool(missing))


def _message(worst: FeatureVerdict, table: TableVerdict, checked: int, missing: Sequence[str]) -> str:
    lost = f"; missing columns: {', '.join(missing)}" if missing else ""
    if not table.conclusive:
        why = f"{worst.name}: {worst.verdict}, {worst.reason}"
        return f"none of {table.unjudged} features could be judged ({why}); that is no sign of no drift{lost}"
    drifted, expected = len(table.drifted_features), table.expected_false_alarms
    farthest = f"the farthest is {worst.name}"
    if worst.distance is not None and worst.threshold is not None:
        farthest += f": {worst.distance:.4g}, threshold {worst.threshold:.4g}"
    count = f"{drifted} of {checked} features drifted" if drifted else f"none of {checked} features drifted"
    promised = "" if expected is None else f"; false alarms expected in a healthy batch: {expected:.2g}"
    promised += table.unpromised if promised else ""
    return f"{count}; {farthest}{promised}{lost}"
