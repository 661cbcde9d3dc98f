from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.errors import PlanError
from deployment.observe.facts import DeployedFacts, Facts, StackFacts
from deployment.plan.actions import Action, ChangeStack, RemoveChangeSets, RemoveStack, Upload
from deployment.plan.cost import cost
from deployment.plan.plan_document import document
from deployment.plan.plan_lines import cost_lines, lines
from deployment.plan.planner import notes_of, plan, record_of
from deployment.release.assemble import assemble
from deployment.release.packages import Package
from deployment.release.records import parse
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from tests.unit.deployment import builders
from tests.unit.deployment.builders import MODEL, ROOT, SETTINGS

GOLDEN = ROOT / "tests" / "golden" / "plans"


def deployed(of: Config, facts: Facts | None = None, status: str = "CREATE_COMPLETE") -> Facts:
    """The account after the stage was deployed."""
    facts = facts or builders.facts()
    made = assemble(of, facts, builders.sources(of))
    stack = StackFacts(status, "", made.template, made.parameters, of.tags)
    return replace(
        facts,
        stack=stack,
        uploaded=frozenset(file.key for file in made.files),
        deployed=DeployedFacts(made.definition, made.constraints),
    )


def planned(of: Config, facts: Facts) -> tuple[Action, ...]:
    return plan(of, assemble(of, facts, builders.sources(of)), facts)


def stack_change(actions: Sequence[Action]) -> ChangeStack:
    (found,) = (action for action in actions if isinstance(action, ChangeStack))
    return found


def signs(actions: Sequence[Action]) -> dict[str, str]:
    return {change.logical_id: change.sign for change in stack_change(actions).changes}


def first_deploy(folder: Path) -> tuple[Action, ...]:
    return planned(builders.config(folder), builders.facts())


def no_change(folder: Path) -> tuple[Action, ...]:
    of = builders.config(folder)
    return planned(of, deployed(of))


def threshold_change(folder: Path) -> tuple[Action, ...]:
    before = deployed(builders.config(folder))
    drift = {"max_drifted_features": 1, "feature_alarms": {"delay": 0.3}}
    return planned(builders.config(folder, drift=drift, monitor={"comparison_threshold": 0.2}), before)


def model_change(folder: Path) -> tuple[Action, ...]:
    of = builders.config(folder)
    before = deployed(of)
    model = replace(MODEL, version=4, artifact=S3Uri(builders.BUCKET, "model/4/model.tar.gz"))
    return planned(of, replace(before, model=model))


def instance_change(folder: Path) -> tuple[Action, ...]:
    before = deployed(builders.config(folder))
    return planned(builders.config(folder, transform={"instance_type": "ml.m5.xlarge"}), before)


def monitor_removed(folder: Path) -> tuple[Action, ...]:
    before = deployed(builders.config(folder))
    of = builders.config(folder, **builders.NO_MONITOR)
    return planned(of, replace(before, model=replace(MODEL, baseline=None)))


def replacement(folder: Path) -> tuple[Action, ...]:
    of = builders.config(folder)
    before = deployed(of)
    layer = replace(builders.PACKAGES, layer=Package("2" * 16, b"another layer"))
    release = assemble(of, before, replace(builders.sources(of), packages=layer))
    return plan(of, release, before)


def rights_widened(folder: Path) -> tuple[Action, ...]:
    before = deployed(builders.config(folder, retrain=None))
    return planned(builders.config(folder), before)


def after_a_failed_creation(folder: Path) -> tuple[Action, ...]:
    of = builders.config(folder)
    return planned(of, deployed(of, status="ROLLBACK_COMPLETE"))


@pytest.mark.parametrize(
    "case",
    [
        first_deploy,
        no_change,
        threshold_change,
        model_change,
        instance_change,
        monitor_removed,
        replacement,
        rights_widened,
        after_a_failed_creation,
    ],
    ids=lambda case: case.__name__,
)
def test_the_plan_reads_as_the_golden_file_says(tmp_path: Path, case: Any) -> None:
    text = "".join(f"{line}\n" for line in lines(case(tmp_path)))
    file = GOLDEN / f"{case.__name__}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_first_deploy_uploads_everything_before_it_creates_the_stack(tmp_path: Path) -> None:
    actions = first_deploy(tmp_path)
    assert [type(action) for action in actions] == [*[Upload] * 7, ChangeStack, Upload]
    assert [action.new for action in actions if isinstance(action, Upload)] == [*[False] * 6, True, False]
    assert stack_change(actions).mode == "CREATE"
    assert set(signs(actions).values()) == {"+"}


def test_a_second_plan_has_nothing_to_do(tmp_path: Path) -> None:
    assert no_change(tmp_path) == ()


def test_what_is_in_the_bucket_is_not_uploaded_again(tmp_path: Path) -> None:
    uploads = [action.key for action in model_change(tmp_path) if isinstance(action, Upload)]
    folders = [key.removeprefix("deploy/taxis-batch-staging/").partition("/")[0] for key in uploads]
    assert folders == ["definition", "releases", "releases"]


