"""The model package that a stage deploys: which one, what it needs, and whether all of it is there."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from deployment.aws import Aws, is_forbidden, is_missing
from deployment.errors import ConfigError, ObserveError
from deployment.observe.artifact import check_artifact, unreadable
from deployment.observe.facts import BaselineFacts, ModelFacts
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.stage.stages import Monitor, Stage
from deployment.stage.thresholds import measured_as_numbers


def model_facts(config: Config, aws: Aws) -> ModelFacts:
    """The pinned version of the stage's model package group, or its newest approved one.

    Raises:
        ObserveError: There is none, it isn't approved, or something that it names is missing or damaged.
    """
    summary = _summary(config, aws)
    arn = str(summary["ModelPackageArn"])
    package = aws.sagemaker.describe_model_package(ModelPackageName=arn)
    containers = package.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        raise ObserveError(f"The model package {arn} has {len(containers)} containers; one can be deployed.")
    (container,) = containers
    if "ModelDataUrl" not in container:
        raise ObserveError(f"The model package {arn} names no ModelDataUrl: register it with one.")
    _check_region(str(container["Image"]), arn, config)
    artifact = _uri(container["ModelDataUrl"], f"{arn}: ModelDataUrl")
    check_artifact(artifact, aws)
    return ModelFacts(
        arn=arn,
        version=int(summary["ModelPackageVersion"]),
        image=str(container["Image"]),
        artifact=artifact,
        environment=dict(container.get("Environment", {})),
        baseline=_baseline(arn, package, config, aws),
    )


def _check_region(image: str, arn: str, config: Config) -> None:
    """Passes an image that the region's jobs may pull: they know no other region's registry."""
    found = re.match(r"\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com", image)
    if found and found[1] != config.region:
        raise ObserveError(
            f"The model package {arn} has its image in {found[1]} ({image}), the stage is in "
            f"{config.region}, where a Transform job would refuse it: register the model with that "
            "region's image."
        )


def _summary(config: Config, aws: Aws) -> Mapping[str, Any]:
    group, version = config.stage.model.package_group, config.stage.model.version
    if version is None:
        for newest in _packages(group, aws, ModelApprovalStatus="Approved"):
            return newest
        raise ObserveError(_none_approved(group, aws))
    for summary in _packages(group, aws):
        if summary["ModelPackageVersion"] == version:
            if summary["ModelApprovalStatus"] == "Approved":
                return summary
            status = summary["ModelApprovalStatus"]
            raise ObserveError(
                f"Version {version} of the model package group {group} is {status}: approve it "
                "(aws sagemaker update-model-package --model-approval-status Approved), or set model.version."
            )
    _check_group(group, aws)
    raise ObserveError(
        f"The model package group {group} has no version {version}: set model.version to another."
    )


def _packages(group: str, aws: Aws, **only: str) -> Iterator[Mapping[str, Any]]:
    """The group's packages, newest first (the API's own order is oldest first)."""
    pages = aws.sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending", **only
    )
    try:
        for page in pages:
            yield from page["ModelPackageSummaryList"]
    except ClientError as error:
        if "does not exist" in str(error):
            raise ObserveError(_no_group(group)) from error
        if is_forbidden(error) and group.startswith("arn:"):
            raise ObserveError(
                f"The model package group {group} may not be looked at: these credentials need the right to, "
                "and the group's own policy has to name this account (docs/deploy.md, "
                "aws sagemaker put-model-package-group-policy)."
            ) from error
        raise


def _none_approved(group: str, aws: Aws) -> str:
    _check_group(group, aws)
    waiting = sum(1 for _ in _packages(group, aws, ModelApprovalStatus="PendingManualApproval"))
    return (
        f"The model package group {group} has no approved version ({waiting} pending): approve one "
        "(aws sagemaker update-model-package --model-approval-status Approved), then repeat the command."
    )


def _check_group(group: str, aws: Aws) -> None:
    try:
        aws.sagemaker.describe_model_package_group(ModelPackageGroupName=group)
    except ClientError as error:
        if "does not exist" in str(error):
            raise ObserveError(_no_group(group)) from error
        raise


def _no_group(group: str) -> str:
    return (
        f"There is no model package group {group}: register a model in it first, or set model.package_group "
        "in the stage file."
    )


def _baseline(arn: str, package: Mapping[str, Any], config: Config, aws: Aws) -> BaselineFacts | None:
    stage = config.stage
    if (monitor := stage.monitor) is None:
        return None
    quality = package.get("DriftCheckBaselines", {}).get("ModelDataQuality", {})
    found = {name: quality.get(name, {}).get("S3Uri") for name in ("Statistics", "Constraints")}
    if not any(found.values()):
        return None
    for name, uri in found.items():
        if uri is None:
            raise ObserveError(
                f"The model package {arn} has a baseline without {name} (DriftCheckBaselines)."
            )
    statistics = _uri(found["Statistics"], f"{arn}: the baseline's statistics")
    constraints = _uri(found["Constraints"], f"{arn}: the baseline's constraints")
    _check_there(statistics, "statistics", arn, aws)
    facts = BaselineFacts(statistics, constraints, _document(constraints, "constraints", arn, aws))
    _check_features(stage, monitor, facts)
    if config.thresholds is not None and measured_as_numbers(config.thresholds, facts.document["features"]):
        # A large file, of which the constraints say too little only here.
        numeric = _numeric_texts(_document(statistics, "statistics", arn, aws))
        facts = replace(facts, numeric_texts=numeric)
    return facts


def _numeric_texts(statistics: Mapping[str, Any]) -> frozenset[str]:
    """The String columns most of whose cells are numbers: the engine compares these as numbers too."""
    return frozenset(
        feature["name"]
        for feature in statistics["features"]
        if feature.get("inferred_type") == "String"
        and "kll" in feature.get("numerical_statistics", {}).get("distribution", {})
        and 2 * _present(feature, "numerical_statistics") > _present(feature, "string_statistics")
    )


def _present(feature: Mapping[str, Any], statistics: str) -> int:
    return int(feature.get(statistics, {}).get("common", {}).get("num_present", 0))


def _check_there(uri: S3Uri, what: str, arn: str, aws: Aws) -> None:
    try:
        aws.s3.head_object(Bucket=uri.bucket, Key=uri.key)
    except ClientError as error:
        if is_missing(error):
            raise ObserveError(_missing(uri, what, arn)) from error
        if is_forbidden(error):
            raise ObserveError(unreadable(uri)) from error
        raise


def _missing(uri: S3Uri, what: str, arn: str) -> str:
    return (
        f"The baseline's {what} of the model package {arn} are not there: {uri} does not exist; "
        "restore the file, or register the model with a new baseline."
    )


def _document(uri: S3Uri, what: str, arn: str, aws: Aws) -> Mapping[str, Any]:
    """The baseline's constraints or statistics."""
    try:
        content = aws.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    except ClientError as error:
        if is_missing(error):
            raise ObserveError(_missing(uri, what, arn)) from error
        if is_forbidden(error):
            raise ObserveError(unreadable(uri)) from error
        raise
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ObserveError(f"The baseline's {what} {uri} can't be read as JSON: {error}") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) and "name" in f for f in features):
        raise ObserveError(f"The baseline's {what} {uri} have no list of features with names.")
    return dict(document)


def _check_features(stage: Stage, monitor: Monitor, baseline: BaselineFacts) -> None:
    faults = []
    named = {"monitor.thresholds": monitor.thresholds, "drift.feature_alarms": stage.drift.feature_alarms}
    for key, features in named.items():
        for feature in sorted(features.keys() - set(baseline.features)):
            close = difflib.get_close_matches(feature, baseline.features, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(baseline.features[:12])}"
            faults.append(f"{key}.{feature}: the baseline of the model has no such feature; {hint}")
    if faults:
        raise ConfigError(faults)


def _uri(text: str, what: str) -> S3Uri:
    try:
        return S3Uri.parse(text)
    except ValueError as error:
        raise ObserveError(f"{what}: {error}") from error
