"""What `history --html` and `check --history-page` share: the page of all runs, and the link to it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from drift_engine.errors import ArgumentError
from drift_engine.history import batches_of, obeying, timeline
from drift_engine.history.html import history_page, relative, report_links
from drift_engine.readers import ReadOptions
from drift_engine.report import Report, write_text
from drift_engine.report.words import plural, visible
from drift_engine.result import Baseline, CheckResult


def about(baseline: Baseline, rule: str, thresholds: str | None = None) -> str:
    """What the batches are compared with, and who decides; `thresholds` is the file that is obeyed."""
    rows = plural(baseline.statistics.item_count, "row")
    file = "" if thresholds is None else f"; thresholds: {visible(Path(thresholds).name)}"
    return f"against a baseline of {rows}; verdict: {rule}{file}"


def require_runs(arguments: argparse.Namespace) -> None:
    """Refuse a page of no runs, before anything is read or written.

    Raises:
        ArgumentError: a page is asked for, and there is no folder of runs to make it of.
    """
    if arguments.history_page is not None and arguments.history is None:
        raise ArgumentError("--history-page: it is made of past runs: give their folder, --history DIR, too")


def write_page_of_runs(arguments: argparse.Namespace, result: CheckResult, baseline: Baseline) -> None:
    """Write the page of the folder of past runs, this one among them, where one is asked for.

    Raises:
        DataError, MonitorFileError: a run can't be read.
        ReportError: the page can't be written.
    """
    if arguments.history_page is None:
        return
    batches = batches_of([arguments.history])
    named = [(batch.name, batch.profile(ReadOptions())) for batch in batches]
    links = report_links(batches, arguments.history_page)
    output = None if arguments.output is None else Path(arguments.output).resolve()
    saved = output is not None and Path(arguments.history).resolve() in (output, *output.parents)
    if not saved:
        named.append(("this run", result.profile))
        links = (
            *links,
            "" if arguments.report is None else relative(arguments.report, arguments.history_page),
        )
    found = timeline(named, baseline.statistics, baseline.constraints, rule=result.rule)
    said = about(baseline, result.rule, arguments.thresholds)
    if result.thresholds is not None and result.obeyed_on is not None:
        profiles = [profile for _, profile in named]
        found = obeying(found, profiles, baseline.statistics, result.thresholds, result.obeyed_on)
    write_text(history_page(found, links, said), arguments.history_page)


def linked(report: Report, arguments: argparse.Namespace) -> Report:
    """The report with a link to the page of all runs, where both are written."""
    if arguments.history_page is None or arguments.report is None:
        return report
    address = relative(arguments.history_page, arguments.report)
    return replace(report, provenance=replace(report.provenance, history_page=address))
