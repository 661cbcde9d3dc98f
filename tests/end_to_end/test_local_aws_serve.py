"""`python -m local_aws serve` in a process of its own, and an unmodified `deploy.py` that calls it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.end_to_end.conftest import PIPELINE, ROOT, STACK, TAXIS


@dataclass(frozen=True)
class Server:
    """A server that runs: its process, the environment that it says to use, its project's batches."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    batches: dict[str, str]

    def client(self, service: str) -> Any:
        """A client as a user makes it, from the exported variables."""
        make: Any = boto3.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=self.environment["AWS_REGION"],
        ).client
        return make(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A Python command in a shell with the exported lines."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def deploy(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`deploy.py` without `--local`."""
        project = ("--stage", "staging", "--project", str(TAXIS), "--out", str(folder))
        return self.run("deploy.py", *arguments, *project)


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """A server, ended by Ctrl-C."""
    command = [sys.executable, "-m", "local_aws", "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        exported: dict[str, str] = {"PATH": os.environ["PATH"], "HOME": os.devnull}
        batches: dict[str, str] = {}
        for line in process.stdout or ():
            if line.startswith("export "):
                key, _, value = line[7:].strip().partition("=")
                exported[key] = value
            elif line.startswith("batch "):
                name, _, uri = line[6:].strip().partition(": ")
                batches[name] = uri
            elif line.startswith("Ready"):
                break
        try:
            yield Server(process, exported, batches)
        finally:
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, "Stopping.\n")


def schedule(server: Server, batch: str) -> None:
    """A rule starts the pipeline on the batch every day at noon."""
    events, role = server.client("events"), server.environment["SAGEMAKER_PIPELINE_ROLE_ARN"]
    arn = server.client("sagemaker").describe_pipeline(PipelineName=PIPELINE)["PipelineArn"]
    parameters = {"PipelineParameterList": [{"Name": "DataInputUri", "Value": batch}]}
    target = {"Id": "p", "Arn": arn, "RoleArn": role, "SageMakerPipelineParameters": parameters}
    events.put_rule(Name="noon", ScheduleExpression="cron(0 12 * * ? *)")
    events.put_targets(Rule="noon", Targets=[target])


def alarms(server: Server) -> dict[str, str]:
    """Each alarm's state."""
    described = server.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in described}


def runs(server: Server) -> list[tuple[str, str]]:
    """Each run's day and status, the first one first."""
    listed = server.client("sagemaker").list_pipeline_executions(PipelineName=PIPELINE, SortOrder="Ascending")
    return [
        (f"{run['StartTime']:%Y-%m-%d}", run["PipelineExecutionStatus"])
        for run in listed["PipelineExecutionSummaries"]
    ]


