"""What was measured so far, so that a run that was stopped goes on with the case that it was at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from benchmarks.speed.measure import Cost

_ROOT = Path(__file__).parents[2]
Pairs: TypeAlias = tuple[Sequence[Cost], Sequence[Cost]]
"""What the engine took each time, and its yardstick."""


class Kept:
    """A file of results beside the tables; those of another engine, or of other cases, are forgotten."""

    def __init__(self, path: Path) -> None:
        self._path, self._engine = path, _digest()
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._cases: dict[str, list[list[dict[str, float]]]] = (
            found["cases"] if found.get("engine") == self._engine else {}
        )

    def get(self, name: str, runs: int) -> Pairs | None:
        """A case that was measured so often; None where it was not."""
        if name not in self._cases or len(self._cases[name][0]) != runs:
            return None
        ours, other = ([Cost(**cost) for cost in costs] for costs in self._cases[name])
        return ours, other

    def put(self, name: str, ours: Sequence[Cost], other: Sequence[Cost]) -> None:
        """Write a case down, by a temporary name."""
        self._cases[name] = [list(map(asdict, ours)), list(map(asdict, other))]
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps({"engine": self._engine, "cases": self._cases}), encoding="utf-8")
        part.replace(self._path)

    def forget(self) -> None:
        """Start anew, this time or the next."""
        self._cases = {}
        self._path.unlink(missing_ok=True)


def _digest() -> str:
    files = [*(_ROOT / "drift_engine").rglob("*"), *(_ROOT / "benchmarks" / "speed").glob("*.py")]
    whole = hashlib.sha256()
    for file in sorted(file for file in files if file.suffix in (".py", ".c", ".h")):
        whole.update(file.read_bytes())
    return whole.hexdigest()
