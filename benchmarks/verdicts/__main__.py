"""Run the grid and the flights, and write the page."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from multiprocessing import Pool
from multiprocessing.pool import Pool as Workers
from pathlib import Path
from typing import TypeVar

from benchmarks.verdicts.columns import Size
from benchmarks.verdicts.counts import Cell, Splits, load_or_make
from benchmarks.verdicts.flights import alarms, months, split_alarms
from benchmarks.verdicts.page import Grid, page
from benchmarks.verdicts.simulate import CORRELATIONS, SIZES, run

_Key = TypeVar("_Key")
_INTRODUCTION = Path(__file__).with_name("introduction.md")


def _cell(workers: Workers, runs: int, size: Size, correlation: float) -> Cell:
    alarmed = Counter[str]()
    tried, found = Counter[tuple[str, str, float]](), Counter[tuple[str, str, float]]()
    for each in workers.imap_unordered(partial(run, size=size, correlation=correlation), range(runs), 10):
        alarmed.update(_true(each.alarms))
        tried.update(each.found.keys())
        found.update(_true(each.found))
    print(f"{size}, correlation {correlation}: {dict(alarmed)} of {runs}", file=sys.stderr, flush=True)
    return Cell(runs, alarmed, tried, found)


def _grid(workers: Workers, runs: int, kept: Path, only_kept: bool) -> Grid:
    found = {}
    for size, correlation in itertools.product(SIZES, CORRELATIONS):
        path = kept / f"{size.baseline}-{size.batch}-{correlation}-{runs}.json"
        made = partial(_cell, workers, runs, size, correlation)
        if path.is_file() or not only_kept:
            found[str(size), correlation] = load_or_make(path, made, Cell.from_json)
    return found


def _splits(workers: Workers, runs: int) -> Splits:
    alarmed = Counter[str]()
    for each in workers.imap_unordered(split_alarms, range(runs), 10):
        alarmed.update(_true(each))
    found = Counter[str]()
    for before, after in itertools.pairwise(months()):
        found.update(_true(alarms(after, before)))
    print(f"halves: {dict(alarmed)} of {runs}; months: {dict(found)}", file=sys.stderr, flush=True)
    return Splits(runs, alarmed, found)


def _true(flags: Mapping[_Key, bool]) -> Iterable[_Key]:
    return [key for key, flag in flags.items() if flag]


def main(arguments: list[str]) -> int:
    """Write the page; 0 done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verdicts", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="a cell of the grid (default: 1000)")
    parser.add_argument("--splits", type=int, default=1_000, help="of a month of flights (default: 1000)")
    parser.add_argument("--output", type=Path, default=Path("docs/calibration.md"), help="the page")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--kept",
        type=Path,
        default=Path(".cache/bench-verdicts"),
        help="where counts are kept, so that an interrupted run goes on; empty it when the code has changed",
    )
    parser.add_argument("--only-kept", action="store_true", help="simulate nothing more, write what there is")
    chosen = parser.parse_args(arguments)
    with Pool(chosen.processes) as workers:
        made = partial(_splits, workers, chosen.splits)
        splits = load_or_make(chosen.kept / f"flights-{chosen.splits}.json", made, Splits.from_json)
        grid = _grid(workers, chosen.runs, chosen.kept, chosen.only_kept)
    chosen.output.write_text(page(grid, splits, _INTRODUCTION.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
