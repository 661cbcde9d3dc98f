from __future__ import annotations

import pytest

from drift_engine.evaluation import is_of_feature, metric_name


@pytest.mark.parametrize("feature", ["dep_delay", "with blank", "a.b/c:d"])
def test_a_name_that_cloudwatch_takes_is_used_as_it_is(feature: str) -> None:
    assert metric_name(feature) == f"feature_baseline_drift_{feature}"


@pytest.mark.parametrize("feature", ["größe", "x" * 300, "tab\there", "列"])
def test_a_name_that_cloudwatch_refuses_gets_a_lasting_replacement(feature: str) -> None:
    name = metric_name(feature)
    assert name.isascii()
    assert name.isprintable()
    assert len(name) <= 255
    assert name == metric_name(feature)
    assert name != metric_name(feature + "!")


@pytest.mark.parametrize("feature", ["", "dep_delay", "größe", "x" * 300])
def test_a_features_metric_is_told_from_the_counts_of_the_run(feature: str) -> None:
    assert is_of_feature(metric_name(feature))
    assert not is_of_feature("drifted_features")
