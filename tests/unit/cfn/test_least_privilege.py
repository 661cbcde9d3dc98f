"""What the roles of the foundation and of a stage may do: named actions on named resources, and no more."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from deployment.release import template
from deployment.release.template_values import Evaluation

with warnings.catch_warnings():
    # parliament leaves its data files open, and finds them in setuptools' old way.
    warnings.simplefilter("ignore", ResourceWarning)
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    import parliament  # type: ignore[import-untyped]

CFN = Path(__file__).parents[3] / "cfn"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666"
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::StackName": "stack",
}
FOUNDATION = {
    "SparkApplicationArn": "arn:aws:emr-serverless:us-east-1:123456789012:/applications/00f1abc2",
    "SparkJobRoleArn": "arn:aws:iam::123456789012:role/spark",
    "ProjectName": "taxis",
    "KmsKeyArn": KEY,
    "ModelPackageGroupName": "taxis",
    "SubnetsAreUsed": "true",
    "NotifyEmail": "people@example.com",
    "DeployAccounts": "",
    "ModelBucket": "models-of-another-account",
    "ModelPrefix": "",
    "ModelKeyArn": KEY.replace("123456789012", "444455556666"),
}
STAGE = {
    "ProjectName": "taxis",
    "ProjectId": "taxis",
    "StageName": "prod",
    "PipelineName": "taxis-batch-prod",
    "PipelineRoleArn": "arn:aws:iam::123456789012:role/pipeline",
    "DefinitionBucket": "artifacts",
    "DefinitionKey": "key",
    "CodeBucket": "artifacts",
    "RetrainPipelineArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/build",
    "ScheduleExpression": "rate(1 day)",
    "NotificationTopicArn": "arn:aws:sns:us-east-1:123456789012:drift",
    "KmsKeyArn": KEY,
    "BaselineBucket": "models-of-another-account",
    "BaselinePrefix": "taxis/",
    "ModelKeyArn": KEY.replace("123456789012", "444455556666"),
}
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::artifacts",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/made",
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/made:*",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:made",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:made",
}
# Statements on "*", and why no resource can be named.
EVERYWHERE = {
    "EvaluateDriftPolicy PublishDistances": "CloudWatch knows no resources for PutMetricData",
    "EvaluateDriftPolicy SeeSinceWhen": "CloudWatch knows no resources for GetMetricStatistics",
    "PipelinePolicy PublishJobMetrics": "CloudWatch knows no resources for PutMetricData",
    "PipelinePolicy LogInToTheImageRegistry": "ecr:GetAuthorizationToken knows no resources",
    "PipelinePolicy LookAtTheNetwork": "the ec2:Describe actions know no resources",
}

PASSED_TO = {"PipelinePolicy RunSparkJobsAsTheirRole": "emr-serverless.amazonaws.com"}


def known(value: Any, resources: dict[str, Any]) -> Any:
    """`value` with the ARN of a made-up resource in place of each reference to one."""

    def arn(name: str) -> str:
        return ARNS[resources[name]["Type"]]

    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]} | {"Ref": str(name)}:
            return arn(name)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)(\.Arn)?\}", lambda found: arn(found.group(1)), text)
        case dict():
            return {key: known(item, resources) for key, item in value.items()}
        case list():
            return [known(item, resources) for item in value]
        case _:
            return value


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    foundation = template.read((CFN / "foundation.yaml").read_text(encoding="utf-8"))
    stage = template.batch_pipeline(CFN, {})
    for body, parameters in ((foundation, FOUNDATION), (stage, STAGE)):
        resources = Evaluation(body, parameters, PSEUDO).resources
        for name, resource in resources.items():
            if resource["Type"] == "AWS::IAM::Policy":
                yield name, known(resource["Properties"]["PolicyDocument"], resources)


POLICIES = dict(policies())


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, document in POLICIES.items():
        for statement in document["Statement"]:
            yield f"{name} {statement.get('Sid', '')}".strip(), statement


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_every_policy_is_looked_at() -> None:
    assert set(POLICIES) == {"PipelinePolicy", "EvaluateDriftPolicy", "EventsPolicy"}


def test_every_statement_names_its_actions() -> None:
    assert [where for where, each in statements() for action in listed(each["Action"]) if "*" in action] == []


def test_a_statement_on_everything_is_one_whose_service_knows_no_other() -> None:
    everywhere = {where for where, each in statements() if "*" in listed(each["Resource"])}
    assert everywhere == set(EVERYWHERE)


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_parliament_finds_only_known_actions_on_resources_that_they_have(name: str) -> None:
    found = parliament.analyze_policy_string(json.dumps(POLICIES[name])).findings
    assert [
        f"{finding.issue}: {finding.detail}" for finding in found if finding.issue != "RESOURCE_STAR"
    ] == []


def test_parliament_finds_a_wrong_action() -> None:
    wrong = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "arn:aws:s3:::a/*"}],
    }
    assert [f.issue for f in parliament.analyze_policy_string(json.dumps(wrong)).findings] == [
        "UNKNOWN_ACTION"
    ]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_no_policy_leads_to_more_rights_or_to_data_of_others(name: str) -> None:
    document = PolicyDocument(POLICIES[name])
    assert document.allows_privilege_escalation == []
    assert document.permissions_management_without_constraints == []
    assert document.credentials_exposure in ([], ["ecr:GetAuthorizationToken"])


def test_an_escalation_would_be_found() -> None:
    actions = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]
    wrong = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    assert PolicyDocument(wrong).allows_privilege_escalation != []


def test_roles_are_passed_to_one_service_and_trusted_by_one() -> None:
    for where, statement in statements():
        if "iam:PassRole" in listed(statement["Action"]):
            service = PASSED_TO.get(where, "sagemaker.amazonaws.com")
            assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": service}}, where
