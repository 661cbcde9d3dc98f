from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from deployment.apply.in_order import apply
from deployment.errors import PlanError
from deployment.observe.facts import StackFacts
from deployment.observe.remains import Remains
from deployment.plan.actions import EmptyPrefix, RemoveModels, RemoveStack
from deployment.plan.plan_document import document
from deployment.plan.plan_lines import lines
from deployment.plan.removal import kept, removal
from tests.unit.deployment import builders, fakes
from tests.unit.deployment.builders import ROOT

STACK = StackFacts("UPDATE_COMPLETE", "", None, {}, {})
EVERYTHING = Remains(
    stack=STACK,
    running=(),
    models=("pipelines-abc-CreateModel-1", "pipelines-def-CreateModel-2"),
    log_streams=(("/aws/sagemaker/ProcessingJobs", ("pipelines-abc-ModelMonitor-3/algo-1",)),),
    log_group="/aws/lambda/taxis-batch-staging-evaluate-drift",
    deploys=41,
    runs=1200,
)
NOTHING = Remains(None, (), (), (), None, 0, 0)


def test_the_removal_of_a_stage_reads_as_the_golden_file_says(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    text = "".join(f"{line}\n" for line in lines(removal(of, EVERYTHING, keep_runs=False)))
    text += "".join(f"keep    {what}: {why}\n" for what, why in kept(of, keep_runs=False))
    file = ROOT / "tests" / "golden" / "plans" / "removal_of_a_stage.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_where_nothing_is_left_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert removal(builders.config(tmp_path), NOTHING, keep_runs=False) == ()


def test_what_is_left_of_a_stage_without_a_stack_is_removed_too(tmp_path: Path) -> None:
    left = replace(NOTHING, models=("m",), runs=2)
    found = removal(builders.config(tmp_path), left, keep_runs=False)
    assert found == (RemoveModels(("m",)), EmptyPrefix("artifacts", "runs/taxis-batch-staging/", 2))


def test_runs_that_are_kept_are_told(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    assert removal(of, replace(NOTHING, runs=2), keep_runs=True) == ()
    assert "you said --keep-runs" in [why for _, why in kept(of, keep_runs=True)]


def test_a_stage_whose_pipeline_runs_is_not_removed(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="stop-pipeline-execution --pipeline-execution-arn arn:x"):
        removal(builders.config(tmp_path), replace(EVERYTHING, running=("arn:x",)), keep_runs=False)


def test_a_stage_that_somebody_is_changing_is_not_removed(tmp_path: Path) -> None:
    busy = replace(EVERYTHING, stack=replace(STACK, status="UPDATE_IN_PROGRESS"))
    with pytest.raises(PlanError, match="is UPDATE_IN_PROGRESS"):
        removal(builders.config(tmp_path), busy, keep_runs=False)


def test_the_removal_as_a_document_names_what_goes(tmp_path: Path) -> None:
    found = document(removal(builders.config(tmp_path), EVERYTHING, keep_runs=False))
    assert {entry["action"] for entry in found} == {"remove"}
    assert found[0]["stack"] == "sagemaker-taxis-batch-staging"
    assert found[-1] == {
        "action": "remove",
        "uri": "s3://artifacts/runs/taxis-batch-staging/",
        "versions": 1200,
    }


class SageMaker:
    """Models, of which one is gone already."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def delete_model(self, ModelName: str) -> None:  # noqa: N803
        if ModelName == "gone":
            raise fakes.refusal("ValidationException", "Could not find model arn:gone")
        self.deleted.append(ModelName)


def test_a_model_that_is_gone_already_is_fine() -> None:
    sagemaker = SageMaker()
    said: list[str] = []
    aws = fakes.aws(sagemaker=sagemaker)
    apply([RemoveModels(("gone", "here"))], aws, fakes.clock(), said.append)
    assert (sagemaker.deleted, said) == (["here"], ["removed   2 models"])


def test_the_stack_goes_first_and_the_runs_last(tmp_path: Path) -> None:
    actions = removal(builders.config(tmp_path), EVERYTHING, keep_runs=False)
    assert isinstance(actions[0], RemoveStack)
    assert actions[-1] == EmptyPrefix("artifacts", "runs/taxis-batch-staging/", 1200)


def test_of_many_models_a_few_are_named_and_the_rest_is_counted() -> None:
    (line,) = lines([RemoveModels(tuple(f"m{number}" for number in range(1007)))])
    assert line == (
        "remove  models that its runs made: m0, m1, m2, m3, m4 and 1,002 more, which --json names"
    )
