"""Calls that nobody should make end in an error of the service, and leave the server as it was."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws import LocalAws

SIGNED = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=s"
ROLE = "arn:aws:iam::123456789012:role/a-role-that-is-named"


def raw(aws: LocalAws, body: bytes, service: str, **headers: str) -> tuple[int, str]:
    """Status and text of an answer to a POST that no client would send."""
    where = urlsplit(aws.endpoint_url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", "/", body, {"Authorization": SIGNED.format(service), **sent})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_an_unknown_operation_is_an_error_in_the_services_form(aws: LocalAws) -> None:
    kind = {"X_Amz_Target": "SageMaker.Nothing", "Content_Type": "application/x-amz-json-1.1"}
    status, said = raw(aws, b"{}", "sagemaker", **kind)
    assert (status, json.loads(said)["__type"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    ("service", "operation", "sent", "code", "said"),
    [
        (
            "sagemaker",
            "create_pipeline",
            {"PipelineName": "p", "RoleArn": ROLE, "PipelineDefinition": "[" * 100_000},
            "ValidationException",
            "Unable to parse pipeline definition",
        ),
        (
            "cloudformation",
            "create_stack",
            {"StackName": "s", "TemplateURL": "nonsense"},
            "ValidationError",
            "must be an address of an object in S3",
        ),
        ("sagemaker", "list_pipelines", {"NextToken": "garbage"}, "ValidationException", "pagination token"),
        (
            "cloudwatch",
            "get_metric_data",
            {"MetricDataQueries": [{"Id": "a", "Expression": "1+1"}], "StartTime": 0, "EndTime": 60},
            "NotImplemented",
            "does not do expressions",
        ),
        (
            "events",
            "test_event_pattern",
            {"EventPattern": "{", "Event": "{}"},
            "InvalidEventPatternException",
            "not valid",
        ),
    ],
)
def test_parameters_that_nobody_expects_are_refused(
    aws: LocalAws, service: str, operation: str, sent: dict[str, Any], code: str, said: str
) -> None:
    once = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    make: Any = aws.session().client
    with pytest.raises(ClientError, match=said) as caught:
        getattr(make(service, config=once), operation)(**sent)
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("service", "form"), [("sqs", "application/x-amz-json-1.0"), ("iam", "application/x-www-form-urlencoded")]
)
def test_what_breaks_moto_is_an_internal_failure_and_no_web_page(
    aws: LocalAws, service: str, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"QueueName": "q", "Attributes": {"VisibilityTimeout": "abc"}}'
    if service == "iam":
        body = (
            b"Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=x&MaxSessionDuration=y"
        )
    status, said = raw(aws, body, service, X_Amz_Target="AmazonSQS.CreateQueue", Content_Type=form)
    assert status >= 400
    assert "<html" not in said
    assert "Traceback" not in said
    if status == 500:
        assert "InternalFailure" in said
        assert "failed" in caplog.text
