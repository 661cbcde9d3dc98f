"""A project that is made in a second: taxi rides with a company, a distance, a tip; a model of the fare."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pandas as pd
import xgboost
from numpy.typing import NDArray

from drift_engine import make_baseline
from drift_engine.monitor_files import constraints_json, statistics_json
from pipeline_definition import images

GROUP = "taxis"
COLUMNS = ("company", "miles", "tip")
COULD_NOT: tuple[type[Exception], ...] = ()


def set_up(
    session: boto3.Session, bucket: str, role_arn: str, cache: Path, say: Callable[[str], None]
) -> dict[str, str]:
    """Puts rides, model and baseline into the account; the S3 addresses of the batches."""
    s3 = session.client("s3")
    training = rides(np.random.default_rng(1), 3000, shift=0.0)
    model = fitted(training)
    for name, body in {
        "model/model.tar.gz": archive(model),
        **baseline(training, model),
        "batches/drifted/rides.csv": csv(rides(np.random.default_rng(2), 1000, shift=2.0)),
        "batches/quiet/rides.csv": csv(rides(np.random.default_rng(3), 1000, shift=0.0)),
        "batches/empty/rides.csv": b"",
        "batches/narrow/rides.csv": csv(rides(np.random.default_rng(3), 1000, shift=0.0), columns=2),
    }.items():
        s3.put_object(Bucket=bucket, Key=f"taxis/{name}", Body=body)
    register(session, f"s3://{bucket}/taxis/model")
    say("taxis: set up")
    return {name: f"s3://{bucket}/taxis/batches/{name}/" for name in ("drifted", "quiet", "empty", "narrow")}


def rides(random: np.random.Generator, count: int, *, shift: float) -> list[tuple[str, float, float]]:
    """Rides, the distances larger by `shift` miles."""
    companies = random.choice(["yellow", "green", "blue"], count)
    miles = random.gamma(2.0, 1.5, count) + shift
    tips = random.gamma(1.0, 2.0, count)
    return [
        (str(c), round(float(m), 3), round(float(t), 2))
        for c, m, t in zip(companies, miles, tips, strict=True)
    ]


def fitted(training: list[tuple[str, float, float]]) -> xgboost.Booster:
    """A model of the fare, on miles and tip."""
    features = numbers(training)
    return xgboost.train(
        {"nthread": 1, "seed": 1}, xgboost.DMatrix(features, label=3 + 2 * features[:, 0]), num_boost_round=50
    )


def numbers(table: list[tuple[str, float, float]]) -> NDArray[np.float32]:
    """What the model reads of rides."""
    return np.array([row[1:] for row in table], dtype=np.float32)


def archive(model: xgboost.Booster) -> bytes:
    """The model as SageMaker's XGBoost image expects it."""
    content = bytes(model.save_raw(raw_format="ubj"))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("xgboost-model")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def csv(table: list[tuple[str, float, float]], *, columns: int = 3) -> bytes:
    """The rides without a header, their first columns."""
    return "".join(",".join(map(str, row[:columns])) + "\n" for row in table).encode()


def baseline(training: list[tuple[str, float, float]], model: xgboost.Booster) -> dict[str, bytes]:
    """The engine's `statistics.json` and `constraints.json` of the rides and the model's fares."""
    table = pd.DataFrame(training, columns=list(COLUMNS))
    table["prediction"] = model.predict(xgboost.DMatrix(numbers(training))).astype(float)
    made = make_baseline(table)
    return {
        "model/statistics.json": statistics_json(made.statistics).encode(),
        "model/constraints.json": constraints_json(made.constraints).encode(),
    }


def register(session: boto3.Session, uri: str) -> None:
    """The model in its group, approved, with its baseline."""
    sagemaker: Any = session.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    sagemaker.create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [
                {"Image": images.xgboost(str(session.region_name)), "ModelDataUrl": f"{uri}/model.tar.gz"}
            ],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        DriftCheckBaselines={
            "ModelDataQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": f"{uri}/statistics.json"},
                "Constraints": {"ContentType": "application/json", "S3Uri": f"{uri}/constraints.json"},
            }
        },
    )
