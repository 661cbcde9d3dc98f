"""Configs, facts and releases for the tests of the deploy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployment.observe.facts import BaselineFacts, Facts, ModelFacts, StackFacts
from deployment.release import template
from deployment.release.assemble import Sources
from deployment.release.packages import Package, Packages
from deployment.s3uri import S3Uri
from deployment.stage.config import Config, load
from deployment.stage.settings import Settings
from pipeline_definition import fill

ROOT = Path(__file__).parents[3]
BUCKET = "artifacts"
ROLE = "arn:aws:iam::123456789012:role/pipeline"
SETTINGS = Settings(region="us-east-1", bucket=BUCKET, pipeline_role_arn=ROLE)
PACKAGES = Packages(
    function=Package("f" * 16, b"function"),
    monitor=Package("m" * 16, b"monitor"),
    layer=Package("1" * 16, b"layer"),
    spark=Package("5" * 16, b"spark"),
)
CONSTRAINTS: Mapping[str, Any] = {
    "version": 0.0,
    "features": [
        {"name": "carrier", "inferred_type": "String", "completeness": 1.0},
        {"name": "delay", "inferred_type": "Integral", "completeness": 1.0},
        {"name": "prediction", "inferred_type": "Fractional", "completeness": 1.0},
    ],
    "monitoring_config": {
        "datatype_check_threshold": 0.9,
        "distribution_constraints": {"comparison_threshold": 0.1},
    },
}
BASELINE = BaselineFacts(
    S3Uri(BUCKET, "model/statistics.json"), S3Uri(BUCKET, "model/constraints.json"), CONSTRAINTS
)
MODEL = ModelFacts(
    arn="arn:aws:sagemaker:us-east-1:123456789012:model-package/taxis/3",
    version=3,
    image="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5",
    artifact=S3Uri(BUCKET, "model/3/model.tar.gz"),
    environment={},
    baseline=BASELINE,
)
STAGE: Mapping[str, Any] = {
    "project": {"name": "taxis", "id": "p-taxis"},
    "model": {"package_group": "taxis", "version": "latest-approved"},
    "data": {"input_uri": "s3://${ArtifactBucket}/batches/incoming"},
    "transform": {"instance_type": "ml.m5.large", "instance_count": 1, "input_filter": "$[1:]"},
    "monitor": {"instance_type": "ml.m5.large"},
    "drift": {"feature_alarms": {"delay": 0.2}},
    "schedule": {"expression": "cron(0 12 * * ? *)"},
    "retrain": {"pipeline": "taxis-model-build"},
}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the keys of `above` over it, sections key by key."""
    result = dict(below)
    for key, value in above.items():
        inner = result.get(key)
        result[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result


NO_MONITOR: Mapping[str, Any] = {"monitor": None, "drift": None, "retrain": None}


def config(folder: Path, settings: Settings = SETTINGS, **changes: Any) -> Config:
    """The stage `staging` of the project taxis, with some sections changed; None leaves `drift` out."""
    file = folder / "staging.json"
    stage = merged(STAGE, changes)
    kept = {key: value for key, value in stage.items() if key != "drift" or value is not None}
    file.write_text(json.dumps(kept), encoding="utf-8")
    return load("staging", [file], settings)


def facts(
    stack: StackFacts | None = None, uploaded: frozenset[str] = frozenset(), model: ModelFacts = MODEL
) -> Facts:
    """An account with this model, stack and these uploads."""
    return Facts("123456789012", "aws", model, stack, uploaded)


def sources(of: Config) -> Sources:
    """The real templates and definition, with packages of a few bytes."""
    alarms = of.feature_alarms
    return Sources(fill.document(), template.batch_pipeline(ROOT / "cfn", alarms), PACKAGES)
