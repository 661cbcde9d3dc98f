"""The analyzer's environment, parsed once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from drift_engine.errors import ArgumentError
from drift_engine.readers import ReadOptions

Format: TypeAlias = Literal["csv", "json", "parquet", "capture"]
Environment: TypeAlias = Mapping[str, str]

_SOURCE = "/opt/ml/processing/input/baseline_dataset_input"
_OUTPUT = "/opt/ml/processing/output"
_STATISTICS = "/opt/ml/processing/baseline/stats/statistics.json"
_CONSTRAINTS = "/opt/ml/processing/baseline/constraints/constraints.json"
_MESSAGE = "/opt/ml/output/message"
_METRICS = "/opt/ml/output/metrics/cloudwatch"
_FORMATS: Mapping[str, Format] = {
    "csv": "csv",
    "json": "json",
    "parquet": "parquet",
    "sagemakercapturejson": "capture",
}


@dataclass(frozen=True)
class Settings:
    """What the environment asks for.

    Attributes:
        source: the folder with the data.
        format: the data's format; `capture` is what an endpoint's data capture writes.
        options: how the data is to be read.
        statistics, constraints: the baseline's files; both None where constraints are to be suggested.
        categorical_method: in place of the constraints', where given.
        strict: follow Model Monitor to the letter.
        report: write `report.html` beside the service's files.
        output: where the files go.
        message_file: where the exit message goes.
        metrics_folder: where CloudWatch metrics go; None where none are to be published.
        preprocessor, postprocessor: the user's scripts.
        dimensions: the metrics' dimensions.
    """

    source: Path
    format: Format
    options: ReadOptions
    statistics: Path | None
    constraints: Path | None
    categorical_method: str | None
    strict: bool
    report: bool
    output: Path
    message_file: Path
    metrics_folder: Path | None
    preprocessor: Path | None
    postprocessor: Path | None
    dimensions: Mapping[str, str]


def message_file(environment: Environment) -> Path:
    """Where the exit message goes, which has to be known before anything can fail."""
    return _path(environment, "output_message_file", _MESSAGE)


def settings(environment: Environment) -> Settings:
    """The settings of an environment; variables that the analyzer doesn't know are passed over.

    `DRIFT_ENGINE_ROOT` stands before every path that begins with `/opt/ml`.

    Raises:
        ArgumentError: a variable has an impossible value, or one of the baseline's two files is not there.
    """
    data_format, options = _format(environment.get("dataset_format") or '{"csv": {"header": true}}')
    statistics, constraints = _baseline(environment)
    publish = _enabled(environment, "publish_cloudwatch_metrics")
    return Settings(
        source=_path(environment, "dataset_source", _SOURCE),
        format=data_format,
        options=options,
        statistics=statistics,
        constraints=constraints,
        categorical_method=_categorical_method(environment),
        strict=_enabled(environment, "strict_model_monitor"),
        report=_enabled(environment, "html_report"),
        output=_path(environment, "output_path", _OUTPUT),
        message_file=message_file(environment),
        metrics_folder=_path(environment, "cloudwatch_metrics_directory", _METRICS) if publish else None,
        preprocessor=_script(environment, "record_preprocessor_script"),
        postprocessor=_script(environment, "post_analytics_processor_script"),
        dimensions=_dimensions(environment),
    )


def _path(environment: Environment, variable: str, default: str) -> Path:
    path = environment.get(variable) or default
    root = environment.get("DRIFT_ENGINE_ROOT", "")
    return Path(root + path) if path == "/opt/ml" or path.startswith("/opt/ml/") else Path(path)


def _script(environment: Environment, variable: str) -> Path | None:
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


def _dimensions(environment: Environment) -> dict[str, str]:
    names = {
        "Endpoint": "sagemaker_endpoint_name",
        "MonitoringSchedule": "sagemaker_monitoring_schedule_name",
    }
    return {name: environment[variable] for name, variable in names.items() if environment.get(variable)}


def _format(text: str) -> tuple[Format, ReadOptions]:
    """The format in either spelling: the analyzer's `{"csv": {"header": true}}` or the API's capitals."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ArgumentError(f"dataset_format: {text!r} is not JSON: {error}") from error
    if not isinstance(document, dict) or len(document) != 1:
        raise ArgumentError(f"dataset_format: {text!r} doesn't name one format")
    ((name, given),) = document.items()
    data_format = _FORMATS.get(name.lower())
    if data_format is None:
        known = "csv, json, parquet, sagemakerCaptureJson"
        raise ArgumentError(f"dataset_format: {name!r} is none of {known}")
    if data_format == "csv":
        return data_format, ReadOptions(format="csv", header=_header(given))
    return data_format, ReadOptions(format="parquet" if data_format == "parquet" else "json")


def _header(given: Any) -> bool:
    options = {key.lower(): value for key, value in given.items()} if isinstance(given, dict) else {}
    header = options.get("header", False)
    if isinstance(header, str) and header.lower() in {"true", "false"}:
        return header.lower() == "true"
    if not isinstance(header, bool):
        raise ArgumentError(f"dataset_format: csv.header: {header!r} is neither true nor false")
    return header
