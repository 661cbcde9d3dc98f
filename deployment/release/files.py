"""The objects that a release needs in the artifact bucket, each under a name of its content. Pure."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deployment.names import Keys
from deployment.observe.facts import BaselineFacts
from deployment.release.packages import Package, Packages
from deployment.stage.config import Config
from deployment.stage.stage_keys import OWN_ANALYZER, SPARK_ANALYZER
from deployment.stage.stages import Monitor

OURS: Final = frozenset({OWN_ANALYZER, SPARK_ANALYZER})
"""The analyzers whose code comes from the checkout."""


@dataclass(frozen=True)
class File:
    """An object for the artifact bucket, and what it is, for people."""

    what: str
    key: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Comparison:
    """What batches are compared with, and how."""

    monitor: Monitor
    baseline: BaselineFacts


def files_of(config: Config, packages: Packages, keys: Keys, compared: Comparison | None) -> dict[str, File]:
    """The files that a comparison needs, by what they are for, in the order of upload."""
    files: dict[str, File] = {}
    if compared is None:
        return files

    def add(name: str, what: str, key: str, package: Package) -> None:
        files[name] = File(what, key, package.body)

    if config.function_arn is None:
        function, layer = packages.function, packages.layer
        add("function", "Evaluate Drift Lambda", keys.function_code(function.digest), function)
        add("layer", "numpy layer", keys.layer(layer.digest), layer)
    if compared.monitor.analyzer in OURS:
        add("monitor", "monitor step's code", keys.monitor_code(packages.monitor.digest), packages.monitor)
    if compared.monitor.spark is not None:
        add("spark", "Spark job's script", keys.spark_script(packages.spark.digest), packages.spark)
    text = json_of(stage_constraints(compared))
    what = "baseline constraints with the stage's thresholds"
    files["constraints"] = File(what, keys.constraints(digest_of(text)), text)
    if config.thresholds is not None:
        text = config.thresholds.body
        files["thresholds"] = File("thresholds file", keys.thresholds(digest_of(text)), text)
    return files


def stage_constraints(compared: Comparison) -> dict[str, Any]:
    """The baseline's constraints with the stage's thresholds and methods written in.

    Both analyzers and the Lambda read them there (`monitoring_config` and `monitoringConfigOverrides`,
    SageMaker Developer Guide, "Schema for constraints"); what the stage says nothing about stays as the
    baseline has it.
    """
    monitor = compared.monitor
    document = copy.deepcopy(dict(compared.baseline.document))
    config = document.setdefault("monitoring_config", {})
    categorical = monitor.categorical_comparison_threshold
    config["distribution_constraints"] = {
        **config.get("distribution_constraints", {}),
        "perform_comparison": "Enabled",
        "comparison_threshold": monitor.comparison_threshold,
        "comparison_method": monitor.comparison_method,
        "categorical_comparison_threshold": monitor.comparison_threshold
        if categorical is None
        else categorical,
        "categorical_drift_method": monitor.categorical_drift_method,
    }
    for feature in document["features"]:
        threshold = monitor.thresholds.get(feature["name"])
        if threshold is not None:
            overrides = feature.setdefault("monitoringConfigOverrides", {})
            overrides["distribution_constraints"] = {
                **overrides.get("distribution_constraints", {}),
                "comparison_threshold": threshold,
                "categorical_comparison_threshold": threshold,
            }
    return document


def json_of(document: Mapping[str, Any]) -> bytes:
    """The document as the bucket gets it."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def digest_of(content: bytes) -> str:
    """What the content's name has of it: the first 16 digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]
