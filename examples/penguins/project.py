"""Puts the penguins project where `deploy.py` looks for it: batches and an approved model with its baseline.

`deploy.py --local --project examples/penguins` calls `set_up` on the local AWS. For an account of your own:
`python -m examples.penguins.project --bucket ARTIFACT_BUCKET --role-arn SAGEMAKER_PIPELINE_ROLE_ARN`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from drift_engine.errors import DriftEngineError
from examples.penguins import model, prepare
from pipeline_definition import images
from pipeline_definition.errors import PipelineDefinitionError

GROUP = "penguins"
JSON_TYPE = "application/json"


class SetUpError(Exception):
    """The project cannot be set up in this account."""


COULD_NOT = (
    prepare.SourceDataError,
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

    Args:
        session: of the account and region to set the project up in.
        bucket: the artifact bucket.
        role_arn: the role that pipeline steps run as; nothing here needs one.
        cache: for what takes long; this takes a second and is made each time.
        say: told what is done, a line each.

    Raises:
        SourceDataError: palmerpenguins is not installed or damaged.
        SetUpError: the session has no region.
        PipelineDefinitionError: SageMaker has no XGBoost image in the region.
    """
    del role_arn, cache
    if session.region_name is None:
        raise SetUpError("no AWS region: set AWS_REGION or the region of your AWS profile")
    image = images.xgboost(session.region_name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare.prepare(folder)
        made = model.make(folder)
        (folder / "model.tar.gz").write_bytes(made.archive)
        (folder / "evaluation.json").write_text(_evaluation(made), encoding="utf-8")
        root = f"models/{_hash_of(folder)}"
        _upload(session, bucket, folder, root)
    _register(session.client("sagemaker"), f"s3://{bucket}/{GROUP}/{root}", image)
    say(f"penguins: model registered in the group {GROUP}, tells {made.accuracy:.0%} of the held-out birds")
    batches = {"drifted": prepare.DRIFTED, "quiet": prepare.QUIET}
    return {name: f"s3://{bucket}/{GROUP}/{file.parent.as_posix()}/" for name, file in batches.items()}


def _evaluation(made: model.Made) -> str:
    metrics = {"accuracy": {"value": made.accuracy}}
    document = {"dataset": {"item_count": made.held_out}, "binary_classification_metrics": metrics}
    return json.dumps(document, indent=2) + "\n"


_MODEL_FILES = ("model.tar.gz", "evaluation.json", "statistics.json", "constraints.json")


def _hash_of(folder: Path) -> str:
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in _MODEL_FILES)).hexdigest()[:16]


def _upload(session: boto3.Session, bucket: str, folder: Path, root: str) -> None:
    s3 = session.client("s3")
    for file in prepare.FILES:
        s3.upload_file(str(folder / file), bucket, f"{GROUP}/{file.as_posix()}")
    for name in _MODEL_FILES:
        s3.upload_file(str(folder / name), bucket, f"{GROUP}/{root}/{name}")


def _register(sagemaker: Any, uri: str, image: str) -> None:
    """The model in its group, approved, unless the group has this very model."""
    groups = sagemaker.get_paginator("list_model_package_groups").paginate(NameContains=GROUP)
    if not any(row["ModelPackageGroupName"] == GROUP for page in groups for row in _groups(page)):
        sagemaker.create_model_package_group(
            ModelPackageGroupName=GROUP, ModelPackageGroupDescription="Probability that a penguin is a male."
        )
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
    for page in pages:
        for row in page["ModelPackageSummaryList"]:
            known = sagemaker.describe_model_package(ModelPackageName=row["ModelPackageArn"])
            if known["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == f"{uri}/model.tar.gz":
                return
    sagemaker.create_model_package(**_package(uri, image))


def _groups(page: dict[str, Any]) -> list[dict[str, Any]]:
    return list(page["ModelPackageGroupSummaryList"])


def _package(uri: str, image: str) -> dict[str, Any]:
    document = {
        name: {"ContentType": JSON_TYPE, "S3Uri": f"{uri}/{name}.json"}
        for name in ("statistics", "constraints", "evaluation")
    }
    return {
        "ModelPackageGroupName": GROUP,
        "ModelPackageDescription": "Trained on the penguins of Dream and Torgersen.",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {
            "Containers": [{"Image": image, "ModelDataUrl": f"{uri}/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
            "SupportedTransformInstanceTypes": ["ml.m5.large"],
            "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": document["evaluation"]}},
        "DriftCheckBaselines": {
            "ModelDataQuality": {
                "Statistics": document["statistics"],
                "Constraints": document["constraints"],
            }
        },
    }


def main(arguments: list[str]) -> int:
    """Sets the project up in the default AWS session's account; 0 done, 1 refused by AWS, 2 could not."""
    parser = argparse.ArgumentParser(prog="python -m examples.penguins.project", description=__doc__)
    parser.add_argument("--bucket", required=True, help="the artifact bucket")
    parser.add_argument("--role-arn", required=True, help="the role that pipeline steps run as")
    chosen = parser.parse_args(arguments)
    try:
        batches = set_up(boto3.Session(), chosen.bucket, chosen.role_arn, Path(), _to_stderr)
    except COULD_NOT as error:
        print(f"penguins: {error}", file=sys.stderr)
        return 2
    except (ClientError, Boto3Error) as error:
        print(f"penguins: AWS refused: {error}", file=sys.stderr)
        return 1
    print(json.dumps(batches, indent=2))
    return 0


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
