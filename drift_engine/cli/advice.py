"""What to type next: the command in full, so that it reads and judges as the one before it did."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator, Mapping, Sequence

from drift_engine.readers import ReadOptions
from drift_engine.result import CheckResult
from drift_engine.verdicts import RULES

_READING = ("format", "separator", "quote", "encoding")
# What `check` has and `explain` hasn't, of what decides on a verdict.
_JUDGING = ("threshold", "method", "categorical_method", "thresholds")


def after_baseline(arguments: argparse.Namespace) -> str:
    """The check of a batch that is read as the baseline's data was."""
    today = f"TODAY.{arguments.format or 'csv'}"
    strict = ["--strict-model-monitor"] if arguments.strict else []
    place = ["--baseline", arguments.output, *_reading(arguments), *strict, "--report", "report.html"]
    return shlex.join(["drift-engine", "check", today, *place])


def after_check(arguments: argparse.Namespace, result: CheckResult) -> str | None:
    """The report if there is none yet, then the feature that moved farthest; None where nothing helps.

    `explain` knows neither a thresholds file nor thresholds of the command line nor the strict mode: it would
    contradict a check that obeyed them, so that it isn't advised after one.
    """
    place = [*arguments.data, "--baseline", arguments.baseline, *_reading(arguments)]
    if result.alarm and arguments.report is None:
        again = [*_given(arguments, (*_JUDGING, "verdict", "history"))]
        strict = ["--strict-model-monitor"] if arguments.strict else []
        return shlex.join(["drift-engine", "check", *place, *again, *strict, "--report", "report.html"])
    if not result.drifted or arguments.strict or [*_given(arguments, _JUDGING)]:
        return None
    rule = [] if result.rule == RULES[0] else ["--verdict", result.rule]
    return shlex.join(["drift-engine", "explain", result.features[0].name, *place, *rule])


def _reading(arguments: argparse.Namespace) -> Iterator[str]:
    """How the data was read, as far as that was said."""
    yield from _given(arguments, _READING, {name: getattr(ReadOptions(), name) for name in _READING})
    if not arguments.header:
        yield "--no-header"
    if arguments.folder_columns:
        yield "--folder-columns"


def _given(
    arguments: argparse.Namespace, names: Sequence[str], defaults: Mapping[str, object] | None = None
) -> Iterator[str]:
    for name in names:
        value = getattr(arguments, name)
        if value != (defaults or {}).get(name):
            yield f"--{name.replace('_', '-')}"
            yield str(value)
