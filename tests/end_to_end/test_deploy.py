"""The verbs of `deploy.py` on an account, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.conftest import PIPELINE, STACK, Account

KEYS = [
    *("plan", "stack", "execution", "features", "metrics", "alarms", "retrain", "outputs"),
    *("cost", "model", "runs"),
]


def test_a_plan_changes_nothing(account: Account) -> None:
    done = account.deploy("plan", "--json")
    assert (done.code, list(done.document)) == (3, KEYS)
    assert [entry["action"] for entry in done.document["plan"]] == [*["upload"] * 7, "create", "upload"]
    assert done.document["cost"]["estimate"]
    assert (account.stacks, account.uploads) == ([], [])
    assert account.deploy("--plan", "--json").document == done.document


def test_the_first_apply_makes_the_stack_with_its_tags_and_the_second_changes_nothing(
    account: Account,
) -> None:
    first = account.deploy()
    assert first.code == 0, first.err
    (stack,) = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {entry["Key"]: entry["Value"] for entry in stack["Tags"]} == {
        "sagemaker:project-name": "taxis",
        "sagemaker:project-id": "taxis",
        "sagemaker:deployment-stage": "staging",
    }
    uploads = account.uploads
    second = account.deploy("apply", "--json")
    assert (second.code, second.document["plan"]) == (0, [])
    assert account.uploads == uploads
    again = account.deploy("plan")
    assert again.code == 0
    assert "Nothing to do." in again.out


def test_no_change_set_is_left_behind(account: Account) -> None:
    account.deploy()
    left = account.client("cloudformation").list_change_sets(StackName=STACK)["Summaries"]
    assert [entry for entry in left if entry["ExecutionStatus"] == "AVAILABLE"] == []


def test_a_new_model_version_is_deployed_and_only_the_pipeline_changes(account: Account) -> None:
    account.deploy()
    sagemaker = account.client("sagemaker")
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName="taxis")["ModelPackageSummaryList"]
    known = sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])
    source = {"Bucket": account.foundation.bucket, "Key": "taxis/model/model.tar.gz"}
    account.client("s3").copy_object(
        CopySource=source, Bucket=source["Bucket"], Key="taxis/model-2/model.tar.gz"
    )
    (container,) = known["InferenceSpecification"]["Containers"]
    url = f"s3://{source['Bucket']}/taxis/model-2/model.tar.gz"
    sagemaker.create_model_package(
        ModelPackageGroupName="taxis",
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            **known["InferenceSpecification"],
            "Containers": [{"Image": container["Image"], "ModelDataUrl": url}],
        },
        DriftCheckBaselines=known["DriftCheckBaselines"],
    )
    done = account.deploy("--json")
    upload, _, update, _ = done.document["plan"]
    assert "/definition/" in upload["uri"]
    assert [part["name"] for part in update["definition"]] == ["ModelInputUri"]
    assert [(entry["sign"], entry["logical_id"]) for entry in update["resources"]] == [("~", "Pipeline")]
    assert done.document["stack"] == {"name": STACK, "status": "UPDATE_COMPLETE"}


def test_a_run_on_a_batch_that_drifts_is_followed_to_its_alarms_and_files(
    account: Account, tmp_path: Path
) -> None:
    done = account.deploy("--start", "--batch", account.batches["drifted"], "--json")
    assert done.code == 1, done.err
    found = done.document
    assert list(found) == KEYS
    steps = [(step["name"], step["type"], step["status"]) for step in found["execution"]["steps"]]
    assert steps == [
        ("CreateModel", "Model", "Succeeded"),
        ("Transform", "Transform", "Succeeded"),
        ("ModelMonitor", "Processing", "Succeeded"),
        ("EvaluateDrift", "Lambda", "Succeeded"),
    ]
    assert {entry["name"]: entry["drifted"] for entry in found["features"]} == {
        "miles": True,
        "prediction": True,
        "company": False,
        "tip": False,
    }
    assert found["metrics"]["drifted_features"] == 2
    assert found["metrics"]["rows_checked"] == 1000
    states = {alarm["name"]: alarm["state"] for alarm in found["alarms"]}
    assert states == {
        f"sagemaker-{PIPELINE}-threshold": "ALARM",
        f"sagemaker-{PIPELINE}-threshold-miles": "ALARM",
        f"sagemaker-{PIPELINE}-silent": "OK",
    }
    folder = tmp_path / "out" / "aws" / "staging"
    files = [
        "constraint_violations.json",
        "constraints.json",
        "message.txt",
        "report.html",
        "run.json",
        "scores/rides.csv.out",
        "statistics.json",
        "verdicts.json",
    ]
    assert found["outputs"] == {name: str(folder / name) for name in files}
    assert len((folder / "scores" / "rides.csv.out").read_text().splitlines()) == 1000
    assert json.loads((folder / "run.json").read_text())["features"] == found["features"]


def test_a_run_on_a_quiet_batch_finds_no_drift(account: Account) -> None:
    assert account.deploy().code == 0
    done = account.deploy("start", "--data-uri", account.batches["quiet"], "--wait", "--json")
    assert done.code == 0, done.err
    assert done.document["metrics"]["drifted_features"] == 0
    assert {alarm["state"] for alarm in done.document["alarms"]} == {"OK"}
    shown = account.deploy("status")
    assert shown.code == 0
    assert "CREATE_COMPLETE" in shown.out
    assert "EvaluateDrift" in shown.out
