"""The policies of bucket and key: who of which account may read what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from deployment.names import Names
from deployment.release import template
from deployment.release.template_values import Evaluation
from local_aws import LocalAws, running

CFN = Path(__file__).parents[3] / "cfn"
TEXT = (CFN / "foundation.yaml").read_text(encoding="utf-8")
OTHERS = ["210987654321", "111122223333"]


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started


def deployed(aws: LocalAws, project: str, **given: str) -> dict[str, str]:
    """The outputs of a foundation that CloudFormation has made."""
    name = f"{project}-foundation"
    cloudformation = aws.client("cloudformation")
    values = {"ProjectName": project, **given}
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=TEXT,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def key_policy(aws: LocalAws, arn: str) -> dict[str, dict[str, Any]]:
    text = aws.client("kms").get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    return {each["Sid"]: each for each in json.loads(text)["Statement"]}


def bucket_policy(aws: LocalAws, bucket: str) -> dict[str, dict[str, Any]]:
    text = aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    return {each["Sid"]: each for each in json.loads(text)["Statement"]}


def test_a_key_of_the_foundations_own_encrypts_the_bucket_and_the_topic_and_rotates(aws: LocalAws) -> None:
    made = deployed(aws, "keyed", CreateKey="true")
    arn = made["KmsKeyArn"]
    (rule,) = aws.client("s3").get_bucket_encryption(Bucket=made["ArtifactBucket"])[
        "ServerSideEncryptionConfiguration"
    ]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
    topic = aws.client("sns").get_topic_attributes(TopicArn=made["NotificationTopicArn"])["Attributes"]
    assert topic["KmsMasterKeyId"] == arn
    assert aws.client("kms").get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"]


def test_the_keys_policy_lets_logs_and_rules_of_this_account_in_and_nobody_of_another(aws: LocalAws) -> None:
    statements = key_policy(aws, deployed(aws, "closed", CreateKey="true")["KmsKeyArn"])
    assert list(statements) == [
        "TheAccountAdministers",
        "LogGroupsOfThisProject",
        "RulesPublishAndKeepWhatTheyCouldNotDeliver",
    ]
    assert statements["TheAccountAdministers"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    logs = statements["LogGroupsOfThisProject"]
    assert logs["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    groups = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert all("closed-batch-" in group and ":123456789012:" in group for group in groups)
    start = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda"
    ours = (Names("closed", "prod").function, "sagemaker-closed-batch-record")
    for name in ours:
        assert any(fnmatchcase(f"{start}/{name}", group) for group in groups)
        # Of a project whose name ends as this one's.
        assert not any(fnmatchcase(f"{start}/my-{name}", group) for group in groups)
    assert not any(fnmatchcase(f"{start}/sagemaker-my-closed-batch-record", group) for group in groups)
    rules = statements["RulesPublishAndKeepWhatTheyCouldNotDeliver"]
    assert rules["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_other_accounts_read_models_and_baselines_and_nothing_else(aws: LocalAws) -> None:
    made = deployed(aws, "shared", CreateKey="true", DeployAccounts=",".join(OTHERS))
    arn = f"arn:aws:s3:::{made['ArtifactBucket']}"
    of_bucket = bucket_policy(aws, made["ArtifactBucket"])
    foreign = [each for each in of_bucket.values() if each["Effect"] == "Allow"]
    assert [(each["Action"], each["Resource"]) for each in foreign] == [
        ("s3:GetObject", f"{arn}/shared/models/*"),
        ("s3:ListBucket", arn),
    ]
    assert all(each["Principal"] == {"AWS": OTHERS} for each in foreign)
    assert foreign[1]["Condition"] == {"StringLike": {"s3:prefix": "shared/models/*"}}
    of_key = key_policy(aws, made["KmsKeyArn"])["OtherAccountsReadModels"]
    assert of_key["Principal"] == {"AWS": OTHERS}
    assert of_key["Action"] == ["kms:Decrypt", "kms:DescribeKey"]


def test_without_other_accounts_the_bucket_allows_nobody_anything(aws: LocalAws) -> None:
    found = bucket_policy(aws, deployed(aws, "alone")["ArtifactBucket"])
    assert [(sid, each["Effect"]) for sid, each in found.items()] == [("OnlyTls", "Deny")]


@pytest.mark.parametrize("given", [{}, {"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"}])
def test_the_bucket_is_encrypted_with_and_without_a_key(given: dict[str, str]) -> None:
    values = {"ProjectName": "taxis", "DeployAccounts": "", **given}
    resources = Evaluation(template.read(TEXT), values, {}).resources
    (rule,) = resources["ArtifactBucket"]["Properties"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    wanted = "aws:kms" if given else "AES256"
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == wanted
    assert rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") == given.get("KmsKeyArn")


def test_the_roles_of_the_deploying_account_read_the_other_accounts_models(aws: LocalAws) -> None:
    key = "arn:aws:kms:us-east-1:444455556666:key/k"
    deployed(aws, "reader", ModelBucket="models-elsewhere", ModelKeyArn=key)
    detail = aws.client("cloudformation").describe_stack_resource(
        StackName="reader-foundation", LogicalResourceId="PipelineRole"
    )
    name = detail["StackResourceDetail"]["PhysicalResourceId"]
    document = aws.client("iam").get_role_policy(RoleName=name, PolicyName="run-batch-pipelines")
    statements = {each["Sid"]: each for each in document["PolicyDocument"]["Statement"]}
    assert statements["ReadModelsOfAnotherAccount"]["Resource"] == "arn:aws:s3:::models-elsewhere/reader/*"
    assert statements["DecryptModelsOfAnotherAccount"]["Resource"] == key
    assert "s3:PutObject" not in json.dumps(statements["ReadModelsOfAnotherAccount"])


@pytest.mark.parametrize(("prefix", "keys"), [("", "taxis/*"), ("cabs/models/", "cabs/models/*")])
def test_models_of_another_account_are_read_below_a_prefix(prefix: str, keys: str) -> None:
    values = {"ProjectName": "taxis", "DeployAccounts": "", "ModelBucket": "other", "ModelPrefix": prefix}
    policy = Evaluation(template.read(TEXT), values, {"AWS::Partition": "aws"}).resources["PipelinePolicy"]
    (read,) = [
        each
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
        if each and each.get("Sid") == "ReadModelsOfAnotherAccount"
    ]
    assert read["Resource"] == f"arn:aws:s3:::other/{keys}"
