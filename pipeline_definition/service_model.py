"""The services' own description of their requests, as botocore carries it."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel, StringShape


@cache
def sagemaker() -> ServiceModel:
    """The model that botocore has of the SageMaker API."""
    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


@cache
def emr_serverless() -> ServiceModel:
    """The model that botocore has of the EMR Serverless API."""
    return ServiceModel(Loader().load_service_model("emr-serverless", "service-2"), "emr-serverless")


def values_of(shape: str) -> tuple[str, ...]:
    """The values that an enumeration of the API has, such as those of `TransformInstanceType`."""
    found = sagemaker().shape_for(shape)
    return tuple(found.enum) if isinstance(found, StringShape) else ()
