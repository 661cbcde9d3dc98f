"""cfn/cicd.yaml against our names, its own contract, and the defects of the well-known sample."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from deployment.names import Names
from deployment.release import template
from deployment.release.records import key_of
from deployment.release.template_values import Evaluation
from local_aws.codebuild.buildspec import read as read_buildspec
from pipeline_definition import fill

ROOT = Path(__file__).parents[3]
CICD = template.read((ROOT / "cfn" / "cicd.yaml").read_text(encoding="utf-8"))
STAGES = {file.stem: Names("taxis", file.stem) for file in (ROOT / "stages").glob("*.json")}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/c"
GIVEN = {
    "ProjectName": "taxis",
    "ProjectId": "p-taxis",
    "ArtifactBucket": "artifacts",
    "PipelineRoleArn": "arn:aws:iam::123456789012:role/pipeline",
    "ModelPackageGroupName": "taxi-models",
    "ConnectionArn": CONNECTION,
    "Repository": "makers/taxis",
    "SourceBucket": "sources",
    "SourceKey": "taxis.zip",
}
PROVIDERS = {"CodeConnections": "CodeStarSourceConnection", "CodeCommit": "CodeCommit", "S3": "S3"}
INLINE_FUNCTIONS = ("RecordFunction", "StagingRunFunction", "PauseFunction")
# These know no resources (Service Authorization Reference), so "*" is all that a statement can say.
WITHOUT_RESOURCES = {
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "logs:DescribeIndexPolicies",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
}
# What the types' handlers do for properties that cfn/batch_pipeline.yaml does not use.
NOT_USED_BY_THE_STAGES = (
    "ec2:",
    "elasticfilesystem:",
    "s3files:",
    "firehose:",
    "s3:REST",
    "lambda:AssociateRuntimeAlias",
    "lambda:DeleteFunctionCodeSigningConfig",
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetCodeSigningConfig",
    "lambda:GetFunctionScalingConfig",
    "lambda:PassCapacityProvider",
    "lambda:PublishVersion",
    "lambda:PutFunction",
    "lambda:PutRuntimeManagementConfig",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteGroupPolicy",
    "iam:DeleteUserPolicy",
    "iam:GetGroupPolicy",
    "iam:GetUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutUserPolicy",
    "logs:CreateLogDelivery",
    "logs:DeleteDataProtectionPolicy",
    "logs:DeleteIndexPolicy",
    "logs:DeleteResourcePolicy",
    "logs:PutBearerTokenAuthentication",
    "logs:PutDataProtectionPolicy",
    "logs:PutIndexPolicy",
    "logs:PutLogGroupDeletionProtection",
    "logs:PutResourcePolicy",
    # The function has no variables of its own to encrypt.
    "kms:CreateGrant",
    "kms:Encrypt",
    "kms:GenerateDataKey",
)


def resources(**changes: str) -> dict[str, Any]:
    return Evaluation(CICD, {**GIVEN, **changes}, PSEUDO).resources


RESOURCES = resources()


def properties(name: str, **changes: str) -> Any:
    return (resources(**changes) if changes else RESOURCES)[name]["Properties"]


def stages() -> dict[str, list[dict[str, Any]]]:
    return {stage["Name"]: stage["Actions"] for stage in properties("CodePipeline")["Stages"]}


def policies(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every policy, with the policy's logical id."""
    for name, resource in found.items():
        if resource["Type"] == "AWS::IAM::Policy":
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                yield name, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_parameter_is_used() -> None:
    text = json.dumps({key: CICD[key] for key in ("Conditions", "Resources", "Outputs")})
    assert [
        name for name in CICD["Parameters"] if f'"{name}"' not in text and f"${{{name}}}" not in text
    ] == []


def test_the_body_is_short_enough_to_be_sent() -> None:
    assert len(template.body(CICD).encode()) < template.BODY_LIMIT


