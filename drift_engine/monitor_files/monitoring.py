"""`monitoring_config`, and the same keys where a feature overrides them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drift_engine.checks import Monitoring
from drift_engine.monitor_files.document import Node

_METHODS = {"simple": "Simple", "robust": "Robust", "linf_simple": "Simple", "linf_robust": "Robust"}
_CATEGORICAL_METHODS = {"linfinity": "LInfinity", "chisquared": "ChiSquared"}
_SWITCH = {"enabled": True, "disabled": False}


def _switch(node: Node) -> bool:
    return node.value if isinstance(node.value, bool) else bool(_one_of(node, _SWITCH, "Enabled or Disabled"))


def _method(node: Node) -> object:
    return _one_of(node, _METHODS, "Simple or Robust")


def _categorical_method(node: Node) -> object:
    return _one_of(node, _CATEGORICAL_METHODS, "LInfinity or ChiSquared")


def _one_of(node: Node, allowed: Mapping[str, object], expected: str) -> object:
    found = allowed.get(node.text().lower())
    if found is None:
        node.refuse(expected)
    return found


def _threshold(node: Node) -> float:
    number = node.number()
    if number < 0:
        node.refuse("a number from 0 on")
    return number


Read = Callable[[Node], object]
_OUTER: Mapping[str, Read] = {
    "evaluate_constraints": _switch,
    "emit_metrics": _switch,
    "datatype_check_threshold": _threshold,
    "domain_content_threshold": _threshold,
}
_INNER: Mapping[str, Read] = {
    "perform_comparison": _switch,
    "comparison_threshold": _threshold,
    "comparison_method": _method,
    "categorical_comparison_threshold": _threshold,
    "categorical_drift_method": _categorical_method,
}
_OF_2019: Mapping[str, tuple[str, Read]] = {
    "enable_comparisons": ("perform_comparison", _switch),
    "min_domain_mass": ("domain_content_threshold", _threshold),
}


def settings(node: Node) -> dict[str, Any]:
    """Fields of `Monitoring` that the object sets; unknown keys are passed over.

    The keys of `distribution_constraints` are also taken where they stand beside it.

    Raises:
        MonitorFileError: a key has an impossible value.
    """
    found: dict[str, Any] = {}
    distribution = node.optional("distribution_constraints")
    for place in (node,) if distribution is None else (node, distribution):
        for old, (key, read) in _OF_2019.items():
            if (value := place.optional(old)) is not None:
                found[key] = read(value)
        for key, read in (*_OUTER.items(), *_INNER.items()):
            if (value := place.optional(key)) is not None:
                found[key] = read(value)
    return found


def monitoring(node: Node | None) -> Monitoring:
    """The file's configuration; the service's defaults where it says nothing."""
    return Monitoring(**({} if node is None else settings(node)))


def monitoring_document(found: Mapping[str, Any]) -> dict[str, Any]:
    """`found`, fields of `Monitoring`, as the file spells them; a field that is None is left out."""
    document = {key: _written(found[key]) for key in _OUTER if found.get(key) is not None}
    inner = {key: _written(found[key]) for key in _INNER if found.get(key) is not None}
    return document | ({"distribution_constraints": inner} if inner else {})


def _written(value: object) -> object:
    if isinstance(value, bool):
        return "Enabled" if value else "Disabled"
    return value
