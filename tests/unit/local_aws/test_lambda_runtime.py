from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.support import definition, run_pipeline


def deploy(aws: LocalAws, name: str, code: str, **more: Any) -> str:
    """The function's ARN; its code is one module `fn` with a function `handler`."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("fn.py", code)
        archive.writestr("beside.py", "WORD = 'beside'")
    settings = {"Runtime": "python3.13", "Handler": "fn.handler", "Timeout": 30, **more}
    made = aws.client("lambda").create_function(
        FunctionName=name, Role=role, Code={"ZipFile": package.getvalue()}, **settings
    )
    return str(made["FunctionArn"])


def invoke(aws: LocalAws, name: str, event: Any = None, **more: Any) -> tuple[Any, dict[str, Any]]:
    """The payload and the whole answer."""
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}).encode(), **more)
    return json.loads(answer["Payload"].read()), answer


def test_the_deployed_zip_runs_and_its_result_comes_back(aws: LocalAws) -> None:
    arn = deploy(
        aws,
        "echo",
        "import beside\n"
        "def handler(event, context):\n"
        "    return {'got': event, 'word': beside.WORD, 'name': context.function_name}\n",
    )
    payload, answer = invoke(aws, arn, {"a": 1})
    assert payload == {"got": {"a": 1}, "word": "beside", "name": "echo"}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_a_function_reaches_the_local_aws_and_nothing_of_this_checkout(aws: LocalAws) -> None:
    code = (
        "import boto3, importlib.util, os\n"
        "def handler(event, context):\n"
        "    buckets = boto3.client('s3').list_buckets()['Buckets']\n"
        "    names = [bucket['Name'] for bucket in buckets]\n"
        "    modules = ('local_aws', 'drift_engine', 'deploy')\n"
        "    ours = [name for name in modules if importlib.util.find_spec(name)]\n"
        "    return {'buckets': names, 'ours': ours, 'own': os.environ['OWN']}\n"
    )
    deploy(aws, "clean", code, Environment={"Variables": {"OWN": "x"}})
    aws.client("s3").create_bucket(Bucket="seen-by-lambda")
    payload, _ = invoke(aws, "clean")
    assert payload == {"buckets": ["seen-by-lambda"], "ours": [], "own": "x"}


@pytest.mark.parametrize(
    ("name", "code", "kind", "message"),
    [
        ("raises", "def handler(e, c): raise KeyError('ExitMessage')", "KeyError", "'ExitMessage'"),
        ("no-module", "import nothing_like_it", "Runtime.ImportModuleError", "Unable to import module 'fn'"),
        (
            "no-handler",
            "def other(e, c): pass",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module",
        ),
        ("syntax", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'fn'"),
        (
            "not-json",
            "def handler(e, c): return {1, 2}",
            "Runtime.MarshalError",
            "Unable to marshal response",
        ),
        ("exits", "import os\ndef handler(e, c): os._exit(3)", "Runtime.ExitError", "exit status 3"),
    ],
)
def test_errors_are_told_as_lambda_tells_them(
    aws: LocalAws, name: str, code: str, kind: str, message: str
) -> None:
    deploy(aws, name, code)
    payload, answer = invoke(aws, name)
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == kind
    assert message in payload["errorMessage"]


def test_a_handler_that_takes_too_long_is_ended(aws: LocalAws) -> None:
    deploy(aws, "slow", "import time\ndef handler(e, c): time.sleep(60)", Timeout=1)
    payload, answer = invoke(aws, "slow")
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_what_a_function_prints_is_in_its_log(aws: LocalAws) -> None:
    deploy(aws, "prints", "def handler(event, context): print('rows', event['rows'])")
    _, answer = invoke(aws, "prints", {"rows": 7}, LogType="Tail")
    logged = aws.client("logs").filter_log_events(logGroupName="/aws/lambda/prints")["events"]
    lines = [event["message"] for event in logged]
    assert "rows 7" in lines
    assert any(line.startswith("START RequestId: ") for line in lines)
    assert "rows 7" in base64.b64decode(answer["LogResult"]).decode()


def test_a_layer_for_another_python_is_answered_from_here_and_the_log_says_so(aws: LocalAws) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("python/numpy/__init__.py", "raise ImportError('built for another Python')")
    layer = aws.client("lambda").publish_layer_version(
        LayerName="numpy", Content={"ZipFile": package.getvalue()}
    )
    deploy(
        aws,
        "layered",
        "import numpy\ndef handler(e, c): return int(numpy.sum([1, 2]))",
        Layers=[layer["LayerVersionArn"]],
    )
    payload, _ = invoke(aws, "layered")
    events = aws.client("logs").filter_log_events(logGroupName="/aws/lambda/layered")["events"]
    assert payload == 3
    assert any("the layers' packages come from this interpreter" in event["message"] for event in events)


def test_an_asynchronous_invocation_is_taken_and_runs(aws: LocalAws) -> None:
    code = "import boto3\ndef handler(e, c): boto3.client('s3').create_bucket(Bucket='made-later')"
    deploy(aws, "later", code)
    answer = aws.client("lambda").invoke(FunctionName="later", InvocationType="Event", Payload=b"{}")
    assert answer["StatusCode"] == 202
    s3 = aws.client("s3")
    while "made-later" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        time.sleep(0.05)


def test_a_topic_invokes_its_function(aws: LocalAws) -> None:
    code = "def handler(event, context): print('told', event['Records'][0]['Sns']['Message'])"
    arn = deploy(aws, "told", code)
    sns = aws.client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="drift")
    logged = aws.client("logs").filter_log_events(logGroupName="/aws/lambda/told")["events"]
    assert "told drift" in [event["message"] for event in logged]


def test_a_queue_as_a_source_of_events_is_refused(aws: LocalAws) -> None:
    deploy(aws, "sourced", "def handler(event, context): pass")
    with pytest.raises(ClientError, match="does not do lambda CreateEventSourceMapping"):
        aws.client("lambda").create_event_source_mapping(
            FunctionName="sourced", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:q"
        )


def test_a_function_that_is_not_there_is_not_found(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="Function not found") as error:
        invoke(aws, "nobody")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def step(arn: str, *outputs: tuple[str, str]) -> dict[str, Any]:
    declared = [{"OutputName": name, "OutputType": kind} for name, kind in outputs]
    return {"Name": "L", "Type": "Lambda", "FunctionArn": arn, "Arguments": {}, "OutputParameters": declared}


def test_a_lambda_steps_outputs_are_the_top_level_keys_of_the_answer(aws: LocalAws) -> None:
    arn = deploy(aws, "outputs", "def handler(e, c): return {'code': 200, 'worst': 0.5, 'more': {'x': 1}}")
    told = {"Std:Join": {"On": " ", "Values": [{"Get": "Steps.L.OutputParameters['code']"}, "told"]}}
    fail = {"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": told}}
    ended = run_pipeline(aws, "outputs", definition(step(arn, ("code", "Integer"), ("worst", "Float")), fail))
    assert ended.steps["L"]["Metadata"]["Lambda"]["OutputParameters"] == [
        {"Name": "code", "Value": "200"},
        {"Name": "worst", "Value": "0.5"},
    ]
    assert ended.steps["F"]["FailureReason"] == "200 told"


@pytest.mark.parametrize(
    ("name", "code", "output", "reason"),
    [
        (
            "bad",
            "def handler(e, c): raise OSError('AccessDenied')",
            ("code", "Integer"),
            "failed: AccessDenied",
        ),
        ("missing", "def handler(e, c): return {}", ("code", "Integer"), "no top-level key 'code'"),
        (
            "mistyped",
            "def handler(e, c): return {'code': '200'}",
            ("code", "Integer"),
            "'200', not of type Integer",
        ),
        (
            "none",
            "def handler(e, c): return None",
            ("code", "Integer"),
            "answered None, not an object with code",
        ),
    ],
)
def test_a_lambda_that_fails_or_lacks_an_output_fails_its_step(
    aws: LocalAws, name: str, code: str, output: tuple[str, str], reason: str
) -> None:
    arn = deploy(aws, name, code)
    ended = run_pipeline(aws, name, definition(step(arn, output)))
    assert ended.status == "Failed"
    assert reason in ended.steps["L"]["FailureReason"]
