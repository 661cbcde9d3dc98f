"""`explain`: one feature's verdict and what it rests on."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TextIO

from drift_engine.cli.analysis import Analysis, add_baseline
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.completion import completed_by_feature
from drift_engine.cli.progress import Progress
from drift_engine.explain import explain, explanation_document, explanation_text
from drift_engine.profiles import named_as, profile_of
from drift_engine.run import Baseline


def _add_arguments(command: argparse.ArgumentParser) -> None:
    completed_by_feature(command.add_argument("feature", help="as the baseline calls it"))
    add_data(command)
    add_baseline(command)


def _run(arguments: argparse.Namespace, out: TextIO) -> bool:
    baseline = Baseline.load(arguments.baseline, extras=False)
    with Progress(sys.stderr, time.monotonic) as progress:
        read = profile_of(arguments.data, read_options(arguments), progress)
    current = named_as(read, baseline.statistics.names())
    sides = current, baseline.statistics, baseline.constraints
    found = explain(arguments.feature, *sides, arguments.verdict)
    say(arguments, out, explanation_document(found), explanation_text(found))
    return found.verdict.verdict == "drifted"


EXPLAIN = Analysis(
    "explain",
    "say why a feature got its verdict: formula, where the rows moved, what would flip it",
    "drift-engine explain dep_delay july.csv --baseline baseline",
    _add_arguments,
    _run,
)
