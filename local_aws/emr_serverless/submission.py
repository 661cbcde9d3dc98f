"""What a job run asks of `spark-submit`, and what of it has a meaning on one machine."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.errors import ServiceError, invalid

ADDRESS = re.compile(r"s3[an]?://[^\s,;'\"]+")
_FILES = ("--py-files", "--files", "--jars")
_OTHER_MACHINE = {
    "--archives",
    "--driver-cores",
    "--driver-memory",
    "--executor-cores",
    "--executor-memory",
    "--num-executors",
}
_VARIABLE = re.compile(r"spark\.(?:emr-serverless\.driverEnv|executorEnv)\.(?P<name>\w+)")
# Sizes and places of a cluster, and the Python that an archive would bring.
_CLUSTERS = re.compile(
    r"spark\.(archives|driver\.(cores|memory|maxResultSize)|executor\.|dynamicAllocation\.|emr-serverless\.|"
    r"kubernetes\.|pyspark\.|executorEnv\.PYSPARK|master$|submit\.deployMode)"
)


@dataclass
class Submission:
    """A job, as far as it runs here.

    Attributes:
        script: The script's address.
        arguments: The script's own.
        files: Options whose values are addresses, such as `--py-files`, with their values.
        settings: Spark's, by key.
        variables: The environment that the job asks for.
        passed_over: What has no meaning here.
    """

    script: str
    arguments: tuple[str, ...]
    files: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


def submission_of(request: Mapping[str, Any]) -> Submission:
    """What a `StartJobRun` asks for.

    Raises:
        ServiceError: It asks for what the local AWS does not do; one line.
    """
    driver = request.get("jobDriver", {}).get("sparkSubmit")
    if driver is None:
        raise _not_done("jobDriver: other than sparkSubmit")
    if request.get("mode", "BATCH") != "BATCH" or "retryPolicy" in request:
        raise _not_done("mode STREAMING and retryPolicy")
    if request.get("configurationOverrides", {}).get("applicationConfiguration"):
        raise _not_done("configurationOverrides.applicationConfiguration: give --conf instead")
    script = driver["entryPoint"]
    if not ADDRESS.fullmatch(script) or not script.endswith(".py"):
        raise _not_done(f"entryPoint {script!r}: other than a Python script in S3")
    asked = Submission(script, tuple(driver.get("entryPointArguments", ())))
    _read(driver.get("sparkSubmitParameters", ""), asked)
    return asked


def _read(text: str, asked: Submission) -> None:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise invalid(f"sparkSubmitParameters: {error}: {text!r}") from error
    while words:
        option, equals, value = words.pop(0).partition("=")
        if not equals:
            if not words:
                raise invalid(f"sparkSubmitParameters: {option} has no value")
            value = words.pop(0)
        if option == "--conf":
            _setting(value, asked)
        elif option in _FILES:
            asked.files.append((option, value))
        elif option in _OTHER_MACHINE:
            asked.passed_over.append(option)
        elif option != "--name":
            raise _not_done(f"sparkSubmitParameters: {option}")


def _setting(text: str, asked: Submission) -> None:
    key, equals, value = text.partition("=")
    if not equals:
        raise invalid(f"sparkSubmitParameters: --conf {text!r} should be key=value")
    variable = _VARIABLE.fullmatch(key)
    if variable is not None and not variable["name"].startswith("PYSPARK"):
        asked.variables[variable["name"]] = value
    elif _CLUSTERS.match(key):
        asked.passed_over.append(key)
    else:
        asked.settings[key] = value


def _not_done(what: str) -> ServiceError:
    return invalid(f"The local AWS does not do StartJobRun with {what}")
