"""Which operation of S3 an HTTP request is, by botocore's model: S3 alone does not name it in the request."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from local_aws.shapes import service_model


@dataclass(frozen=True)
class _Form:
    """What tells an operation from the others of the same method.

    Attributes:
        name: The operation.
        query: Keys of the query that must be there, with the value where that is fixed.
        headers: Headers that must be there, in lower case.
    """

    name: str
    query: frozenset[tuple[str, str]]
    headers: frozenset[str]

    def fits(self, query: Mapping[str, str], headers: frozenset[str]) -> bool:
        """Whether a request with that query and those headers may be it."""
        asked = all(key in query and value in ("", query[key]) for key, value in self.query)
        return asked and self.headers <= headers

    @property
    def weight(self) -> int:
        """How much it asks for; of two that fit, the one that asks for more is meant."""
        return len(self.query) + len(self.headers)


def operation_of(method: str, has_key: bool, query: Mapping[str, str], headers: frozenset[str]) -> str:
    """The operation's name; empty where none fits.

    Args:
        method: Such as `GET`.
        has_key: Whether the path names an object, not only a bucket.
        query: The query's keys and values.
        headers: The request's headers' names, in lower case.
    """
    fitting = [form for form in _forms().get((method, has_key), ()) if form.fits(query, headers)]
    best = max(fitting, key=lambda form: form.weight, default=None)
    return "" if best is None else best.name


@functools.cache
def _forms() -> dict[tuple[str, bool], list[_Form]]:
    model = service_model("s3")
    found: dict[tuple[str, bool], list[_Form]] = {}
    for name in model.operation_names:
        operation: Any = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        if "{Bucket}" not in str(path) and "Bucket" not in getattr(operation.input_shape, "members", ()):
            continue
        fixed = {pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "x-id"}
        shape = operation.input_shape
        needed = [shape.members[key].serialization for key in shape.required_members]
        fixed |= {(part["name"], "") for part in needed if part.get("location") == "querystring"}
        headers = {part["name"].lower() for part in needed if part.get("location") == "header"}
        form = _Form(name, frozenset(fixed), frozenset(headers))
        found.setdefault((operation.http["method"], "{Key" in path), []).append(form)
    return found
