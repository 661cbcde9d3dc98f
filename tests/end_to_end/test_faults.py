"""What can go wrong: one clear line, the right exit code, nothing half-done."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deployment.names import METRIC_NAMESPACE
from tests.end_to_end.conftest import PIPELINE, STACK, Account, Done

MODEL = "taxis/model"


def assert_one_line(done: Done, code: int, *parts: str) -> None:
    """One line on stderr with these parts in it, and nothing of a traceback."""
    assert done.code == code
    (line,) = done.err.splitlines()
    assert line.startswith("deploy.py: ")
    assert [part for part in parts if part not in line] == [], line


def assert_nothing_done(account: Account) -> None:
    assert (account.stacks, account.uploads) == ([], [])


def test_a_deleted_statistics_json(account: Account) -> None:
    account.client("s3").delete_object(Bucket=account.foundation.bucket, Key=f"{MODEL}/statistics.json")
    assert_one_line(account.deploy(), 2, f"/{MODEL}/statistics.json does not exist", "register the model")
    assert_nothing_done(account)


def test_a_truncated_model(account: Account) -> None:
    s3, bucket = account.client("s3"), account.foundation.bucket
    whole = s3.get_object(Bucket=bucket, Key=f"{MODEL}/model.tar.gz")["Body"].read()
    s3.put_object(Bucket=bucket, Key=f"{MODEL}/model.tar.gz", Body=whole[: len(whole) // 2])
    assert_one_line(account.deploy(), 2, f"/{MODEL}/model.tar.gz is damaged", "upload it again")
    assert_nothing_done(account)


def test_an_empty_batch(account: Account) -> None:
    done = account.deploy("--start", "--batch", account.batches["empty"])
    assert_one_line(done, 2, "/batches/empty/ is empty: 0 bytes")
    assert_nothing_done(account)


def test_a_batch_that_is_not_there(account: Account) -> None:
    done = account.deploy("--start", "--batch", f"s3://{account.foundation.bucket}/nowhere/")
    assert_one_line(done, 2, "/nowhere/ is not there")
    assert_nothing_done(account)


def test_a_batch_with_a_missing_column(account: Account) -> None:
    done = account.deploy("--start", "--batch", account.batches["narrow"])
    assert_one_line(done, 2, "has no verdict: the step Transform failed: ")
    steps = account.client("sagemaker").list_pipeline_executions(PipelineName=PIPELINE)[
        "PipelineExecutionSummaries"
    ]
    assert [run["PipelineExecutionStatus"] for run in steps] == ["Failed"]
    metrics = account.client("cloudwatch").list_metrics(Namespace=METRIC_NAMESPACE)["Metrics"]
    assert metrics == [], "a batch that was not judged publishes nothing"


def test_a_project_folder_that_is_not_there_deploys_no_other_project(
    account: Account, tmp_path: Path
) -> None:
    done = account.deploy("plan", project=tmp_path / "nowhere")
    assert_one_line(done, 2, f"--project {tmp_path / 'nowhere'}: there is no such folder")


def test_a_stage_file_that_is_a_folder(account: Account, tmp_path: Path) -> None:
    (tmp_path / "project" / "stages" / "staging.json").mkdir(parents=True)
    done = account.deploy("plan", project=tmp_path / "project")
    assert done.code == 2
    assert "can't be read as JSON: [Errno 21] Is a directory" in done.err


def test_an_output_folder_that_cannot_be_made(account: Account, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = account.deploy("synth", "--output", str(tmp_path / "file" / "build"))
    assert_one_line(done, 2, f"{tmp_path / 'file' / 'build'}", "Not a directory")


def test_an_unknown_stage_key(account: Account, tmp_path: Path) -> None:
    overlay = tmp_path / "project" / "stages" / "staging.json"
    overlay.parent.mkdir(parents=True)
    overlay.write_text(json.dumps({"monitor": {"treshold": 0.1}}), encoding="utf-8")
    done = account.deploy(project=overlay.parents[1])
    assert done.code == 2
    (head, fault) = done.err.splitlines()
    assert head == "deploy.py: The stage has a fault:"
    wanted = f"{overlay}:1: monitor.treshold: is no key that is known here; did you mean 'thresholds'?"
    assert fault.strip() == wanted
    assert_nothing_done(account)


class Expired(BaseHTTPRequestHandler):
    """Answers every call as AWS does after the session token has run out."""

    def do_POST(self) -> None:
        error = "<Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token is expired</Message>"
        body = f"<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_expired_credentials(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), Expired) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        done = account.deploy()
        server.shutdown()
    assert_one_line(done, 2, "the AWS credentials have expired; log in again")
    assert_nothing_done(account)


def test_absent_credentials(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert_one_line(account.deploy(), 2, "There are no usable AWS credentials", "log in again")
    assert_nothing_done(account)


def test_a_stage_without_an_approved_model(account: Account) -> None:
    sagemaker = account.client("sagemaker")
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName="taxis")["ModelPackageSummaryList"]
    sagemaker.update_model_package(
        ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="PendingManualApproval"
    )
    assert_one_line(account.deploy(), 2, "group taxis has no approved version (1 pending): approve one")
    assert_nothing_done(account)


def test_a_bucket_that_is_not_there(account: Account) -> None:
    done = account.deploy("--artifact-bucket", "no-such-bucket-of-ours")
    assert_one_line(done, 2, "no-such-bucket-of-ours is not there: deploy cfn/foundation.yaml first")


def test_a_run_without_a_stack(account: Account) -> None:
    assert_one_line(account.deploy("start", "--data-uri", account.batches["quiet"]), 2, f"no stack {STACK}")


def test_a_batchs_name_that_nobody_knows(account: Account) -> None:
    assert_one_line(account.deploy("--start", "--batch", "drifted"), 2, "--batch: 'drifted' is no S3 address")
    assert_nothing_done(account)
