"""What moto answers to the operations that we leave to it is as botocore's model says, each of them asked."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.fidelity import MOTOS
from local_aws.shapes import answer_faults

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
RIGHTS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}],
}
METRIC = {"MetricName": "m", "Value": 1.0}
DASHBOARD = json.dumps({"widgets": []})
PACKAGE = {
    "InferenceSpecification": {
        "Containers": [{"Image": "i", "ModelDataUrl": "s3://b/m"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
}


class Asked:
    """Clients whose answers are held against the model.

    Attributes:
        faults: What was not as the model says, by operation.
        operations: Service and name of each operation that was asked.
    """

    def __init__(self, aws: LocalAws) -> None:
        self.faults: dict[str, str] = {}
        self.operations: set[tuple[str, str]] = set()
        session = aws.session()
        session.events.register("after-call", self._look)
        self.client: Any = session.client

    def _look(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        self.operations.add((service, model.name))
        answer = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
        output = model.output_shape
        payload = None if output is None else output.serialization.get("payload")
        if payload is not None and output.members[payload].type_name == "blob":
            answer[payload] = b""  # a stream of it
        if service == "iam":  # botocore has parsed the policies in it
            answer = _without_documents(answer)
        faults = answer_faults(service, model.name, answer)
        if faults:
            self.faults[f"{service} {model.name}"] = faults


def _without_documents(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "" if key.endswith("PolicyDocument") else _without_documents(item)
            for key, item in value.items()
        }
    return [_without_documents(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def asked(aws: LocalAws) -> Asked:
    found = Asked(aws)
    for ask in (storage, logs, roles_and_functions, events, dashboards, messages, packages):
        ask(found)
    return found


def storage(asked: Asked) -> None:
    s3 = asked.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    s3.copy_object(Bucket="bucket", Key="c", CopySource={"Bucket": "bucket", "Key": "k"})
    s3.get_object(Bucket="bucket", Key="k")
    s3.head_object(Bucket="bucket", Key="k")
    s3.list_objects_v2(Bucket="bucket")
    s3.delete_object(Bucket="bucket", Key="k")


def logs(asked: Asked) -> None:
    client = asked.client("logs")
    client.create_log_group(logGroupName="g")
    client.create_log_stream(logGroupName="g", logStreamName="s")
    client.put_retention_policy(logGroupName="g", retentionInDays=7)
    client.describe_log_streams(logGroupName="g")
    client.filter_log_events(logGroupName="g")
    client.get_log_events(logGroupName="g", logStreamName="s")


def roles_and_functions(asked: Asked) -> None:
    iam, functions, packed = asked.client("iam"), asked.client("lambda"), io.BytesIO()
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(RIGHTS))
    iam.get_role(RoleName="r")
    iam.get_role_policy(RoleName="r", PolicyName="p")
    iam.list_roles()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): return {}\n")
    code = {"ZipFile": packed.getvalue()}
    functions.create_function(
        FunctionName="f", Role=role, Code=code, Runtime="python3.13", Handler="a.handler"
    )
    functions.get_function(FunctionName="f")
    functions.list_functions()
    functions.update_function_code(FunctionName="f", **code)
    functions.publish_layer_version(LayerName="l", Content=code)
    iam.create_role(RoleName="gone", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.delete_role(RoleName="gone")
    sts = asked.client("sts")
    sts.get_caller_identity()
    sts.assume_role(RoleArn=role, RoleSessionName="session")


def events(asked: Asked) -> None:
    client = asked.client("events")
    client.put_rule(Name="r", EventPattern=json.dumps({"source": ["a"]}))
    client.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}])
    client.describe_rule(Name="r")
    client.list_rules()
    client.list_targets_by_rule(Rule="r")
    client.disable_rule(Name="r")
    client.enable_rule(Name="r")
    client.remove_targets(Rule="r", Ids=["q"])


def dashboards(asked: Asked) -> None:
    client = asked.client("cloudwatch")
    client.put_metric_data(Namespace="n", MetricData=[METRIC])
    client.list_metrics()
    client.get_metric_statistics(
        Namespace="n", MetricName="m", StartTime=0, EndTime=60, Period=60, Statistics=["Sum"]
    )
    client.put_dashboard(DashboardName="d", DashboardBody=DASHBOARD)
    client.get_dashboard(DashboardName="d")
    client.delete_dashboards(DashboardNames=["d"])


def messages(asked: Asked) -> None:
    sqs, sns = asked.client("sqs"), asked.client("sns")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")
    sns.publish(TopicArn=topic, Message="m")
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    sqs.receive_message(QueueUrl=queue)


def packages(asked: Asked) -> None:
    client = asked.client("sagemaker")
    client.create_model_package_group(ModelPackageGroupName="g")
    made = client.create_model_package(ModelPackageGroupName="g", ModelApprovalStatus="Approved", **PACKAGE)
    client.describe_model_package(ModelPackageName=made["ModelPackageArn"])
    client.list_model_packages(ModelPackageGroupName="g")
    client.update_model_package(ModelPackageArn=made["ModelPackageArn"], ModelApprovalStatus="Rejected")


def test_every_operation_that_is_left_to_moto_is_asked(asked: Asked) -> None:
    assert {(service, name) for service, names in MOTOS.items() for name in names} <= asked.operations


def test_its_answers_are_as_botocores_model_says(asked: Asked) -> None:
    assert asked.faults == {}
