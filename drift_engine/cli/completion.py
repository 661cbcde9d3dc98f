"""Completion in bash, zsh and fish, where the package argcomplete is installed.

The shell runs the program itself with `_ARGCOMPLETE` set, and takes what it offers. `docs/completion.md` says
how a shell is told to.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from drift_engine.errors import DriftEngineError
from drift_engine.monitor_files import STATISTICS, read_statistics


def answer(parser: argparse.ArgumentParser) -> None:
    """Offer the shell what can come next, and end the program; return where argcomplete isn't installed."""
    try:
        argcomplete = importlib.import_module("argcomplete")
    except ImportError:
        return
    argcomplete.autocomplete(parser)


def feature_names(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """The names of the baseline that stands on the line already; none where there is no such baseline.

    A name with an invisible character is left out: the shell would draw it, or run it as a line of its own.
    """
    folder = getattr(parsed_args, "baseline", None)
    if folder is None:
        return []
    try:
        names = read_statistics(Path(folder) / STATISTICS, extras=False).names()
    except (DriftEngineError, OSError):
        return []
    return [name for name in names if name and name.isprintable()]


def completed_by_feature(action: argparse.Action) -> None:
    """Have the shell offer the features' names for this argument."""
    action.completer = feature_names  # type: ignore[attr-defined]
