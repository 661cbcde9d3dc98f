"""The analyzer's environment, parsed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from drift_engine.checks import Monitoring
from drift_engine.errors import ArgumentError
from drift_engine.job.formats import DataFormat, Format, data_format
from drift_engine.monitor_files.document import load
from drift_engine.monitor_files.monitoring import monitoring
from drift_engine.verdicts import RULES, Rule

Environment: TypeAlias = Mapping[str, str]

_SOURCE = "/opt/ml/processing/input/baseline_dataset_input"
_OUTPUT = "/opt/ml/processing/output"
_STATISTICS = "/opt/ml/processing/baseline/stats/statistics.json"
_CONSTRAINTS = "/opt/ml/processing/baseline/constraints/constraints.json"
_MESSAGE = "/opt/ml/output/message"
_CONFIG = "data_quality_monitoring_config"
_METRICS = "/opt/ml/output/metrics/cloudwatch"
_ANALYSIS = "DATA_QUALITY"
_NOT_OBEYED: Mapping[str, str] = {
    "start_time": "all of dataset_source is read, whatever its time",
    "end_time": "all of dataset_source is read, whatever its time",
    "problem_type": "it belongs to model quality",
    "inference_attribute": "it belongs to model quality",
    "probability_attribute": "it belongs to model quality",
    "probability_threshold_attribute": "it belongs to model quality",
    "ground_truth_attribute": "it belongs to model quality",
}
"""Variables of the analyzer that change nothing here, and why."""


@dataclass(frozen=True)
class Settings:
    """What the environment asks for.

    Attributes:
        source: the folder with the data.
        format: the data's format, and how it is to be read.
        statistics, constraints: the baseline's files; both None where constraints are to be suggested.
        monitoring: the configuration of suggested constraints; None for the service's.
        categorical_method: in place of the constraints', where given.
        strict: follow Model Monitor to the letter.
        rule: who decides what drifted, in reports; the files are Model Monitor's in any case.
        thresholds: the stage's `thresholds.json`; None where it has none.
        report: write `report.html` and `verdicts.json` beside the service's files.
        output: where the files go.
        message_file: where the exit message goes.
        metrics_folder: where CloudWatch metrics go; None where none are to be published.
        preprocessor, postprocessor: the user's scripts.
        dimensions: the metrics' dimensions.
        not_obeyed: a line for each variable that is set and changes nothing.
    """

    source: Path
    format: DataFormat
    statistics: Path | None
    constraints: Path | None
    monitoring: Monitoring | None
    categorical_method: str | None
    strict: bool
    rule: Rule
    thresholds: Path | None
    report: bool
    output: Path
    message_file: Path
    metrics_folder: Path | None
    preprocessor: Path | None
    postprocessor: Path | None
    dimensions: Mapping[str, str]
    not_obeyed: tuple[str, ...] = ()


def message_file(environment: Environment) -> Path:
    """Where the exit message goes, which has to be known before anything can fail."""
    return _path(environment, "output_message_file", _MESSAGE)


def settings(environment: Environment) -> Settings:
    """The settings of an environment; variables that the analyzer doesn't know are passed over.

    `DRIFT_ENGINE_ROOT` stands before every path that begins with `/opt/ml`.

    Raises:
        ArgumentError: a variable has an impossible value, or one of the baseline's two files is not there.
    """
    analysis = environment.get("analysis_type") or _ANALYSIS
    if analysis.upper().replace("_", "") != _ANALYSIS.replace("_", ""):
        raise ArgumentError(f"analysis_type: {analysis!r} is not {_ANALYSIS}, which is all that is done here")
    found = data_format(environment.get("dataset_format") or '{"csv": {"header": true}}')
    strict = _enabled(environment, "strict_model_monitor")
    exclude = _names(environment.get("exclude_features_attribute", ""))
    options = replace(found.options, nan_is_missing=not strict, exclude=exclude)
    statistics, constraints = _baseline(environment)
    publish = _enabled(environment, "publish_cloudwatch_metrics")
    return Settings(
        source=_path(environment, "dataset_source", _SOURCE),
        format=replace(found, options=options),
        statistics=statistics,
        constraints=constraints,
        monitoring=_monitoring(environment),
        categorical_method=_categorical_method(environment),
        strict=strict,
        rule=_rule(environment),
        thresholds=_file(environment, "drift_thresholds"),
        report=_enabled(environment, "html_report"),
        output=_path(environment, "output_path", _OUTPUT),
        message_file=message_file(environment),
        metrics_folder=_path(environment, "cloudwatch_metrics_directory", _METRICS) if publish else None,
        preprocessor=_file(environment, "record_preprocessor_script"),
        postprocessor=_file(environment, "post_analytics_processor_script"),
        dimensions=_dimensions(environment),
        not_obeyed=tuple(_not_obeyed(environment, found.name, checked=statistics is not None)),
    )


def _path(environment: Environment, variable: str, default: str) -> Path:
    path = environment.get(variable) or default
    root = environment.get("DRIFT_ENGINE_ROOT", "")
    return Path(root + path) if path == "/opt/ml" or path.startswith("/opt/ml/") else Path(path)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _file(environment: Environment, variable: str) -> Path | None:
    if not environment.get(variable):
        return None
    path = _path(environment, variable, "")
    if not path.is_file():
        raise ArgumentError(f"{variable}: there is no file {path}")
    return path


def _baseline(environment: Environment) -> tuple[Path | None, Path | None]:
    """Both files of the baseline, or neither: a variable that names a file which isn't there is an error."""
    found: dict[str, Path] = {}
    for variable, default in (("baseline_statistics", _STATISTICS), ("baseline_constraints", _CONSTRAINTS)):
        path = _path(environment, variable, default)
        if path.is_file():
            found[variable] = path
        elif environment.get(variable):
            raise ArgumentError(f"{variable}: there is no file {path}")
    if len(found) == 1:
        (there,) = found
        missing = ({"baseline_statistics", "baseline_constraints"} - {there}).pop()
        raise ArgumentError(f"{missing}: is not set, but {there} is; a check needs both")
    return found.get("baseline_statistics"), found.get("baseline_constraints")


