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
from drift_engine.report.words import number, plural, shown
from drift_engine.rows import MOST_LABELS, Rows, read_rows
from drift_engine.segments import (
    ALPHA,
    MOST_SEGMENTS,
    Event,
    Segment,
    chance_of,
    corrected,
    find_segments,
    largest_event,
    segments_by,
    segments_document,
    segments_text,
)


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
    p_value = chance_of(current.columns[feature], baseline.columns[feature])
    notes = [] if p_value <= ALPHA else [f"chance alone moves it as far (p {number(p_value, 2)})"]
    if arguments.by is None:
        found = find_segments(feature, event, current, baseline)
    else:
        found, said = _by(arguments.by, event, current, baseline)
        notes += said
    document = segments_document(feature, event, found, p_value)
    say(arguments, out, document, segments_text(feature, event, found, notes))
    return False


def _by(name: str, event: Event, current: Rows, baseline: Rows) -> tuple[tuple[Segment, ...], list[str]]:
    """The segments of one column, and what is to be said of them.

    Raises:
        ArgumentError: the column has too many values to be counted.
    """
    sides = current.columns[name], baseline.columns[name]
    if sides[0].labels is None or sides[1].labels is None:
        raise ArgumentError(f"--by {name}: has more than {MOST_LABELS:,} values; name a column of fewer")
    found, notes = corrected(segments_by(name, event, *sides)), list[str]()
    values = {*sides[0].labels, *sides[1].labels}
    if len(values) > MOST_SEGMENTS:
        notes.append(
            f"{shown(name, 40)} has {len(values):,} values: all but {MOST_SEGMENTS} are taken together"
        )
    if not any(each.p_value is not None and each.p_value <= ALPHA for each in found):
        tested = sum(each.p_value is not None for each in found)
        notes.append(f"none of {plural(tested, 'segment')} moved otherwise than the rest, beyond chance")
    return found, notes


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
