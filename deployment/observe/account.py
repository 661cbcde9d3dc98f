"""What AWS has before anything is changed; what would make a deploy fail half-way is found here."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of, is_missing
from deployment.errors import ObserveError
from deployment.names import CHANGE_SET_PREFIX
from deployment.observe.facts import DeployedFacts, Facts, StackFacts
from deployment.observe.model import model_facts
from deployment.observe.spark import check_application
from deployment.release.records import Record, key_of, numbers, parse
from deployment.release.template import read
from deployment.s3uri import S3Uri
from deployment.stage.config import Config

# A change set whose making failed or is complete, and that nobody has executed.
_MADE: Final = frozenset({"CREATE_COMPLETE", "FAILED"})
_UNEXECUTED: Final = frozenset({"AVAILABLE", "UNAVAILABLE", "OBSOLETE"})


def observe(config: Config, aws: Aws) -> Facts:
    """What AWS has of this stage.

    Raises:
        ObserveError: Something is missing that the deploy needs; the message says what to do.
    """
    account = checked_account(config, aws)
    _check_bucket(config, aws)
    check_application(config, aws)
    model = model_facts(config, aws)
    stack, uploaded = stack_facts(config.names.stack, aws), uploaded_keys(config, aws)
    return Facts(
        account=account,
        partition=aws.partition,
        model=model,
        stack=stack,
        uploaded=uploaded,
        deployed=deployed_facts(stack, aws),
        record=next(newest_records(config, uploaded, aws), None),
    )


def checked_account(config: Config, aws: Aws) -> str:
    """The account of the credentials, which is the stage's where the stage names one.

    Raises:
        ObserveError: It is another.
    """
    account = account_of(aws)
    if config.account not in (None, account):
        raise ObserveError(
            f"The credentials are of the account {account}, the stage {config.stage_name} belongs to "
            f"{config.account}: use credentials of that account, or set aws.role_arn to a role of it."
        )
    return account


def account_of(aws: Aws) -> str:
    """The account of the credentials."""
    return str(aws.sts.get_caller_identity()["Account"])


def check_batch(batch: S3Uri, aws: Aws) -> None:
    """Passes a batch that has data.

    Raises:
        ObserveError: There is nothing at that address, or only empty files.
    """
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=batch.bucket, Prefix=batch.key)
    sizes = [entry["Size"] for page in pages for entry in page.get("Contents", [])]
    if not sizes:
        raise ObserveError(f"The batch {batch} is not there: no object has this address or lies below it.")
    if not any(sizes):
        raise ObserveError(f"The batch {batch} is empty: 0 bytes in {len(sizes)} object(s).")


def _check_bucket(config: Config, aws: Aws) -> None:
    try:
        answer = aws.s3.head_bucket(Bucket=config.bucket)
    except ClientError as error:
        where = _region_of(error.response)
        if where and where != config.region:
            raise ObserveError(_elsewhere(config, where)) from error
        if is_missing(error):
            raise ObserveError(
                f"The artifact bucket {config.bucket} is not there: deploy cfn/foundation.yaml first, or "
                "name the bucket with --artifact-bucket or ARTIFACT_BUCKET."
            ) from error
        if code_of(error) in {"403", "AccessDenied"}:
            raise ObserveError(
                f"The artifact bucket {config.bucket} may not be read with these credentials."
            ) from error
        raise
    where = answer.get("BucketRegion") or _region_of(answer)
    if where and where != config.region:
        raise ObserveError(_elsewhere(config, where))


def _region_of(answer: Mapping[str, Any]) -> str | None:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = headers.get("x-amz-bucket-region")
    return None if region is None else str(region)


def _elsewhere(config: Config, region: str) -> str:
    return (
        f"The artifact bucket {config.bucket} is in {region}, the deploy is for {config.region}: "
        "give --region, or a bucket of that region."
    )


def stack_facts(name: str, aws: Aws) -> StackFacts | None:
    """The stack as it is deployed, or None where there is none."""
    try:
        (stack,) = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation has no code of its own for a stack that isn't there.
        if code_of(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise
    status = str(stack["StackStatus"])
    return StackFacts(
        status=status,
        reason=str(stack.get("StackStatusReason", "")),
        template=None if status == "REVIEW_IN_PROGRESS" else _template(name, aws),
        parameters={entry["ParameterKey"]: entry["ParameterValue"] for entry in stack.get("Parameters", [])},
        tags={entry["Key"]: entry["Value"] for entry in stack.get("Tags", [])},
        left_behind=_left_behind(name, aws),
        drifted=stack.get("DriftInformation", {}).get("StackDriftStatus") == "DRIFTED",
        changing_since=_changing_since(stack) if status.endswith("_IN_PROGRESS") else "",
    )


def _changing_since(stack: Mapping[str, Any]) -> str:
    """When the change began that is going on, and its change set where there is one."""
    began = stack.get("LastUpdatedTime", stack.get("CreationTime"))
    change_set = str(stack.get("ChangeSetId", "")).rpartition("changeSet/")[2].partition("/")[0]
    when = f"{began:%H:%M} UTC" if began else ""
    return f"{when} by the change set {change_set}" if change_set else when


def _left_behind(name: str, aws: Aws) -> tuple[str, ...]:
    """The change sets of earlier deploys that nobody executed; none that may still be in the making."""
    pages = aws.cloudformation.get_paginator("list_change_sets").paginate(StackName=name)
    return tuple(
        str(entry["ChangeSetName"])
        for page in pages
        for entry in page["Summaries"]
        if str(entry["ChangeSetName"]).startswith(CHANGE_SET_PREFIX)
        and entry["ExecutionStatus"] in _UNEXECUTED
        and entry["Status"] in _MADE
    )


def deployed_facts(stack: StackFacts | None, aws: Aws) -> DeployedFacts | None:
    """The pipeline definition and the constraints that a stack deployed; None where they can't be read."""
    key = stack.parameters.get("DefinitionKey") if stack else None
    if stack is None or key is None:
        return None
    definition = _json_at(S3Uri(stack.parameters["DefinitionBucket"], key), aws)
    if definition is None:
        return None
    inputs = {
        entry["InputName"]: entry["S3Input"]["S3Uri"]
        for step in definition["Steps"]
        for entry in step["Arguments"].get("ProcessingInputs", [])
    }
    constraints, thresholds = (
        _json_at(S3Uri.parse(inputs[name]), aws) if name in inputs else None
        for name in ("baseline_constraints", "thresholds")
    )
    return DeployedFacts(definition, constraints, thresholds)


