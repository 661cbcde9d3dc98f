"""What is measured against what, and how good it must be."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.speed.sizes import rows_of

_HERE = Path(__file__).parent
Commands = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Case:
    """A row of the table.

    Attributes:
        name: what is done.
        ours: the engine's commands.
        yardstick: the commands that it is held against; none where the figure stands for itself.
        unit: "ratio" of times to the yardstick, "seconds", or "MB" of memory (less the yardstick's).
        limit: the most that is allowed.
        against: what the yardstick is, for people.
        large: a file that is made for this case alone, run once, and taken away.
    """

    name: str
    ours: Commands
    yardstick: Commands
    unit: Literal["ratio", "seconds", "MB"]
    limit: float
    against: str
    large: Path | None = None


def cases(folder: Path, scale: int) -> tuple[Case, ...]:
    """All of them, on the tables that `tables` made in a folder at this scale."""
    rows = rows_of(scale)
    ten, one, small = (folder / f"mixed-{rows[size]}.csv" for size in ("ten", "one", "small"))
    other = folder / f"mixed-{rows['one']}-b.csv"
    wide, widest = (folder / f"wide-{rows['small']}x{columns}.csv" for columns in (500, 2000))
    packed = ten.with_suffix(".parquet")
    large = folder / "large.csv"
    known = folder / "known"
    first = (_baseline(one, known),)
    read = "polars' plain read"
    return (
        Case(
            f"baseline, CSV, {_shape(ten)}",
            (_baseline(ten, folder / "a"),),
            (_read(ten),),
            "ratio",
            2.0,
            read,
        ),
        Case(f"check, CSV, {_shape(ten)}", (_check(ten, folder / "a"),), (_read(ten),), "ratio", 2.2, read),
        Case(
            f"baseline, Parquet, {_shape(ten)}",
            (_baseline(packed, folder / "p"),),
            (_read(packed),),
            "ratio",
            2.5,
            read,
        ),
        Case(
            f"baseline, JSON lines, {_shape(one)}",
            (_baseline(one.with_suffix(".jsonl"), folder / "j"),),
            (_read(one.with_suffix(".jsonl")),),
            "ratio",
            2.5,
            read,
        ),
        Case(
            f"baseline, CSV, {rows['small']:,} x 500",
            (_baseline(wide, folder / "w"),),
            (_read(wide),),
            "ratio",
            2.5,
            read,
        ),
        Case(
            f"baseline and check, CSV, {_shape(small)}",
            (_baseline(small, folder / "s"), _check(small, folder / "s")),
            (),
            "seconds",
            1.5,
            "",
        ),
        Case(
            f"baseline and check, CSV, two files of {_shape(one)}",
            (*first, _check(other, known)),
            ((sys.executable, str(_HERE / "by_hand.py"), str(one), str(other)),),
            "ratio",
            1.0,
            "`by_hand.py`, a script in polars",
        ),
        Case(
            f"memory of check, CSV, {_shape(ten)}",
            (_check(ten, known),),
            (_check(one, known),),
            "MB",
            200.0,
            f"the same of {_shape(one)}, taken off",
        ),
        Case(
            f"memory of check, Parquet, {_shape(ten)}",
            (_check(packed, known),),
            (_check(one.with_suffix(".parquet"), known),),
            "MB",
            200.0,
            f"the same of {_shape(one)}, taken off",
        ),
        Case(
            f"memory of baseline, CSV, {rows['small']:,} x 2,000",
            (_baseline(widest, folder / "v"),),
            (),
            "MB",
            1500.0,
            "",
        ),
        Case(
            f"memory of check, CSV of {5 / scale:g} GB, {4 * rows['ten']:,} x 16, once",
            (_check(large, known),),
            (_check(one, known),),
            "MB",
            200.0,
            f"the same of {_shape(one)}, taken off",
            large,
        ),
    )


def _shape(path: Path) -> str:
    return f"{int(path.stem.split('-')[1]):,} x 16"


def _engine(*arguments: str | Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "drift_engine", *map(str, arguments))


def _baseline(data: Path, output: Path) -> tuple[str, ...]:
    return _engine("baseline", data, "--output", output)


def _check(data: Path, known: Path) -> tuple[str, ...]:
    return _engine("check", data, "--baseline", known)


def _read(data: Path) -> tuple[str, ...]:
    return (sys.executable, str(_HERE / "read.py"), str(data))
