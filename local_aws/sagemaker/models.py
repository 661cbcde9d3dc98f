"""The operations on models, and tags of everything that the local SageMaker keeps itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.containers.container import ContainerError
from local_aws.containers.transfer import S3Uri
from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call
from local_aws.sagemaker.paging import page
from local_aws.sagemaker.store import Store, newest_first

Answer = Mapping[str, Any] | tuple[Any, ...]


class ModelOperations:
    """CreateModel, DescribeModel, ListModels, DeleteModel, and the three operations on tags.

    Args:
        stores: Region and account to what SageMaker keeps there.
        clients: Service to boto3 client.
    """

    def __init__(self, stores: Callable[[Call], Store], clients: Callable[[str], Any]) -> None:
        self._stores = stores
        self._clients = clients

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "CreateModel": self.create,
            "DescribeModel": self.describe,
            "ListModels": self.list,
            "DeleteModel": self.delete,
            "AddTags": self.add_tags,
            "ListTags": self.list_tags,
            "DeleteTags": self.delete_tags,
        }

    def create(self, call: Call) -> Mapping[str, Any]:
        """The new model's ARN."""
        store, sent = self._stores(call), dict(call.parameters)
        name, tags = sent["ModelName"], list(sent.pop("Tags", []))
        if "PrimaryContainer" not in sent:
            raise ServiceError(
                "NotImplemented", "The local AWS does CreateModel with one PrimaryContainer only"
            )
        self._check_model_data(sent["PrimaryContainer"])
        with store.lock:
            if name in store.models:
                raise invalid(f'Cannot create already existing model "{store.arn("model", name)}".')
            arn = store.arn("model", name)
            store.models[name] = {"EnableNetworkIsolation": False, **sent}
            store.models[name].update({"ModelArn": arn, "CreationTime": store.clock.now()})
            store.model_tags[name] = tags
        return {"ModelArn": arn}

    def describe(self, call: Call) -> Mapping[str, Any]:
        """Everything that the model was made with."""
        return _model(self._stores(call), call.parameters["ModelName"])

    def list(self, call: Call) -> Mapping[str, Any]:
        """The models, newest first unless asked otherwise."""
        sent = call.parameters
        found = [
            {key: model[key] for key in ("ModelName", "ModelArn", "CreationTime")}
            for name, model in self._stores(call).models.items()
            if sent.get("NameContains", "") in name
        ]
        return page(newest_first(found, "CreationTime", sent.get("SortOrder", "Descending")), "Models", sent)

    def delete(self, call: Call) -> Mapping[str, Any]:
        """Nothing; the model is gone."""
        store, name = self._stores(call), call.parameters["ModelName"]
        with store.lock:
            _model(store, name)
            del store.models[name], store.model_tags[name]
        return {}

    def add_tags(self, call: Call) -> Answer:
        """The resource's tags, with the new ones in them."""
        tags = self._stores(call).tags(call.parameters["ResourceArn"])
        if tags is None:
            moto_answer: Answer = call.moto()
            return moto_answer
        merged = {tag["Key"]: tag["Value"] for tag in [*tags, *call.parameters["Tags"]]}
        tags[:] = [{"Key": key, "Value": value} for key, value in merged.items()]
        return {"Tags": tags}

    def list_tags(self, call: Call) -> Answer:
        """The resource's tags."""
        tags = self._stores(call).tags(call.parameters["ResourceArn"])
        if tags is None:
            moto_answer: Answer = call.moto()
            return moto_answer
        return page(tags, "Tags", call.parameters)

    def delete_tags(self, call: Call) -> Answer:
        """Nothing; the tags are gone."""
        tags = self._stores(call).tags(call.parameters["ResourceArn"])
        if tags is None:
            moto_answer: Answer = call.moto()
            return moto_answer
        tags[:] = [tag for tag in tags if tag["Key"] not in call.parameters["TagKeys"]]
        return {}

    def _check_model_data(self, container: Mapping[str, Any]) -> None:
        """The service looks whether the model data is there before it makes the model."""
        url = container.get("ModelDataUrl")
        if not url:
            raise ServiceError(
                "NotImplemented", "The local AWS needs Image and ModelDataUrl in PrimaryContainer"
            )
        try:
            uri = S3Uri.parse(url)
            self._clients("s3").head_object(Bucket=uri.bucket, Key=uri.key)
        except ContainerError as error:
            raise invalid(str(error)) from error
        except ClientError as error:
            raise invalid(f"Could not find model data at {url}.") from error


def _model(store: Store, name: str) -> dict[str, Any]:
    if name not in store.models:
        raise invalid(f'Could not find model "{store.arn("model", name)}".')
    return store.models[name]