def test_the_stages_that_are_released_are_the_stages_that_there_are() -> None:
    deployed = [
        action["Configuration"]["StackName"]
        for actions in stages().values()
        for action in actions
        if action["ActionTypeId"]["Provider"] == "CloudFormation"
    ]
    assert set(deployed) == {names.stack for names in STAGES.values()}


def test_the_rule_that_pauses_names_the_pipelines_that_are_really_deployed() -> None:
    arns = [
        f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{names.pipeline}" for names in STAGES.values()
    ]
    pattern = properties("PauseRule")["EventPattern"]
    assert sorted(pattern["detail"]["pipelineArn"]) == sorted(arns)
    asked = properties("PauseFunction")["Environment"]["Variables"]["BATCH_PIPELINES"]
    assert sorted(asked.split()) == sorted(names.pipeline for names in STAGES.values())
    (seen,) = [each for name, each in policies(RESOURCES) if each.get("Sid") == "SeeWhatRuns"]
    assert sorted(seen["Resource"]) == sorted(arns)


def test_no_rule_starts_a_pipeline_of_sagemakers_or_passes_it_parameters() -> None:
    # The schedule and the retraining are the stages' own; here is nothing that could name the wrong pipeline.
    rules = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Events::Rule"]
    targets = [target for rule in rules for target in rule["Targets"]]
    assert not [target for target in targets if "SageMakerPipelineParameters" in target]
    assert not [target for target in targets if ":sagemaker:" in json.dumps(target["Arn"])]


def test_the_staging_run_is_that_of_the_staging_pipeline_with_a_parameter_that_it_declares() -> None:
    (run,) = [action for action in stages()["BatchStaging"] if action["Name"] == "StagingRun"]
    assert run["Configuration"]["UserParameters"] == STAGES["staging"].pipeline
    passed = re.findall(r'"Name": "(\w+)"', properties("StagingRunFunction")["Code"]["ZipFile"])
    declared = {each["Name"] for each in fill.document()["Parameters"]}
    assert passed == ["DataInputUri"]
    assert set(passed) <= declared
    batch = properties("StagingRunFunction", StagingDataInputUri="s3://batches/golden")
    assert batch["Environment"]["Variables"] == {"DATA_INPUT_URI": "s3://batches/golden"}


def test_approved_and_rejected_packages_of_the_group_and_no_other_start_a_release() -> None:
    for name, status in (("ModelApprovedRule", "Approved"), ("ModelRejectedRule", "Rejected")):
        pattern = properties(name)["EventPattern"]
        assert pattern["detail"] == {
            "ModelPackageGroupName": ["taxi-models"],
            "ModelApprovalStatus": [status],
        }


def test_a_change_set_is_made_and_then_executed_and_staging_runs_before_anybody_is_asked() -> None:
    names = {stage: [action["Name"] for action in actions] for stage, actions in stages().items()}
    made_and_recorded = ["CreateChangeSet", "ExecuteChangeSet", "Record"]
    assert names["BatchStaging"] == [*made_and_recorded, "StagingRun", "Approve"]
    assert names["BatchProd"] == made_and_recorded
    for stage in ("BatchStaging", "BatchProd"):
        orders = [action["RunOrder"] for action in stages()[stage]]
        assert orders == sorted(set(orders))
        modes = [action["Configuration"].get("ActionMode") for action in stages()[stage]][:2]
        assert modes == ["CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE"]


def test_each_stages_release_is_recorded_under_its_own_pipeline() -> None:
    for stage, name in (("BatchStaging", "staging"), ("BatchProd", "prod")):
        (record,) = [action for action in stages()[stage] if action["Name"] == "Record"]
        assert record["Configuration"]["UserParameters"] == STAGES[name].pipeline
        assert record["InputArtifacts"] == [{"Name": "Build"}]
    (writes,) = [each for _, each in policies(RESOURCES) if each.get("Sid") == "ReadAndWriteRecords"]
    keys = [key_of(names.pipeline, 1) for names in STAGES.values()]
    assert all(fnmatchcase(f"arn:aws:s3:::artifacts/{key}", writes["Resource"]) for key in keys)


