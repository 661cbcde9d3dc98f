"""The stage's thresholds file: laid over, checked all at once, uploaded, given to the job, planned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deployment.errors import ConfigError
from deployment.observe.facts import BaselineFacts, DeployedFacts, StackFacts
from deployment.plan.actions import ChangeStack
from deployment.plan.planner import plan
from deployment.release.assemble import Release, assemble
from deployment.stage.config import Config, load
from deployment.stage.thresholds import CATEGORICAL, NUMERICAL
from drift_engine.distances import DISTANCES
from drift_engine.thresholds import parse_thresholds
from tests.unit.deployment import builders

SETTINGS = replace(builders.SETTINGS, today=date(2026, 11, 23))
IGNORED = {"ignore_until": "2026-12-01", "reason": "new supplier"}


def put(folder: Path, features: object, **others: object) -> None:
    document = {"version": 1, "features": features, **others}
    (folder / "staging.thresholds.json").write_text(json.dumps(document), encoding="utf-8")


def released(of: Config, document: Mapping[str, Any] = builders.CONSTRAINTS) -> Release:
    base = builders.BASELINE
    baseline = BaselineFacts(base.statistics, base.constraints, document)
    facts = builders.facts(model=replace(builders.MODEL, baseline=baseline))
    return assemble(of, facts, builders.sources(of))


def test_the_methods_are_the_engines() -> None:
    of = {
        kind: {row.name for row in DISTANCES.values() if row.kind == kind}
        for kind in ("numerical", "categorical")
    }
    assert set(NUMERICAL) == of["numerical"]
    assert set(CATEGORICAL) == of["categorical"] - {"chi_squared_p_value"}


def test_all_faults_are_told_at_once_with_file_and_key_path(tmp_path: Path) -> None:
    features = {
        "delays": {"threshold": 1},
        "delay": {"ignore_until": 20261123, "reason": "broken"},
        "prediction": {"method": "total_variation", "threshold": 0.1},
        "carrier": {"method": "robsut", "effect_floor": 2, "ignore_until": "20271231", "reason": "none"},
    }
    put(tmp_path, features, abuot=1)
    with pytest.raises(ConfigError) as caught:
        released(builders.config(tmp_path, SETTINGS))
    said = str(caught.value)
    for fault in (
        "abuot: is no key that is known here; did you mean 'about'?",
        "features.delays: the baseline of the model has no such feature; did you mean 'delay'?",
        "features.delay.ignore_until: is 20261123, should be a day such as 2026-12-31",
        "features.prediction.method: total_variation can't compare numbers",
        "features.carrier.method: is 'robsut', should be a distance that drift-engine metrics lists",
        "features.carrier.effect_floor: is 2, should be from 0 to 1",
        'features.carrier.ignore_until: is "20271231", should be a day such as 2026-12-31',
    ):
        assert f"staging.thresholds.json:1: {fault}" in said
    assert len(caught.value.faults) == 7


def test_a_wish_that_contradicts_itself_is_a_fault(tmp_path: Path) -> None:
    features = {
        "delay": {"method": "energy"},
        "prediction": {"reason": "none"},
        "carrier": {"ignore_until": "2026-12-01"},
    }
    put(tmp_path, features)
    with pytest.raises(ConfigError) as caught:
        released(builders.config(tmp_path, SETTINGS))
    paths = [fault.split(": ")[1] for fault in caught.value.faults]
    assert paths == [
        "features.delay.threshold",
        "features.prediction.ignore_until",
        "features.carrier.reason",
    ]


def test_the_projects_file_is_laid_over_the_stages_feature_by_feature(tmp_path: Path) -> None:
    stages, project = tmp_path / "stages", tmp_path / "project"
    for folder in (stages, project):
        folder.mkdir()
        builders.config(folder)
    put(stages, {"delay": {"threshold": 0.2, "effect_floor": 0.1}, "prediction": {"importance": "low"}})
    put(project, {"delay": {"threshold": 0.3}, "q": {}})
    of = load("staging", [folder / "staging.json" for folder in (stages, project)], SETTINGS)
    assert of.thresholds is not None
    assert of.thresholds.document["features"] == {
        "delay": {"threshold": 0.3, "effect_floor": 0.1},
        "prediction": {"importance": "low"},
        "q": {},
    }
    with pytest.raises(ConfigError, match=r"project.staging\.thresholds\.json:1: features\.q"):
        released(of)


def test_the_stage_can_name_another_file_beside_it(tmp_path: Path) -> None:
    put(tmp_path, {"delay": IGNORED})
    (tmp_path / "staging.thresholds.json").rename(tmp_path / "mine.json")
    of = builders.config(tmp_path, SETTINGS, monitor={"thresholds_file": "mine.json"})
    assert of.thresholds is not None
    with pytest.raises(ConfigError, match=r"monitor.thresholds_file: there is no file .*none\.json"):
        builders.config(tmp_path, SETTINGS, monitor={"thresholds_file": "none.json"})


def test_job_and_lambda_get_the_file_under_the_hash_of_its_content(tmp_path: Path) -> None:
    put(tmp_path, {"delay": {"threshold": 0.2}})
    release = released(builders.config(tmp_path, SETTINGS))
    (file,) = [file for file in release.files if file.what == "thresholds file"]
    wanted = parse_thresholds(file.body, "file")
    assert wanted.features["delay"].threshold == 0.2
    job = next(step for step in release.definition["Steps"] if step["Name"] == "ModelMonitor")["Arguments"]
    (given,) = [entry for entry in job["ProcessingInputs"] if entry["InputName"] == "thresholds"]
    assert given["S3Input"]["S3Uri"] == f"s3://{builders.BUCKET}/{file.key}"
    name = file.key.rpartition("/")[2]
    assert job["Environment"]["drift_thresholds"] == f"/opt/ml/processing/thresholds/{name}"
    put(tmp_path, {"delay": {"threshold": 0.3}})
    changed = released(builders.config(tmp_path, SETTINGS))
    assert file.key not in {other.key for other in changed.files}


def test_a_stage_without_the_file_has_neither_input_nor_variable(tmp_path: Path) -> None:
    job = next(
        step
        for step in released(builders.config(tmp_path)).definition["Steps"]
        if step["Name"] == "ModelMonitor"
    )["Arguments"]
    assert "thresholds" not in {entry["InputName"] for entry in job["ProcessingInputs"]}
    assert "drift_thresholds" not in job["Environment"]


def test_the_plan_shows_what_changes_for_each_feature(tmp_path: Path) -> None:
    put(tmp_path, {"delay": {"threshold": 0.3}, "prediction": IGNORED})
    of = builders.config(tmp_path, SETTINGS)
    release = released(of)
    old = {"features": {"delay": {"threshold": 0.2}, "carrier": {"importance": "low"}}}
    before = DeployedFacts(release.definition, release.constraints, old)
    parameters = {**release.parameters, "DefinitionKey": "older"}
    stack = StackFacts("UPDATE_COMPLETE", "", release.template, parameters, of.tags)
    actions = plan(of, release, replace(builders.facts(stack), deployed=before))
    (change,) = [action for action in actions if isinstance(action, ChangeStack)]
    changed = {item.path: (item.before, item.after) for item in change.details.thresholds}
    assert changed == {
        "delay.threshold": (0.2, 0.3),
        "prediction.ignore_until": (None, "2026-12-01"),
        "prediction.reason": (None, "new supplier"),
        "carrier.importance": ("low", None),
    }


def test_an_ignored_feature_has_no_alarm_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, {"delay": IGNORED})
    of = builders.config(tmp_path, SETTINGS)
    assert of.feature_alarms == {}
    release = released(of)
    assert not any("FeatureDriftAlarm" in name for name in release.template["Resources"])
    assert any("delay is ignored until 2026-12-01: its own alarm" in note for note in release.notes)


def test_ignoring_that_has_ended_is_a_note_and_keeps_no_release_back(tmp_path: Path) -> None:
    put(tmp_path, {"delay": {"ignore_until": "2026-11-23", "reason": "broken"}, "carrier": IGNORED})
    of = builders.config(tmp_path, SETTINGS)
    release = released(of)
    assert of.feature_alarms
    assert any("FeatureDriftAlarm" in name for name in release.template["Resources"])
    (note,) = release.notes
    assert note.startswith(
        f"{tmp_path / 'staging.thresholds.json'}:1: features.delay.ignore_until: 2026-11-23"
    )
    assert "has come (today is 2026-11-23): it is checked again; remove the line" in note
