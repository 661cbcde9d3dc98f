from __future__ import annotations

import pytest

from deployment.names import Names, feature_metric
from drift_engine.evaluation import metric_name


def test_names_are_the_documented_ones() -> None:
    names = Names("taxis", "prod")
    assert names.pipeline == "taxis-batch-prod"
    assert names.stack == "sagemaker-taxis-batch-prod"
    assert names.drift_alarm == "sagemaker-taxis-batch-prod-threshold"
    assert names.feature_alarm("delay") == "sagemaker-taxis-batch-prod-threshold-delay"


def test_names_over_aws_limits_are_faults() -> None:
    faults = Names("p" * 60, "s" * 20).faults()
    assert [fault.partition(" is too long for ")[2].partition(":")[0] for fault in faults] == [
        "a SageMaker pipeline",
        "a Lambda function",
        *["an EventBridge rule"] * 4,
        "an SQS queue",
    ]


def test_names_within_aws_limits_have_no_fault() -> None:
    assert Names("flights", "staging").faults() == []


@pytest.mark.parametrize("feature", ["delay", "a b", "größe", "x" * 250, "y" * 400, "\t", "東京", "a\ud800"])
def test_metrics_are_looked_for_under_the_names_that_the_lambda_publishes(feature: str) -> None:
    assert feature_metric(feature) == metric_name(feature)
