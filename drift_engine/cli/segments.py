"""`segments`: which rows carry a feature's drift."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TextIO

from drift_engine.cli.analysis import Analysis
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.progress import Progress
from drift_engine.errors import ArgumentError
from drift_engine.rows import Rows, read_rows
from drift_engine.segments import find_segments, largest_event, segments_by, segments_document, segments_text


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("feature", help="the feature that drifted")
    add_data(command)
    command.add_argument(
        "--baseline-data", required=True, nargs="+", metavar="DATA", help="rows of the baseline, read alike"
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument("--by", metavar="COLUMN", help="all segments of this column")
    which.add_argument(
        "--find-segments", action="store_true", help="look through all columns of few values (the default)"
    )
    command.add_argument("--most-rows", type=int, default=100_000, help="sample at most so many rows a side")


def _run(arguments: argparse.Namespace, out: TextIO) -> bool:
    options, feature = read_options(arguments), arguments.feature
    with Progress(sys.stderr, time.monotonic) as progress:
        current, baseline = (
            read_rows(data, options, most=arguments.most_rows, progress=progress)
            for data in (arguments.data, arguments.baseline_data)
        )
    for name in (feature, *([arguments.by] if arguments.by else [])):
        _refuse_unknown(name, current, baseline)
    event = largest_event(current.columns[feature], baseline.columns[feature])
    if event is None:
        raise ArgumentError(f"{feature}: has no numbers and too many texts, or no value on one side")
    if arguments.by is None:
        found = find_segments(feature, event, current, baseline)
    else:
        by = arguments.by
        found = segments_by(by, event, current.columns[by], baseline.columns[by])
    say(arguments, out, segments_document(feature, event, found), segments_text(feature, event, found))
    return False


def _refuse_unknown(name: str, current: Rows, baseline: Rows) -> None:
    for rows, where in ((current, "data"), (baseline, "baseline")):
        if name not in rows.columns:
            raise ArgumentError(f"{name}: the {where} has no such column")


SEGMENTS = Analysis(
    "segments",
    "say which rows, by the values of other columns, carry a feature's drift",
    "drift-engine segments dep_delay july.csv --baseline-data train.csv --by origin",
    _add_arguments,
    _run,
)
