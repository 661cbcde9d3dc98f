"""What a command of the table of analyses is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from drift_engine.cli.places import baseline_folder
from drift_engine.verdicts import RULES


@dataclass(frozen=True)
class Analysis:
    """A row of `ANALYSES`: one command in a file of its own.

    Attributes:
        name: as it is called.
        summary: what it does, in half a sentence without a capital.
        example: one call.
        add_arguments: declares its arguments; `--json` comes by itself.
        run: arguments in, text to the stream; answers whether there is a finding (exit code 1).
    """

    name: str
    summary: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, TextIO], bool]


def add_baseline(command: argparse.ArgumentParser) -> None:
    """Take the baseline's folder, and who decides what drifted."""
    command.add_argument(
        "--baseline", type=baseline_folder, required=True, metavar="DIR", help="the folder of the baseline"
    )
    command.add_argument(
        "--verdict",
        choices=RULES,
        default=RULES[0],
        help="who decides: tests with a promised rate of false alarms (the default), or Model Monitor's rule",
    )
