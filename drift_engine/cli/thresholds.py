"""`thresholds suggest` and `replay`: thresholds as code."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from drift_engine.cli.analysis import Analysis, add_baseline
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.places import local_file, output_file
from drift_engine.cli.progress import Progress
from drift_engine.distances import DISTANCES
from drift_engine.errors import ThresholdsError
from drift_engine.history import batches_of
from drift_engine.report import text_table
from drift_engine.rows import read_rows
from drift_engine.run import Baseline, make_baseline
from drift_engine.thresholds import read_thresholds, thresholds_json
from drift_engine.tuning import Plan, about, replay, replay_document, replay_text, suggest_thresholds

_PLAN = Plan(1)
_NUMERICAL, _CATEGORICAL = (
    [row.name for row in DISTANCES.values() if row.kind == kind and row.name != "chi_squared_p_value"]
    for kind in ("numerical", "categorical")
)


def _add_suggest(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", choices=["suggest"], help="derive thresholds from the baseline's rows")
    add_data(command, "--baseline-data")
    command.add_argument(
        "--batch-rows", type=_count, required=True, metavar="N", help="rows of a batch to come"
    )
    command.add_argument(
        "--rate", type=_rate, default=_PLAN.rate, help="share of healthy batches that may alarm"
    )
    command.add_argument("--draws", type=_count, default=_PLAN.draws, help=f"default: {_PLAN.draws:,}")
    command.add_argument("--seed", type=int, default=0, help="of the draws (default: 0)")
    command.add_argument("--method", choices=_NUMERICAL, default=_PLAN.methods[0], metavar="NAME")
    command.add_argument(
        "--categorical-method", choices=_CATEGORICAL, default=_PLAN.methods[1], metavar="NAME"
    )
    command.add_argument("--most-rows", type=_count, default=100_000, help="sample at most so many rows")
    command.add_argument(
        "--output", type=output_file, required=True, metavar="FILE", help="where the thresholds.json goes"
    )


def _suggest(arguments: argparse.Namespace, out: TextIO) -> bool:
    options = read_options(arguments)
    methods = (arguments.method, arguments.categorical_method)
    plan = Plan(arguments.batch_rows, arguments.rate, arguments.draws, arguments.seed, methods)
    with Progress(sys.stderr, time.monotonic) as progress:
        profile = make_baseline(arguments.data, options=options, progress=progress).statistics
        rows = read_rows(
            arguments.data, options, most=arguments.most_rows, seed=arguments.seed, progress=progress
        )
    found = suggest_thresholds(rows, profile, plan)
    try:
        Path(arguments.output).write_text(thresholds_json(found.thresholds, about(found)), encoding="utf-8")
    except OSError as error:
        raise ThresholdsError(f"{arguments.output}: can't be written: {error.strerror}") from error
    wishes = found.thresholds.features
    table = [("feature", "method", "threshold")]
    table += [(name, wish.method or "", f"{wish.threshold:g}") for name, wish in wishes.items()]
    said = f"{found.rate:.3g} of healthy batches of {found.batch_rows:,} rows alarm: {arguments.output}"
    left = f"left out: {', '.join(found.left_out)}\n" if found.left_out else ""
    document = {
        **about(found),
        "output": arguments.output,
        "features": {
            name: {"method": wish.method, "threshold": wish.threshold} for name, wish in wishes.items()
        },
    }
    say(arguments, out, document, f"{text_table(table)}\n{left}{said}")
    return False


def _add_replay(command: argparse.ArgumentParser) -> None:
    add_data(command)
    add_baseline(command)
    command.add_argument(
        "--thresholds", type=local_file, required=True, metavar="FILE", help="the thresholds.json to try"
    )


def _replay(arguments: argparse.Namespace, out: TextIO) -> bool:
    baseline, options = Baseline.load(arguments.baseline, extras=False), read_options(arguments)
    wanted = read_thresholds(arguments.thresholds, baseline.statistics)
    with Progress(sys.stderr, time.monotonic) as progress:
        named = [(batch.name, batch.profile(options, progress)) for batch in batches_of(arguments.data)]
    today = datetime.now(tz=timezone.utc).date()
    sides = (baseline.statistics, baseline.constraints)
    found = replay(named, sides, wanted, today, arguments.verdict)
    say(arguments, out, replay_document(found), replay_text(found))
    return False


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return number


def _rate(text: str) -> float:
    number = float(text)
    if not 0.0 < number < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return number


_count.__name__, _rate.__name__ = "count", "rate"

THRESHOLDS = Analysis(
    "thresholds",
    "derive a thresholds.json from the baseline's rows, for a batch size and a false-alarm rate",
    "drift-engine thresholds suggest --baseline-data train.csv --batch-rows 5000 --output thresholds.json",
    _add_suggest,
    _suggest,
)
REPLAY = Analysis(
    "replay",
    "say what a thresholds.json would have alarmed on, on past batches",
    "drift-engine replay runs/ --baseline baseline --thresholds thresholds.json",
    _add_replay,
    _replay,
)
