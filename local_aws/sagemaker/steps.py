"""What each type of step does, a table: `STEPS`, from the type to the function that runs it.

A step's arguments become the same request that anybody could send to the endpoint, through boto3, so
botocore and the operation check it. The function fills in the step's metadata (for
`ListPipelineExecutionSteps`) and properties (for `Get`), and raises `StepError` for the reason that the
step failed.
"""

from __future__ import annotations

import json
import secrets
import string
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local_aws.sagemaker.arguments import JOB_RUN
from local_aws.sagemaker.definition import Step
from local_aws.sagemaker.retries import kind_of_job_failure, kind_of_refusal
from local_aws.sagemaker.store import Execution, Job, StepRun, Store
from local_aws.sagemaker.values import StepError, Values

_NAME_LIMIT = 63
_ENDS = frozenset({"SUCCESS", "FAILED", "CANCELLED"})
_LOOK_SECONDS = 0.25
_OUTPUT_TYPES: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (float, int),
    "Boolean": (bool,),
}


@dataclass(frozen=True)
class Work:
    """Everything that a step runs with.

    Attributes:
        step: The step of the definition.
        execution: The execution.
        run: What is known about the step's run; the step fills it in.
        values: Resolves the functions in the step.
        clients: Service to boto3 client.
        store: Where jobs are kept, to wait for their end.
    """

    step: Step
    execution: Execution
    run: StepRun
    values: Values
    clients: Callable[[str], Any]
    store: Store

    @property
    def sagemaker(self) -> Any:
        """A boto3 client of SageMaker."""
        return self.clients("sagemaker")

    def arguments(self) -> dict[str, Any]:
        """The step's arguments, without functions."""
        arguments: dict[str, Any] = self.values.resolve(self.step.arguments)
        return arguments

    def new_name(self) -> str:
        """`pipelines-<execution id>-<step>-<random>`, of at most 63 characters."""
        suffix = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(10))
        start = f"pipelines-{self.execution.id}-{self.step.name.replace('_', '-')}"
        return f"{start[: _NAME_LIMIT - 11].rstrip('-')}-{suffix}"


def _model(work: Work) -> None:
    name = work.new_name()
    answer = work.sagemaker.create_model(ModelName=name, **work.arguments())
    work.run.summary["Metadata"] = {"Model": {"Arn": answer["ModelArn"]}}
    work.run.properties.update(work.sagemaker.describe_model(ModelName=name))


def _transform(work: Work) -> None:
    name = work.new_name()
    answer = work.sagemaker.create_transform_job(TransformJobName=name, **work.arguments())
    work.run.summary["Metadata"] = {"TransformJob": {"Arn": answer["TransformJobArn"]}}
    _await(
        work, work.store.job("transform-job", name), work.sagemaker.stop_transform_job, TransformJobName=name
    )
    work.run.properties.update(work.sagemaker.describe_transform_job(TransformJobName=name))
    _refuse_failure(work, "TransformJobStatus")


def _processing(work: Work) -> None:
    name = work.new_name()
    answer = work.sagemaker.create_processing_job(ProcessingJobName=name, **work.arguments())
    work.run.summary["Metadata"] = {"ProcessingJob": {"Arn": answer["ProcessingJobArn"]}}
    _await(
        work,
        work.store.job("processing-job", name),
        work.sagemaker.stop_processing_job,
        ProcessingJobName=name,
    )
    work.run.properties.update(work.sagemaker.describe_processing_job(ProcessingJobName=name))
    _refuse_failure(work, "ProcessingJobStatus")


def _register_model(work: Work) -> None:
    arn = work.sagemaker.create_model_package(**work.arguments())["ModelPackageArn"]
    work.run.summary["Metadata"] = {"RegisterModel": {"Arn": arn}}
    work.run.properties.update(work.sagemaker.describe_model_package(ModelPackageName=arn))


