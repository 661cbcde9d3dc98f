"""The arguments of every command."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from typing import NoReturn

from drift_engine import __version__
from drift_engine.checks import Monitoring
from drift_engine.cli.analysis import Analysis
from drift_engine.cli.places import baseline_folder, local_file, output_file, output_folder
from drift_engine.readers import ReadOptions
from drift_engine.report import FORMS
from drift_engine.verdicts import RULES, Rule

_DEFAULTS = ReadOptions()
_EXAMPLES = {
    "baseline": "drift-engine baseline train.csv --output baseline",
    "check": "drift-engine check july/*.csv --baseline baseline --output out",
    "compare": "drift-engine compare out baseline --json",
    "describe": "drift-engine describe baseline/statistics.json",
    "metrics": "drift-engine metrics",
    "job": "dataset_source=/opt/ml/processing/input/data drift-engine job",
}


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line on stderr, exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"drift-engine: {' '.join(message.splitlines())} (drift-engine --help)\n")


def parser(analyses: Iterable[Analysis] = ()) -> argparse.ArgumentParser:
    """The parser; what it gives has `command` and that command's arguments.

    Args:
        analyses: further commands, each with arguments of its own.
    """
    whole = _OneLineParser(
        prog="drift-engine",
        description="Baselines and drift checks of tables, in SageMaker Model Monitor's files.",
        epilog="Exit codes: 0 fine, 1 drift or other findings, 2 could not run, 3 nothing could be judged.",
    )
    whole.add_argument("--version", action="version", version=f"drift-engine {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    baseline = _command(commands, "baseline", "make statistics.json and constraints.json of data")
    add_data(baseline)
    baseline.add_argument(
        "--output", type=output_folder, required=True, metavar="DIR", help="where the two files go"
    )
    _method(baseline, "write these into constraints.json")
    _strict(baseline, "write nothing that Model Monitor doesn't write")
    check = _command(commands, "check", "compare data with a baseline")
    add_data(check)
    check.add_argument(
        "--baseline", type=baseline_folder, required=True, metavar="DIR", help="the folder of the baseline"
    )
    check.add_argument(
        "--output", type=output_folder, metavar="DIR", help="where the files of the check go, if anywhere"
    )
    check.add_argument(
        "--verdict",
        choices=RULES,
        help="who decides: tests with a promised false-alarm rate (the default), or Model Monitor's "
        "thresholds (the default where a threshold or method is given)",
    )
    check.add_argument(
        "--thresholds", type=local_file, metavar="FILE", help="a thresholds.json that is obeyed"
    )
    said = "end with 0, not 3, where no feature could be judged, as in a batch of a few rows"
    check.add_argument("--allow-inconclusive", action="store_true", help=said)
    _past(_forms(check))
    _method(check, "use these instead of the baseline's (a feature's own overrides still stand)")
    _strict(check, "follow Model Monitor to the letter, its blind spots included")
    compare = _command(commands, "compare", "all distances between two statistics.json, anyone's")
    for name in ("current", "baseline"):
        compare.add_argument(
            name, type=local_file, help="a statistics.json, a folder with one, or a .profile"
        )
    _forms(compare)
    compare.add_argument("--threshold", type=_threshold, help="judge: exit 1 where a feature exceeds it")
    describe = _command(commands, "describe", "show a statistics.json as a table")
    describe.add_argument(
        "statistics", type=local_file, help="a statistics.json, a folder with one, or a .profile"
    )
    metrics = _command(commands, "metrics", "list the distances")
    metrics.add_argument("--markdown", action="store_true", help="as the table of docs/metrics.md")
    _command(commands, "job", "run as the analyzer's container does, told by the environment")
    for name in ("baseline", "check", "compare", "describe", "metrics"):
        commands.choices[name].add_argument("--json", action="store_true", help="print one JSON object")
    for row in analyses:
        _add_analysis(commands, row)
    return whole


def read_options(arguments: argparse.Namespace) -> ReadOptions:
    """How the data is to be read.

    Raises:
        ArgumentError: an option has an impossible value.
    """
    return ReadOptions(
        format=arguments.format,
        header=arguments.header,
        separator="\t" if arguments.separator == "\\t" else arguments.separator,
        quote=arguments.quote,
        encoding=arguments.encoding,
        nan_is_missing=not arguments.strict,
        folder_columns=arguments.folder_columns,
    )


def rule(arguments: argparse.Namespace) -> Rule:
    """What `--verdict` says; else Model Monitor's rule where its thresholds were given, else calibrated."""
    given = (arguments.threshold, arguments.method, arguments.categorical_method)
    default = RULES[0] if given == (None, None, None) else RULES[1]
    return next((each for each in RULES if each == arguments.verdict), default)


