"""Each defect of the well-known sample of this kind, planted into a copy of ours, makes a test fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT

TEMPLATES = "tests/unit/cfn/test_templates.py"
FILL = "tests/unit/pipeline_definition/test_fill.py"
HANDLER = "tests/unit/lambda_handler/test_lambda_handler.py"
DEFINITION = "pipeline_definition/batch_pipeline.json"
# What follows the pipeline's ARN in the schedule's target, and in no other one's.
SCHEDULE = (
    "          RoleArn: !GetAtt EventsRole.Arn\n"
    "          DeadLetterConfig: {Arn: !GetAtt DeadLetters.Arn}\n"
    "          RetryPolicy: {MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 3600}\n"
    "          SageMakerPipelineParameters:"
)


@dataclass(frozen=True)
class Defect:
    """A defect, and the test that must refuse it.

    Attributes:
        file: Where it is planted.
        ours: What stands there.
        theirs: What the sample has in its place.
        refused_by: The test's file and name.
    """

    file: str
    ours: str
    theirs: str
    refused_by: str


DEFECTS = {
    "1 the schedule starts a pipeline that nobody deploys": Defect(
        "cfn/batch_pipeline.yaml",
        "pipeline/${Pipeline}\n" + SCHEDULE,
        "pipeline/${ProjectName}-batch\n" + SCHEDULE,
        f"{TEMPLATES}::test_the_schedule_starts_this_stacks_pipeline_with_parameters_that_it_declares",
    ),
    "1 the guard watches pipelines that nobody deploys": Defect(
        "cfn/cicd.yaml",
        "pipeline/${ProjectName}-batch-staging\n            - !Sub",
        "pipeline/${ProjectName}-batch\n            - !Sub",
        "tests/unit/cfn/test_cicd.py::test_the_rule_that_pauses_names_the_pipelines_that_are_really_deployed",
    ),
    "2 the schedule passes a parameter that the pipeline does not declare": Defect(
        "cfn/batch_pipeline.yaml",
        "- {Name: DataInputUri, Value: !Ref DataInputUri}",
        "- {Name: InputSource, Value: !Ref DataInputUri}",
        f"{TEMPLATES}::test_the_schedule_starts_this_stacks_pipeline_with_parameters_that_it_declares",
    ),
    "3 the oldest approved package is deployed": Defect(
        "deployment/observe/model.py",
        ', SortOrder="Descending"',
        "",
        "tests/unit/deployment/test_observe.py::test_the_newest_approved_version_is_taken_with_all_that_it_names",
    ),
    "4 a parameter of the pipeline is never used": Defect(
        DEFINITION,
        '{"Get": "Parameters.TransformOutputUri"}',
        '"s3://elsewhere"',
        f"{FILL}::test_every_parameter_of_the_handwritten_definition_is_used",
    ),
    "4 the stage's machine is one that Batch Transform does not have": Defect(
        "stages/staging.json",
        '"transform": {"instance_type": "ml.m5.large"',
        '"transform": {"instance_type": "ml.t2.medium"',
        "tests/unit/deployment/test_config.py::test_the_checkouts_own_stages_are_without_fault",
    ),
    "5 a healthy batch has no metric": Defect(
        "drift_engine/evaluation/evaluation.py",
        'if "all" in names or name in wanted',
        "if name in self.drifted",
        f"{HANDLER}::test_a_quiet_batch_answers_200_and_publishes_every_feature_all_the_same",
    ),
    "5 an alarm does not say what missing data mean": Defect(
        "cfn/batch_pipeline.yaml",
        "      TreatMissingData: ignore\n",
        "",
        f"{TEMPLATES}::test_every_alarm_says_what_missing_data_mean_and_watches_this_pipelines_metrics",
    ),
    "6 the Lambda has three seconds": Defect(
        "cfn/batch_pipeline.yaml",
        "Timeout: 300",
        "Timeout: 3",
        f"{TEMPLATES}::test_the_lambda_has_more_than_lambdas_three_seconds_and_ends_before_its_step_would",
    ),
    "6 a file that may not be read means no violations": Defect(
        "lambda_handler.py",
        "            if code in _MISSING_CODES:",
        "            if code:",
        f"{HANDLER}::test_a_file_that_may_not_be_read_is_an_error",
    ),
    "6 a job without an exit message ends the Lambda": Defect(
        "drift_engine/evaluation/monitor_job.py",
        'job.get("FailureReason") or job.get("ExitMessage")',
        'job["ExitMessage"]',
        f"{HANDLER}::test_a_job_that_did_not_complete_is_an_error_with_its_reason",
    ),
    "6 nothing fails the run": Defect(
        DEFINITION,
        '"Get": "Steps.EvaluateDrift.OutputParameters[\'statusCode\']"',
        '"Get": "Steps.EvaluateDrift.OutputParameters[\'rowsChecked\']"',
        f"{FILL}::test_what_the_lambda_answers_can_fail_the_run",
    ),
    "7 a job installs packages when it runs": Defect(
        "drift_engine/job/__init__.py",
        "from __future__ import annotations\n",
        "from __future__ import annotations\n\nimport subprocess\n\n"
        'subprocess.run(["python3", "-m", "pip", "install", "boto3"], check=True)\n',
        "tests/unit/deployment/test_packages.py::test_nothing_in_the_packages_installs_anything_when_it_runs",
    ),
    "8 CloudFormation's role may not make alarms": Defect(
        "cfn/cicd.yaml",
        "              - cloudwatch:PutMetricAlarm\n",
        "",
        "tests/unit/cfn/test_cicd.py::test_cloud_formation_may_do_what_the_types_of_a_stage_need",
    ),
    "9 the model that the pipeline makes scores nothing": Defect(
        DEFINITION,
        '"ModelName": {"Get": "Steps.CreateModel.ModelName"}',
        '"ModelName": "another-one"',
        f"{FILL}::test_a_transform_job_scores_with_the_model_that_the_pipeline_made",
    ),
}
_COPIED = ("cfn", "deployment", "drift_engine", "local_aws", "pipeline_definition", "stages", "tests")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout."""
    folder = tmp_path_factory.mktemp("copy")
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "golden"))
    for file in (*ROOT.glob("*.py"), ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")):
        shutil.copy(file, folder / file.name)
    (folder / ".cache").symlink_to(ROOT / ".cache")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


@pytest.fixture
def planted(copy: Path, request: pytest.FixtureRequest) -> Iterator[Defect]:
    """The copy has the defect until the end of the test."""
    defect: Defect = DEFECTS[request.param]
    file = copy / defect.file
    sound = file.read_text(encoding="utf-8")
    assert defect.ours in sound, f"{defect.file} has changed: plant the defect anew"
    file.write_text(sound.replace(defect.ours, defect.theirs), encoding="utf-8")
    yield defect
    file.write_text(sound, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("planted", DEFECTS, indirect=True)
def test_a_planted_defect_makes_a_test_fail(copy: Path, planted: Defect) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--tb=no", "-x")
    command = [sys.executable, "-m", "pytest", *options, planted.refused_by]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    name = planted.refused_by.rpartition("::")[2]
    assert done.returncode == 1, done.stdout + done.stderr  # 1: tests ran, and failed
    assert any(line.startswith("FAILED") and name in line for line in done.stdout.splitlines()), done.stdout


def test_every_defect_of_the_list_is_there() -> None:
    assert {name.partition(" ")[0] for name in DEFECTS} == {str(number) for number in range(1, 10)}