def test_the_approvals_message_has_the_staging_runs_summary() -> None:
    (ask,) = [action for action in stages()["BatchStaging"] if action["Name"] == "Approve"]
    assert "#{StagingRun.Summary}" in ask["Configuration"]["CustomData"]
    # 1,000 characters are allowed; the function cuts its summary.
    assert "[:700]" in properties("StagingRunFunction")["Code"]["ZipFile"]
    assert len(ask["Configuration"]["CustomData"]) < 300


def test_what_the_build_leaves_is_what_the_stages_take() -> None:
    spec = read_buildspec(properties("BuildProject")["Source"]["BuildSpec"])
    assert spec.artifacts is not None
    assert spec.artifacts.base == "build"
    taken = {
        action["Configuration"][key].removeprefix("Build::")
        for actions in stages().values()
        for action in actions
        for key in ("TemplatePath", "TemplateConfiguration")
        if key in action.get("Configuration", {})
    }
    expected = {f"{stage}.{kind}.json" for stage in STAGES for kind in ("template", "configuration")}
    assert taken == expected
    taken |= {f"{stage}.release.json" for stage in STAGES}  # RecordFunction's
    assert all(any(Path(name).match(glob) for glob in spec.artifacts.files) for name in taken)


def test_the_build_has_every_setting_that_the_deploy_reads() -> None:
    variables = {each["Name"] for each in properties("BuildProject")["Environment"]["EnvironmentVariables"]}
    assert variables >= {
        "ARTIFACT_BUCKET",
        "SAGEMAKER_PIPELINE_ROLE_ARN",
        "SAGEMAKER_PROJECT_NAME",
        "SAGEMAKER_PROJECT_ID",
    }


@pytest.mark.parametrize(("provider", "action"), PROVIDERS.items())
def test_a_source_provider_is_the_only_one(provider: str, action: str) -> None:
    found = resources(SourceProvider=provider)
    (source,) = found["CodePipeline"]["Properties"]["Stages"][0]["Actions"]
    assert source["ActionTypeId"]["Provider"] == action
    allowed = {act for name, each in policies(found) for act in listed(each["Action"])}
    services = {"CodeConnections": "codeconnections:UseConnection", "CodeCommit": "codecommit:UploadArchive"}
    for other, needed in services.items():
        assert (needed in allowed) == (other == provider)
    assert any("sources" in json.dumps(each) for _, each in policies(found)) == (provider == "S3")
    # CodeConnections starts by itself, the others by an event; nobody polls.
    assert ("SourceRule" in found) == (provider != "CodeConnections")
    assert source["Configuration"].get("PollForSourceChanges", "false") == "false"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_statement_names_its_actions_and_resources(provider: str) -> None:
    found = resources(SourceProvider=provider, KmsKeyArn=KEY, ApprovalTopicArn="arn:aws:sns:us-east-1:1:t")
    statements = list(policies(found))
    assert len(statements) > 30
    for name, statement in statements:
        actions = set(listed(statement["Action"]))
        assert statement["Effect"] == "Allow"
        assert not [action for action in actions if "*" in action], (name, statement)
        for resource in listed(statement["Resource"]):
            if resource == "*":
                assert actions <= WITHOUT_RESOURCES, (name, statement)
            elif isinstance(resource, str):
                service = resource.split(":")[2]
                assert {action.split(":")[0] for action in actions} == {service}


def test_a_role_is_passed_to_named_services_only_and_stage_roles_are_bound_to_the_projects_path() -> None:
    passes = [each for _, each in policies(RESOURCES) if "iam:PassRole" in listed(each["Action"])]
    assert len(passes) == 3
    assert all("iam:PassedToService" in each["Condition"]["StringEquals"] for each in passes)
    writes = [each for _, each in policies(RESOURCES) if "iam:PutRolePolicy" in listed(each["Action"])]
    assert [each["Resource"] for each in writes] == ["arn:aws:iam::123456789012:role/sagemaker/taxis/*"]
    batch = template.read((ROOT / "cfn" / "batch_pipeline.yaml").read_text(encoding="utf-8"))
    roles = [each["Properties"] for each in batch["Resources"].values() if each["Type"] == "AWS::IAM::Role"]
    assert {json.dumps(role["Path"]) for role in roles} == {'{"Fn::Sub": "/sagemaker/${ProjectName}/"}'}


