from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import pytest

from drift_engine.job import run

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


@dataclass
class Container:
    """A container whose root is a temporary folder."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    log: str = ""

    @property
    def source(self) -> Path:
        return self._folder("processing/input/baseline_dataset_input")

    @property
    def output(self) -> Path:
        return self._folder("processing/output")

    @property
    def message(self) -> str:
        return (self.root / "opt/ml/output/message").read_text()

    def written(self) -> list[str]:
        return sorted(path.name for path in self.output.iterdir())

    def metrics(self) -> list[dict[str, object]]:
        folder = self.root / "opt/ml/output/metrics/cloudwatch"
        return [json.loads(line) for path in folder.iterdir() for line in path.read_text().splitlines()]

    def keep_as_baseline(self) -> None:
        """Make what the last run wrote the next run's baseline."""
        for name, folder in (("statistics.json", "stats"), ("constraints.json", "constraints")):
            target = self._folder(f"processing/baseline/{folder}") / name
            (self.output / name).replace(target)

    def run(self, **environment: str) -> None:
        out = io.StringIO()
        root = {"DRIFT_ENGINE_ROOT": str(self.root)}
        try:
            run({**root, **self.environment, **environment}, out, NOW)
        finally:
            self.log = out.getvalue()

    def _folder(self, name: str) -> Path:
        folder = self.root / "opt/ml" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path / "root")
