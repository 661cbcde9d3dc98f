"""The operations on pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.codepipeline.declaration import check
from local_aws.codepipeline.runner import halt
from local_aws.codepipeline.starts import CREATED, Starts
from local_aws.codepipeline.store import Pipeline, Store
from local_aws.errors import ServiceError
from local_aws.moto_seams import Call

Answer = Mapping[str, Any]
_DEFAULTS = {"version": 1, "executionMode": "SUPERSEDED", "pipelineType": "V1"}


class PipelineOperations:
    """CreatePipeline, UpdatePipeline, GetPipeline, ListPipelines, DeletePipeline, and their tags.

    Args:
        stores: Region and account to what is kept there.
        starts: Starts executions: a new pipeline runs at once, as in the service.
    """

    def __init__(self, stores: Callable[[Call], Store], starts: Starts) -> None:
        self._stores = stores
        self._starts = starts

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "CreatePipeline": self.create,
            "UpdatePipeline": self.update,
            "GetPipeline": self.describe,
            "ListPipelines": self.list,
            "DeletePipeline": self.delete,
            "ListTagsForResource": self.list_tags,
            "TagResource": self.tag,
            "UntagResource": self.untag,
        }

    def create(self, call: Call) -> Answer:
        """The new pipeline, whose first execution has begun."""
        store, sent = self._stores(call), call.parameters
        declared = {**_DEFAULTS, **sent["pipeline"], "version": 1}
        check(declared)
        name, tags = declared["name"], sent.get("tags", [])
        with store.lock:
            if name in store.pipelines:
                message = f"A pipeline with the name '{name}' already exists in account '{store.account_id}'"
                raise ServiceError("PipelineNameInUseException", message)
            pipeline = Pipeline(declared, store.arn(name), {tag["key"]: tag["value"] for tag in tags})
            store.pipelines[name] = pipeline
        self._starts.start(store, pipeline, CREATED)
        return {"pipeline": declared, "tags": tags}

    def update(self, call: Call) -> Answer:
        """The pipeline with its next version; executions that run go on as they were declared."""
        pipeline = self._stores(call).pipeline(call.parameters["pipeline"]["name"])
        with pipeline.changed:
            version = int(pipeline.declaration["version"]) + 1
            declared = {**_DEFAULTS, **call.parameters["pipeline"], "version": version}
            check(declared)
            pipeline.declaration, pipeline.updated = declared, datetime.now(UTC)
        return {"pipeline": declared}

    def describe(self, call: Call) -> Answer:
        """The pipeline as it is declared now."""
        pipeline = self._stores(call).pipeline(call.parameters["name"])
        if call.parameters.get("version", pipeline.declaration["version"]) != pipeline.declaration["version"]:
            message = "The local AWS keeps the last version of a pipeline only"
            raise ServiceError("PipelineVersionNotFoundException", message)
        metadata = {"pipelineArn": pipeline.arn, "created": pipeline.created, "updated": pipeline.updated}
        return {"pipeline": pipeline.declaration, "metadata": metadata}

    def list(self, call: Call) -> Answer:
        """All pipelines, by name."""
        known = self._stores(call).pipelines
        shown = ("name", "version", "pipelineType", "executionMode")
        return {
            "pipelines": [
                {
                    **{key: known[name].declaration[key] for key in shown},
                    "created": known[name].created,
                    "updated": known[name].updated,
                }
                for name in sorted(known)
            ]
        }

    def delete(self, call: Call) -> Answer:
        """Nothing; the pipeline is not there, as it may never have been. What runs of it is abandoned."""
        pipeline = self._stores(call).pipelines.pop(call.parameters["name"], None)
        for execution in [] if pipeline is None else list(pipeline.executions.values()):
            if pipeline is not None:
                halt(pipeline, execution, abandon=True)
        return {}

    def list_tags(self, call: Call) -> Answer:
        """The pipeline's tags."""
        tags = self._tags(call)
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def tag(self, call: Call) -> Answer:
        """Nothing; the pipeline has the tags."""
        self._tags(call).update({tag["key"]: tag["value"] for tag in call.parameters["tags"]})
        return {}

    def untag(self, call: Call) -> Answer:
        """Nothing; the pipeline has the tags no more."""
        tags = self._tags(call)
        for key in call.parameters["tagKeys"]:
            tags.pop(key, None)
        return {}

    def _tags(self, call: Call) -> dict[str, str]:
        arn = call.parameters["resourceArn"]
        for pipeline in self._stores(call).pipelines.values():
            if pipeline.arn == arn:
                return pipeline.tags
        raise ServiceError("ResourceNotFoundException", f"Could not find a resource with the ARN '{arn}'")
