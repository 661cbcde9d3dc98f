"""How many rows the tables have."""

from __future__ import annotations

from collections.abc import Mapping


def rows_of(scale: int) -> Mapping[str, int]:
    """Rows of the tables named ten, one and small, divided by `scale`."""
    return {"ten": 10_000_000 // scale, "one": 1_000_000 // scale, "small": 100_000 // scale}
