from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.support import REGISTRY, bucket_with, job_ended, processing_arguments

WRITES = """
import json, os, pathlib, sys
root = pathlib.Path(os.environ["DRIFT_ENGINE_ROOT"])
source = pathlib.Path(os.environ["dataset_source"])
lines = sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.is_file())
output = pathlib.Path(sys.argv[1])
(output / "deep").mkdir()
(output / "deep" / "files.json").write_text(json.dumps(lines))
(root / "opt/ml/output/message").write_text("CompletedWithViolations: " + "x" * 2000)
print("counted", len(lines))
"""
SEES = """
import importlib.util, json, os, pathlib, sys
names = ("local_aws", "drift_engine", "numpy")
here = {name: importlib.util.find_spec(name) is not None for name in names}
seen = {"modules": here, "environment": dict(os.environ)}
pathlib.Path(sys.argv[1], "seen.json").write_text(json.dumps(seen))
"""


def run(aws: LocalAws, name: str, script: str, **more: Any) -> dict[str, Any]:
    """The job's description at its end; a bucket of the job's name has the script and some data."""
    bucket_with(aws, name, {"code/run.py": script.encode(), "data/a.csv": b"1\n", "data/b/c.csv": b"2\n"})
    arguments = processing_arguments(f"s3://{name}/code/run.py", **more)
    arguments["AppSpecification"]["ContainerArguments"] = ["/opt/ml/processing/output"]
    arguments["ProcessingInputs"].append(s3_input("data", f"s3://{name}/data", "/opt/ml/processing/data"))
    arguments["ProcessingOutputConfig"] = {
        "Outputs": [
            {
                "OutputName": "result",
                "S3Output": {
                    "S3Uri": f"s3://{name}/result",
                    "LocalPath": "/opt/ml/processing/output",
                    "S3UploadMode": "EndOfJob",
                },
            }
        ]
    }
    return start(aws, name, arguments)


def s3_input(name: str, uri: str, path: str) -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": name, "S3Input": source}