def test_cloud_formation_may_do_what_the_types_of_a_stage_need() -> None:
    batch = template.batch_pipeline(ROOT / "cfn", {"x": 0.1})
    allowed = {
        act
        for name, each in policies(resources(KmsKeyArn=KEY))
        if name == "CloudFormationPolicy"
        for act in listed(each["Action"])
    }
    missing = {
        f"{kind} {operation} {permission}"
        for kind in sorted({each["Type"] for each in batch["Resources"].values()})
        for operation, handler in handlers(kind)
        for permission in handler.get("permissions", ())
        if permission not in allowed and not permission.startswith(NOT_USED_BY_THE_STAGES)
    }
    assert missing == set()


def test_cloud_formation_may_do_nothing_that_no_type_of_a_stage_needs() -> None:
    batch = template.batch_pipeline(ROOT / "cfn", {"x": 0.1})
    needed = {
        permission
        for kind in {each["Type"] for each in batch["Resources"].values()}
        for _, handler in handlers(kind)
        for permission in handler.get("permissions", ())
    }
    allowed = {
        act
        for name, each in policies(RESOURCES)
        if name == "CloudFormationPolicy"
        for act in listed(each["Action"])
    }
    assert allowed - needed == set()


def handlers(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    for operation in ("create", "read", "update", "delete"):
        yield operation, schema["handlers"].get(operation, {})


def test_a_key_encrypts_artifacts_builds_and_logs() -> None:
    found = resources(KmsKeyArn=KEY)
    assert found["CodePipeline"]["Properties"]["ArtifactStore"]["EncryptionKey"] == {"Type": "KMS", "Id": KEY}
    assert found["BuildProject"]["Properties"]["EncryptionKey"] == KEY
    groups = [each["Properties"] for each in found.values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert [group["KmsKeyId"] for group in groups] == [KEY] * 4
    assert "KmsKeyId" not in json.dumps(RESOURCES)


def test_whatever_writes_a_log_has_a_group_with_retention_and_writes_no_other() -> None:
    groups = {
        each["Properties"]["LogGroupName"]: each["Properties"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Logs::LogGroup"
    }
    assert all("RetentionInDays" in group for group in groups.values())
    functions = [f"/aws/lambda/{properties(each)['FunctionName']}" for each in INLINE_FUNCTIONS]
    assert set(groups) == {*functions, f"/aws/codebuild/{properties('BuildProject')['Name']}"}
    assert "logs:CreateLogGroup" not in json.dumps(
        [each for name, each in policies(RESOURCES) if name != "CloudFormationPolicy"]
    )


@pytest.mark.parametrize("name", INLINE_FUNCTIONS)
def test_an_inline_function_needs_only_what_lambda_has_and_ends_in_time(name: str) -> None:
    tree = ast.parse(properties(name)["Code"]["ZipFile"], feature_version=(3, 13))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"boto3", "botocore.exceptions", "io", "json", "os", "zipfile"}
    assert properties(name)["Timeout"] >= 30
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type is None]


def test_generated_names_keep_aws_limits_for_the_longest_project() -> None:
    longest = resources(ProjectName="p" * 32)
    limits = {"AWS::Events::Rule": ("Name", 64), "AWS::Lambda::Function": ("FunctionName", 64)}
    limits |= {"AWS::CodePipeline::Pipeline": ("Name", 100), "AWS::CodeBuild::Project": ("Name", 150)}
    for resource in longest.values():
        key, limit = limits.get(resource["Type"], ("", 0))
        assert len(resource["Properties"].get(key, "")) <= limit
