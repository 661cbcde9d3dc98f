"""The arguments of the job: every one an option with a value, since Glue knows no other kind."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from drift_engine.errors import ArgumentError
from drift_engine.readers import ReadOptions
from drift_engine.spark.tables import FORMATS, Source
from drift_engine.verdicts import RULES, Rule

ACTIONS = ("baseline", "check", "profile")
# What Glue adds to a script's arguments by itself.
_OF_GLUE = re.compile(r"--(JOB_\w+|SECURITY_CONFIGURATION|TempDir|(job|enable|encryption)-[\w-]+)(=.*)?")


@dataclass(frozen=True)
class Asked:
    """What the job is to do.

    Attributes:
        action: one of `ACTIONS`.
        source: the data.
        baseline: the address of the baseline's folder; None unless the action is `check`.
        output: the address of the folder for what comes out.
        strict: follow Model Monitor to the letter.
        rule: who decides what drifted.
    """

    action: str
    source: Source
    baseline: str | None
    output: str
    strict: bool
    rule: Rule


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ArgumentError(message)


def asked(arguments: Sequence[str]) -> Asked:
    """What these arguments ask for.

    Raises:
        ArgumentError: one is missing, unknown or impossible.
    """
    found = _parser().parse_args(_ours(arguments))
    # Checked by the one who knows what a separator, a quote and an encoding may be.
    ReadOptions(separator=found.separator, quote=found.quote, encoding=found.encoding)
    if found.do == "check" and found.baseline is None:
        raise ArgumentError("--baseline: a check needs one")
    if found.do != "check" and found.baseline is not None:
        raise ArgumentError(f"--baseline: is for a check; --do is {found.do}")
    source = Source(
        tuple(found.data.split(",")) if found.format != "table" else (found.data,),
        found.format,
        found.header,
        found.separator,
        found.quote,
        found.encoding,
        found.multi_line,
    )
    rule = next(each for each in RULES if each == found.verdict)
    return Asked(found.do, source, found.baseline, found.output, found.strict_model_monitor, rule)


def _ours(arguments: Sequence[str]) -> list[str]:
    """The arguments without those that Glue adds, and their values."""
    ours: list[str] = []
    skip = False
    for argument in arguments:
        known = _OF_GLUE.fullmatch(argument)
        if known:
            skip = not known.group(3)
        elif skip and not argument.startswith("--"):
            skip = False
        else:
            skip = False
            ours.append(argument)
    return ours


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _parser() -> _Parser:
    parser = _Parser(
        prog="spark-submit ... spark_job.py",
        description="Profiles a table that Spark reads; makes a baseline of it or checks it against one.",
        epilog="Exit codes: 0 done (whatever was found), 2 could not run.",
        allow_abbrev=False,
    )
    parser.add_argument("--do", required=True, choices=ACTIONS, help="what is to come out")
    parser.add_argument("--data", required=True, help="addresses that Spark reads, with commas between")
    parser.add_argument("--format", required=True, choices=FORMATS, help="of the data")
    parser.add_argument("--output", required=True, help="the address of a folder for what comes out")
    parser.add_argument("--baseline", help="the address of the baseline's folder, for a check")
    parser.add_argument("--verdict", choices=RULES, default=RULES[0], help="who decides what drifted")
    parser.add_argument("--strict-model-monitor", type=_flag, default=False, metavar="true|false")
    csv = parser.add_argument_group("CSV")
    csv.add_argument("--header", type=_flag, default=True, metavar="true|false")
    csv.add_argument("--separator", default=",")
    csv.add_argument("--quote", default='"')
    csv.add_argument("--encoding", default="utf-8")
    csv.add_argument("--multi-line", type=_flag, default=False, metavar="true|false")
    return parser
