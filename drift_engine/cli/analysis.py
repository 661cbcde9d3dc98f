"""What a command of the table of analyses is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


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
