"""`multivariate`: can the batch's rows be told from the baseline's?"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from typing import TextIO

from drift_engine.cli.analysis import Analysis
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.progress import Progress
from drift_engine.multivariate import Settings, two_sample
from drift_engine.rows import read_rows
from drift_engine.run import make_baseline

_DEFAULT = Settings()


def _add_arguments(command: argparse.ArgumentParser) -> None:
    add_data(command)
    command.add_argument(
        "--baseline-data", required=True, nargs="+", metavar="DATA", help="rows of the baseline, read alike"
    )
    command.add_argument("--most-rows", type=int, default=_DEFAULT.most_rows, help="of each side at most")
    command.add_argument("--draws", type=int, default=_DEFAULT.draws, help="permutations of the labels")
    command.add_argument("--seed", type=int, default=_DEFAULT.seed)


def _run(arguments: argparse.Namespace, out: TextIO) -> bool:
    options = read_options(arguments)
    settings = Settings(draws=arguments.draws, most_rows=arguments.most_rows, seed=arguments.seed)
    with Progress(sys.stderr, time.monotonic) as progress:
        profile = make_baseline(arguments.baseline_data, options=options, progress=progress).statistics
        current, baseline = (
            read_rows(data, options, most=settings.most_rows, seed=settings.seed, progress=progress)
            for data in (arguments.data, arguments.baseline_data)
        )
    found = two_sample(current, baseline, profile, settings)
    said = "can be told from" if found.told_apart else "can't be told from"
    text = (
        f"the batch's rows {said} the baseline's: AUC {found.auc:.3f}, p {found.p_value:.3g}\n"
        f"with shuffled labels {1.0 - settings.alpha:.0%} of the AUCs are up to {found.null_high:.3f}; "
        f"{found.rows[0]:,} and {found.rows[1]:,} rows, {len(found.features)} features"
    )
    say(arguments, out, asdict(found), text)
    return found.told_apart


MULTIVARIATE = Analysis(
    "multivariate",
    "say whether all features together tell the batch's rows from the baseline's",
    "drift-engine multivariate july.csv --baseline-data train.csv",
    _add_arguments,
    _run,
)
