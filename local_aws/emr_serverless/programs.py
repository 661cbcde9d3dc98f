"""This machine's Spark: the `spark-submit` that runs the jobs, and the Python of its driver."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_aws.errors import LocalAwsError

ROOT = Path(__file__).resolve().parents[2]
_OWN = ROOT / ".cache" / "spark" / "bin"
_INSTALL = (
    "python3.11 -m venv .cache/spark && .cache/spark/bin/pip install -r requirements-spark.txt (or put a "
    "spark-submit of Spark 3.5 on the PATH)"
)


class NoSparkError(LocalAwsError):
    """This machine has no Spark, or no Java for it; the message says what to install."""


@dataclass(frozen=True)
class Spark:
    """Spark on this machine.

    Attributes:
        submit: The program `spark-submit`.
        python: What runs the script and its workers; needs the packages that the script imports.
        search: The PATH that both run with: it has `java`.
    """

    submit: Path
    python: Path
    search: str


Look = Callable[[], Spark]
"""Finds this machine's Spark, or raises `NoSparkError`."""


def places() -> tuple[Path, ...]:
    """Where `spark-submit` is looked for: beside this interpreter, on the PATH, in `.cache/spark/bin`."""
    on_path = (Path(folder) for folder in os.get_exec_path() if folder)
    return (Path(sys.executable).parent, *on_path, _OWN)


def find(folders: Sequence[Path]) -> Spark:
    """The Spark of the first of these folders that has one.

    Args:
        folders: Where `spark-submit` and `java` may be.

    Raises:
        NoSparkError: None has it, or there is no Java.
    """
    among = os.pathsep.join(str(folder) for folder in folders)
    # Path(""): an empty search path means the system's own to shutil.
    submit = shutil.which("spark-submit", path=among or os.devnull)
    if submit is None:
        raise NoSparkError(f"the local AWS runs Spark jobs by spark-submit, which is not here: {_INSTALL}")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.pathsep.join([f"{home}/bin", among]) if home else among)
    if java is None:
        raise NoSparkError(f"Spark ({submit}) needs Java, which is not here: install Java 17, as openjdk-17")
    beside = Path(submit).with_name("python")
    python = beside if beside.is_file() else Path(sys.executable)
    folders_of_both = (str(python.parent), str(Path(java).parent), os.defpath)
    return Spark(Path(submit), python, os.pathsep.join(dict.fromkeys(folders_of_both)))
