"""Every verb beside plan and apply, on an account that stays between the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import deploy
from tests.end_to_end.conftest import PIPELINE, STACK, TAXIS, Account

RELEASES = f"deploy/{PIPELINE}/releases"


def overlay(folder: Path, **changes: Any) -> Path:
    """The taxis project with a stage that differs in these sections."""
    stage = json.loads((TAXIS / "stages" / "staging.json").read_text(encoding="utf-8"))
    (folder / "stages").mkdir(parents=True, exist_ok=True)
    text = json.dumps({**stage, **changes})
    (folder / "stages" / "staging.json").write_text(text, encoding="utf-8")
    return folder


def records(account: Account) -> dict[int, dict[str, Any]]:
    """The release records in the bucket, by number."""
    s3, bucket = account.client("s3"), account.foundation.bucket
    keys = [key for key in account.uploads if key.startswith(RELEASES)]
    found = [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
    return {record["number"]: record for record in found}


def threshold_of(account: Account) -> float:
    (alarm,) = account.client("cloudwatch").describe_alarms(AlarmNames=[f"sagemaker-{PIPELINE}-threshold"])[
        "MetricAlarms"
    ]
    return float(alarm["Threshold"])


def test_apply_refuses_to_change_anything_where_nobody_can_be_asked(account: Account) -> None:
    done = account.deploy("apply", agreed=False)
    assert done.code == 2
    assert "give --yes to agree in advance" in done.err
    assert (account.stacks, account.uploads) == ([], [])
    assert account.deploy("apply").code == 0
    unchanged = account.deploy("apply", agreed=False)
    assert unchanged.code == 0, "where nothing changes, nobody is asked"


def test_start_leaves_the_run_to_itself_and_status_shows_it(account: Account) -> None:
    assert account.deploy().code == 0
    done = account.deploy("start", "--data-uri", account.batches["quiet"], "--json")
    assert done.code == 0, done.err
    arn = done.document["execution"]["arn"]
    followed = account.deploy("start", "--data-uri", account.batches["quiet"], "--wait")
    assert followed.code == 0, followed.err
    assert "Succeeded  EvaluateDrift" in followed.out
    shown = account.deploy("status", "--json")
    assert shown.code == 0, shown.err
    assert arn in [run["arn"] for run in shown.document["runs"]]
    assert len(shown.document["runs"]) == 2
    assert shown.document["model"]["release"] == 1
    assert shown.document["model"]["package"].endswith("model-package/taxis/1")
    assert shown.document["model"]["baseline"].endswith("/statistics.json")
    assert {feature["name"] for feature in shown.document["features"]} >= {"miles", "tip"}
    assert {alarm["state"] for alarm in shown.document["alarms"]} == {"OK"}


def test_start_hands_parameters_on_and_refuses_unknown_ones(account: Account) -> None:
    assert account.deploy().code == 0
    batch = account.batches["quiet"]
    done = account.deploy("start", "--data-uri", batch, "--parameter", "TransformInstanceCount=2", "--json")
    assert done.code == 0, done.err
    given = account.client("sagemaker").list_pipeline_parameters_for_execution(
        PipelineExecutionArn=done.document["execution"]["arn"]
    )["PipelineParameters"]
    assert {"Name": "TransformInstanceCount", "Value": "2"} in given
    wrong = account.deploy("start", "--data-uri", batch, "--parameter", "InstanceCount=2")
    assert wrong.code == 2
    assert "has no parameter InstanceCount; it has DataInputUri" in wrong.err


def test_rollback_brings_the_release_before_back_and_the_next_apply_goes_forward(
    account: Account, tmp_path: Path
) -> None:
    drift = {"feature_alarms": {"miles": 0.1}}
    assert account.deploy().code == 0
    later = overlay(tmp_path / "later", drift={**drift, "max_drifted_features": 2})
    assert account.deploy(project=later).code == 0
    assert threshold_of(account) == 2.0
    assert account.deploy("rollback").code == 2, "it asks first"
    done = account.deploy("rollback", "--yes", "--json", project=later)
    assert done.code == 0, done.err
    assert threshold_of(account) == 0.0
    found = records(account)
    assert [(n, found[n]["state"], found[n]["again_of"]) for n in sorted(found)] == [
        (1, "deployed", None),
        (2, "deployed", None),
        (3, "deployed", 1),
    ]
    nothing_earlier = account.deploy("rollback", "--yes")
    assert nothing_earlier.code == 2
    assert "no earlier release" in nothing_earlier.err
    assert account.deploy("rollback", "--to", "2", "--yes").code == 0
    assert threshold_of(account) == 2.0
    assert account.deploy("plan", project=later).code == 0


def test_rollback_of_a_release_that_changed_the_template_alone(account: Account, tmp_path: Path) -> None:
    def alarm_at() -> float:
        (alarm,) = account.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{STACK}-threshold-miles")[
            "MetricAlarms"
        ]
        return float(alarm["Threshold"])

    for number, threshold in enumerate((0.1, 0.3)):
        later = overlay(tmp_path / str(number), drift={"feature_alarms": {"miles": threshold}})
        assert account.deploy(project=later).code == 0
    assert alarm_at() == 0.3
    # A third one that did not get as far as the stack.
    third = {**records(account)[2], "number": 3, "state": "begun", "template_key": "deploy/other.json"}
    key = f"deploy/{PIPELINE}/releases/3.json"
    account.client("s3").put_object(Bucket=account.foundation.bucket, Key=key, Body=json.dumps(third))
    assert account.deploy("status", "--json").document["model"]["release"] == 2
    done = account.deploy("rollback", "--yes")
    assert done.code == 0, done.err
    assert alarm_at() == 0.1


def test_rollback_says_which_files_of_the_release_are_gone(account: Account, tmp_path: Path) -> None:
    assert account.deploy().code == 0
    assert account.deploy(project=overlay(tmp_path / "later", drift={"max_drifted_features": 2})).code == 0
    definition = records(account)[1]["template_key"]
    account.client("s3").delete_object(Bucket=account.foundation.bucket, Key=definition)
    done = account.deploy("rollback", "--yes")
    assert done.code == 2
    assert definition in done.err


def test_destroy_leaves_nothing_that_the_stage_made(account: Account) -> None:
    assert account.deploy("--start", "--batch", account.batches["quiet"]).code == 0
    s3, bucket = account.client("s3"), account.foundation.bucket
    refused = account.deploy("destroy")
    assert refused.code == 2
    assert f"give --yes {STACK}" in refused.err
    assert account.deploy("destroy", "--yes", "sagemaker-other").code == 2
    assert account.stacks == [STACK]
    done = account.deploy("destroy", "--yes", STACK, "--json")
    assert done.code == 0, done.err
    assert any("model package group taxis" in entry["what"] for entry in done.document["kept"])
    assert account.stacks == []
    for prefix in ("deploy/", "runs/"):
        answer = s3.list_object_versions(Bucket=bucket, Prefix=prefix)
        assert (answer.get("Versions", []), answer.get("DeleteMarkers", [])) == ([], [])
    sagemaker = account.client("sagemaker")
    assert [model["ModelName"] for model in sagemaker.list_models()["Models"]] == []
    assert sagemaker.list_model_packages(ModelPackageGroupName="taxis")["ModelPackageSummaryList"]
    groups = account.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups if PIPELINE in group["logGroupName"]] == []
    again = account.deploy("destroy", "--yes", STACK, "--json")
    assert (again.code, again.document["plan"]) == (0, [])


def test_destroy_keeps_what_runs_wrote_where_asked(account: Account) -> None:
    assert account.deploy("--start", "--batch", account.batches["quiet"]).code == 0
    assert account.deploy("destroy", "--keep-runs", "--yes", STACK).code == 0
    runs = account.client("s3").list_objects_v2(Bucket=account.foundation.bucket, Prefix="runs/")
    assert runs["KeyCount"] > 0


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_synth_twice_gives_the_same_bytes_and_what_apply_would_deploy(
    account: Account, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        done = account.deploy("synth", "--output", str(tmp_path / name), "--json")
        assert done.code == 0, done.err
    one = files_below(tmp_path / "one")
    assert one == files_below(tmp_path / "two")
    assert account.uploads == []
    configuration = json.loads(one["staging.configuration.json"])
    assert set(configuration) == {"Parameters", "Tags"}
    assert account.deploy().code == 0
    (stack,) = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in stack["Parameters"]}
    assert configuration["Parameters"] == parameters
    uploaded = {key for key in account.uploads if not key.startswith(RELEASES)}
    assert {name.removeprefix("uploads/") for name in one if name.startswith("uploads/")} == uploaded


def test_synth_of_a_pinned_stage_with_its_lock_calls_no_aws(
    account: Account, tmp_path: Path, monkeypatch: Any
) -> None:
    pinned = overlay(tmp_path / "pinned", model={"package_group": "taxis", "version": 1})
    first = account.deploy("synth", "--output", str(tmp_path / "one"), "--lock", project=pinned)
    assert first.code == 0, first.err
    assert (pinned / "stages" / "staging.lock.json").is_file()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nobody listens there
    second = account.deploy("synth", "--output", str(tmp_path / "two"), "--json", project=pinned)
    assert second.code == 0, second.err
    assert second.document["stages"]["staging"]["locked"]
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")
    overlay(tmp_path / "pinned", model={"package_group": "taxis", "version": 2})
    stale = account.deploy("synth", "--output", str(tmp_path / "two"), project=pinned)
    assert stale.code == 2
    assert "pins version 2" in stale.err


def test_doctor_tells_what_is_well_and_what_is_not(account: Account) -> None:
    done = account.deploy("doctor", "--json")
    assert done.code == 0, done.err
    found = {entry["check"]: entry["word"] for entry in done.document["checks"]}
    assert found["credentials"] == "ok"
    assert found["bucket"] == "ok"
    assert found["model and baseline"] == "ok"
    assert found["template size"] == "ok"
    bucket = account.foundation.bucket
    account.client("s3").delete_object(Bucket=bucket, Key="taxis/model/statistics.json")
    ill = account.deploy("doctor")
    assert ill.code == 1
    assert "statistics.json does not exist" in ill.out


def test_doctor_goes_on_beside_the_faults_of_a_stage_file(account: Account, tmp_path: Path) -> None:
    wrong = overlay(tmp_path / "wrong", transform={"instance_type": "ml.t2.medium"}, drift={"max_drifted": 3})
    done = account.deploy("doctor", "--json", project=wrong)
    assert done.code == 1, done.err
    checks = done.document["checks"]
    faults = [entry["says"] for entry in checks if entry["check"] == "stage file"]
    assert [fault.split(": ")[1] for fault in faults] == ["transform.instance_type", "drift.max_drifted"]
    assert all(f"{wrong}/stages/staging.json:" in fault for fault in faults)
    words = {entry["check"]: entry["word"] for entry in checks}
    assert words["quota of transform jobs"] == words["sizes and limits"] == "unknown"
    assert words["credentials"] == words["bucket"] == words["model and baseline"] == "ok"


def test_a_verb_that_needs_a_past_says_so_with_local(capsys: Any) -> None:
    for verb in ("start", "status", "rollback", "destroy", "approve"):
        assert deploy.main([verb, "--stage", "staging", "--local"], environment={}) == 2
        assert "python -m local_aws serve" in capsys.readouterr().err


def test_the_stage_of_another_account_is_refused(account: Account, tmp_path: Path) -> None:
    other = overlay(tmp_path / "other", aws={"account": "210987654321"})
    done = account.deploy("plan", project=other)
    assert done.code == 2
    assert "the stage staging belongs to 210987654321" in done.err


def test_a_role_of_the_stage_is_assumed_for_the_deploy(account: Account, tmp_path: Path) -> None:
    role = {"role_arn": "arn:aws:iam::210987654321:role/deploy", "external_id": "e-1"}
    other = overlay(tmp_path / "other", aws={**role, "account": "210987654321"})
    done = account.deploy("plan", project=other)
    assert done.code == 2
    # The other account has nothing of this one: the bucket is not its own to see, or not there.
    assert "belongs to 210987654321" not in done.err, "the credentials are of the role's account"
