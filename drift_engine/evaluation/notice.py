"""What people are told of a run: a subject and a readable text for an SNS topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drift_engine.console import object_page

_LONGEST_SUBJECT = 99


@dataclass(frozen=True)
class Streak:
    """For how long a pipeline's batches have drifted without a break, the present one included.

    Attributes:
        since: the first of them, in UTC; None where it is the present one.
        runs: how many.
    """

    since: datetime | None = None
    runs: int = 1


@dataclass(frozen=True)
class Judged:
    """A run that people should hear of.

    Attributes:
        pipeline: its name, `<project>-batch-<stage>`.
        answer: what the Lambda answers.
        text: the monitor's `message.txt`; "" where there is none.
        report: where its HTML report is, `s3://bucket/key`; "" where there is none.
        streak: for how long this has gone on.
        lacks_columns: whether the batch lacks columns of the baseline, or has other ones.
        partition: of AWS, as in an ARN.
        command: what to type next; "" for the stage's status, by its name alone.
    """

    pipeline: str
    answer: Mapping[str, int | float | str]
    text: str = ""
    report: str = ""
    streak: Streak = Streak()
    lacks_columns: bool = False
    partition: str = "aws"
    command: str = ""


def is_news(run: Judged, allowed: float) -> bool:
    """Whether people should hear of it: more features drifted than are allowed, or columns are missing."""
    return run.lacks_columns or float(run.answer["driftedFeatures"]) > allowed


def streak(before: Sequence[tuple[datetime, float]], allowed: float) -> Streak:
    """The streak that the present run ends.

    Args:
        before: when earlier runs were judged, and how many features drifted; oldest first.
        allowed: a run with more is one of the streak.
    """
    since, runs = None, 1
    for when, drifted in reversed(before):
        if drifted <= allowed:
            break
        since, runs = when, runs + 1
    return Streak(since, runs)


def notice(run: Judged) -> tuple[str, str]:
    """The subject, ASCII and under 100 characters as SNS wants it, and the text.

    The text says which features moved, how far, since when, where the report is, and what to type next.
    """
    drifted, checked = run.answer["driftedFeatures"], run.answer["checkedFeatures"]
    said = f"{drifted} of {checked} features drifted" if drifted else "columns are missing or extra"
    subject = f"{run.pipeline}: {said}".encode("ascii", "replace").decode()[:_LONGEST_SUBJECT]
    stage = run.pipeline.rpartition("-batch-")[2]
    lines = [run.text.strip() or str(run.answer["message"]), "", f"Pipeline {run.pipeline}: {_since(run)}."]
    if run.report:
        lines.append(f"Report: {run.report}")
        lines.append(f"  in the console: {object_page(run.report, run.partition)}")
    lines.append(f"Next: {run.command or f'python deploy.py status --stage {stage}'}")
    return subject, "\n".join(lines) + "\n"


def _since(run: Judged) -> str:
    if run.streak.since is None:
        return "the batch before did not drift, or there was none in two months"
    return f"drifting since {run.streak.since:%Y-%m-%d %H:%M} UTC, {run.streak.runs} batches or more in a row"
