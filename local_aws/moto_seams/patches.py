"""A part of moto, exchanged for as long as a block runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Inside of the block the owner's attribute is the value.

    Args:
        owner: A class or module of moto.
        name: One of its own attributes.
        value: What takes its place.
    """
    original = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)
