"""`history`: each feature over dated batches, and where it changed."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timezone
from typing import TextIO

from drift_engine.cli.analysis import Analysis, add_baseline
from drift_engine.cli.arguments import add_data, read_options
from drift_engine.cli.commands import say
from drift_engine.cli.history_page import about
from drift_engine.cli.places import local_file, output_file, output_folder
from drift_engine.cli.progress import Progress
from drift_engine.errors import ArgumentError
from drift_engine.history import batches_of, history_document, history_text, obeying, timeline
from drift_engine.history.html import history_page, relative, report_links, written_reports
from drift_engine.report import write_text
from drift_engine.run import Baseline
from drift_engine.thresholds import read_thresholds


def _add_arguments(command: argparse.ArgumentParser) -> None:
    add_data(command)
    add_baseline(command)
    said = "a thresholds.json that is obeyed for all batches, with what it ignores today"
    command.add_argument("--thresholds", type=local_file, metavar="FILE", help=said)
    command.add_argument("--seed", type=int, default=0, help="of the permutations (default: 0)")
    group = command.add_argument_group("the page", "a heat map of features and batches, linked to reports")
    group.add_argument(
        "--html", type=output_file, metavar="FILE", help="write it here; links to each run's report.html"
    )
    group.add_argument(
        "--reports",
        type=output_folder,
        metavar="DIR",
        help="write a report of every batch, and link to these",
    )


def _run(arguments: argparse.Namespace, out: TextIO) -> bool:
    if arguments.reports is not None and arguments.html is None:
        raise ArgumentError("--reports: the page that links to them is missing: give --html FILE too")
    baseline, options = Baseline.load(arguments.baseline, extras=False), read_options(arguments)
    wanted = None
    if arguments.thresholds is not None:
        wanted = read_thresholds(arguments.thresholds, baseline.statistics)
    batches = batches_of(arguments.data)
    with Progress(sys.stderr, time.monotonic) as progress:
        named = [(batch.name, batch.profile(options, progress)) for batch in batches]
    found = timeline(
        named, baseline.statistics, baseline.constraints, rule=arguments.verdict, seed=arguments.seed
    )
    now = datetime.now(tz=timezone.utc).replace(microsecond=0)
    if wanted is not None:
        profiles = [profile for _, profile in named]
        found = obeying(found, profiles, baseline.statistics, wanted, now.date())
    if arguments.html is not None:
        links = report_links(batches, arguments.html)
        if arguments.reports is not None:
            files = written_reports(named, found, baseline.statistics, arguments.reports, now)
            links = tuple(relative(file, arguments.html) for file in files)
        write_text(
            history_page(found, links, about(baseline, arguments.verdict, arguments.thresholds)),
            arguments.html,
        )
    said = "" if arguments.html is None else f"\nthe page: {arguments.html}"
    say(arguments, out, history_document(found), history_text(found) + said)
    return any(feature.changed for feature in found.features)


HISTORY = Analysis(
    "history",
    "show each feature's distance over dated batches (or stored statistics), and where it changed",
    "drift-engine history runs/ --baseline baseline",
    _add_arguments,
    _run,
)
