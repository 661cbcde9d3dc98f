"""`statistics.json` as a profile: our own file, and the service's of 2019 to 2026."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import numpy.typing as npt

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files.document import Node, Source, load
from drift_engine.monitor_files.extras import difference
from drift_engine.monitor_files.statistics import feature_document
from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import (
    Bucket,
    FeatureProfile,
    InferredType,
    NumericalStatistics,
    Profile,
    StringStatistics,
)

_TYPES: dict[str, InferredType] = {name: name for name in get_args(InferredType)} | {"Boolean": "String"}

_MOMENTS = ("mean", "sum", "std_dev", "min", "max")
_BUCKET = ("lower_bound", "upper_bound", "count")

_MAX_LEVELS = 48
"""An item of level h weighs 2**h; more levels than this hold no table, and the sums would overflow."""


def read_statistics(source: Source, name: str | None = None, *, extras: bool = True) -> Profile:
    """The profile that a `statistics.json` describes.

    Args:
        source: the file's path or its bytes.
        name: how messages call the file; by default its path or `statistics.json`.
        extras: whether to keep what the file holds beyond our own fields, which is needed to write it again
            as it was, and takes as long as all else.

    Raises:
        MonitorFileError: the file can't be read or isn't a statistics file; says where.
    """
    root = load(source, name, "statistics.json", lift=not extras)
    if root.optional("dataset") is None:
        raise MonitorFileError(f"{root.file}: dataset: is missing: this is no statistics.json")
    item_count = root.child("dataset").child("item_count").count()
    nodes = list(root.child("features").items())
    features = tuple(_feature(node, item_count) for node in nodes)
    _refuse_repeated_names(root, features)
    if not extras:
        return Profile(item_count, features)
    features = tuple(_with_extras(feature, node) for feature, node in zip(features, nodes, strict=True))
    built = {"version": 0.0, "dataset": {"item_count": item_count}, "features": None}
    return Profile(item_count, features, difference({**root.mapping(), "features": None}, built))


def _refuse_repeated_names(root: Node, features: tuple[FeatureProfile, ...]) -> None:
    seen: set[str] = set()
    for index, feature in enumerate(features):
        if feature.name in seen:
            raise MonitorFileError(
                f"{root.file}: features[{index}].name: {feature.name!r} stands in the file twice"
            )
        seen.add(feature.name)


def _feature(node: Node, item_count: int) -> FeatureProfile:
    name = node.child("name").text()
    type_node = node.child("inferred_type")
    inferred_type = _TYPES.get(type_node.text())
    if inferred_type is None:
        type_node.refuse(f"one of {', '.join(_TYPES)}")
    numbers, strings = node.optional("numerical_statistics"), node.optional("string_statistics")
    present, missing = _common(strings if inferred_type == "String" else numbers, item_count)
    return FeatureProfile(
        name,
        inferred_type,
        present,
        missing,
        numerical=None if numbers is None else _numerical(numbers),
        string=None if strings is None else _string(strings),
    )


def _with_extras(feature: FeatureProfile, node: Node) -> FeatureProfile:
    return replace(feature, extras=difference(node.mapping(), feature_document(feature)))


def _common(block: Node | None, item_count: int) -> tuple[int, int]:
    """Present and missing cells; a feature without a block of statistics has no value at all."""
    common = None if block is None else block.optional("common")
    if common is None:
        return 0, item_count
    return common.child("num_present").count(), common.child("num_missing").count()


def _numerical(block: Node) -> NumericalStatistics | None:
    """The block's numbers; None where it holds `common` alone (no cell could be read as a number)."""
    if block.optional("mean") is None and block.optional("distribution") is None:
        return None
    distinct = block.optional("approximate_num_distinct_values")
    distribution = block.optional("distribution")
    kll = None if distribution is None else distribution.optional("kll")
    mean, total, std_dev, least, most = block.numbers(_MOMENTS)
    return NumericalStatistics(
        mean=mean,
        sum=total,
        std_dev=std_dev,
        min=least,
        max=most,
        approximate_num_distinct_values=None if distinct is None else distinct.count(),
        sketch=None if kll is None else _sketch(kll.optional("sketch")),
        buckets=() if kll is None else tuple(_buckets(kll.optional("buckets"))),
    )


def _sketch(node: Node | None) -> KllSketch | None:
    if node is None:
        return None
    levels = [_level(level) for level in node.child("data").items()]
    if len(levels) > _MAX_LEVELS:
        node.child("data").refuse(f"at most {_MAX_LEVELS} levels")
    if not any(len(level) for level in levels):
        return None
    parameters = node.optional("parameters")
    if parameters is None:
        return KllSketch.from_levels(levels)
    c, k = parameters.child("c"), parameters.child("k")
    if not 0 < c.number() < 1:
        c.refuse("a number between 0 and 1")
    if k.number() < 2:
        k.refuse("a number from 2 on")
    return KllSketch.from_levels(levels, c.number(), k.number())


def _level(node: Node) -> npt.NDArray[np.float64]:
    """A level's items; looked at one by one only where they aren't all plain numbers."""
    items = node.value
    if isinstance(items, np.ndarray):
        return items
    if isinstance(items, list) and {float}.issuperset(map(type, items)):
        level = np.array(items, dtype=np.float64)
        if np.isfinite(level).all():
            return level
    return np.array([item.number() for item in node.items()], dtype=np.float64)


def _buckets(node: Node | None) -> Iterator[Bucket]:
    for bucket in () if node is None else node.items():
        yield Bucket(*bucket.numbers(_BUCKET))


def _string(block: Node) -> StringStatistics | None:
    """The block's distinct count and categories; None where it holds `common` alone."""
    distribution = block.optional("distribution")
    if distribution is None and block.optional("distinct_count") is None:
        return None
    categorical = None if distribution is None else distribution.optional("categorical")
    buckets = None if categorical is None else categorical.optional("buckets")
    return StringStatistics(
        distinct_count=block.child("distinct_count").number(),
        categories=None if buckets is None else dict(_category(bucket) for bucket in buckets.items()),
    )


def _category(bucket: Node) -> tuple[str, int]:
    return bucket.child("value").text(), bucket.child("count").count()
