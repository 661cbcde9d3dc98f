"""METRIC_FEATURES: which features' distances become metrics; summaries always do."""

from __future__ import annotations

import pytest

from drift_engine.evaluation import Evaluation, metric_name

SUMMARIES = {"drifted_features": 1.0, "drift_check_completed": 1.0}
FAR, NEAR = metric_name("delay"), metric_name("tip")
EVALUATION = Evaluation({FAR: 0.5, NEAR: 0.01, **SUMMARIES}, {}, frozenset({FAR}))


@pytest.mark.parametrize(
    ("features", "published"),
    [
        ("all", {FAR, NEAR}),
        ("drifted", {FAR}),
        ("tip", {NEAR}),
        ("drifted,tip", {FAR, NEAR}),
        ("nobody", set()),
    ],
)
def test_the_features_that_were_asked_for_are_published_and_the_summaries_always(
    features: str, published: set[str]
) -> None:
    assert set(EVALUATION.published(features)) == published | set(SUMMARIES)


def test_values_and_their_order_stay() -> None:
    assert list(EVALUATION.published("all").items()) == list(EVALUATION.metrics.items())
