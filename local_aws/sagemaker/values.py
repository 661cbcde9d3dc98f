"""What `Get`, `Std:Join`, `Std:JsonGet` and conditions come to when a step runs."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local_aws.clock import Clock
from local_aws.containers.container import ContainerError
from local_aws.containers.transfer import S3Uri
from local_aws.errors import LocalAwsError
from local_aws.sagemaker.references import NAME_OF, parts
from local_aws.sagemaker.store import Execution

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


class StepError(LocalAwsError):
    """A step fails; the message is its `FailureReason`.

    Attributes:
        kind: The exception type that a retry policy names, or nothing.
    """

    def __init__(self, reason: str, kind: str = "") -> None:
        super().__init__(reason)
        self.kind = kind


class Values:
    """The values that an execution's steps read.

    Args:
        execution: The execution, with the properties of the steps that have run.
        s3: A boto3 client of S3, for property files.
        clock: The time.
    """

    def __init__(self, execution: Execution, s3: Any, clock: Clock) -> None:
        self._execution = execution
        self._s3 = s3
        self._clock = clock

    def resolve(self, value: Any) -> Any:
        """The value with every function in it replaced by what it stands for.

        Raises:
            StepError: Something that it reads is not there.
        """
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        match list(value):
            case ["Get"]:
                return self._get(value["Get"])
            case ["Std:Join"]:
                join = value["Std:Join"]
                return str(join.get("On", "")).join(_text(self.resolve(item)) for item in join["Values"])
            case ["Std:JsonGet"]:
                return self._json_get(value["Std:JsonGet"])
        return {key: self.resolve(item) for key, item in value.items()}

    def holds(self, condition: Mapping[str, Any]) -> bool:
        """Whether a condition is true.

        Raises:
            StepError: A value that it reads is not there, or two values have no order.
        """
        kind = condition["Type"]
        if kind == "Not":
            return not self.holds(condition["Condition"])
        if kind == "Or":
            return any(self.holds(inner) for inner in condition["Conditions"])
        if kind == "In":
            return self.resolve(condition["QueryValue"]) in self.resolve(condition["Values"])
        left, right = self.resolve(condition["LeftValue"]), self.resolve(condition["RightValue"])
        if kind == "Equals":
            return bool(left == right)
        try:
            return bool(_ORDERS[kind](left, right))
        except TypeError as error:
            raise StepError(f"ClientError: {left!r} and {right!r} cannot be compared by {kind}") from error

    def _get(self, path: str) -> Any:
        root, _, rest = path.partition(".")
        if root == "Parameters":
            return self._execution.parameters[rest]
        if root == "Execution":
            return self._variable(rest)
        name, _, inner = rest.partition(".")
        value: Any = self._execution.steps[name].properties
        trail: str | int = ""
        for part in parts(inner):
            value = _item(value, part, trail)
            if value is None:
                raise StepError(
                    f"ClientError: Steps.{rest} has no value: {part!r} is not in what the step made"
                )
            trail = part
        return value

    def _variable(self, name: str) -> str:
        description = self._execution.description
        started: datetime = description["CreationTime"]
        values = {
            "StartDateTime": started.isoformat(),
            "CurrentDateTime": self._clock.now().isoformat(),
            "PipelineName": description["PipelineArn"].rsplit("/", 1)[-1],
            "PipelineArn": description["PipelineArn"],
            "PipelineExecutionId": self._execution.id,
            "PipelineExecutionArn": self._execution.arn,
        }
        return str(values[name])

    def _json_get(self, settings: Mapping[str, Any]) -> Any:
        """A value out of a JSON file in S3: a step's property file, or any file by its URI."""
        if "S3Uri" in settings:
            uri = S3Uri.parse(self.resolve(settings["S3Uri"]))
        else:
            uri = self._property_file(settings["PropertyFile"]["Get"])
        try:
            content = self._s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
            value = json.loads(content)
        except (self._s3.exceptions.NoSuchKey, self._s3.exceptions.NoSuchBucket) as error:
            raise StepError(f"ClientError: the property file {uri} is not there") from error
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise StepError(f"ClientError: the property file {uri} is not JSON: {error}") from error
        for part in parts(settings["Path"]):
            value = _item(value, part, "")
            if value is None:
                raise StepError(f"ClientError: {uri} has no {settings['Path']}")
        return value

    def _property_file(self, get: str) -> S3Uri:
        _, name, _, file_name = get.split(".")
        step = self._execution.definition.steps[name]
        found = [item for item in step.body["PropertyFiles"] if item["PropertyFileName"] == file_name]
        outputs = self._execution.steps[name].properties["ProcessingOutputConfig"]["Outputs"]
        folder = _item(outputs, found[0]["OutputName"], "Outputs")
        if folder is None:
            raise StepError(f"ClientError: step {name} has no output {found[0]['OutputName']!r}")
        try:
            return S3Uri.parse(folder["S3Output"]["S3Uri"]) / str(found[0]["FilePath"])
        except ContainerError as error:
            raise StepError(str(error)) from error


def _item(value: Any, part: str | int, trail: str | int) -> Any:
    """The member, key or item, or the thing of that name in a list of named things; None for none."""
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if part < len(value) else None
    if isinstance(value, list):
        key = NAME_OF.get(str(trail), "")
        return next((item for item in value if item.get(key) == part), None)
    return None


def _text(value: Any) -> str:
    """A value inside of a joined string, as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)
