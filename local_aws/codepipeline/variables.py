"""`#{namespace.key}` in an action's configuration, replaced by what an earlier action gave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_REFERENCE = re.compile(r"#\{([^{}.]+)\.([^{}]+)\}")
PIPELINE_NAMESPACES = ("codepipeline", "variables")


class VariableError(Exception):
    """A reference that nothing has given."""


def references(configuration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Namespace and key of every reference."""
    for value in configuration.values():
        for found in _REFERENCE.finditer(str(value)):
            yield found[1], found[2]


def resolve(configuration: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The configuration with every reference replaced.

    Args:
        configuration: An action's.
        known: Keys and values by namespace.

    Raises:
        VariableError: A namespace or a key in it is not known.
    """

    def value_of(found: re.Match[str]) -> str:
        namespace, key = found[1], found[2]
        if key not in known.get(namespace, {}):
            raise VariableError(f"The variable {found[0]} could not be resolved: no action has given it")
        return known[namespace][key]

    return {name: _REFERENCE.sub(value_of, str(value)) for name, value in configuration.items()}