def start(aws: LocalAws, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_processing_job(ProcessingJobName=name, **arguments)
    return job_ended(lambda: sagemaker.describe_processing_job(ProcessingJobName=name), "ProcessingJobStatus")


def logged(aws: LocalAws, job: str) -> list[str]:
    logs, group = aws.client("logs"), "/aws/sagemaker/ProcessingJobs"
    (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")["logStreams"]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    return [event["message"] for event in events]


def test_a_script_from_s3_reads_its_inputs_and_its_outputs_are_uploaded(aws: LocalAws) -> None:
    done = run(aws, "works", WRITES, Environment={"dataset_source": "/opt/ml/processing/data"})
    written = aws.client("s3").get_object(Bucket="works", Key="result/deep/files.json")["Body"].read()
    assert done["ProcessingJobStatus"] == "Completed", done.get("FailureReason")
    assert json.loads(written) == ["a.csv", "b/c.csv"]
    assert "counted 2" in logged(aws, "works")


def test_the_exit_message_is_the_containers_and_no_longer_than_the_service_has_it(aws: LocalAws) -> None:
    done = run(aws, "message", WRITES, Environment={"dataset_source": "/opt/ml/processing/data"})
    assert done["ExitMessage"] == ("CompletedWithViolations: " + "x" * 2000)[:1024]


def test_the_description_has_what_was_sent_and_when_it_ran(aws: LocalAws) -> None:
    environment = {"dataset_source": "/opt/ml/processing/data", "PipelineName": "p"}
    done = run(aws, "described", WRITES, Environment=environment)
    assert done["Environment"] == environment
    assert done["ProcessingResources"]["ClusterConfig"]["VolumeSizeInGB"] == 10
    assert done["ProcessingStartTime"] <= done["ProcessingEndTime"]


def test_a_job_finds_no_code_of_this_checkout_and_no_environment_of_this_process(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIFACT_BUCKET", "of-the-user")
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    run(aws, "clean", SEES, Environment={"OWN": "1"})
    seen = json.loads(aws.client("s3").get_object(Bucket="clean", Key="result/seen.json")["Body"].read())
    assert seen["modules"] == {"local_aws": False, "drift_engine": False, "numpy": True}
    assert "ARTIFACT_BUCKET" not in seen["environment"]
    assert seen["environment"]["OWN"] == "1"
    assert seen["environment"]["AWS_ENDPOINT_URL"] == aws.endpoint_url


def test_an_isolated_job_is_not_told_where_aws_is(aws: LocalAws) -> None:
    run(aws, "isolated", SEES, NetworkConfig={"EnableNetworkIsolation": True})
    seen = json.loads(aws.client("s3").get_object(Bucket="isolated", Key="result/seen.json")["Body"].read())
    assert [name for name in seen["environment"] if name.startswith("AWS_")] == []


def test_a_script_that_fails_fails_the_job_with_its_last_line(aws: LocalAws) -> None:
    done = run(aws, "broken", "raise ValueError('the batch has no rows')")
    assert done["ProcessingJobStatus"] == "Failed"
    assert done["FailureReason"] == "AlgorithmError: ValueError: the batch has no rows, exit code: 1"
    assert "ValueError: the batch has no rows" in logged(aws, "broken")


def test_a_failed_script_uploads_nothing(aws: LocalAws) -> None:
    script = "import pathlib, sys; pathlib.Path(sys.argv[1], 'half').touch(); sys.exit(3)"
    assert "exit code: 3" in run(aws, "half", script)["FailureReason"]
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket="half", Prefix="result/")


def test_a_job_that_runs_too_long_is_killed(aws: LocalAws) -> None:
    done = run(aws, "slow", "import time; time.sleep(60)", StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert done["FailureReason"] == "ClientError: the job ran longer than its MaxRuntimeInSeconds, 1"


def test_a_job_can_be_stopped(aws: LocalAws) -> None:
    bucket_with(aws, "stopped", {"run.py": b"import time; time.sleep(60)"})
    sagemaker = aws.client("sagemaker")
    sagemaker.create_processing_job(
        ProcessingJobName="stopped", **processing_arguments("s3://stopped/run.py")
    )
    sagemaker.stop_processing_job(ProcessingJobName="stopped")
    done = job_ended(
        lambda: sagemaker.describe_processing_job(ProcessingJobName="stopped"), "ProcessingJobStatus"
    )
    assert done["ProcessingJobStatus"] == "Stopped"


def test_an_input_that_is_not_there_fails_the_job(aws: LocalAws) -> None:
    bucket_with(aws, "empty", {})
    done = start(aws, "no-code", processing_arguments("s3://empty/run.py"))
    assert 'No S3 objects found under S3 URL "s3://empty/run.py"' in done["FailureReason"]


def test_what_is_not_done_is_refused_and_all_of_it_named(aws: LocalAws) -> None:
    bucket_with(aws, "refused", {"run.py": b""})
    arguments = processing_arguments("s3://refused/run.py")
    arguments["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = 2
    arguments["ProcessingInputs"][0]["S3Input"]["S3InputMode"] = "Pipe"
    reason = start(aws, "refused", arguments)["FailureReason"]
    assert "InstanceCount 2" in reason
    assert "input code" in reason


def test_an_image_that_nothing_stands_for_is_refused(aws: LocalAws) -> None:
    bucket_with(aws, "image", {"run.py": b""})
    arguments = processing_arguments("s3://image/run.py")
    arguments["AppSpecification"]["ImageUri"] = f"{REGISTRY}/my-image:2"
    assert "CONTAINERS['my-image']" in start(aws, "image", arguments)["FailureReason"]


def test_the_analyzer_image_is_answered_by_our_engine_and_its_log_says_so(aws: LocalAws) -> None:
    bucket_with(aws, "analyzer", {"run.py": b""})
    arguments = processing_arguments("s3://analyzer/run.py")
    image = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
    arguments["AppSpecification"] = {"ImageUri": image}
    start(aws, "analyzer", arguments)
    assert logged(aws, "analyzer")[0].startswith("local AWS: drift_engine answers for the image")


def test_a_name_is_used_once(aws: LocalAws) -> None:
    bucket_with(aws, "twice", {"run.py": b""})
    arguments = processing_arguments("s3://twice/run.py")
    start(aws, "twice", arguments)
    with pytest.raises(ClientError, match="twice exists") as error:
        start(aws, "twice", arguments)
    assert error.value.response["Error"]["Code"] == "ResourceInUse"


def test_jobs_are_listed_by_status(aws: LocalAws) -> None:
    bucket_with(aws, "listed", {"run.py": b""})
    start(aws, "listed-job", processing_arguments("s3://listed/run.py"))
    found = aws.client("sagemaker").list_processing_jobs(NameContains="listed", StatusEquals="Completed")
    assert [job["ProcessingJobName"] for job in found["ProcessingJobSummaries"]] == ["listed-job"]
