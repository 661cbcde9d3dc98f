"""What CodePipeline releases is known to `deploy.py status` and `deploy.py rollback`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from deployment.release import template
from tests.end_to_end.conftest import PIPELINE, ROOT, STACK, TAXIS, Account
from tests.end_to_end.test_verbs import files_below, overlay, records, threshold_of
from tests.unit.local_aws.codepipeline.pipelines import ROLE, action, bucket, created, start, status, zipped
from tests.unit.local_aws.codepipeline.releases import until

KEPT = ("RecordFunction", "RecordRole", "RecordPolicy", "RecordLogGroup")


def deploy_record_function(account: Account) -> str:
    """The name of cfn/cicd.yaml's function, deployed with what it needs and nothing else."""
    whole = template.read((ROOT / "cfn" / "cicd.yaml").read_text(encoding="utf-8"))
    needed = {name: whole["Resources"][name] for name in KEPT}
    text = template.body({**whole, "Resources": needed, "Outputs": {}})
    given = {
        "ProjectName": "taxis",
        "ProjectId": "taxis",
        "ArtifactBucket": account.foundation.bucket,
        "PipelineRoleArn": account.foundation.role_arn,
        "ModelPackageGroupName": "taxis",
    }
    account.client("cloudformation").create_stack(
        StackName="record",
        TemplateBody=text,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    return "sagemaker-taxis-batch-record"


def synthesized(account: Account, folder: Path, project: Path) -> dict[str, str]:
    """What the Build stage hands on, its uploads in the bucket."""
    done = account.deploy("synth", "--output", str(folder), project=project)
    assert done.code == 0, done.err
    files = files_below(folder)
    for name, body in files.items():
        if name.startswith("uploads/"):
            key = name.removeprefix("uploads/")
            account.client("s3").put_object(Bucket=account.foundation.bucket, Key=key, Body=body)
    return {name: body.decode() for name, body in files.items() if not name.startswith("uploads/")}


def actions(function: str) -> list[dict[str, Any]]:
    """The actions of the stage BatchStaging of cfn/cicd.yaml up to the record."""
    change = {"StackName": STACK, "ChangeSetName": "release"}
    made = {
        **change,
        "ActionMode": "CHANGE_SET_REPLACE",
        "TemplatePath": "Code::staging.template.json",
        "TemplateConfiguration": "Code::staging.configuration.json",
        "Capabilities": "CAPABILITY_IAM",
        "RoleArn": ROLE,
    }
    record = {"FunctionName": function, "UserParameters": PIPELINE}
    inputs = [{"name": "Code"}]
    executed = {**change, "ActionMode": "CHANGE_SET_EXECUTE"}
    cloudformation = functools.partial(action, "Deploy", "CloudFormation")
    return [
        cloudformation("Make", runOrder=1, configuration=made, inputArtifacts=inputs),
        cloudformation("Execute", runOrder=2, configuration=executed),
        action("Invoke", "Lambda", "Record", runOrder=3, configuration=record, inputArtifacts=inputs),
    ]


def test_releases_of_code_pipeline_are_told_by_status_and_brought_back_by_rollback(
    account: Account, tmp_path: Path
) -> None:
    def succeeded(name: str, execution: str) -> bool:
        found = status(account.aws, name, execution)
        assert found in ("InProgress", "Succeeded"), found
        return found == "Succeeded"

    function = deploy_record_function(account)
    first = synthesized(account, tmp_path / "first", TAXIS)
    name, execution = created(account.aws, actions(function), files=first)
    until(lambda: succeeded(name, execution))
    used = account.deploy("status", "--json").document["model"]
    assert (used["release"], used["package"].rpartition("/")[2]) == (1, "1")
    assert account.deploy("plan").code == 0, "it is what apply would deploy"

    changed = overlay(tmp_path / "changed", drift={"max_drifted_features": 2})
    second = synthesized(account, tmp_path / "second", changed)
    account.client("s3").put_object(Bucket=bucket(account.aws), Key=f"{name}.zip", Body=zipped(second))
    execution = start(account.aws, name)
    until(lambda: succeeded(name, execution))
    assert threshold_of(account) == 2.0
    assert account.deploy("status", "--json", project=changed).document["model"]["release"] == 2

    done = account.deploy("rollback", "--yes", "--json", project=changed)
    assert done.code == 0, done.err
    assert threshold_of(account) == 0.0
    found = records(account)
    assert [(n, found[n]["state"], found[n]["again_of"]) for n in sorted(found)] == [
        (1, "deployed", None),
        (2, "deployed", None),
        (3, "deployed", 1),
    ]
