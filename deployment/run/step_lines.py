"""One line on what a step of a run did, from what AWS says of its job, its outputs and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from deployment.aws import Aws, is_missing
from deployment.s3uri import S3Uri

_COUNTED_BYTES: Final = 256 * 1024 * 1024  # larger outputs aren't read just to say how many rows they have


def what_it_did(step_type: str, metadata: Mapping[str, Any], aws: Aws) -> str:
    """What a step that succeeded did; empty for a type of step that has nothing to say."""
    match step_type:
        case "Model":
            model = aws.sagemaker.describe_model(ModelName=_name(metadata["Model"]["Arn"]))
            return f"model from {model['PrimaryContainer']['ModelDataUrl']}"
        case "Transform":
            return _transform(_name(metadata["TransformJob"]["Arn"]), aws)
        case "Processing":
            return _processing(_name(metadata["ProcessingJob"]["Arn"]), aws)
        case "Lambda":
            return _answer(metadata["Lambda"].get("OutputParameters", []))
        case "EMRServerless" | "Condition":
            return _told(metadata)
        case _:
            return ""


def processing_output(arn: str, aws: Aws) -> S3Uri:
    """Where a processing job with one output wrote it."""
    job = aws.sagemaker.describe_processing_job(ProcessingJobName=_name(arn))
    (output,) = job["ProcessingOutputConfig"]["Outputs"]
    return S3Uri.parse(output["S3Output"]["S3Uri"])


def processing_input(arn: str, name: str, aws: Aws) -> S3Uri:
    """Where the named input of a processing job lies."""
    job = aws.sagemaker.describe_processing_job(ProcessingJobName=_name(arn))
    return next(
        S3Uri.parse(entry["S3Input"]["S3Uri"])
        for entry in job["ProcessingInputs"]
        if entry["InputName"] == name
    )


def transform_output(arn: str, aws: Aws) -> S3Uri:
    """Where a transform job wrote its files."""
    job = aws.sagemaker.describe_transform_job(TransformJobName=_name(arn))
    return S3Uri.parse(job["TransformOutput"]["S3OutputPath"])


def objects(prefix: S3Uri, aws: Aws) -> list[tuple[S3Uri, int]]:
    """The objects below a prefix, each with its size in bytes."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=prefix.bucket, Prefix=f"{prefix.key.rstrip('/')}/"
    )
    found = [entry for page in pages for entry in page.get("Contents", [])]
    return [(S3Uri(prefix.bucket, entry["Key"]), int(entry["Size"])) for entry in found]


def read_json(uri: S3Uri, aws: Aws) -> Any | None:
    """The JSON document at `uri`, or None where there is none."""
    try:
        return json.loads(aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read())
    except ClientError as error:
        if is_missing(error):
            return None
        raise


def _transform(job: str, aws: Aws) -> str:
    output = transform_output(job, aws)
    files = objects(output, aws)
    size = sum(size for _, size in files)
    if size > _COUNTED_BYTES:
        return f"{size:,} bytes of scores in {len(files)} file(s) at {output}"
    return f"{sum(_rows(uri, aws) for uri, _ in files):,} rows scored to {output}"


def _rows(uri: S3Uri, aws: Aws) -> int:
    return sum(1 for _ in aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].iter_lines())


def _processing(job: str, aws: Aws) -> str:
    output = processing_output(job, aws)
    statistics = read_json(output / "statistics.json", aws)
    violations = read_json(output / "constraint_violations.json", aws)
    found = len((violations or {}).get("violations", []))
    if statistics is None:
        return f"{found} findings, no statistics"
    rows, features = statistics["dataset"]["item_count"], len(statistics["features"])
    return f"{rows:,} rows and {features} features checked, {found} findings"


def _told(metadata: Mapping[str, Any]) -> str:
    """What the metadata says by itself."""
    if "EMRServerless" in metadata:
        run = metadata["EMRServerless"]
        return f"job run {run['JobRunId']} of the application {run['ApplicationId']}"
    return f"the condition is {metadata['Condition'].get('Outcome', 'unknown')}"


def _answer(outputs: list[Mapping[str, str]]) -> str:
    said = {entry["Name"]: entry["Value"] for entry in outputs}
    published = f"{said['checkedFeatures']} distances published; " if "checkedFeatures" in said else ""
    return published + said.get("message", "")


def _name(arn: str) -> str:
    """A job's or model's name: the last part of its ARN."""
    return arn.rpartition("/")[2]
