"""A template's text as a `Template`: YAML with short forms, or JSON.

Source of the short forms: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from local_aws.cloudformation.errors import bad_template

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Metadata")


@dataclass(frozen=True)
class Template:
    """A template's sections, parsed, none of them checked beyond being a mapping.

    Attributes:
        body: The text that it was parsed from.
        description: Empty where there is none.
        transforms: Names of the transforms that it declares.
        others: Names of its further top-level sections.
    """

    body: str
    parameters: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Any]
    outputs: Mapping[str, Any]
    metadata: Mapping[str, Any]
    description: str
    version: str
    transforms: tuple[str, ...]
    others: tuple[str, ...]


def parse(body: str) -> Template:
    """The template of a text.

    Raises:
        ServiceError: The text is neither YAML nor JSON, or a section is not a mapping.
    """
    document = _document(body)
    if not isinstance(document, dict):
        raise bad_template(["unsupported structure: the template is not a mapping"])
    sections = {name: document.get(name) or {} for name in SECTIONS}
    wrong = [name for name, section in sections.items() if not isinstance(section, dict)]
    wrong += [
        f"{section}.{name}"
        for section in ("Parameters", "Resources", "Outputs")
        if section not in wrong
        for name, member in sections[section].items()
        if not isinstance(member, dict)
    ]
    if wrong:
        raise bad_template([f"{name} must be a mapping" for name in wrong])
    transform = document.get("Transform") or []
    known = {*SECTIONS, "AWSTemplateFormatVersion", "Description", "Transform"}
    return Template(
        body=body,
        description=str(document.get("Description") or ""),
        version=str(document.get("AWSTemplateFormatVersion") or ""),
        transforms=tuple(transform) if isinstance(transform, list) else (str(transform),),
        others=tuple(str(name) for name in document if name not in known),
        **{name.lower(): section for name, section in sections.items()},
    )


def _document(body: str) -> Any:
    try:
        if body.lstrip().startswith("{"):
            return json.loads(body)
        return copy.deepcopy(_yaml(body))
    except json.JSONDecodeError as error:
        raise bad_template([f"JSON not well-formed. (line {error.lineno}, column {error.colno})"]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise bad_template([f"YAML not well-formed: {error.problem}.{where}"]) from error
    except yaml.YAMLError as error:
        raise bad_template([f"YAML not well-formed: {error}"]) from error


@functools.lru_cache(maxsize=16)
def _yaml(body: str) -> Any:
    """What a text of YAML spells, kept: a deploy sends a template several times, and PyYAML is slow."""
    return yaml.load(body, Loader=_Loader)  # noqa: S506 - a SafeLoader with CloudFormation's tags


class _Loader(yaml.SafeLoader):
    """YAML with `!Ref` and its kind; dates stay text, as CloudFormation leaves them."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """The mapping; a key that stands twice is an error, since one of the two would be lost in silence."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool) or key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicate or unusable key {key!r}", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    argument: Any
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": argument}


_Loader.add_multi_constructor("!", _short_form)
