"""approve and reject: the answer to a release that waits in CodePipeline."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Account
from tests.unit.local_aws.codepipeline.pipelines import (
    approval,
    bucket,
    declared,
    pending,
    stage_state,
    status,
    zipped,
)
from tests.unit.local_aws.codepipeline.releases import until

NAME = "sagemaker-taxis-batch"


@pytest.fixture
def release(account: Account) -> str:
    """The execution of the taxis' release pipeline that waits for an approval."""
    asks = "Release #{Source.VersionId} to production? 0 features drifted"
    pipeline = declared(account.aws, [approval(configuration={"CustomData": asks})], name=NAME)
    key = pipeline["stages"][0]["actions"][0]["configuration"]["S3ObjectKey"]
    account.client("s3").put_object(Bucket=bucket(account.aws), Key=key, Body=zipped({"a.txt": "a"}))
    codepipeline = account.client("codepipeline")
    codepipeline.create_pipeline(pipeline=pipeline)
    pending(account.aws, NAME)
    (execution,) = codepipeline.list_pipeline_executions(pipelineName=NAME)["pipelineExecutionSummaries"]
    return str(execution["pipelineExecutionId"])


def test_an_approval_is_shown_with_its_message_and_given(account: Account, release: str) -> None:
    refused = account.deploy("approve")
    assert refused.code == 2
    assert "give --yes" in refused.err
    done = account.deploy("approve", "--yes", "--summary", "looks fine", "--json")
    assert done.code == 0, done.err
    assert done.document["answer"] == "Approved"
    assert done.document["asked"].endswith("to production? 0 features drifted")
    assert "#{" not in done.document["asked"], "the variables are filled in"
    until(lambda: status(account.aws, NAME, release) == "Succeeded")
    (action,) = stage_state(account.aws, NAME, "Stage1")["actionStates"]
    assert action["latestExecution"]["summary"] == "looks fine"
    again = account.deploy("approve", "--yes")
    assert (again.code, "waits for no approval" in again.err) == (2, True)


def test_a_rejection_ends_the_release(account: Account, release: str) -> None:
    assert account.deploy("reject", "--yes", "--summary", "too much drift").code == 0
    until(lambda: status(account.aws, NAME, release) == "Failed")


def test_a_project_without_a_release_pipeline_says_what_to_deploy(account: Account) -> None:
    done = account.deploy("approve", "--yes")
    assert done.code == 2
    assert f"There is no CodePipeline {NAME}: deploy cfn/cicd.yaml first" in done.err
