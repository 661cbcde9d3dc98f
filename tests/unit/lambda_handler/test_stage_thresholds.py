"""The stage's thresholds file, found through the job and obeyed."""

from __future__ import annotations

import json

import pytest

import lambda_handler as subject
from tests.unit.lambda_handler.test_lambda_handler import DRIFTED, files, job, run

KEY = "s3://bucket/deploy/baseline/thresholds-0a1b.json"
FOLDER = "/opt/ml/processing/thresholds"
DESCRIBED = job(
    Environment={**job()["Environment"], "drift_thresholds": f"{FOLDER}/thresholds-0a1b.json"},
    ProcessingInputs=[
        *job()["ProcessingInputs"],
        {"InputName": "thresholds", "S3Input": {"S3Uri": KEY, "LocalPath": FOLDER}},
    ],
)


def wanting(**wish: object) -> dict[str, bytes | Exception]:
    return {**files(DRIFTED), KEY: json.dumps({"version": 1, "features": {"x": wish}}).encode()}


def test_an_ignored_feature_is_published_and_alarms_nobody_until_its_day() -> None:
    answer, cloudwatch = run(wanting(ignore_until="2026-12-01", reason="new supplier"), DESCRIBED)
    assert (answer["statusCode"], answer["driftedFeatures"], answer["checkedFeatures"]) == (200, 0, 1)
    assert cloudwatch.metrics()["drifted_features"] == 0.0
    assert cloudwatch.metrics()["feature_baseline_drift_x"] > 0.8
    assert run(wanting(ignore_until="2026-11-23", reason="over"), DESCRIBED)[0]["driftedFeatures"] == 1


def test_a_job_without_the_variable_has_no_thresholds() -> None:
    assert run(wanting(importance="low"), job())[0]["driftedFeatures"] == 1
    assert run(wanting(importance="low"), DESCRIBED)[0]["driftedFeatures"] == 0


def test_a_thresholds_file_that_is_gone_is_an_error_that_names_it() -> None:
    with pytest.raises(subject.FileMissingError, match=r"thresholds-0a1b\.json does not exist"):
        run(files(DRIFTED), DESCRIBED)
