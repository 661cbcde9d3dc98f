from __future__ import annotations

from pathlib import Path

import pytest

from local_aws import Foundation, LocalAws, LocalAwsError, set_up_project

FOUNDATION = Foundation(bucket="artifacts", role_arn="arn:aws:iam::123456789012:role/pipeline")
PROJECT = """
class NoData(Exception):
    pass

COULD_NOT = (NoData,)

def set_up(session, bucket, role_arn, cache, say):
    say(f"account {session.client('sts').get_caller_identity()['Account']}")
    if not cache.exists():
        raise NoData("the source data is not there")
    return {"drifted": f"s3://{bucket}/drifted/", "quiet": f"s3://{bucket}/quiet/"}
"""


def project(folder: Path, text: str) -> Path:
    (folder / "project.py").write_text(text, encoding="utf-8")
    return folder


def test_a_project_sets_itself_up_in_the_account(aws: LocalAws, tmp_path: Path) -> None:
    said: list[str] = []
    batches = set_up_project(aws, project(tmp_path, PROJECT), FOUNDATION, tmp_path, said.append)
    assert next(iter(batches.items())) == ("drifted", "s3://artifacts/drifted/")
    assert said == ["account 123456789012"]


def test_a_project_that_cannot_be_set_up_is_one_error(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="the source data is not there"):
        set_up_project(aws, project(tmp_path, PROJECT), FOUNDATION, tmp_path / "none", print)


def test_a_folder_without_a_project_is_an_error(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=r"project\.py is not there"):
        set_up_project(aws, tmp_path, FOUNDATION, tmp_path, print)


def test_a_project_without_set_up_is_an_error(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="has no function set_up"):
        set_up_project(aws, project(tmp_path, "x = 1"), FOUNDATION, tmp_path, print)


def test_the_foundation_is_deployed_by_cloudformation(aws: LocalAws) -> None:
    foundation = aws.deploy_foundation(Path("cfn/foundation.yaml"), "flights")
    assert foundation.bucket in [item["Name"] for item in aws.client("s3").list_buckets()["Buckets"]]
    assert foundation.role_arn.startswith(f"arn:aws:iam::{aws.account_id}:role/")


def test_a_foundation_that_is_refused_is_one_error(aws: LocalAws, tmp_path: Path) -> None:
    template = tmp_path / "foundation.yaml"
    template.write_text("Resources: {Thing: {Type: AWS::Made::Up}}", encoding="utf-8")
    with pytest.raises(LocalAwsError, match="AWS::Made::Up"):
        aws.deploy_foundation(template, "refused")
