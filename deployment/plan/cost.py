"""What a stage will cost a month, as an estimate that says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from deployment.names import SUMMARY_METRICS
from deployment.observe.facts import Facts
from deployment.plan import prices
from deployment.stage.config import Config
from deployment.stage.stages import Stage

DAYS: Final = 365.25 / 12  # a month
MINUTES: Final = 10  # a job, as an assumption: most of it is the machine's start
_FUNCTION_SECONDS: Final = 5
_FUNCTION_GB: Final = 1.0
_MINUTES_OF: Final = {"minute": 1, "hour": 60, "day": 24 * 60}


@dataclass(frozen=True)
class Item:
    """One line of the estimate.

    Attributes:
        what: What is paid for.
        dollars: US dollars a month; None where the price list has no such thing.
    """

    what: str
    dollars: float | None


@dataclass(frozen=True)
class Cost:
    """The estimate.

    Attributes:
        runs: Runs a month by the schedule; None without one: then the jobs are for one run.
        items: What it is made of.
    """

    runs: float | None
    items: tuple[Item, ...]

    @property
    def dollars(self) -> float:
        """The sum of what has a price."""
        return sum(item.dollars or 0.0 for item in self.items)


def cost(config: Config, facts: Facts) -> Cost:
    """What the stage costs a month; without a schedule, a month with one run."""
    stage = config.stage
    runs = None if stage.schedule is None else runs_a_month(stage.schedule.expression)
    return Cost(runs, tuple(_items(stage, facts, 1.0 if runs is None else runs)))


def _items(stage: Stage, facts: Facts, runs: float) -> Iterator[Item]:
    transform, monitor, baseline = stage.transform, stage.monitor, facts.model.baseline
    yield _jobs("Transform", transform.instance_type, transform.instance_count, runs)
    if monitor is None or baseline is None:
        return
    if monitor.spark is not None:
        yield Item(f"{runs:.3g} Spark jobs on EMR Serverless, by what they use (docs/scale.md)", None)
    yield _jobs("Processing", monitor.instance_type, monitor.instance_count, runs)
    seconds = runs * _FUNCTION_SECONDS * _FUNCTION_GB
    yield Item(
        f"Evaluate Drift Lambda, {runs:.3g} x {_FUNCTION_SECONDS} s", seconds * prices.LAMBDA_GB_SECOND
    )
    wanted = stage.metrics.features
    features = len(baseline.features) if isinstance(wanted, str) else len(wanted)
    most = "at most " if wanted == "drifted" else ""
    metrics = features + len(SUMMARY_METRICS)
    yield Item(f"{most}{metrics} custom metrics", metrics * prices.METRIC_MONTH)
    alarms = 2 + len(stage.drift.feature_alarms)
    yield Item(f"{alarms} alarms", alarms * prices.ALARM_MONTH)
    yield Item("1 dashboard", prices.DASHBOARD_MONTH)


def _jobs(kind: str, instance: str, count: int, runs: float) -> Item:
    hour = prices.INSTANCE_HOUR.get(instance)
    machines = f"{count} x {instance}" if count > 1 else instance
    price = None if hour is None else hour * count * runs * MINUTES / 60
    return Item(f"{runs:.3g} {kind} jobs on {machines}, {MINUTES} minutes each", price)


def runs_a_month(expression: str) -> float | None:
    """How often an EventBridge schedule starts in a month; None for a cron that is not plain to count.

    >>> round(runs_a_month("rate(12 hours)"), 1), round(runs_a_month("cron(0 12 * * ? *)"), 1)
    (60.9, 30.4)
    """
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return DAYS * 24 * 60 / (int(rate.group(1)) * _MINUTES_OF[rate.group(2)])
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    if len(fields) != 6:
        return None
    minutes, hours = _count(fields[0], 60), _count(fields[1], 24)
    weekdays = _count(fields[4], 7)
    if (
        minutes is None
        or hours is None
        or weekdays is None
        or fields[2] not in {"*", "?"}
        or fields[3] != "*"
    ):
        return None
    return minutes * hours * DAYS * weekdays / 7


_WEEKDAYS: Final = {
    name: str(number) for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)
}


def _count(field: str, all_of_them: int) -> int | None:
    """How many values a field of a cron expression has: `*`, `?`, `5`, `1,2`, `MON-FRI`, `*/15`, `0/15`."""
    if field in {"*", "?"}:
        return all_of_them
    total = 0
    for part in reduce(lambda text, day: text.replace(*day), _WEEKDAYS.items(), field).split(","):
        if re.fullmatch(r"\d+", part):
            total += 1
        elif span := re.fullmatch(r"(\d+)-(\d+)", part):
            total += int(span.group(2)) - int(span.group(1)) + 1
        elif step := re.fullmatch(r"(\*|\d+)/(\d+)", part):
            first = 0 if step.group(1) == "*" else int(step.group(1))
            total += len(range(first, all_of_them, int(step.group(2))))
        else:
            return None
    return total