def monitoring(arguments: argparse.Namespace, default: Monitoring) -> Monitoring:
    """The default with the thresholds and methods that were given."""
    given = {
        "comparison_threshold": arguments.threshold,
        "categorical_comparison_threshold": arguments.threshold,
        "comparison_method": arguments.method,
        "categorical_drift_method": arguments.categorical_method,
    }
    values = {key: getattr(default, key) for key in Monitoring.__dataclass_fields__}
    return Monitoring(**{**values, **{key: value for key, value in given.items() if value is not None}})


def _add_analysis(commands: argparse._SubParsersAction[_OneLineParser], row: Analysis) -> None:
    summary = f"{row.summary[0].upper()}{row.summary[1:]}."
    command = commands.add_parser(
        row.name, help=row.summary, description=summary, epilog=f"Example: {row.example}"
    )
    row.add_arguments(command)
    command.set_defaults(strict=False)
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _command(
    commands: argparse._SubParsersAction[_OneLineParser],
    name: str,
    summary: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"Example: {_EXAMPLES[name]}",
    )


def add_data(command: argparse.ArgumentParser, flag: str | None = None) -> None:
    """Take data, by position or by a flag, and how it is to be read."""
    if flag is None:
        command.add_argument("data", nargs="+", help="files, folders, globs")
    else:
        command.add_argument(
            flag, dest="data", nargs="+", required=True, metavar="DATA", help="files, folders, globs"
        )
    group = command.add_argument_group("how to read it")
    formats = ["csv", "json", "parquet", "arrow", "profile"]
    group.add_argument("--format", choices=formats, help="else told by the file's name")
    group.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether a CSV's first row holds the names (default: yes)",
    )
    group.add_argument("--separator", default=_DEFAULTS.separator, metavar="CHAR", help="default: a comma")
    group.add_argument("--quote", default=_DEFAULTS.quote, metavar="CHAR", help='default: ", "" for none')
    group.add_argument("--encoding", default=_DEFAULTS.encoding, help="default: utf-8")
    said = "folders as day=2026-01-01/ are columns too (default: no)"
    group.add_argument("--folder-columns", action="store_true", help=said)


def _method(command: argparse.ArgumentParser, purpose: str) -> None:
    group = command.add_argument_group("thresholds and methods", purpose)
    group.add_argument("--threshold", type=_threshold, help="what a distance may not exceed (default: 0.1)")
    group.add_argument("--method", choices=["Robust", "Simple"], help="default: Robust")
    group.add_argument("--categorical-method", choices=["LInfinity", "ChiSquared"], help="default: LInfinity")


def _forms(command: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    group = command.add_argument_group("reports", "any of them, each to a file")
    for form in FORMS.values():
        group.add_argument(f"--{form.name}", type=output_file, metavar="FILE", help=form.summary)
    return group


def _past(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--history", metavar="DIR", help="show past runs too: a folder of --output folders")
    said = "write the page of all these runs, and link to it from the report"
    group.add_argument("--history-page", type=output_file, metavar="FILE", help=said)
    group.add_argument(
        "--about",
        metavar="NAME=VALUE",
        type=_named,
        action="append",
        default=[],
        help="say this too of where the report comes from, as the model's name",
    )


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _strict(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument("--strict-model-monitor", dest="strict", action="store_true", help=purpose)


def _threshold(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return number


_threshold.__name__ = "threshold"
