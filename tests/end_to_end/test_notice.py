"""What reaches the mailbox of somebody who subscribed to the stage's topic."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import deploy
from tests.end_to_end.conftest import PIPELINE, Account
from tests.end_to_end.test_verbs import overlay


def subscribed(account: Account) -> tuple[str, str]:
    """A topic and the address of a queue that hears it."""
    topic = account.client("sns").create_topic(Name="people")["TopicArn"]
    sqs = account.client("sqs")
    queue = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    account.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, queue


def heard(account: Account, queue: str) -> list[dict[str, Any]]:
    answer = account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_people_hear_of_a_drifted_batch_which_features_how_far_and_where_the_report_is(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    topic, queue = subscribed(account)
    project = overlay(tmp_path / "notifies", notify={"topic_arn": topic})
    assert account.deploy(project=project).code == 0
    quiet = ("start", "--wait", "--json", "--data-uri", account.batches["quiet"])
    assert account.deploy(*quiet, project=project).code == 0
    assert heard(account, queue) == []
    drifted = ("start", "--wait", "--json", "--data-uri", account.batches["drifted"])
    done = account.deploy(*drifted, project=project)
    assert done.code == 1, done.err
    about = {message.get("Subject"): message["Message"] for message in heard(account, queue)}
    text = about[f"{PIPELINE}: 2 of 4 features drifted"]
    assert text.startswith("2 of 4 features drifted; ")
    assert "- miles: " in text
    assert "the batch before did not drift" in text
    command = text.splitlines()[-1].removeprefix("Next: ")
    # The project lies outside of the checkout: whoever reads this has it elsewhere.
    assert "--project PROJECT-FOLDER" in command
    pasted = command.replace("PROJECT-FOLDER", shlex.quote(str(project)))
    # As pasted by somebody whose shell has no variable of the project.
    for name in ("ARTIFACT_BUCKET", "SAGEMAKER_PIPELINE_ROLE_ARN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    capsys.readouterr()
    assert deploy.main(shlex.split(pasted)[2:], {}) == 1  # the last run found drift
    assert f"sagemaker-{PIPELINE}" in capsys.readouterr().out
    (report,) = (line.removeprefix("Report: ") for line in text.splitlines() if line.startswith("Report: "))
    bucket, _, key = report.removeprefix("s3://").partition("/")
    page = account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert page.startswith(b"<!doctype html>")
    alarms = [message for subject, message in about.items() if subject is None]
    (alarm,) = (message for message in alarms if "-threshold is ALARM" in message)
    assert f"What now: {command} shows" in alarm, "the alarm's own notice comes too"
