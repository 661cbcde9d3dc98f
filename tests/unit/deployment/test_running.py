from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deployment.errors import ConfirmationError, ExecutionError
from deployment.observe.facts import StackFacts
from deployment.verbs import running
from deployment.verbs.place import Workplace, confirm
from deployment.verbs.report import StageReport
from deployment.verbs.screen import Screen
from tests.unit.deployment import builders, fakes

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/taxis-batch-staging/execution/1"
STACK = StackFacts("CREATE_COMPLETE", "", None, {}, {})


class SageMaker:
    """A pipeline whose run never ends."""

    def describe_pipeline(self, **_: str) -> dict[str, str]:
        return {"PipelineDefinition": '{"Parameters": [{"Name": "DataInputUri"}]}'}

    def start_pipeline_execution(self, **_: Any) -> dict[str, str]:
        return {"PipelineExecutionArn": ARN}

    def describe_pipeline_execution(self, **_: str) -> dict[str, Any]:
        return {
            "PipelineExecutionArn": ARN,
            "PipelineExecutionStatus": "Executing",
            "CreationTime": fakes.NOON,
        }

    def get_paginator(self, _: str) -> fakes.Paginator:
        return fakes.Paginator(lambda **_: [{"PipelineExecutionSteps": []}])


class Counting(SageMaker):
    """Counts the runs."""

    started = 0

    def start_pipeline_execution(self, **_: Any) -> dict[str, str]:
        self.started += 1
        return super().start_pipeline_execution()


class S3:
    """A bucket with a batch."""

    def get_paginator(self, _: str) -> fakes.Paginator:
        return fakes.Paginator(lambda **_: [{"Contents": [{"Key": "batch.csv", "Size": 1}]}])


def place(folder: Path, **changes: Any) -> Workplace:
    aws = fakes.aws(sagemaker=SageMaker(), s3=S3())
    screen = Screen(Console(file=io.StringIO()))
    made = Workplace(aws, fakes.clock(), screen, None, builders.ROOT, folder, folder)
    return replace(made, **changes)


def test_ctrl_c_while_a_run_is_followed_says_that_it_goes_on(tmp_path: Path) -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    clock = replace(fakes.clock(), sleep=stop)
    with pytest.raises(ExecutionError) as caught:
        running.run(
            builders.config(tmp_path, replace(builders.SETTINGS, typed="--project birds")),
            {"DataInputUri": "s3://artifacts/batches"},
            place(tmp_path, clock=clock),
            StageReport((), "s", STACK),
        )
    assert f"the run {ARN} goes on in AWS" in str(caught.value)
    assert "python deploy.py status --stage staging --project birds shows it" in str(caught.value)
    assert "aws sagemaker stop-pipeline-execution" in str(caught.value)


@pytest.mark.parametrize(("text", "fault"), [("A", "should be Name=Value"), ("=1", "should be Name=Value")])
def test_a_parameter_needs_a_name_and_a_value(text: str, fault: str) -> None:
    with pytest.raises(ExecutionError, match=fault):
        running.parameters_of([text])


def test_a_parameter_is_given_once_and_may_have_equal_signs_in_it() -> None:
    assert running.parameters_of(["A=b=c", "D="]) == {"A": "b=c", "D": ""}
    with pytest.raises(ExecutionError, match="A: is given twice"):
        running.parameters_of(["A=1", "A=2"])


def test_a_batch_that_is_no_address_is_refused_by_its_parameters_name(tmp_path: Path) -> None:
    with pytest.raises(ExecutionError, match="DataInputUri: 'http://x' is no S3 address"):
        running.run(
            builders.config(tmp_path),
            {"DataInputUri": "http://x"},
            place(tmp_path),
            StageReport((), "s", STACK),
        )


@pytest.mark.parametrize("answer", ["", "y", "no", "yes please"])
def test_on_a_terminal_only_the_whole_word_agrees(tmp_path: Path, answer: str) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    with pytest.raises(ConfirmationError, match="Nothing was changed: you did not agree"):
        confirm("Change it?", place(tmp_path, ask=ask), given=False)
    assert asked == ["Change it? Type yes to go on: "]


def test_on_a_terminal_the_word_agrees(tmp_path: Path) -> None:
    confirm("Change it?", place(tmp_path, ask=lambda _: "yes\n"), given=False)
    confirm("Remove it?", place(tmp_path, ask=lambda _: "the-stack\n"), wanted="the-stack", given=None)


def test_a_removal_is_agreed_to_by_the_right_name_alone(tmp_path: Path) -> None:
    confirm("Remove it?", place(tmp_path), wanted="the-stack", given="the-stack")
    with pytest.raises(ConfirmationError, match="--yes is 'another', it should be 'the-stack'"):
        confirm("Remove it?", place(tmp_path), wanted="the-stack", given="another")


def test_before_a_run_it_is_known_that_its_files_have_a_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = place(tmp_path, out=tmp_path / "file" / "aws" / "staging")
    sagemaker = Counting()
    nowhere = replace(nowhere, aws=fakes.aws(sagemaker=sagemaker, s3=S3()))
    with pytest.raises(NotADirectoryError):
        running.run(
            builders.config(tmp_path),
            {"DataInputUri": "s3://artifacts/batches"},
            nowhere,
            StageReport((), "s", STACK),
        )
    assert sagemaker.started == 0
