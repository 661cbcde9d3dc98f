"""The statistics.json that the real service printed for a public CSV, number for number."""

from __future__ import annotations

from typing import Any

import pytest

from drift_engine.states import DatasetState, FeatureProfile
from tests.golden.reference import CHURN, assert_equal, kll_of, read_batches, read_json

pytestmark = pytest.mark.skipif(
    not CHURN.is_dir(),
    reason="third-party data, not copied into the repository; looked for in ../shared/reference",
)
MOMENTS = ("mean", "sum", "std_dev", "min", "max")


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, Any], FeatureProfile]]:
    """Each of the 29 features that survive in the service's file, and ours."""
    (batch,) = read_batches(CHURN / "churn.csv")
    ours = {feature.name: feature for feature in DatasetState.of(batch).profile().features}
    return [(theirs, ours[theirs["name"]]) for theirs in read_json(CHURN / "statistics.json")["features"]]


def test_all_29_features_are_compared(pairs: list[tuple[dict[str, Any], FeatureProfile]]) -> None:
    assert len(pairs) == 29


def test_types_and_counts_are_the_services(pairs: list[tuple[dict[str, Any], FeatureProfile]]) -> None:
    for theirs, ours in pairs:
        common = theirs["numerical_statistics"]["common"]
        assert ours.inferred_type == theirs["inferred_type"], ours.name
        counts = {"num_present": ours.num_present, "num_missing": ours.num_missing}
        assert_equal("churn", counts, common, ours.name)


def test_moments_are_the_services_to_the_last_digit(
    pairs: list[tuple[dict[str, Any], FeatureProfile]],
) -> None:
    for theirs, ours in pairs:
        expected = {name: theirs["numerical_statistics"][name] for name in MOMENTS}
        assert_equal("churn", {name: getattr(ours.numerical, name) for name in MOMENTS}, expected, ours.name)


def test_sketches_and_buckets_are_the_services(pairs: list[tuple[dict[str, Any], FeatureProfile]]) -> None:
    for theirs, ours in pairs:
        kll = theirs["numerical_statistics"]["distribution"]["kll"]
        assert_equal("churn", kll_of(ours), kll, ours.name)
