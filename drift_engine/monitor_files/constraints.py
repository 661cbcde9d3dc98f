"""`constraints.json`, read and written."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, get_args

from drift_engine.checks import Constraints, FeatureConstraints
from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files.document import Node, Source, load
from drift_engine.monitor_files.extras import difference, patched
from drift_engine.monitor_files.layout import pretty
from drift_engine.monitor_files.monitoring import monitoring, monitoring_document, settings
from drift_engine.states.profile import InferredType

_TYPES: dict[str, InferredType] = {name: name for name in get_args(InferredType)} | {"Boolean": "String"}
_OVERRIDES: tuple[tuple[str, ...], ...] = (
    ("monitoringConfigOverrides",),
    ("monitoring_config_overrides",),
    ("string_constraints", "monitoring_config_overrides"),
    ("num_constraints", "monitoring_config_overrides"),
)
"""Spellings: AWS's documentation, and what the SageMaker SDK's `Constraints.set_monitoring` writes."""


def read_constraints(source: Source, name: str | None = None) -> Constraints:
    """The constraints that a `constraints.json` states.

    Args:
        source: the file's path or its bytes.
        name: how messages call the file; by default its path or `constraints.json`.

    Raises:
        MonitorFileError: the file can't be read or isn't a constraints file; says where.
    """
    root = load(source, name, "constraints.json")
    features = tuple(map(_feature, root.child("features").items()))
    seen: set[str] = set()
    for index, feature in enumerate(features):
        if feature.name in seen:
            raise MonitorFileError(
                f"{root.file}: features[{index}].name: {feature.name!r} stands in the file twice"
            )
        seen.add(feature.name)
    constraints = Constraints(features, monitoring(root.optional("monitoring_config")))
    built = _outer_document(constraints)
    return replace(constraints, extras=difference({**root.mapping(), "features": []}, built))


def constraints_json(constraints: Constraints) -> str:
    """The text of `constraints.json`, ready to be written as UTF-8."""
    document = patched(_outer_document(constraints), constraints.extras)
    document["features"] = [
        patched(_feature_document(feature), feature.extras) for feature in constraints.features
    ]
    return pretty(document)


def _outer_document(constraints: Constraints) -> dict[str, Any]:
    config = monitoring_document(asdict(constraints.monitoring))
    return {"version": 0.0, "features": [], "monitoring_config": config}


def _feature(node: Node) -> FeatureConstraints:
    type_node = node.child("inferred_type")
    inferred_type = _TYPES.get(type_node.text())
    if inferred_type is None:
        type_node.refuse(f"one of {', '.join(_TYPES)}")
    completeness = node.optional("completeness")
    numbers, strings = node.optional("num_constraints"), node.optional("string_constraints")
    sign = None if numbers is None else numbers.optional("is_non_negative")
    domains = None if strings is None else strings.optional("domains")
    feature = FeatureConstraints(
        node.child("name").text(),
        inferred_type,
        None if completeness is None else completeness.number(),
        is_non_negative=None if sign is None else _boolean(sign),
        domains=None if domains is None else tuple(item.text() for item in domains.items()),
    )
    feature = _with_overrides(node, feature)
    return replace(feature, extras=difference(node.mapping(), _feature_document(feature)))


def _with_overrides(node: Node, feature: FeatureConstraints) -> FeatureConstraints:
    """The feature with the overrides of all spellings, which it keeps under the first one found."""
    for key in reversed(_OVERRIDES):
        place: Node | None = node
        for part in key:
            place = None if place is None else place.optional(part)
        if place is not None:
            overrides = {**feature.overrides, **settings(place)}
            feature = replace(feature, overrides=overrides, overrides_key=key)
    return feature


def _boolean(node: Node) -> bool:
    if not isinstance(node.value, bool):
        node.refuse("true or false")
    return node.value


def _feature_document(feature: FeatureConstraints) -> dict[str, Any]:
    document: dict[str, Any] = {"name": feature.name, "inferred_type": feature.inferred_type}
    if feature.completeness is not None:
        document["completeness"] = float(feature.completeness)
    if feature.is_non_negative is not None:
        document["num_constraints"] = {"is_non_negative": feature.is_non_negative}
    if feature.domains is not None:
        document["string_constraints"] = {"domains": list(feature.domains)}
    if feature.overrides:
        place = document
        for part in feature.overrides_key[:-1]:
            place = place.setdefault(part, {})
        place[feature.overrides_key[-1]] = monitoring_document(feature.overrides)
    return document
