"""start: a run of the deployed pipeline, followed to its end or left to itself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.errors import ExecutionError
from deployment.observe.account import account_of, check_batch, stack_facts
from deployment.run import execution, outcome, outputs
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.verbs.place import Workplace
from deployment.verbs.report import StageReport, run_document

DATA: str = "DataInputUri"


def deployed(config: Config, place: Workplace) -> StageReport:
    """The stage as it is deployed, with nothing planned."""
    return StageReport((), config.names.stack, stack_facts(config.names.stack, place.aws))


def parameters_of(texts: Sequence[str]) -> dict[str, str]:
    """The values of `Name=Value` texts, by name.

    >>> parameters_of(["TransformInstanceCount=2"])
    {'TransformInstanceCount': '2'}

    Raises:
        ExecutionError: A text has no `=`, or a name is given twice.
    """
    parsed: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ExecutionError(f"--parameter {text}: should be Name=Value.")
        if name in parsed:
            raise ExecutionError(f"--parameter {name}: is given twice.")
        parsed[name] = value
    return parsed


def start(config: Config, parameters: Mapping[str, str], place: Workplace, *, wait: bool) -> StageReport:
    """A run of the deployed pipeline; with `wait` followed to its end and told.

    Args:
        config: The stage.
        parameters: Values of the pipeline's parameters that differ from its defaults.
        place: Where to work.
        wait: Whether to follow the run.

    Raises:
        ObserveError: The batch is not there or empty.
        ExecutionError: There is no such stage to run, or it has no such parameter.
    """
    report = deployed(config, place)
    if wait:
        return run(config, parameters, place, report)
    arn = _started(config, parameters, place, report)
    place.screen.line(f"started {arn}")
    place.screen.line(f"{config.command('status')} shows how it goes")
    return replace(report, execution=execution.now(arn, place.aws))


def run(config: Config, parameters: Mapping[str, str], place: Workplace, report: StageReport) -> StageReport:
    """One run of the deployed pipeline, followed to its end and told; `report` with the run in it.

    Raises:
        ObserveError: The batch is not there or empty.
        ExecutionError: There is no such stage to run, or it has no such parameter.
    """
    # Not after the run, which may take an hour, to learn that its files have no place.
    place.out.parent.mkdir(parents=True, exist_ok=True)
    arn = _started(config, parameters, place, report)
    try:
        ended = execution.follow(arn, place.aws, place.clock, place.screen.line)
    except KeyboardInterrupt as stop:
        raise ExecutionError(
            f"Interrupted; the run {arn} goes on in AWS. {config.command('status')} shows it, "
            f"aws sagemaker stop-pipeline-execution --pipeline-execution-arn {arn} ends it."
        ) from stop
    found = outcome.read(config, ended, account_of(place.aws), place.aws, place.clock)
    place.screen.outcome(found)
    files = outputs.download(ended, run_document(ended, found), place.out, place.aws)
    place.screen.outputs(files)
    return replace(report, execution=ended, outcome=found, outputs=files)


def _started(config: Config, parameters: Mapping[str, str], place: Workplace, report: StageReport) -> str:
    if report.stack is None:
        raise ExecutionError(f"There is no stack {config.names.stack}: deploy the stage first.")
    pipeline = config.names.pipeline
    if unknown := parameters.keys() - (known := _declared(pipeline, place.aws)):
        raise ExecutionError(
            f"The pipeline {pipeline} has no parameter {', '.join(sorted(unknown))}; it has "
            f"{', '.join(known)}."
        )
    try:
        batch = S3Uri.parse(parameters[DATA])
    except ValueError as error:
        raise ExecutionError(f"{DATA}: {error}.") from error
    check_batch(batch, place.aws)
    place.screen.heading(f"Run of {pipeline} on {batch}")
    return execution.start(pipeline, parameters, uuid.uuid4().hex, place.aws)


def _declared(pipeline: str, aws: Aws) -> list[str]:
    """The parameters that the deployed pipeline declares."""
    try:
        text = aws.sagemaker.describe_pipeline(PipelineName=pipeline)["PipelineDefinition"]
    except ClientError as error:
        if code_of(error) == "ResourceNotFound":
            raise ExecutionError(f"There is no pipeline {pipeline}: deploy the stage first.") from error
        raise
    return [str(entry["Name"]) for entry in json.loads(text).get("Parameters", [])]
