from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from drift_engine.checks import Constraints, Monitoring, suggest
from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import constraints_json, read_constraints
from tests.tables import profile

CONFIG = {
    "evaluate_constraints": "Enabled",
    "emit_metrics": "Enabled",
    "datatype_check_threshold": 1.0,
    "domain_content_threshold": 1.0,
    "distribution_constraints": {
        "perform_comparison": "Enabled",
        "comparison_threshold": 0.1,
        "comparison_method": "Robust",
    },
}


def document(feature: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    feature = {"name": "x", "inferred_type": "String", "completeness": 1.0, **(feature or {})}
    return {"version": 0.0, "features": [feature], "monitoring_config": {**CONFIG, **config}}


def read(value: object) -> Constraints:
    return read_constraints(json.dumps(value).encode())


def written(constraints: Constraints) -> Any:
    return json.loads(constraints_json(constraints))


def test_suggested_constraints_are_written_as_the_service_writes_them() -> None:
    suggested = suggest(profile({"n": ["1", "2"], "c": ["a", None], "u": [None, None]}))
    assert list(written(suggested)) == ["version", "features", "monitoring_config"]
    assert written(suggested)["features"] == [
        {
            "name": "n",
            "inferred_type": "Integral",
            "completeness": 1.0,
            "num_constraints": {"is_non_negative": True},
        },
        {
            "name": "c",
            "inferred_type": "String",
            "completeness": 0.5,
            "string_constraints": {"domains": ["a"]},
        },
        {"name": "u", "inferred_type": "Unknown", "completeness": 0.0},
    ]
    distribution = written(suggested)["monitoring_config"]["distribution_constraints"]
    assert distribution["categorical_comparison_threshold"] == 0.1
    assert distribution["categorical_drift_method"] == "LInfinity"


OVERRIDES = {"evaluate_constraints": "Disabled", "distribution_constraints": {"comparison_threshold": 0.3}}


@pytest.mark.parametrize(
    "feature",
    [
        {"monitoringConfigOverrides": OVERRIDES},
        {"monitoring_config_overrides": OVERRIDES},
        {"string_constraints": {"domains": ["a"], "monitoring_config_overrides": OVERRIDES}},
        {"num_constraints": {"is_non_negative": True, "monitoring_config_overrides": OVERRIDES}},
    ],
)
def test_every_spelling_of_overrides_is_obeyed_and_written_as_it_was(feature: dict[str, Any]) -> None:
    found = read(document(feature))
    monitoring = found.monitoring_of(found.features[0])
    assert (monitoring.evaluate_constraints, monitoring.comparison_threshold) == (False, 0.3)
    assert monitoring.emit_metrics is True
    assert written(found) == document(feature)


def test_overrides_of_our_own_are_written_as_the_documentation_spells_them() -> None:
    suggested = suggest(profile({"x": ["1"]}))
    own = dataclasses.replace(suggested.features[0], overrides={"comparison_method": "Simple"})
    found = written(dataclasses.replace(suggested, features=(own,)))
    expected = {"distribution_constraints": {"comparison_method": "Simple"}}
    assert found["features"][0]["monitoringConfigOverrides"] == expected


def test_empty_overrides_change_nothing() -> None:
    found = read(document({"monitoringConfigOverrides": {}}))
    assert found.monitoring_of(found.features[0]) == found.monitoring
    assert written(found) == document({"monitoringConfigOverrides": {}})


def test_the_form_of_2019_is_read() -> None:
    distribution = {"enable_comparisons": False, "min_domain_mass": 0.9, "comparison_threshold": 1.0}
    old = document()
    old["monitoring_config"] = {"evaluate_constraints": "Enabled", "distribution_constraints": distribution}
    found = read(old)
    assert found.monitoring.perform_comparison is False
    assert (found.monitoring.domain_content_threshold, found.monitoring.comparison_threshold) == (0.9, 1.0)
    assert written(found) == old


def test_a_file_without_monitoring_config_has_the_services_defaults() -> None:
    bare = {"version": 0.0, "features": []}
    assert read(bare).monitoring == Monitoring()
    assert written(read(bare)) == bare


def test_the_categorical_threshold_defaults_to_the_other_one() -> None:
    changed = document(distribution_constraints={"comparison_threshold": 0.4})
    assert read(changed).comparison().of("x").categorical_threshold == 0.4


@pytest.mark.parametrize(
    ("spelling", "method"),
    [("linf_simple", "Simple"), ("linf_robust", "Robust"), ("Simple", "Simple"), ("robust", "Robust")],
)
def test_both_names_of_a_method_are_known(spelling: str, method: str) -> None:
    changed = document(distribution_constraints={"comparison_method": spelling})
    assert read(changed).monitoring.comparison_method == method
    assert written(read(changed)) == changed


def test_unknown_keys_are_kept() -> None:
    changed = document(
        {"note": [1], "string_constraints": {"domains": ["a"], "min_mass": 0.5}}, later={"a": 1}
    )
    changed["comment"] = "by hand"
    assert written(read(changed)) == changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (document({"completeness": "all"}), 'features[0].completeness: expected a number, found "all"'),
        (document({"inferred_type": "Date"}), "features[0].inferred_type: expected one of"),
        (document({"string_constraints": {"domains": [1]}}), "string_constraints.domains[0]: expected text"),
        (document({"num_constraints": {"is_non_negative": 1}}), "is_non_negative: expected true or false"),
        (document(evaluate_constraints="On"), "evaluate_constraints: expected Enabled or Disabled"),
        (document(datatype_check_threshold=-1), "datatype_check_threshold: expected a number from 0 on"),
        (
            document(
                {"monitoringConfigOverrides": {"distribution_constraints": {"comparison_method": "KS"}}}
            ),
            "features[0].monitoringConfigOverrides.distribution_constraints.comparison_method: "
            'expected Simple or Robust, found "KS"',
        ),
        ({"features": [{"name": "x"}]}, "features[0].inferred_type: is missing"),
        ({"features": [{"name": "x", "inferred_type": "String"}] * 2}, "'x' stands in the file twice"),
    ],
)
def test_a_wrong_value_is_one_error_with_its_key_path(changed: object, said: str) -> None:
    with pytest.raises(MonitorFileError) as caught:
        read(changed)
    assert str(caught.value).startswith("constraints.json: ")
    assert said in str(caught.value)
