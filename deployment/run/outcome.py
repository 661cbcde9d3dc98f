"""What a run found, from what AWS shows: each feature's distance, the alarms, retraining, the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from deployment.aws import Aws
from deployment.clock import Clock
from deployment.names import DRIFTED_FEATURES, SUMMARY_METRICS, feature_metric
from deployment.run import watched
from deployment.run.execution import Execution
from deployment.run.step_lines import processing_input, processing_output, read_json
from deployment.stage.config import Config, retrain_pipeline_arn

# CloudWatch evaluates an alarm once a minute, and a metric shows up within two; then it is told as it is.
_SETTLE_SECONDS: Final = 300


@dataclass(frozen=True)
class Feature:
    """One feature of the batch against the baseline.

    Attributes:
        name: The feature.
        type: The type that the monitor inferred for the batch.
        distance: Its distance from the baseline; None where the two can't be compared.
        threshold: The distance above which it drifts by Model Monitor's rule.
        why: What the verdict rests on, or why there is no distance; may be empty.
        verdict: `ok`, `drifted` or another word of the monitor's, as `not comparable`.
    """

    name: str
    type: str
    distance: float | None
    threshold: float
    why: str
    verdict: str

    @property
    def drifted(self) -> bool:
        """Whether the verdict is that it drifted."""
        return self.verdict == "drifted"


@dataclass(frozen=True)
class Alarm:
    """An alarm's state and CloudWatch's reason for it."""

    name: str
    state: str
    reason: str
    changed: datetime | None


@dataclass(frozen=True)
class Retraining:
    """What the retrain rule did: its pipeline (None: no rule), the run that it started, and why."""

    pipeline: str | None
    execution: str | None
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What a run found."""

    features: tuple[Feature, ...]
    metrics: Mapping[str, float]
    alarms: tuple[Alarm, ...]
    retraining: Retraining


def read(config: Config, execution: Execution, account: str, aws: Aws, clock: Clock) -> Outcome:
    """What the run found; waits until CloudWatch has evaluated the alarms."""
    features, metrics = _features(config, execution, aws, clock)
    alarms = _alarms(config, metrics, aws, clock)
    return Outcome(features, metrics, alarms, _retraining(config, execution, alarms, account, aws))


def _features(
    config: Config, execution: Execution, aws: Aws, clock: Clock
) -> tuple[tuple[Feature, ...], Mapping[str, float]]:
    monitor, evaluated = execution.step("Processing"), execution.step("Lambda")
    if monitor is None:
        return (), {}
    arn = monitor.metadata["ProcessingJob"]["Arn"]
    statistics = read_json(processing_output(arn, aws) / "statistics.json", aws)
    baseline = read_json(processing_input(arn, "baseline_statistics", aws), aws)
    constraints = read_json(processing_input(arn, "baseline_constraints", aws), aws)
    if statistics is None or baseline is None or constraints is None:
        return (), {}
    names = [feature["name"] for feature in statistics["features"]]
    told = read_json(processing_output(arn, aws) / "verdicts.json", aws) or {"features": []}
    verdicts = {verdict["name"]: verdict for verdict in told["features"]}
    metrics: Mapping[str, float] = {}
    if evaluated is not None and evaluated.started is not None:
        wanted = (*SUMMARY_METRICS, *(feature_metric(name) for name in names))
        metrics = watched.metrics(config.names.pipeline, wanted, evaluated.started, aws, clock)
    types = {feature["name"]: feature["inferred_type"] for feature in baseline["features"]}
    thresholds = Thresholds(constraints)
    features = [
        _judged(_feature(entry, types.get(entry["name"]), thresholds, metrics), verdicts.get(entry["name"]))
        for entry in statistics["features"]
    ]
    return tuple(sorted(features, key=_worst_first)), metrics


def _worst_first(feature: Feature) -> tuple[bool, bool, float, str]:
    return (not feature.drifted, feature.distance is None, -(feature.distance or 0.0), feature.name)


