"""What moto lacks of model package groups: a name is given once, and what is there can be deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call, backend
from local_aws.sagemaker.announcements import Publish, package_changed

_UPDATED = {
    "model_approval_status": "ModelApprovalStatus",
    "approval_description": "ApprovalDescription",
    "customer_metadata_properties": "CustomerMetadataProperties",
}
"""Attributes that moto's UpdateModelPackage empties where the call does not mention their parameter."""


class ModelPackageOperations:
    """Groups made and deleted, packages deleted, and the events of packages; all else of them is moto's.

    Args:
        publish: Gets the events.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish

    def operations(self) -> dict[str, Callable[[Call], Any]]:
        """Operation to the method that answers it."""
        return {
            "CreateModelPackage": self.create_package,
            "DescribeModelPackage": self.describe_package,
            "UpdateModelPackage": self.update_package,
            "CreateModelPackageGroup": self.create_group,
            "DeleteModelPackageGroup": self.delete_group,
            "DeleteModelPackage": self.delete_package,
        }

    def create_package(self, call: Call) -> Any:
        """Moto's answer; the package is an event."""
        packages = _kept(call).model_packages
        before = set(packages)
        answer = call.moto()
        for arn in [arn for arn in packages if arn not in before]:
            package_changed(self._publish, packages[arn])
        return answer

    def describe_package(self, call: Call) -> Any:
        """Moto's answer with the package's name, which a versioned one has from its group."""
        status, headers, body = call.moto()
        if status != 200:
            return status, headers, body
        described = json.loads(body)
        described.setdefault("ModelPackageName", described.get("ModelPackageGroupName"))
        return status, headers, json.dumps(described)

    def update_package(self, call: Call) -> Any:
        """Moto's answer; another approval status is an event, and what the call does not mention stays."""
        packages, sent = _kept(call).model_packages, call.parameters
        before = {arn: {name: getattr(one, name) for name in _UPDATED} for arn, one in packages.items()}
        answer = call.moto()
        for arn, package in packages.items():
            for name, parameter in _UPDATED.items():
                if parameter not in sent:
                    setattr(package, name, before[arn][name])
            if package.model_approval_status != before[arn]["model_approval_status"]:
                package_changed(self._publish, package)
        return answer

    def create_group(self, call: Call) -> Any:
        """The answer of moto, unless there is a group of that name."""
        name = call.parameters["ModelPackageGroupName"]
        if name in _kept(call).model_package_groups:
            raise invalid(f"Model Package Group already exists: {name}")
        return call.moto()

    def delete_group(self, call: Call) -> Mapping[str, Any]:
        """Nothing; the group is gone.

        Raises:
            ServiceError: There is no such group, or there are model packages in it.
        """
        kept, name = _kept(call), _name(call.parameters["ModelPackageGroupName"])
        if name not in kept.model_package_groups:
            raise invalid(f"ModelPackageGroup {name} does not exist.")
        packages = [arn for arn, one in kept.model_packages.items() if one.model_package_group_name == name]
        if packages:
            raise ServiceError(
                "ConflictException",
                f"Model Package Group {name} cannot be deleted: delete its model packages first: {packages}",
            )
        del kept.model_package_groups[name]
        return {}

    def delete_package(self, call: Call) -> Mapping[str, Any]:
        """Nothing; the model package is gone.

        Raises:
            ServiceError: There is no such model package.
        """
        packages, name = _kept(call).model_packages, call.parameters["ModelPackageName"]
        found = [arn for arn, one in packages.items() if name in (arn, one.model_package_name)]
        if not found:
            raise invalid(f"ModelPackage {name} does not exist.")
        del packages[found[0]]
        return {}


def _kept(call: Call) -> Any:
    return backend("sagemaker", call.account_id, call.region)


def _name(name_or_arn: str) -> str:
    return name_or_arn.rpartition("/")[2]
