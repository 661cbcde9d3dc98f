"""What is wrong with a command line is said of the word that is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy import main
from deployment.verbs.arguments import as_found, parse, typed
from tests.unit.deployment import builders

ROLE = "arn:aws:iam::123456789012:role/pipeline"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("statsu --stage staging", "argument VERB: invalid choice: 'statsu' (choose from 'plan', 'apply'"),
        ("--stage staging plan", "deploy.py: error: the verb comes first: deploy.py plan ..."),
        ("plan --stage staging --yes", "deploy.py plan: error: unrecognized arguments: --yes"),
        ("--stage staging now", "deploy.py apply: error: unrecognized arguments: now"),
        ("", "deploy.py apply: error: the following arguments are required: --stage"),
    ],
)
def test_a_wrong_word_is_named(
    words: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(words.split(), tmp_path)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_without_a_verb_it_is_an_apply(tmp_path: Path) -> None:
    assert parse(["--stage", "staging"], tmp_path).verb == "apply"
    assert parse(["plan", "--stage", "staging"], tmp_path).verb == "plan"


@pytest.mark.parametrize("flag", ["--batch", "--data-uri"])
def test_a_batch_that_is_no_address_is_named_by_the_flag_that_was_typed(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["--region", "us-east-1", "--artifact-bucket", "artifacts", "--pipeline-role-arn", ROLE]
    words = ["start", "--stage", "staging", flag, "http://x", *settings]
    assert main(words, {}) == 2
    assert f"deploy.py: {flag}: 'http://x' is no S3 address" in capsys.readouterr().err


def test_the_next_command_is_of_the_same_project_and_settings(tmp_path: Path) -> None:
    words = ["--stage", "staging", "--project", "my birds", "--region=eu-west-1", "--yes"]
    chosen = typed(parse(words, tmp_path))
    assert chosen == "--project 'my birds' --region eu-west-1"
    config = builders.config(tmp_path, replace(builders.SETTINGS, typed=chosen))
    assert config.command("status") == f"python deploy.py status --stage staging {chosen}"
    assert builders.config(tmp_path).command("status") == "python deploy.py status --stage staging"


def test_the_command_of_a_message_takes_anybody_to_the_stage_however_it_was_said(tmp_path: Path) -> None:
    given = f"--region us-east-1 --artifact-bucket {builders.BUCKET} --pipeline-role-arn {ROLE}"
    said = "python deploy.py status --stage staging"
    assert builders.config(tmp_path).status_command == f"{said} {given}"
    settings = replace(
        builders.SETTINGS, project="examples/my birds", project_name="birds", typed="--region x"
    )
    config = builders.config(tmp_path, settings)
    assert config.status_command == f"{said} --project 'examples/my birds' --project-name birds {given}"
    of_file: dict[str, Any] = {
        "aws": {"artifact_bucket": builders.BUCKET, "region": "us-east-1", "pipeline_role_arn": ROLE}
    }
    assert builders.config(tmp_path, **of_file).status_command == said
    other = builders.config(tmp_path, replace(builders.SETTINGS, bucket="other"), **of_file)
    assert other.status_command == f"{said} --artifact-bucket other"
    # It stands in JSON that EventBridge fills in: there a quote would act.
    odd = builders.config(tmp_path, replace(builders.SETTINGS, project='a "bird"'))
    assert odd.status_command == said


def test_a_project_is_said_from_the_checkout_and_one_outside_alike_on_every_machine(tmp_path: Path) -> None:
    assert as_found(builders.ROOT / "examples" / "penguins", builders.ROOT) == "examples/penguins"
    assert {as_found(tmp_path / place, builders.ROOT) for place in ("mine", "ci/src")} == {"PROJECT-FOLDER"}