def _feature(
    entry: Mapping[str, Any], baseline: str | None, thresholds: Thresholds, metrics: Mapping[str, float]
) -> Feature:
    name, kind = entry["name"], entry["inferred_type"]
    distance = metrics.get(feature_metric(name))
    why = ""
    if distance is None and baseline is None:
        why = "the baseline has no such feature"
    elif distance is None and baseline != kind:
        why = f"{kind} in the batch, {baseline} in the baseline"
    elif distance is None and kind == "String" and "distribution" not in entry.get("string_statistics", {}):
        why = "too many different values for a distribution"  # more than 120: the service keeps none
    elif distance is None:
        why = "no distance was published for it"
    threshold = thresholds.of(name, kind)
    verdict = "not comparable" if distance is None else "drifted" if distance > threshold else "ok"
    return Feature(name, kind, distance, threshold, why, verdict)


def _judged(feature: Feature, verdict: Mapping[str, Any] | None) -> Feature:
    """The feature with what our monitor said of it in `verdicts.json`; AWS's analyzer says nothing there."""
    if verdict is None:
        return feature
    grounds = [
        f"{test['test']} by {test['effect']:.2g}, p {_p(test['adjusted_p_value'])}"
        for test in verdict["tests"]
        if test["says"] == verdict["verdict"] != "ok"
    ]
    why = "; ".join(part for part in (verdict["reason"], *grounds) if part) or feature.why
    # A thresholds file may have another method and threshold than the metric.
    decided = {key: verdict[key] for key in ("distance", "threshold") if verdict.get(key) is not None}
    return replace(feature, verdict=verdict["verdict"], why=why, **decided)


def _p(value: float) -> str:
    return "< 1e-16" if value < 1e-16 else f"{value:.1g}"


class Thresholds:
    """The thresholds in a `constraints.json`, as `release.stage_constraints` writes them."""

    def __init__(self, constraints: Mapping[str, Any]) -> None:
        """Reads the general ones and those of single features."""
        self._general = constraints.get("monitoring_config", {}).get("distribution_constraints", {})
        self._own = {
            feature["name"]: feature.get("monitoringConfigOverrides", {}).get("distribution_constraints", {})
            for feature in constraints["features"]
        }

    def of(self, feature: str, kind: str) -> float:
        """The distance above which a feature of this type drifts."""
        settings = {**self._general, **self._own.get(feature, {})}
        numerical = float(settings.get("comparison_threshold", 0.1))  # the service's default
        return (
            float(settings.get("categorical_comparison_threshold", numerical))
            if kind == "String"
            else numerical
        )


def _alarms(config: Config, metrics: Mapping[str, float], aws: Aws, clock: Clock) -> tuple[Alarm, ...]:
    names = config.names
    wanted = [names.drift_alarm, names.silent_alarm]
    wanted += [names.feature_alarm(feature) for feature in config.feature_alarms]
    most = config.stage.drift.max_drifted_features
    alarms: tuple[Alarm, ...] = ()
    for _ in clock.until(_SETTLE_SECONDS):
        alarms = tuple(Alarm(*entry) for entry in watched.alarms(wanted, aws))
        states = {alarm.name: alarm.state for alarm in alarms}
        if DRIFTED_FEATURES not in metrics or names.drift_alarm not in states:
            break
        if (states[names.drift_alarm] == "ALARM") == (metrics[DRIFTED_FEATURES] > most):
            break
    return alarms


def _retraining(
    config: Config, execution: Execution, alarms: tuple[Alarm, ...], account: str, aws: Aws
) -> Retraining:
    pipeline = retrain_pipeline_arn(config, aws.partition, account)
    if pipeline is None:
        return Retraining(None, None, "the stage has no retrain pipeline")
    drift = next((alarm for alarm in alarms if alarm.name == config.names.drift_alarm), None)
    if drift is None:
        return Retraining(pipeline, None, "the stage has no drift alarm")
    if drift.state != "ALARM":
        return Retraining(pipeline, None, f"the drift alarm is {drift.state}")
    if drift.changed is not None and drift.changed < execution.started:
        return Retraining(
            pipeline, None, "the drift alarm was in ALARM before this run; a rule starts on a change"
        )
    started = watched.first_execution(pipeline, execution.started, aws)
    if started is None:
        return Retraining(pipeline, None, "the drift alarm fired, but no run of the pipeline has begun yet")
    return Retraining(pipeline, started, "the drift alarm fired")
