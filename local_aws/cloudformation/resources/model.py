"""What the executor needs to know of a resource type, and what a type's functions get."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from botocore import xform_name
from botocore.model import Shape

from local_aws.cloudformation.intrinsics import as_text
from local_aws.shapes import service_model

Clients = Callable[[str], Any]


@dataclass(frozen=True)
class Like:
    """A part of a property that CloudFormation spells as the service's API does.

    Attributes:
        service: botocore's name of the service.
        shape: The API's shape, such as `MetricDataQueries`.
    """

    service: str
    shape: str


@dataclass(frozen=True)
class Needed:
    """A property that must be there.

    Attributes:
        spec: Its form.
    """

    spec: Spec = None


# A property's form: None for a value or free JSON, a mapping for an object with those members, a list of one.
Spec: TypeAlias = "Like | Needed | Mapping[str, Spec] | list[Spec] | None"

VALUE: Final = None
NEEDED: Final = Needed()
TAGS: Final[Spec] = [{"Key": NEEDED, "Value": NEEDED}]


@dataclass(frozen=True)
class Held:
    """A resource as it stands before an update or a deletion.

    Attributes:
        physical_id: What `Ref` gives.
        properties: Its properties; empty right after its creation, before its settings are made.
        tags: Its tags; empty likewise.
        attributes: What `Fn::GetAtt` gives.
    """

    physical_id: str
    properties: Mapping[str, Any]
    tags: Mapping[str, str]
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """A resource as it shall be.

    Attributes:
        clients: boto3's client of a service, by the service's name, on the local endpoint.
        name: A physical name that nothing else has, within the type's limits.
        properties: The resolved properties, tags left out.
        tags: The resource's tags, the stack's included.
        region: The stack's region.
        account_id: The stack's account.
        partition: The region's partition.
    """

    clients: Clients
    name: str
    properties: Mapping[str, Any]
    tags: Mapping[str, str]
    region: str
    account_id: str
    partition: str

    @property
    def tag_list(self) -> list[dict[str, str]]:
        """The tags in the form that most services take."""
        return tag_list(self.tags)

    def named(self, name_property: str) -> dict[str, Any]:
        """The properties, with the generated name where the template gives none."""
        return {name_property: self.name, **self.properties}


@dataclass(frozen=True)
class Made:
    """What a service gave to a resource.

    Attributes:
        physical_id: What `Ref` gives.
        attributes: What `Fn::GetAtt` gives.
    """

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ResourceType:
    """One row of `RESOURCE_TYPES`.

    Attributes:
        name: Such as `AWS::SNS::Topic`.
        acts_on: The properties that are acted upon, each with its form.
        keeps: The properties that are accepted and kept, and change nothing locally.
        replaced_by: The properties whose change needs a new resource.
        attributes: What `Fn::GetAtt` knows.
        create: Makes the resource.
        update: Brings it from what it is to what is wanted.
        delete: Removes it.
        two_steps: `create` makes the bare resource and `update` is run right after it, with nothing held yet.
        name_property: The property with a name of the user's choice; with it a replacement is refused.
        name_limit: How long a generated name may be.
        lower: Generated names are in lower case.
        taggable: It has a `Tags` property, and the stack's tags are given to it.
        gone: Error codes of `delete` that say that it is not there any more.
        capability: The capability that a template with it needs.
    """

    name: str
    acts_on: Mapping[str, Spec]
    create: Callable[[Wanted], Made]
    update: Callable[[Wanted, Held], Made]
    delete: Callable[[Clients, Held], None]
    gone: frozenset[str]
    keeps: Mapping[str, Spec] = field(default_factory=dict)
    replaced_by: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    two_steps: bool = False
    name_property: str = ""
    name_limit: int = 64
    lower: bool = False
    taggable: bool = False
    capability: str = ""

    @property
    def properties(self) -> dict[str, Spec]:
        """Every property that is accepted, with its form."""
        return {**self.acts_on, **self.keeps, **({"Tags": TAGS} if self.taggable else {})}


class Fault(NamedTuple):
    """A place in a property that is not as its form says.

    Attributes:
        path: Where, such as `Code.S3Key`.
        missing: Whether it should be there and is not; else it is there and should not be.
    """

    path: str
    missing: bool


def faults(spec: Spec, value: Any, path: str = "") -> Iterator[Fault]:
    """What of a property its form does not know or misses; expressions are taken as right.

    Args:
        spec: The property's form.
        value: The property as the template writes it.
        path: Where it stands.
    """
    if isinstance(spec, Needed):
        spec = spec.spec
    if isinstance(spec, Like):
        spec = _form(service_model(spec.service).shape_for(spec.shape), ())
    name = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else ""
    if name == "Ref" or name.startswith("Fn::"):
        branches = value.get("Fn::If")
        for branch in branches[1:] if isinstance(branches, list) else ():
            yield from faults(spec, branch, path)
    elif isinstance(spec, list) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults(spec[0], item, f"{path}[{index}]")
    elif isinstance(spec, Mapping) and isinstance(value, dict):
        yield from _member_faults(spec, value, f"{path}." if path else "")
    elif spec is not None:
        yield Fault(path, missing=False)


def _member_faults(spec: Mapping[str, Spec], value: Mapping[str, Any], prefix: str) -> Iterator[Fault]:
    for name, member in spec.items():
        if isinstance(member, Needed) and name not in value:
            yield Fault(f"{prefix}{name}", missing=True)
    for name, member in value.items():
        if name in spec:
            yield from faults(spec[name], member, f"{prefix}{name}")
        else:
            yield Fault(f"{prefix}{name}", missing=False)


def _form(shape: Shape, above: tuple[str, ...]) -> Spec:
    if shape.name in above:
        return None
    if shape.type_name == "structure":
        members: Mapping[str, Shape] = shape.members  # type: ignore[attr-defined]
        required: list[str] = getattr(shape, "required_members", [])
        forms = {name: _form(member, (*above, shape.name)) for name, member in members.items()}
        return {name: Needed(form) if name in required else form for name, form in forms.items()}
    if shape.type_name == "list":
        return [_form(shape.member, (*above, shape.name))]  # type: ignore[attr-defined]
    return None


def call(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
    """The answer of an operation, each scalar brought to the type that the API wants, as CloudFormation does.

    Args:
        client: The service's client.
        operation: The operation as AWS spells it.
        parameters: In the API's spelling; a name that the API does not know is botocore's error.
    """
    shape = client.meta.service_model.operation_model(operation).input_shape
    fitted = {name: fit(shape.members.get(name), value) for name, value in parameters.items()}
    return getattr(client, xform_name(operation))(**fitted)


def fit(shape: Shape | None, value: Any) -> Any:
    """A value with its scalars in the types of a botocore shape, where that is possible."""
    if shape is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members: Mapping[str, Shape] = shape.members  # type: ignore[attr-defined]
        return {name: fit(members.get(name), item) for name, item in value.items()}
    if kind == "map" and isinstance(value, dict):
        return {name: fit(shape.value, item) for name, item in value.items()}  # type: ignore[attr-defined]
    if kind == "list" and isinstance(value, list):
        return [fit(shape.member, item) for item in value]  # type: ignore[attr-defined]
    return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    """The scalar in the kind's type; as it is where it cannot be, for botocore to say so."""
    if kind == "string" and isinstance(value, bool | int | float):
        return as_text(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if isinstance(value, str):
        try:
            if kind in ("integer", "long"):
                return int(value)
            if kind in ("float", "double"):
                return float(value)
        except ValueError:
            return value
    return value


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as a list of `Key` and `Value`."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def dropped(wanted: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    """The keys that are held and no longer wanted."""
    return [key for key in held if key not in wanted]


def changed(wanted: Mapping[str, Any], held: Mapping[str, Any], *names: str) -> bool:
    """Whether any of the named properties differs."""
    return any(wanted.get(name) != held.get(name) for name in names)


def as_json(document: Any) -> str:
    """A policy document or the like as the JSON text that the API wants; text stays as it is."""
    return document if isinstance(document, str) else json.dumps(document)