@pytest.mark.slow
def test_a_deploy_that_knows_nothing_of_it_works_and_a_restart_keeps_all_of_it(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"))
    with serving("--project", str(TAXIS), *state) as server:
        done = server.deploy(tmp_path, "--yes", "--start", "--batch", server.batches["drifted"])
        assert done.returncode == 1, done.stdout + done.stderr
        states = {
            a["AlarmName"]: a["StateValue"]
            for a in server.client("cloudwatch").describe_alarms()["MetricAlarms"]
        }
        before, exported, batches = runs(server), server.environment, server.batches
        assert [status for _, status in before] == ["Succeeded"]
    with serving(*state) as server:
        for name in ("ARTIFACT_BUCKET", "SAGEMAKER_PIPELINE_ROLE_ARN"):
            server.environment[name] = exported[name]
        assert alarms(server) == states
        assert runs(server) == before
        plan = server.deploy(tmp_path, "plan")
        assert (plan.returncode, "Nothing to do." in plan.stdout) == (0, True), plan.stdout + plan.stderr
        again = server.deploy(tmp_path, "start", "--batch", batches["quiet"])
        assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.slow
def test_days_of_scheduled_batches_run_one_after_the_other_and_a_deploy_still_works_then(
    tmp_path: Path,
) -> None:
    with serving("--project", str(TAXIS)) as server:
        deployed = server.deploy(tmp_path, "--yes")
        assert deployed.returncode == 0, deployed.stderr
        schedule(server, server.batches["drifted"])
        moved = server.run("-m", "local_aws", "advance", "2d")
        assert moved.returncode == 0, moved.stderr
        assert moved.stdout.count("rule noon fired") == 2
        assert f"alarm sagemaker-{PIPELINE}-threshold is ALARM" in moved.stdout
        found = runs(server)
        assert [status for _, status in found] == ["Succeeded"] * 2
        assert len({day for day, _ in found}) == 2
        done = server.deploy(tmp_path, "start", "--batch", server.batches["quiet"])
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_second_deploy_meanwhile_says_who_changes_the_stack(tmp_path: Path) -> None:
    with serving("--project", str(TAXIS), "--fault", "lambda:CreateFunction:slow=8") as server:
        cloudformation = server.client("cloudformation")
        words = ["deploy.py", "--yes", "--stage", "staging", "--project", str(TAXIS), "--out", str(tmp_path)]
        with subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as first:
            while not any(s["StackName"] == STACK for s in cloudformation.describe_stacks()["Stacks"]):
                time.sleep(0.05)
            cloudformation.get_waiter("stack_exists").wait(StackName=STACK)
            while cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"] != (
                "CREATE_IN_PROGRESS"
            ):
                time.sleep(0.05)
            second = server.deploy(tmp_path, "--yes")
            assert second.returncode == 2, second.stdout
            assert "is CREATE_IN_PROGRESS" in second.stderr
            assert "by the change set" in second.stderr
            said, _ = first.communicate(timeout=120)
        assert first.returncode == 0, said
        assert "CREATE_COMPLETE     EvaluateDriftFunction" in said
        assert server.deploy(tmp_path, "plan").returncode == 0


def test_a_running_server_takes_faults_and_gives_them_up() -> None:
    with serving("--fault", "sqs:*:AccessDenied") as server:
        sqs = server.client("sqs")
        with pytest.raises(sqs.exceptions.ClientError, match="AccessDenied"):
            sqs.list_queues()
        ended = server.run("-m", "local_aws", "faults")
        assert (ended.returncode, ended.stdout) == (0, "faults from now on: none\n")
        assert "QueueUrls" not in sqs.list_queues()
        refused = server.run("-m", "local_aws", "faults", "nonsense")
        assert (refused.returncode, "'nonsense' is no fault" in refused.stderr) == (2, True)


def test_alarms_follow_the_time_that_goes_by_without_anybody_asking() -> None:
    with serving() as server:
        cloudwatch = server.client("cloudwatch")
        cloudwatch.put_metric_alarm(
            AlarmName="a",
            Namespace="n",
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="LessThanThreshold",
            Threshold=1,
            TreatMissingData="breaching",
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
            if alarm["StateValue"] == "ALARM":
                break
            time.sleep(0.1)
        assert alarm["StateValue"] == "ALARM"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("advance", "1d", "--endpoint", "http://127.0.0.1:1"), "no local AWS answers at http://127.0.0.1:1"),
        (("advance", "soon"), "'soon' is no duration such as 7d"),
        (("advance", "0d"), "more than 0"),
        (("serve", "--port", "0", "--fault", "x"), "'x' is no fault"),
        (("serve", "--port", "0", "--project", "nowhere"), "nowhere"),
        (("serve", "--port", "99999"), "'99999' is no port: 0 to 65535"),
        (("serve", "--port", "0", "--state", str(ROOT / "docs")), "holds something else than a state"),
        (("serve", "--host", "192.0.2.1", "--port", "0"), "cannot listen on 192.0.2.1:0"),
        (("serve", "--port", "0", "--project", "examples/flights", "--cache", "README.md"), "README.md"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(arguments: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "local_aws", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
