"""The file of results, written after every run, so that a run that is stopped goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "results" / "peers.json"


@dataclass(frozen=True)
class Run:
    """Two files by one tool.

    Attributes:
        tool: its name; "drift-engine" and "plain read" are ours and the yardstick.
        rows: of each file.
        wall, cpu: seconds; of several runs the median of each.
        memory: MB.
        output: size of what it wrote, MB.
        ours: wall and processor time of the engine just before, and memory; empty for itself.
        failure: why there is no result.
    """

    tool: str
    rows: int
    wall: float
    cpu: float
    memory: float
    output: float = 0.0
    ours: tuple[float, ...] = ()
    failure: str = ""


def read_runs(path: Path = FILE) -> tuple[dict[str, object], list[Run]]:
    """What is known of the machine, and the runs."""
    if not path.exists():
        return {}, []
    document = json.loads(path.read_text(encoding="utf-8"))
    runs = [Run(**{**run, "ours": tuple(run["ours"])}) for run in document["runs"]]
    return document["about"], runs


def write_runs(about: dict[str, object], runs: list[Run], path: Path = FILE) -> None:
    """Write all of it, by a temporary name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    document = {"about": about, "runs": [asdict(run) for run in runs]}
    part.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    part.replace(path)