def _lambda(work: Work) -> None:
    arn = work.values.resolve(work.step.body["FunctionArn"])
    payload = json.dumps(work.arguments()).encode()
    answer = work.clients("lambda").invoke(FunctionName=arn, Payload=payload)
    result = json.loads(answer["Payload"].read() or b"null")
    work.run.summary["Metadata"] = {"Lambda": {"Arn": arn, "OutputParameters": []}}
    if answer.get("FunctionError"):
        reason = result.get("errorMessage", result) if isinstance(result, dict) else result
        raise StepError(f"ClientError: Lambda function failed: {reason}")
    outputs = {item["OutputName"]: item["OutputType"] for item in work.step.body.get("OutputParameters", [])}
    if outputs and not isinstance(result, dict):
        raise StepError(
            f"ClientError: the Lambda answered {result!r}, not an object with {', '.join(outputs)}"
        )
    for name, kind in outputs.items():
        _check_output(name, kind, result)
    shown = [{"Name": name, "Value": _shown(result[name])} for name in outputs]
    work.run.summary["Metadata"]["Lambda"]["OutputParameters"] = shown
    work.run.properties["OutputParameters"] = {name: result[name] for name in outputs}


def _emr_serverless(work: Work) -> None:
    given = work.arguments()
    client = work.clients("emr-serverless")
    own = {inside: given[outside] for outside, inside in JOB_RUN.items()}
    started = client.start_job_run(**{**given["JobConfig"], **own})
    which = {"applicationId": started["applicationId"], "jobRunId": started["jobRunId"]}
    work.run.summary["Metadata"] = {
        "EMRServerless": {"ApplicationId": which["applicationId"], "JobRunId": which["jobRunId"]}
    }
    cancelled = False
    while (job := client.get_job_run(**which)["jobRun"])["state"] not in _ENDS:
        if cancelled:
            time.sleep(_LOOK_SECONDS)
        elif work.execution.stop.wait(_LOOK_SECONDS):
            cancelled = True
            # Refused where the job run has just ended by itself.
            with suppress(client.exceptions.ValidationException):
                client.cancel_job_run(**which)
    if job["state"] != "SUCCESS":
        said = f"the job run {which['jobRunId']} is {job['state']}: {job['stateDetails']}"
        raise StepError(f"EMRServerlessError: {said}")


def _condition(work: Work) -> None:
    outcome = all(work.values.holds(condition) for condition in work.step.arguments["Conditions"])
    work.run.summary["Metadata"] = {"Condition": {"Outcome": "True" if outcome else "False"}}
    work.run.properties["Outcome"] = "True" if outcome else "False"


def _fail(work: Work) -> None:
    message = str(work.arguments()["ErrorMessage"])
    work.run.summary["Metadata"] = {"Fail": {"ErrorMessage": message}}
    raise StepError(message)


STEPS: Mapping[str, Callable[[Work], None]] = MappingProxyType(
    {
        "Model": _model,
        "Transform": _transform,
        "Processing": _processing,
        "RegisterModel": _register_model,
        "Lambda": _lambda,
        "Condition": _condition,
        "Fail": _fail,
        "EMRServerless": _emr_serverless,
    }
)


def run_step(work: Work) -> None:
    """The step has run; what it made is in `work.run`.

    Raises:
        StepError: It failed, with the reason.
    """
    try:
        STEPS[work.step.type](work)
    except ParamValidationError as error:
        raise StepError(f"ClientError: {' '.join(str(error).split())}") from error
    except ClientError as error:
        details = error.response["Error"]
        code, operation = details.get("Code"), error.operation_name
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        reason = f"ClientError: {operation}: {details.get('Message')} ({code})"
        raise StepError(reason, kind_of_refusal(str(code), status)) from error


def _await(work: Work, job: Job, stop: Callable[..., Any], **name: str) -> None:
    """The job has ended; it is stopped when the execution is."""
    while not job.ended.wait(timeout=0.1):
        if work.execution.stop.is_set() and not job.stop.is_set():
            stop(**name)


def _refuse_failure(work: Work, status_key: str) -> None:
    status = work.run.properties[status_key]
    if status != "Completed":
        reason = work.run.properties.get("FailureReason") or f"The job ended with status {status}."
        raise StepError(reason, kind_of_job_failure(reason))


def _check_output(name: str, kind: str, result: Mapping[str, Any]) -> None:
    if name not in result:
        found = ", ".join(result) or "nothing"
        raise StepError(f"ClientError: the Lambda's answer has no top-level key {name!r} (it has {found})")
    value = result[name]
    if not isinstance(value, _OUTPUT_TYPES[kind]) or (kind != "Boolean" and isinstance(value, bool)):
        raise StepError(f"ClientError: the Lambda's output {name} is {value!r}, not of type {kind}")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