def test_an_object_that_was_deleted_is_uploaded_again_and_the_stack_left_alone(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of)
    gone = next(key for key in before.uploaded if "/layers/" in key)
    (action,) = planned(of, replace(before, uploaded=before.uploaded - {gone}))
    assert isinstance(action, Upload)
    assert action.key == gone


def test_a_threshold_changes_alarms_in_place(tmp_path: Path) -> None:
    assert signs(threshold_change(tmp_path)) == {
        "Pipeline": "~",
        "DriftAlarm": "~",
        "Dashboard": "~",
        "FeatureDriftAlarmdelay": "~",
    }


def test_another_project_id_is_a_change_of_tags(tmp_path: Path) -> None:
    before = deployed(builders.config(tmp_path))
    of = builders.config(tmp_path, replace(SETTINGS, project_id="p-other"))
    assert stack_change(planned(of, before)).tags["sagemaker:project-id"] == "p-other"


def test_a_tag_that_somebody_added_is_no_change(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of)
    assert before.stack is not None
    tagged = replace(before.stack, tags={**before.stack.tags, "cost-centre": "7"})
    assert planned(of, replace(before, stack=tagged)) == ()


def test_a_stack_in_review_is_created_again(tmp_path: Path) -> None:
    in_review = StackFacts("REVIEW_IN_PROGRESS", "", None, {}, {})
    assert stack_change(planned(builders.config(tmp_path), builders.facts(in_review))).mode == "CREATE"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"])
def test_a_stack_that_can_only_be_deleted_is_deleted_first(tmp_path: Path, status: str) -> None:
    of = builders.config(tmp_path)
    actions = planned(of, deployed(of, status=status))
    assert actions[1] == RemoveStack("sagemaker-taxis-batch-staging", status)
    assert stack_change(actions).mode == "CREATE"


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_updated_is_compared(tmp_path: Path, status: str) -> None:
    of = builders.config(tmp_path)
    assert planned(of, deployed(of, status=status)) == ()


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_a_stack_that_somebody_is_changing_is_an_error(tmp_path: Path, status: str) -> None:
    of = builders.config(tmp_path)
    with pytest.raises(PlanError, match=f"is {status}: somebody is changing it"):
        planned(of, deployed(of, status=status))


def test_a_stack_whose_rollback_failed_says_how_to_go_on(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    with pytest.raises(PlanError, match="aws cloudformation continue-update-rollback"):
        planned(of, deployed(of, status="UPDATE_ROLLBACK_FAILED"))


def test_the_plan_as_a_document_has_what_the_lines_say(tmp_path: Path) -> None:
    *uploads, stack, record = document(threshold_change(tmp_path))
    assert [entry["action"] for entry in (*uploads, record)] == [*["upload"] * 5]
    assert stack["action"] == "update"
    (alarm,) = (entry for entry in stack["resources"] if entry["logical_id"] == "DriftAlarm")
    assert alarm["sign"] == "~"
    assert {"path": "Threshold", "before": "0", "after": "1"} in alarm["properties"]


def test_the_estimate_reads_as_the_golden_file_says(tmp_path: Path) -> None:
    text = "".join(f"{line}\n" for line in cost_lines(cost(builders.config(tmp_path), builders.facts())))
    file = GOLDEN / "cost.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_change_sets_that_were_left_behind_are_removed_first(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of)
    assert before.stack is not None
    left = replace(before, stack=replace(before.stack, left_behind=("deploy-1", "deploy-2")))
    assert planned(of, left) == (RemoveChangeSets("sagemaker-taxis-batch-staging", ("deploy-1", "deploy-2")),)


def test_the_record_of_an_interrupted_deploy_is_finished(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of)
    begun = record_of(of, assemble(of, before, builders.sources(of)), before)
    (finished,) = planned(of, replace(before, record=begun))
    assert isinstance(finished, Upload)
    assert parse(finished.body) == begun.deployed()
    assert planned(of, replace(before, record=begun.deployed())) == ()


def test_each_release_has_the_next_number(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    known = frozenset({"deploy/taxis-batch-staging/releases/9.json"})
    record = planned(of, builders.facts(uploaded=known))[-1]
    assert isinstance(record, Upload)
    assert record.key == "deploy/taxis-batch-staging/releases/10.json"


def test_a_stack_that_somebody_changed_by_hand_is_a_note(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of)
    assert before.stack is not None
    assert list(notes_of(of, before)) == []
    (note,) = notes_of(of, replace(before, stack=replace(before.stack, drifted=True)))
    assert "describe-stack-resource-drifts --stack-name sagemaker-taxis-batch-staging" in note


def test_who_changes_a_stack_is_told_as_far_as_cloudformation_knows(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    before = deployed(of, status="UPDATE_IN_PROGRESS")
    assert before.stack is not None
    busy = replace(before.stack, changing_since="12:04 UTC by the change set release")
    with pytest.raises(PlanError, match="since 12:04 UTC by the change set release: somebody is changing it"):
        planned(of, replace(before, stack=busy))
