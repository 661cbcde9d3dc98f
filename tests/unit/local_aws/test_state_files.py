"""What is saved comes back as it was; what is not sound is refused in one line."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws, LocalAwsError, Options, running
from local_aws.state_files import load, save
from tests.unit.local_aws.support import ROLE, bucket_with, definition, processing_arguments, run_pipeline

ROOT = Path(__file__).parents[3]
LARGE = bytes(range(256)) * 1000
TEMPLATE = {
    "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
    "Outputs": {"Url": {"Value": {"Ref": "Q"}, "Export": {"Name": "queue"}}},
}
ALARM: dict[str, Any] = {
    "AlarmName": "a",
    "Namespace": "n",
    "MetricName": "m",
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1,
}


def fill(aws: LocalAws) -> None:
    """Something of every service that a deploy uses."""
    bucket_with(aws, "kept", {"large": LARGE, "nothing.py": b""})
    aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    aws.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    aws.client("sqs").send_message(QueueUrl=aws.client("sqs").list_queues()["QueueUrls"][0], MessageBody="hi")
    aws.client("sns").create_topic(Name="t")
    aws.client("cloudwatch").put_metric_alarm(**ALARM)
    aws.client("cloudwatch").put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 2}])
    aws.client("events").put_rule(Name="daily", ScheduleExpression="rate(1 day)")
    job = {"Name": "J", "Type": "Processing", "Arguments": processing_arguments("s3://kept/nothing.py")}
    run_pipeline(aws, "p", definition(job))


def everything(aws: LocalAws) -> dict[str, Any]:
    """What the account says about it."""
    sagemaker = aws.client("sagemaker")
    (run,) = sagemaker.list_pipeline_executions(PipelineName="p")["PipelineExecutionSummaries"]
    arn = run["PipelineExecutionArn"]
    url = aws.client("sqs").list_queues()["QueueUrls"][0]
    events = aws.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    return {
        "large": aws.client("s3").get_object(Bucket="kept", Key="large")["Body"].read() == LARGE,
        "role": aws.client("iam").get_role(RoleName="r")["Role"]["Arn"],
        "events": [event["EventId"] for event in events],
        "exports": aws.client("cloudformation").list_exports()["Exports"],
        "attributes": aws.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"],
        "topics": aws.client("sns").list_topics()["Topics"],
        "alarms": aws.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "history": aws.client("cloudwatch").describe_alarm_history()["AlarmHistoryItems"],
        "rule": aws.client("events").describe_rule(Name="daily")["Arn"],
        "run": run,
        "steps": sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"],
        "jobs": sagemaker.list_processing_jobs()["ProcessingJobSummaries"],
        "logs": aws.client("logs").describe_log_streams(logGroupName="/aws/sagemaker/ProcessingJobs")[
            "logStreams"
        ],
    }


def test_everything_survives_a_restart_and_goes_on_working(tmp_path: Path) -> None:
    options = Options(state=tmp_path / "state")
    with running(options=options) as aws:
        fill(aws)
        aws.advance(timedelta(hours=1))
        before, ahead = everything(aws), aws.clock.offset
    with running(options=options) as aws:
        assert everything(aws) == before
        assert aws.clock.offset == ahead
        sagemaker = aws.client("sagemaker")
        arn = before["run"]["PipelineExecutionArn"]
        with pytest.raises(sagemaker.exceptions.ClientError, match="this one is Succeeded"):
            sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=uuid.uuid4().hex)
        sagemaker.update_pipeline(PipelineName="p", RoleArn=ROLE)
        aws.client("cloudformation").delete_stack(StackName="s")
        assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
        aws.client("cloudwatch").delete_alarms(AlarmNames=["a"])


def test_nothing_saved_is_an_empty_start(tmp_path: Path) -> None:
    assert load(tmp_path / "none") is None


def test_a_second_save_writes_what_is_new_and_removes_what_is_gone(tmp_path: Path) -> None:
    save(tmp_path, {"a": LARGE})
    (first,) = (tmp_path / "objects").iterdir()
    written = first.stat().st_mtime_ns
    save(tmp_path, {"a": LARGE, "b": LARGE + b"1"})
    assert first.stat().st_mtime_ns == written
    save(tmp_path, {"b": LARGE + b"1"})
    assert not first.exists()
    assert load(tmp_path) == {"b": LARGE + b"1"}
    assert len(list(tmp_path.glob("state-*.pickle"))) == 1


SAVES = """
import hashlib, os, sys
from pathlib import Path
from local_aws.state_files import save

for number in range(1, 1_000_000):
    parts = [os.urandom(70_000) for _ in range(20)]
    digest = hashlib.sha256(b"".join(parts)).hexdigest()
    save(Path(sys.argv[1]), {"number": number, "parts": parts, "digest": digest})
    print(number, flush=True)
"""


def test_a_process_that_is_killed_while_it_saves_leaves_a_whole_state(tmp_path: Path) -> None:
    for turn in range(6):
        command = [sys.executable, "-c", SAVES, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.013 * turn)  # somewhere in the second save, or a later one
            process.kill()
            saved = [1, *map(int, process.stdout.read().split())]
        found = load(tmp_path)
        assert found is not None
        assert found["number"] in (saved[-1], saved[-1] + 1)
        assert hashlib.sha256(b"".join(found["parts"])).hexdigest() == found["digest"]
    save(tmp_path, {})
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def damage_the_pickle(folder: Path) -> None:
    (file,) = folder.glob("state-*.pickle")
    file.write_bytes(file.read_bytes()[:-1] + b"!")


def truncate_an_object(folder: Path) -> None:
    (file,) = (folder / "objects").iterdir()
    file.write_bytes(b"short")


def lose_an_object(folder: Path) -> None:
    (file,) = (folder / "objects").iterdir()
    file.unlink()


def rewrite(folder: Path, **changes: Any) -> None:
    about = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps({**about, **changes}))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_the_pickle, "its checksum is another one"),
        (truncate_an_object, "is damaged"),
        (lose_an_object, "is damaged"),
        (lambda folder: (folder / "state.json").write_text("{"), "is damaged"),
        (lambda folder: (folder / "state.json").write_text("[]"), "is damaged"),
        (lambda folder: rewrite(folder, format=0), "was saved by format 0"),
        (lambda folder: rewrite(folder, moto="4.0"), "moto 4.0"),
        (lambda folder: folder.chmod(0o777), "others may write to it"),
    ],
)
def test_a_state_that_is_not_sound_is_one_clear_error(tmp_path: Path, harm: Any, said: str) -> None:
    folder = tmp_path / "state"
    save(folder, {"a": LARGE})
    harm(folder)
    with pytest.raises(LocalAwsError) as caught, running(options=Options(state=folder)):
        pass
    assert said in str(caught.value)
    assert "delete" in str(caught.value)
    assert "\n" not in str(caught.value)


class Harmful:
    """Runs a command where somebody loads it."""

    def __reduce__(self) -> Any:
        return subprocess.run, (["true"],)


def test_a_state_with_something_else_in_it_is_not_loaded(tmp_path: Path) -> None:
    save(tmp_path, {})
    (file,) = tmp_path.glob("state-*.pickle")
    content = pickle.dumps({"a": Harmful()})
    file.write_bytes(content)
    rewrite(tmp_path, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(LocalAwsError, match=r"subprocess\.run is not part of a state"):
        load(tmp_path)
