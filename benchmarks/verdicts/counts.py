"""What the runs came to, in counts; kept as JSON, so that an interrupted simulation goes on."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

Shifted = tuple[str, str, float]
"""Rule, kind of column, shift."""


class Kept(Protocol):
    """Counts that can be written."""

    def to_json(self) -> dict[str, Any]:
        """What the file holds."""
        ...


_Kept = TypeVar("_Kept", bound=Kept)


@dataclass(frozen=True)
class Share:
    """So many of so many runs."""

    hits: int
    runs: int

    def __str__(self) -> str:
        share = self.hits / self.runs
        return f"{share:.3f} ± {math.sqrt(share * (1.0 - share) / self.runs):.3f}"


@dataclass(frozen=True)
class Cell:
    """What came of the runs of one size and correlation; counts by rule, or rule, kind and shift.

    Attributes:
        runs: baselines and healthy batches.
        alarms: how many of these alarmed.
        tried: batches with a shifted column.
        found: how many of these were found.
    """

    runs: int
    alarms: Mapping[str, int]
    tried: Mapping[Shifted, int]
    found: Mapping[Shifted, int]

    def power(self, rule: str, kind: str, shift: float) -> Share:
        """The share of shifted columns that were found."""
        return Share(self.found[rule, kind, shift], self.tried[rule, kind, shift])

    def to_json(self) -> dict[str, Any]:
        """What the file holds."""
        shifted = [[*key, tried, self.found[key]] for key, tried in self.tried.items()]
        return {"runs": self.runs, "alarms": dict(self.alarms), "shifted": shifted}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Cell:
        """The cell of a file."""
        tried, found = Counter[Shifted](), Counter[Shifted]()
        for rule, kind, shift, times, hits in document["shifted"]:
            tried[rule, kind, shift], found[rule, kind, shift] = times, hits
        return cls(document["runs"], Counter(document["alarms"]), tried, found)


@dataclass(frozen=True)
class Splits:
    """Real flights: alarms by rule in halves of a month, and consecutive months found by rule."""

    runs: int
    alarms: Mapping[str, int]
    found: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """What the file holds."""
        return {"runs": self.runs, "alarms": dict(self.alarms), "found": dict(self.found)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Splits:
        """The splits of a file."""
        return cls(document["runs"], Counter(document["alarms"]), Counter(document["found"]))


def load_or_make(path: Path, make: Callable[[], _Kept], load: Callable[[Mapping[str, Any]], _Kept]) -> _Kept:
    """What the file holds, or else what is made, and kept there."""
    if path.is_file():
        return load(json.loads(path.read_text(encoding="utf-8")))
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made.to_json()), encoding="utf-8")
    return made
