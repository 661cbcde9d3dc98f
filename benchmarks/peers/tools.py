"""Who is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Tool:
    """A tool with an adapter.

    Attributes:
        name: as people call it.
        module: the name of its adapter and of its file of requirements.
        python: the Python that it runs on.
        note: what it does less or otherwise than asked.
    """

    name: str
    module: str
    python: str = "3.11"
    note: str = ""

    @property
    def adapter(self) -> Path:
        """The script that does the job with it."""
        return _HERE / "adapters" / f"{self.module}.py"

    @property
    def requirements(self) -> Path:
        """What it needs."""
        return _HERE / "requirements" / f"{self.module}.txt"

    @property
    def version(self) -> str:
        """Of the tool itself: the first line of its requirements."""
        return self.requirements.read_text(encoding="utf-8").split("\n", 1)[0].split("==")[1]


TOOLS = (
    Tool("pandas + scipy, by hand", "by_hand"),
    Tool("frouros", "frouros", note="statistics by pandas"),
    Tool("alibi-detect", "alibi_detect", note="statistics by pandas; no missing cells"),
    Tool("NannyML", "nannyml"),
    Tool("whylogs", "whylogs", python="3.10"),
    Tool("Evidently", "evidently"),
    Tool("ydata-profiling", "ydata_profiling", note="`minimal`; compares, but has no distances"),
    Tool("PySpark", "pyspark", note="`local[*]`; Java's share of the processor is that of its last look"),
)
