"""A session with the unmodified `aws` command line of PyPI, from the deploy to the end of the stack."""

from __future__ import annotations

import json
import subprocess
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import PIPELINE, ROOT, STACK, TAXIS
from tests.end_to_end.test_local_aws_serve import Server, serving

AWS = ROOT / ".cache" / "awscli" / "bin" / "aws"
"""In an environment of its own: a build on this machine must not find it."""
NAMESPACE = "aws/sagemaker/ModelBuildingPipeline/data-metrics"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not AWS.exists(), reason="no .cache/awscli: sh .ci/aws-command-line .venv/bin/python"),
]


class Shell:
    """A shell with the server's exported lines in it."""

    def __init__(self, server: Server) -> None:
        self._environment = server.environment

    def text(self, *command: str) -> str:
        """What an `aws` command prints; it must succeed."""
        done = subprocess.run(
            [str(AWS), *command], env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"aws {' '.join(command)}: {done.stderr}"
        return done.stdout

    def fails(self, *command: str) -> str:
        """What an `aws` command that must fail says."""
        done = subprocess.run(
            [str(AWS), *command], env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode != 0, done.stdout
        return done.stderr

    def json(self, *command: str) -> Any:
        """What an `aws` command prints, as data."""
        return json.loads(self.text(*command, "--output", "json") or "{}")


def test_a_session_from_deploy_to_destroy(tmp_path: Path) -> None:
    with serving("--project", str(TAXIS)) as server:
        shell = Shell(server)
        assert shell.json("sts", "get-caller-identity")["Account"] == "123456789012"
        deployed = server.deploy(tmp_path, "--yes")
        assert deployed.returncode == 0, deployed.stderr
        events = shell.json("cloudformation", "describe-stack-events", "--stack-name", STACK)["StackEvents"]
        assert events[0]["ResourceStatus"] == "CREATE_COMPLETE"
        assert {"Pipeline", "DriftAlarm", "EvaluateDriftFunction"} <= {e["LogicalResourceId"] for e in events}

        started = start_and_watch(shell, server.batches["drifted"])
        read_metrics_and_alarms(shell, started)
        # "aws logs tail" is of version 2, which PyPI has not; it calls this operation.
        group = f"/aws/lambda/{PIPELINE}-evaluate-drift"
        told = shell.json("logs", "filter-log-events", "--log-group-name", group)["events"]
        lines = " ".join(event["message"] for event in told)
        assert "START RequestId" in lines
        assert "REPORT RequestId" in lines

        approve_a_release(shell, server.environment, tmp_path)
        missing = shell.fails("sagemaker", "describe-pipeline", "--pipeline-name", "nobody")
        assert "(ResourceNotFound)" in missing
        assert "Traceback" not in missing

        shell.text("cloudformation", "delete-stack", "--stack-name", STACK)
        shell.text("cloudformation", "wait", "stack-delete-complete", "--stack-name", STACK)
        left = shell.json("sagemaker", "list-pipelines", "--pipeline-name-prefix", PIPELINE)
        assert left["PipelineSummaries"] == []
        assert shell.json("cloudwatch", "describe-alarms")["MetricAlarms"] == []


def approve_a_release(shell: Shell, environment: Mapping[str, str], folder: Path) -> None:
    """A pipeline whose source is a zip in S3 has waited for an approval, and got it."""
    bucket, package = environment["ARTIFACT_BUCKET"], folder / "source.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a.txt", "a")
    shell.text("s3", "cp", str(package), f"s3://{bucket}/source.zip")

    def action(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actionTypeId": kind, **more}

    where = {"S3Bucket": bucket, "S3ObjectKey": "source.zip", "PollForSourceChanges": "false"}
    source = action("Source", "Source", "S3", configuration=where, outputArtifacts=[{"name": "Code"}])
    declaration = {
        "name": "release",
        "roleArn": environment["SAGEMAKER_PIPELINE_ROLE_ARN"],
        "artifactStore": {"type": "S3", "location": bucket},
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Approval", "actions": [action("Approve", "Approval", "Manual")]},
        ],
    }
    shell.text("codepipeline", "create-pipeline", "--pipeline", json.dumps(declaration))
    while True:
        stages = shell.json("codepipeline", "get-pipeline-state", "--name", "release")["stageStates"]
        waiting = stages[1]["actionStates"][0].get("latestExecution", {})
        if "token" in waiting:
            break
    shell.text(
        *("codepipeline", "put-approval-result", "--pipeline-name", "release", "--stage-name", "Approval"),
        *(
            "--action-name",
            "Approve",
            "--token",
            waiting["token"],
            "--result",
            "status=Approved,summary=seen",
        ),
    )
    while True:
        (run,) = shell.json("codepipeline", "list-pipeline-executions", "--pipeline-name", "release")[
            "pipelineExecutionSummaries"
        ]
        if run["status"] != "InProgress":
            break
    assert run["status"] == "Succeeded"


def start_and_watch(shell: Shell, batch: str) -> float:
    """When the run started, in seconds since 1970; it has been watched to its end."""
    parameter = f"Name=DataInputUri,Value={batch}"
    arn = shell.json(
        "sagemaker",
        "start-pipeline-execution",
        "--pipeline-name",
        PIPELINE,
        "--pipeline-parameters",
        parameter,
    )["PipelineExecutionArn"]
    about = ("--pipeline-execution-arn", arn)
    while True:
        run = shell.json("sagemaker", "describe-pipeline-execution", *about)
        if run["PipelineExecutionStatus"] != "Executing":
            break
        time.sleep(0.2)
    assert run["PipelineExecutionStatus"] == "Succeeded", run
    steps = shell.json("sagemaker", "list-pipeline-execution-steps", *about, "--sort-order", "Ascending")[
        "PipelineExecutionSteps"
    ]
    assert [(step["StepName"], step["StepStatus"]) for step in steps] == [
        (name, "Succeeded") for name in ("CreateModel", "Transform", "ModelMonitor", "EvaluateDrift")
    ]
    return float(run["CreationTime"])


def read_metrics_and_alarms(shell: Shell, started: float) -> None:
    """The drift that the run published, and what the alarms made of it."""
    metric = {
        "Namespace": NAMESPACE,
        "MetricName": "drifted_features",
        "Dimensions": [{"Name": "PipelineName", "Value": PIPELINE}],
    }
    query = [{"Id": "drifted", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}]
    minute, end = str(int(started) // 60 * 60), str(int(time.time()) + 60)
    (found,) = shell.json(
        *("cloudwatch", "get-metric-data", "--start-time", minute, "--end-time", end),
        *("--metric-data-queries", json.dumps(query)),
    )["MetricDataResults"]
    assert max(found["Values"]) == 2
    name = f"sagemaker-{PIPELINE}-threshold"
    (alarm,) = shell.json("cloudwatch", "describe-alarms", "--alarm-names", name)["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    history = shell.json("cloudwatch", "describe-alarm-history", "--alarm-name", name)["AlarmHistoryItems"]
    assert "to ALARM" in " ".join(item["HistorySummary"] for item in history)
