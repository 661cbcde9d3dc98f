"""All that moto keeps, taken out and put back, and kept from growing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.common_models import BaseModel
from moto.s3.models import FakeKey, FakeMultipart, s3_backends

from local_aws.moto_seams.patches import replaced

MOST_DATAPOINTS = 50_000
"""How many datapoints of metrics moto keeps: the service keeps them by age, this one by number."""

Contents = dict[str, Any]


def taken() -> Contents:
    """Every service's state, as objects of moto; S3's owners of buckets with it."""
    backends = {
        (_place(each), account, region): backend
        for each in list(vars(BackendDict)["_instances"])
        for account, regions in list(each.items())
        for region, backend in list(regions.items())
    }
    return {"backends": backends, "bucket_accounts": dict(s3_backends.bucket_accounts)}


def put_back(contents: Contents) -> None:
    """Moto has what was taken out of it.

    Args:
        contents: What `taken` gave.
    """
    for (place, account, region), backend in contents["backends"].items():
        _at(place)[account][region] = backend
    s3_backends.bucket_accounts.update(contents["bucket_accounts"])


@contextmanager
def untracked() -> Iterator[None]:
    """Inside of the block moto does not hold on to every object that it has ever made, for its dashboard."""

    def new(cls: Any, *_: Any, **__: Any) -> Any:
        instance = object.__new__(cls)
        if issubclass(cls, FakeKey | FakeMultipart):  # their files are closed by this list
            cls.instances_tracked.append(instance)
        return instance

    with replaced(BaseModel, "__new__", staticmethod(new)):
        yield


def trim_metrics(cloudwatch: Any) -> None:
    """The oldest datapoints beyond `MOST_DATAPOINTS` are gone.

    Args:
        cloudwatch: Moto's backend of CloudWatch.
    """
    data = cloudwatch.metric_data
    if len(data) > MOST_DATAPOINTS:
        del data[: len(data) - MOST_DATAPOINTS]


def _place(backends: Any) -> str:
    """The module of moto and the service's name, by which a service is found again."""
    return f"{backends.backend.__module__}:{backends.service_name}"


def _at(place: str) -> Any:
    name, _, service = place.partition(":")
    if not name.startswith("moto."):
        raise ValueError(f"{place} is no service of moto")
    import_module(name)
    for value in vars(sys.modules[name]).values():
        if isinstance(value, BackendDict) and value.service_name == service:
            return value
    raise ValueError(f"moto has no service {place}")
