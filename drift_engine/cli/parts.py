"""`profile` and `merge`: a baseline out of parts that were profiled anywhere."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from drift_engine.checks import Monitoring
from drift_engine.cli.analysis import Analysis
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.outputs import require_spared
from drift_engine.cli.places import local_file, output_file, output_folder
from drift_engine.cli.progress import Progress
from drift_engine.parts import merge_parts, write_part
from drift_engine.readers.paths import data_files
from drift_engine.report.words import plural


def _add_profile(command: argparse.ArgumentParser) -> None:
    add_data(command)
    command.add_argument(
        "--output",
        type=output_file,
        required=True,
        metavar="FILE",
        help="the part's file, as part-07.profile",
    )


def _profile(arguments: argparse.Namespace, out: TextIO) -> bool:
    require_spared(arguments.data, [("--output", arguments.output)])
    with Progress(sys.stderr, time.monotonic) as progress:
        state = write_part(
            arguments.data, arguments.output, options=read_options(arguments), progress=progress
        )
    document = {"output": arguments.output, "rows": state.rows, "features": list(state.names)}
    counted = f"{plural(state.rows, 'row')}, {plural(len(state.names), 'feature')}"
    say(arguments, out, document, f"{counted}: {arguments.output}")
    return False


def _add_merge(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "parts",
        type=local_file,
        nargs="+",
        metavar="PART",
        help="what `profile` wrote: files, folders, globs",
    )
    command.add_argument(
        "--output", type=output_folder, required=True, metavar="DIR", help="where the baseline's two files go"
    )


def _merge(arguments: argparse.Namespace, out: TextIO) -> bool:
    parts = list(_files(arguments.parts))
    made = merge_parts(parts, monitoring=Monitoring(categorical_comparison_threshold=0.1))
    made.save(arguments.output)
    rows, features = made.statistics.item_count, made.statistics.names()
    document = {
        "output": arguments.output,
        "parts": len(parts),
        "rows": rows,
        "features": list(features),
    }
    counted = f"{plural(rows, 'row')}, {plural(len(features), 'feature')}"
    say(
        arguments,
        out,
        document,
        f"{plural(len(parts), 'part')}, {counted}: {arguments.output}",
    )
    return False


def _files(places: Sequence[str]) -> Iterator[str]:
    for place in places:
        if Path(place).exists() and not Path(place).is_dir():
            # A pipe too: it can be read but once, by whoever merges it.
            yield place
        else:
            yield from (file.name for file in data_files(place))


PROFILE = Analysis(
    "profile",
    "profile one part of a table into a file, for `merge`",
    "drift-engine profile day=01/ --output 01.profile",
    _add_profile,
    _profile,
)
MERGE = Analysis(
    "merge",
    "make a baseline of parts that were profiled anywhere, in any order",
    "drift-engine merge *.profile --output baseline",
    _add_merge,
    _merge,
)
