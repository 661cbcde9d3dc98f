"""Steps side by side, caches, and executions that go on after a failure."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.sagemaker.store import KEPT_EXECUTIONS
from tests.unit.local_aws.support import (
    ROLE,
    Ended,
    bucket_with,
    definition,
    processing_arguments,
    run_pipeline,
    wait,
)

MEET = """
import os, pathlib, time
place, me, other = pathlib.Path(os.environ["PLACE"]), os.environ["ME"], os.environ["OTHER"]
(place / me).touch()
while not (place / other).exists():
    time.sleep(0.01)
"""
ONCE = """
import os, pathlib, sys
marker = pathlib.Path(os.environ["PLACE"]) / "marker"
with marker.open("a") as file:
    file.write("x")
sys.exit(0 if len(marker.read_text()) >= int(os.environ["FAILS"]) else 1)
"""


def step(name: str, script: str, environment: dict[str, Any], **more: Any) -> dict[str, Any]:
    arguments = processing_arguments(script, Environment=environment)
    return {"Name": name, "Type": "Processing", "Arguments": arguments, **more}


def start_again(aws: LocalAws, name: str, **more: Any) -> Ended:
    started = aws.client("sagemaker").start_pipeline_execution(PipelineName=name, **more)
    return wait(aws, started["PipelineExecutionArn"])


def test_steps_that_do_not_need_each_other_run_side_by_side(aws: LocalAws, tmp_path: Path) -> None:
    bucket_with(aws, "meet", {"meet.py": MEET.encode()})
    pair = [
        step(me, "s3://meet/meet.py", {"PLACE": str(tmp_path), "ME": me, "OTHER": other})
        for me, other in (("A", "B"), ("B", "A"))
    ]
    assert run_pipeline(aws, "meet", definition(*pair)).status == "Succeeded"


def test_no_more_steps_run_at_once_than_the_start_allows(aws: LocalAws) -> None:
    bucket_with(aws, "alone", {"nothing.py": b""})
    steps = [step(name, "s3://alone/nothing.py", {}) for name in ("A", "B", "C")]
    run_pipeline(aws, "alone", definition(*steps))
    ended = start_again(aws, "alone", ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    spans = sorted((run["StartTime"], run["EndTime"]) for run in ended.steps.values())
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_a_step_that_succeeded_with_the_same_inputs_is_taken_from_the_cache(
    aws: LocalAws, tmp_path: Path
) -> None:
    bucket_with(aws, "cache", {"once.py": ONCE.encode()})
    cached = {"CacheConfig": {"Enabled": True, "ExpireAfter": "PT1H"}}
    job = step(
        "Job", "s3://cache/once.py", {"PLACE": str(tmp_path), "FAILS": {"Get": "Parameters.F"}}, **cached
    )
    text = definition(job, parameters=({"Name": "F", "Type": "String", "DefaultValue": "0"},))
    first = run_pipeline(aws, "cache", text)
    second = start_again(aws, "cache")
    assert "CacheHitResult" not in first.steps["Job"]
    hit = second.steps["Job"]["CacheHitResult"]["SourcePipelineExecutionArn"]
    assert hit == first.description["PipelineExecutionArn"]
    assert second.steps["Job"]["Metadata"] == first.steps["Job"]["Metadata"]
    other = start_again(aws, "cache", PipelineParameters=[{"Name": "F", "Value": "1"}])
    assert "CacheHitResult" not in other.steps["Job"]
    assert (tmp_path / "marker").read_text() == "xx"


def test_a_failed_run_is_never_taken_from_the_cache(aws: LocalAws, tmp_path: Path) -> None:
    bucket_with(aws, "uncached", {"once.py": ONCE.encode()})
    cached = {"CacheConfig": {"Enabled": True, "ExpireAfter": "PT1H"}}
    job = step("Job", "s3://uncached/once.py", {"PLACE": str(tmp_path), "FAILS": "2"}, **cached)
    assert run_pipeline(aws, "uncached", definition(job)).status == "Failed"
    second = start_again(aws, "uncached")
    assert (second.status, "CacheHitResult" in second.steps["Job"]) == ("Succeeded", False)


def test_a_retried_execution_goes_on_after_what_has_succeeded(aws: LocalAws, tmp_path: Path) -> None:
    bucket_with(aws, "again", {"once.py": ONCE.encode(), "nothing.py": b""})
    fine = step("Fine", "s3://again/nothing.py", {})
    flaky = step("Flaky", "s3://again/once.py", {"PLACE": str(tmp_path), "FAILS": "2"}, DependsOn=["Fine"])
    after = step("After", "s3://again/nothing.py", {}, DependsOn=["Flaky"])
    failed = run_pipeline(aws, "again", definition(fine, flaky, after))
    assert (failed.status, list(failed.steps)) == ("Failed", ["Fine", "Flaky"])
    arn, token = failed.description["PipelineExecutionArn"], uuid.uuid4().hex
    sagemaker = aws.client("sagemaker")
    for _ in range(2):
        sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token)
    ended = wait(aws, arn)
    assert (ended.status, list(ended.steps)) == ("Succeeded", ["Fine", "Flaky", "After"])
    assert ended.steps["Fine"] == failed.steps["Fine"]
    assert "FailureReason" not in ended.description
    with pytest.raises(ClientError, match="this one is Succeeded"):
        sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=uuid.uuid4().hex)


def test_the_oldest_executions_that_have_ended_are_forgotten(aws: LocalAws) -> None:
    fail = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    first = run_pipeline(aws, "many", json.dumps({"Version": "2020-12-01", "Steps": [fail]}))
    for _ in range(KEPT_EXECUTIONS):
        start_again(aws, "many")
    pages = aws.client("sagemaker").get_paginator("list_pipeline_executions").paginate(PipelineName="many")
    kept = [run["PipelineExecutionArn"] for page in pages for run in page["PipelineExecutionSummaries"]]
    assert len(kept) == KEPT_EXECUTIONS
    assert first.description["PipelineExecutionArn"] not in kept


def is_executing(aws: LocalAws, arn: str) -> bool:
    run = aws.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=arn)
    return bool(run["PipelineExecutionStatus"] == "Executing")


def test_a_step_waits_for_its_next_attempt_by_a_clock_that_is_moved(aws: LocalAws) -> None:
    bucket_with(aws, "patient", {"nothing.py": b""})
    sagemaker = aws.client("sagemaker")
    policy = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 3600, "MaxAttempts": 1}
    text = definition(step("Once", "s3://patient/nothing.py", {}, RetryPolicies=[policy]))
    sagemaker.create_pipeline(PipelineName="patient", RoleArn=ROLE, PipelineDefinition=text)
    aws.faults.inject("sagemaker:CreateProcessingJob:dies:first=1")
    try:
        arn = sagemaker.start_pipeline_execution(PipelineName="patient")["PipelineExecutionArn"]
        while is_executing(aws, arn):
            aws.clock.move_to(aws.clock.now() + timedelta(hours=1))
            time.sleep(0.02)
        ended = wait(aws, arn)
    finally:
        aws.faults.inject()
    assert (ended.status, ended.steps["Once"]["AttemptCount"]) == ("Succeeded", 2)
