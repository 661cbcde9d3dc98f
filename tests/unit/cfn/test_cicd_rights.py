"""The release pipeline's roles before the public analyzers of IAM policies: parliament and cloudsplaining."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from tests.unit.cfn.test_cicd import KEY, PROVIDERS, RESOURCES, resources

with warnings.catch_warnings():
    # parliament leaves its data files open, and finds them in setuptools' old way.
    warnings.simplefilter("ignore", ResourceWarning)
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    import parliament  # type: ignore[import-untyped]

MADE = {
    "AWS::CodeBuild::Project": "arn:aws:codebuild:us-east-1:123456789012:project/made",
    "AWS::CodePipeline::Pipeline": "made",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/made",
    "AWS::Lambda::Function": "arn:aws:lambda:us-east-1:123456789012:function:made",
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/made:*",
}
"""A made-up name or ARN in the place of what only CloudFormation knows."""


def known(value: Any) -> Any:
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return MADE[RESOURCES[name]["Type"]]
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)\}", lambda found: MADE[RESOURCES[found[1]]["Type"]], text)
        case dict():
            return {key: known(item) for key, item in value.items()}
        case list():
            return [known(item) for item in value]
        case _:
            return value


POLICIES = {
    f"{provider} {name}": known(resource["Properties"]["PolicyDocument"])
    for provider in PROVIDERS
    for name, resource in resources(
        SourceProvider=provider,
        Repository="taxis",
        KmsKeyArn=KEY,
        ApprovalTopicArn="arn:aws:sns:us-east-1:123456789012:approvals",
    ).items()
    if resource["Type"] == "AWS::IAM::Policy"
}
EACH = pytest.mark.parametrize("name", POLICIES)


def test_every_policy_of_every_provider_is_looked_at() -> None:
    assert len(POLICIES) == 7 * len(PROVIDERS)


@EACH
def test_parliament_finds_only_known_actions_on_resources_that_they_have(name: str) -> None:
    found = parliament.analyze_policy_string(json.dumps(POLICIES[name])).findings
    assert [f"{each.issue}: {each.detail}" for each in found if each.issue != "RESOURCE_STAR"] == []


@EACH
def test_cloudsplaining_finds_no_way_to_more_rights_or_to_data_of_others(name: str) -> None:
    document = PolicyDocument(POLICIES[name])
    assert document.allows_privilege_escalation == []
    assert document.permissions_management_without_constraints == []
    assert document.credentials_exposure == []
    assert document.allows_data_exfiltration_actions == []
