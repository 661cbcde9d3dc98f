from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.stacks import Json, body, physical_ids, status

TRUST: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ALLOW: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def put(cloudformation: Any, resources: Json, tags: dict[str, str] | None = None) -> None:
    """The stack is brought to these resources, by creation or update."""
    known = {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
    operation = cloudformation.update_stack if "s" in known else cloudformation.create_stack
    operation(
        StackName="s",
        TemplateBody=body(resources),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
    )
    assert status(cloudformation).endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE"))
    assert "ROLLBACK" not in status(cloudformation)


def bucket(**properties: Any) -> Json:
    return {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}


def test_a_buckets_settings_are_made_changed_and_taken_away(aws: LocalAws, cloudformation: Any) -> None:
    s3 = aws.session().client("s3")
    rules = [
        {"Id": "old", "Status": "Enabled", "Prefix": "runs/", "ExpirationInDays": "30"},
        {
            "Status": "Disabled",
            "TagFilters": [{"Key": "k", "Value": "v"}],
            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 10}],
        },
    ]
    full = bucket(
        BucketName="bucket",
        VersioningConfiguration={"Status": "Enabled"},
        LifecycleConfiguration={"Rules": rules},
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        PublicAccessBlockConfiguration={"BlockPublicAcls": "true"},
        BucketEncryption={
            "ServerSideEncryptionConfiguration": [
                {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
            ]
        },
        Tags=[{"Key": "own", "Value": "1"}, {"Key": "both", "Value": "own"}],
    )
    put(cloudformation, full, {"both": "stack", "stack": "2"})
    found = s3.get_bucket_lifecycle_configuration(Bucket="bucket")["Rules"]
    assert found[0]["Expiration"] == {"Days": 30}
    assert found[1]["Filter"]["And"]["Tags"] == [{"Key": "k", "Value": "v"}]
    assert found[1]["Transitions"] == [{"Days": 10, "StorageClass": "GLACIER"}]
    (encryption,) = s3.get_bucket_encryption(Bucket="bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert (
        s3.get_public_access_block(Bucket="bucket")["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
        is True
    )
    assert s3.get_bucket_ownership_controls(Bucket="bucket")["OwnershipControls"]["Rules"]
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket="bucket")["TagSet"]}
    assert tags == {"own": "1", "both": "own", "stack": "2"}

    put(cloudformation, bucket(BucketName="bucket"))
    assert s3.get_bucket_versioning(Bucket="bucket")["Status"] == "Suspended"
    for ask in (s3.get_bucket_lifecycle_configuration, s3.get_public_access_block, s3.get_bucket_tagging):
        with pytest.raises(s3.exceptions.ClientError):
            ask(Bucket="bucket")


def test_a_bucket_tells_eventbridge_of_new_objects_while_its_template_says_so(
    aws: LocalAws, cloudformation: Any
) -> None:
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    target = {"Id": "q", "Arn": {"Fn::GetAtt": ["Q", "Arn"]}}
    listening = {
        "Q": {"Type": "AWS::SQS::Queue"},
        "R": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern, "Targets": [target]}},
    }
    told = {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    s3, sqs = aws.session().client("s3"), aws.session().client("sqs")
    put(cloudformation, {**listening, **bucket(BucketName="bucket", NotificationConfiguration=told)})
    queue = physical_ids(cloudformation)["Q"]
    s3.put_object(Bucket="bucket", Key="first", Body=b"")
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "first"
    put(cloudformation, {**listening, **bucket(BucketName="bucket")})
    s3.put_object(Bucket="bucket", Key="second", Body=b"")
    assert sqs.receive_message(QueueUrl=queue).get("Messages", []) == []


def test_a_bucket_in_another_region_lies_there(aws: LocalAws) -> None:
    there = aws.session().client("cloudformation", region_name="eu-west-1")
    there.create_stack(StackName="s", TemplateBody=body(bucket()))
    name = physical_ids(there)["B"]
    assert name == name.lower()
    assert aws.session().client("s3").get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"


def test_a_tls_only_policy_lets_the_local_endpoint_through_and_other_denials_hold(
    aws: LocalAws, cloudformation: Any
) -> None:
    def policy(**condition: Any) -> Json:
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::bucket/*",
        }
        document = {"Version": "2012-10-17", "Statement": [{**statement, **condition}]}
        properties = {"Bucket": {"Ref": "B"}, "PolicyDocument": document}
        return {
            **bucket(BucketName="bucket"),
            "P": {"Type": "AWS::S3::BucketPolicy", "Properties": properties},
        }

    s3 = aws.session().client("s3")
    put(cloudformation, policy(Condition={"Bool": {"aws:SecureTransport": "false"}}))
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"x"
    put(cloudformation, policy())
    with pytest.raises(s3.exceptions.ClientError, match="403"):
        s3.put_object(Bucket="bucket", Key="k", Body=b"y")
    put(cloudformation, bucket(BucketName="bucket"))
    s3.put_object(Bucket="bucket", Key="k", Body=b"z")


def test_a_roles_policies_and_settings_follow_the_template(aws: LocalAws, cloudformation: Any) -> None:
    iam = aws.session().client("iam")
    managed = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(ALLOW))["Policy"]["Arn"]

    def role(**properties: Any) -> Json:
        fixed = {"RoleName": "r", "AssumeRolePolicyDocument": TRUST}
        return {"R": {"Type": "AWS::IAM::Role", "Properties": {**fixed, **properties}}}

    inline = [{"PolicyName": "one", "PolicyDocument": ALLOW}, {"PolicyName": "two", "PolicyDocument": ALLOW}]
    put(
        cloudformation,
        role(Policies=inline, ManagedPolicyArns=[managed], Description="d", MaxSessionDuration="7200"),
        {"a": "1"},
    )
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["one", "two"]
    assert iam.get_role_policy(RoleName="r", PolicyName="one")["PolicyDocument"] == ALLOW
    assert iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"][0]["PolicyArn"] == managed
    assert iam.get_role(RoleName="r")["Role"]["MaxSessionDuration"] == 7200
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "a", "Value": "1"}]

    put(cloudformation, role(Policies=inline[1:]), {"b": "2"})
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["two"]
    assert iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"] == []
    assert iam.get_role(RoleName="r")["Role"]["MaxSessionDuration"] == 3600
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "b", "Value": "2"}]

    cloudformation.delete_stack(StackName="s")
    assert iam.list_roles()["Roles"] == []


def test_a_policy_moves_between_roles_and_is_renamed(aws: LocalAws, cloudformation: Any) -> None:
    iam = aws.session().client("iam")
    roles = {
        name: {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name, "AssumeRolePolicyDocument": TRUST}}
        for name in ("Left", "Right")
    }

    def resources(policy: str, *holders: str) -> Json:
        properties = {
            "PolicyName": policy,
            "PolicyDocument": ALLOW,
            "Roles": [{"Ref": holder} for holder in holders],
        }
        return {**roles, "P": {"Type": "AWS::IAM::Policy", "Properties": properties}}

    def held() -> dict[str, list[str]]:
        return {name: iam.list_role_policies(RoleName=name)["PolicyNames"] for name in roles}

    put(cloudformation, resources("p", "Left"))
    assert held() == {"Left": ["p"], "Right": []}
    put(cloudformation, resources("p", "Right"))
    assert held() == {"Left": [], "Right": ["p"]}
    put(cloudformation, resources("q", "Left", "Right"))
    assert held() == {"Left": ["q"], "Right": ["q"]}
    put(cloudformation, roles)
    assert held() == {"Left": [], "Right": []}