def _enabled(environment: Environment, variable: str) -> bool:
    value = environment.get(variable) or "Disabled"
    if value.lower() not in {"enabled", "disabled"}:
        raise ArgumentError(f"{variable}: {value!r} is neither Enabled nor Disabled")
    return value.lower() == "enabled"


def _categorical_method(environment: Environment) -> str | None:
    value = environment.get("categorical_drift_method") or None
    if value not in {None, "LInfinity", "ChiSquared"}:
        raise ArgumentError(f"categorical_drift_method: {value!r} is neither LInfinity nor ChiSquared")
    return value


def _rule(environment: Environment) -> Rule:
    value = environment.get("drift_verdict") or RULES[0]
    for rule in RULES:
        if rule == value:
            return rule
    raise ArgumentError(f"drift_verdict: {value!r} is none of {', '.join(RULES)}")


def _dimensions(environment: Environment) -> dict[str, str]:
    names = {
        "Endpoint": "sagemaker_endpoint_name",
        "MonitoringSchedule": "sagemaker_monitoring_schedule_name",
    }
    return {name: environment[variable] for name, variable in names.items() if environment.get(variable)}


def _monitoring(environment: Environment) -> Monitoring | None:
    text = environment.get(_CONFIG)
    return monitoring(load(text.encode(), _CONFIG, _CONFIG)) if text else None


def _not_obeyed(environment: Environment, data: Format, *, checked: bool) -> Iterator[str]:
    for variable, why in _NOT_OBEYED.items():
        if environment.get(variable):
            yield f"{variable} is not obeyed: {why}"
    if checked and environment.get(_CONFIG):
        yield f"{_CONFIG} is not obeyed: a check follows the configuration in constraints.json"
    if environment.get("record_preprocessor_script") and data in {"csv", "parquet"}:
        yield "record_preprocessor_script is not obeyed: it is for records of JSON lines and captures"
    if "output_columns_position" in environment.get("dataset_format", "") and data != "capture":
        yield "output_columns_position is not obeyed: columns stay in the order of the file"
