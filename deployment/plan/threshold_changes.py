"""What changes about when a feature counts as drifted: thresholds and methods, the stage's own file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deployment.plan.differences import PropertyChange

_EVERY = "every feature"


def thresholds(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[PropertyChange, ...]:
    """The settings that differ between two `constraints.json`, as paths `<feature>.<setting>`.

    Args:
        before: The deployed constraints; None where nothing is deployed.
        after: The stage's; None where it has no monitor.
    """
    if before is None or after is None:
        return ()
    old, new = dict(_settings(before)), dict(_settings(after))
    return tuple(
        PropertyChange(path, old.get(path), new.get(path))
        for path in [*new, *(path for path in old if path not in new)]
        if old.get(path) != new.get(path)
    )


def wishes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[PropertyChange, ...]:
    """The settings that differ between two thresholds files, as paths `<feature>.<setting>`.

    Args:
        before: The deployed file; None where there is none.
        after: The stage's; None where it has none.
    """
    old, new = dict(_wishes(before or {})), dict(_wishes(after or {}))
    return tuple(
        PropertyChange(path, old.get(path), new.get(path))
        for path in [*new, *(path for path in old if path not in new)]
        if old.get(path) != new.get(path)
    )


def _wishes(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for feature, wish in document.get("features", {}).items():
        yield from ((f"{feature}.{name}", value) for name, value in wish.items())


def _settings(constraints: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    config = constraints.get("monitoring_config", {})
    general = config.get("distribution_constraints", {})
    yield from ((f"{_EVERY}.{name}", value) for name, value in general.items())
    for feature in constraints.get("features", []):
        own = feature.get("monitoringConfigOverrides", {}).get("distribution_constraints", {})
        yield from ((f"{feature['name']}.{name}", value) for name, value in own.items())
