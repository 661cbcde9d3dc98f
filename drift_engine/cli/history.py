"""`history`: each feature over dated batches, and where it changed."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TextIO

from drift_engine.cli.analysis import Analysis, add_baseline
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.progress import Progress
from drift_engine.history import batches_of, history_document, history_text, timeline
from drift_engine.run import Baseline


def _add_arguments(command: argparse.ArgumentParser) -> None:
    add_data(command)
    add_baseline(command)
    command.add_argument("--seed", type=int, default=0, help="of the permutations (default: 0)")


def _run(arguments: argparse.Namespace, out: TextIO) -> bool:
    baseline, options = Baseline.load(arguments.baseline), read_options(arguments)
    with Progress(sys.stderr, time.monotonic) as progress:
        named = [(batch.name, batch.profile(options, progress)) for batch in batches_of(arguments.data)]
    found = timeline(
        named, baseline.statistics, baseline.constraints, rule=arguments.verdict, seed=arguments.seed
    )
    say(arguments, out, history_document(found), history_text(found))
    return any(feature.changed for feature in found.features)


HISTORY = Analysis(
    "history",
    "show each feature's distance over dated batches (or stored statistics), and where it changed",
    "drift-engine history runs/ --baseline baseline",
    _add_arguments,
    _run,
)