def newest_records(config: Config, uploaded: Iterable[str], aws: Aws) -> Iterator[Record]:
    """The releases' records, the newest first, each read when it is asked for.

    Raises:
        ObserveError: A record can't be read.
    """
    for number in reversed(numbers(uploaded)):
        uri = S3Uri(config.bucket, key_of(config.names.pipeline, number))
        try:
            yield parse(aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read())
        except ValueError as error:
            raise ObserveError(f"The release record {uri} is damaged ({error}): delete it.") from error


def template_of(uploaded: Container[str], aws: Aws, record: Record) -> Mapping[str, Any] | None:
    """The template of a release; None where it is gone."""
    key = record.template_key
    return None if key not in uploaded else _json_at(S3Uri(record.bucket, key), aws)


def _json_at(uri: S3Uri, aws: Aws) -> Any | None:
    try:
        return json.loads(aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read())
    except ClientError as error:
        if is_missing(error):
            return None
        raise


def _template(name: str, aws: Aws) -> Mapping[str, Any]:
    body = aws.cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    # boto3 parses a body that is JSON, and hands a YAML one over as text.
    return read(body) if isinstance(body, str) else json.loads(json.dumps(body))


def uploaded_keys(config: Config, aws: Aws) -> frozenset[str]:
    """The keys below the pipeline's deploy prefix."""
    prefix = f"deploy/{config.names.pipeline}/"
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=config.bucket, Prefix=prefix)
    return frozenset(entry["Key"] for page in pages for entry in page.get("Contents", []))
