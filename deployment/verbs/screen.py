"""What a person sees: with colour and tables on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deployment.plan import plan_lines
from deployment.plan.actions import Action
from deployment.plan.cost import Cost
from deployment.run.outcome import Alarm, Feature, Outcome, Retraining

_COLOURS: Final = {"+": "green", "~": "yellow", "-": "red", "!": "bold red"}
_WORDS: Final = {"ok": "green", "warning": "yellow", "failed": "red"}
_STATES: Final = {"OK": "green", "ALARM": "red", "INSUFFICIENT_DATA": "yellow"}


class LastingConsole(Console):
    """A console whose command goes on where the reader of its output has gone, as `head` does.

    rich ends the program there, with the code 1: a deploy would stop in the middle without a word.
    """

    def on_broken_pipe(self) -> None:
        """From now on nobody hears what is written."""
        self.quiet = True
        mute(self.file)


def mute(stream: IO[str]) -> None:
    """What is written to the stream, also what it still holds, goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write_out(text: str) -> None:
    """A result on stdout, as far as somebody reads it."""
    try:
        print(text, flush=True)  # noqa: T201 - a command line
    except BrokenPipeError:
        mute(sys.stdout)


class Screen:
    """Writes the parts of a command's output, in the order in which it is called."""

    def __init__(self, console: Console) -> None:
        """Takes the console; where it is no terminal, no colours and no tables are written."""
        self._console = console

    def heading(self, text: str) -> None:
        """A part's title."""
        self._console.print()
        self._console.print(Text(text, style="bold"), soft_wrap=True)

    def line(self, text: str) -> None:
        """One line, indented below its heading."""
        self._console.print(Text(f"  {_visible(text)}"), soft_wrap=True)

    def finding(self, word: str, text: str) -> None:
        """One finding of the pre-flight, its word in its colour."""
        line = Text(f"  {word:<8} ", style=_WORDS.get(word, ""))
        self._console.print(line.append(_visible(text), style="default"), soft_wrap=True)

    def plan(self, actions: Sequence[Action], notes: Iterable[str], cost: Cost | None = None) -> None:
        """The plan, each resource with + ~ - ! in its colour; what is replaced or gives rights is red."""
        estimate = plan_lines.cost_lines(cost) if cost and actions else ()
        for text in (*plan_lines.lines(actions), *estimate):
            sign = text.strip()[:1]
            self._console.print(Text(f"  {text}", style=_COLOURS.get(sign, "")), soft_wrap=True)
        for note in notes:
            self.line(f"Note: {note}")

    def outcome(self, outcome: Outcome) -> None:
        """The features, the alarms and retraining."""
        self.heading("Features, the worst first")
        self._features(outcome.features)
        self.heading("Alarms")
        for alarm in outcome.alarms:
            self._alarm(alarm)
        self._retraining(outcome.retraining)

    def outputs(self, outputs: Mapping[str, str]) -> None:
        """Where the files lie."""
        self.heading("Outputs")
        for path in outputs.values():
            self.line(path)

    def _features(self, features: Sequence[Feature]) -> None:
        if not features:
            self.line("none were compared")
            return
        rows = [_row(feature) for feature in features]
        if not self._console.is_terminal:
            widths = [max(len(row[column]) for row in (_TITLES, *rows)) for column in range(len(_TITLES))]
            for row in (_TITLES, *rows):
                cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
                self.line("  ".join(cells).rstrip())
            return
        table = Table(*_TITLES)
        for feature, row in zip(features, rows, strict=True):
            table.add_row(*map(escape, row), style="red" if feature.drifted else "")
        self._console.print(table)

    def _alarm(self, alarm: Alarm) -> None:
        line = Text(f"  {alarm.state:<17} ", style=_STATES.get(alarm.state, ""))
        self._console.print(
            line.append(_visible(f"{alarm.name}: {alarm.reason}"), style="default"), soft_wrap=True
        )

    def _retraining(self, retraining: Retraining) -> None:
        if retraining.execution is not None:
            self.line(f"Retraining started, {retraining.reason}: {retraining.execution}")
        else:
            self.line(f"Retraining not started: {retraining.reason}")


_LONGEST: Final = 80
_TITLES: Final = ("feature", "type", "distance", "threshold", "verdict")


def _row(feature: Feature) -> tuple[str, str, str, str, str]:
    verdict = f"{feature.verdict}: {feature.why}" if feature.why else feature.verdict
    distance = "" if feature.distance is None else f"{feature.distance:.4f}"
    threshold = f"{feature.threshold:g}"
    return _short(_visible(feature.name)), feature.type, distance, threshold, _short(_visible(verdict), 200)


def _visible(text: str) -> str:
    """The text with control characters, and marks that turn the direction of writing, as escapes."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _short(text: str, limit: int = _LONGEST) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
