"""What AWS has before anything is changed; what would make a deploy fail half-way is found here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of, is_missing
from deployment.errors import ObserveError
from deployment.observe.facts import Facts, StackFacts
from deployment.observe.model import model_facts
from deployment.release.template import read
from deployment.s3uri import S3Uri
from deployment.stage.config import Config


def observe(config: Config, aws: Aws) -> Facts:
    """What AWS has of this stage.

    Raises:
        ObserveError: Something is missing that the deploy needs; the message says what to do.
    """
    account = account_of(aws)
    _check_bucket(config, aws)
    return Facts(
        account=account,
        partition=aws.partition,
        model=model_facts(config, aws),
        stack=stack_facts(config.names.stack, aws),
        uploaded=_uploaded(config, aws),
    )


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
    )


def _template(name: str, aws: Aws) -> Mapping[str, Any]:
    body = aws.cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    # boto3 parses a body that is JSON, and hands a YAML one over as text.
    return read(body) if isinstance(body, str) else json.loads(json.dumps(body))


def _uploaded(config: Config, aws: Aws) -> frozenset[str]:
    prefix = f"deploy/{config.names.pipeline}/"
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=config.bucket, Prefix=prefix)
    return frozenset(entry["Key"] for page in pages for entry in page.get("Contents", []))
