"""The operations on pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call
from local_aws.sagemaker.arguments import check_arguments
from local_aws.sagemaker.definition import Definition, read, read_parameters, read_steps
from local_aws.sagemaker.paging import page
from local_aws.sagemaker.references import checked
from local_aws.sagemaker.store import Pipeline, Store, newest_first

_TEXTS = ("PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration")
_SUMMARY = (
    "PipelineArn",
    "PipelineName",
    "PipelineDisplayName",
    "PipelineDescription",
    "RoleArn",
    "CreationTime",
    "LastModifiedTime",
)


def parse(text: str) -> Definition:
    """The definition, checked in every respect.

    Raises:
        ServiceError: A `ValidationException` with the key path of the first fault.
    """
    body = read(text)
    definition = checked(read_parameters(body), read_steps(body))
    check_arguments(definition)
    return definition


class PipelineOperations:
    """CreatePipeline, UpdatePipeline, DescribePipeline, ListPipelines, DeletePipeline.

    Args:
        stores: Region and account to what SageMaker keeps there.
        clients: Service to boto3 client.
    """

    def __init__(self, stores: Callable[[Call], Store], clients: Callable[[str], Any]) -> None:
        self._stores = stores
        self._clients = clients

    def operations(self) -> dict[str, Callable[[Call], Mapping[str, Any]]]:
        """Operation to the method that answers it."""
        return {
            "CreatePipeline": self.create,
            "UpdatePipeline": self.update,
            "DescribePipeline": self.describe,
            "ListPipelines": self.list,
            "DeletePipeline": self.delete,
        }

    def create(self, call: Call) -> Mapping[str, Any]:
        """The new pipeline's ARN."""
        store, sent = self._stores(call), call.parameters
        name = sent["PipelineName"]
        text = self._definition_text(sent)
        if text is None:
            raise invalid("Either Pipeline Definition or Pipeline Definition S3 location should be provided")
        definition = parse(text)
        with store.lock:
            if name in store.pipelines:
                message = "Pipeline names must be unique within an AWS account and region."
                raise invalid(f"{message} Pipeline with name ({name}) already exists.")
            now = store.clock.now()
            description = {
                "PipelineName": name,
                "PipelineArn": store.arn("pipeline", name),
                "PipelineDisplayName": name,
                "PipelineDefinition": text,
                "PipelineStatus": "Active",
                "CreationTime": now,
                "LastModifiedTime": now,
                "CreatedBy": {},
                "LastModifiedBy": {},
                **{key: sent[key] for key in _TEXTS if key in sent},
            }
            store.pipelines[name] = Pipeline(description, definition, list(sent.get("Tags", [])))
        return {"PipelineArn": description["PipelineArn"]}

    def update(self, call: Call) -> Mapping[str, Any]:
        """The pipeline's ARN; executions that run go on with the definition that they started with."""
        store = self._stores(call)
        pipeline = store.pipeline(call.parameters["PipelineName"])
        text = self._definition_text(call.parameters)
        if text is not None:
            pipeline.definition = parse(text)
            pipeline.description["PipelineDefinition"] = text
        pipeline.description.update({key: call.parameters[key] for key in _TEXTS if key in call.parameters})
        pipeline.description["LastModifiedTime"] = store.clock.now()
        return {"PipelineArn": pipeline.description["PipelineArn"]}

    def describe(self, call: Call) -> Mapping[str, Any]:
        """Everything about the pipeline; the definition is its JSON text, wherever it was read from."""
        return self._stores(call).pipeline(call.parameters["PipelineName"]).description

    def list(self, call: Call) -> Mapping[str, Any]:
        """The pipelines, by time of creation, newest first unless asked otherwise."""
        sent = call.parameters
        found: list[dict[str, Any]] = []
        for name, pipeline in self._stores(call).pipelines.items():
            if name.startswith(sent.get("PipelineNamePrefix", "")):
                summary = {key: pipeline.description[key] for key in _SUMMARY if key in pipeline.description}
                if "LastRunTime" in pipeline.description:
                    summary["LastExecutionTime"] = pipeline.description["LastRunTime"]
                found.append(summary)
        ordered = newest_first(found, "CreationTime", sent.get("SortOrder", "Descending"))
        if sent.get("SortBy") == "Name":
            ordered = sorted(found, key=lambda summary: str(summary["PipelineName"]))
            ordered = ordered if sent.get("SortOrder") == "Ascending" else ordered[::-1]
        return page(ordered, "PipelineSummaries", sent)

    def delete(self, call: Call) -> Mapping[str, Any]:
        """The ARN of the pipeline that was."""
        store = self._stores(call)
        with store.lock:
            pipeline = store.pipeline(call.parameters["PipelineName"])
            for execution in pipeline.executions.values():
                if execution.description["PipelineExecutionStatus"] in ("Executing", "Stopping"):
                    raise ServiceError("ConflictException", f"{execution.arn} is running; stop it first")
            del store.pipelines[pipeline.description["PipelineName"]]
        return {"PipelineArn": pipeline.description["PipelineArn"]}

    def _definition_text(self, sent: Mapping[str, Any]) -> str | None:
        """The definition that was sent, or read from where it was said to lie."""
        location = sent.get("PipelineDefinitionS3Location")
        if location is None:
            return sent.get("PipelineDefinition")
        if "PipelineDefinition" in sent:
            raise invalid("Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present")
        version = {"VersionId": location["VersionId"]} if "VersionId" in location else {}
        try:
            answer = self._clients("s3").get_object(
                Bucket=location["Bucket"], Key=location["ObjectKey"], **version
            )
        except ClientError as error:
            where = f"s3://{location['Bucket']}/{location['ObjectKey']}"
            raise invalid(
                f"Unable to read the pipeline definition {where}: {error.response['Error']}"
            ) from error
        text: str = answer["Body"].read().decode("utf-8")
        return text
