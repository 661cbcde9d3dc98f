"""When a schedule rule of EventBridge fires: `rate(...)` and `cron(...)` with six fields, in UTC, by minutes.

Source: EventBridge user guide, "Cron expressions" and "Rate expressions". The fields are minutes, hours, day
of month, month, day of week, year; exactly one of the two days is `?`. Days of the week count from Sunday, 1.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local_aws.errors import LocalAwsError

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}
_LAST_YEAR = 2199

IsDay = Callable[[datetime], bool]


class ScheduleError(LocalAwsError):
    """A text is no schedule expression of EventBridge."""


@dataclass(frozen=True)
class Rate:
    """Every so many seconds from a start."""

    seconds: int

    def next_after(self, moment: datetime, start: datetime) -> datetime:
        """The first time after a moment.

        Args:
            moment: UTC.
            start: Since when the rule is there, UTC; the first time is one interval later.
        """
        turns = max(0, int((moment - start).total_seconds() // self.seconds))
        return start + timedelta(seconds=self.seconds * (turns + 1))


@dataclass(frozen=True)
class Cron:
    """At the minutes that all fields allow.

    Attributes:
        minutes: 0 to 59, ascending.
        hours: 0 to 23, ascending.
        is_day: Whether the two day fields allow a day.
        months: 1 to 12.
        years: 1970 to 2199.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    is_day: IsDay
    months: frozenset[int]
    years: frozenset[int]

    def next_after(self, moment: datetime, start: datetime) -> datetime | None:
        """The first time after a moment; None where there is none any more.

        Args:
            moment: UTC.
            start: Since when the rule is there; it fires after that.
        """
        moment = max(moment, start).replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = moment.replace(hour=0, minute=0)
        while day.year <= max(self.years, default=0):
            if day.year not in self.years or day.month not in self.months:
                day = _next_month(day)
                continue
            for hour in self.hours if self.is_day(day) else ():
                for minute in self.minutes:
                    found = day.replace(hour=hour, minute=minute)
                    if found >= moment:
                        return found
            day += timedelta(days=1)
        return None


Schedule = Rate | Cron


def parse(expression: str) -> Schedule:
    """What a `ScheduleExpression` says.

    >>> parse("cron(0 12 ? * MON-FRI *)").next_after(datetime(2026, 11, 27, 12, tzinfo=UTC), START)
    datetime.datetime(2026, 11, 30, 12, 0, tzinfo=datetime.timezone.utc)

    Raises:
        ScheduleError: EventBridge would not take it.
    """
    rate = _RATE.fullmatch(expression)
    if rate is not None:
        number, unit = int(rate[1]), rate[2].rstrip("s")
        if (number == 1) != (rate[2] == unit):
            raise ScheduleError(f"{expression}: 1 goes with {unit}, other numbers with {unit}s")
        return Rate(number * _SECONDS[unit])
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise ScheduleError(f"{expression}: is neither rate(value unit) nor cron(six fields)")
    minutes, hours, month_days, months, week_days, years = cron.groups()
    if (month_days == "?") == (week_days == "?"):
        raise ScheduleError(f"{expression}: one of day-of-month and day-of-week is '?', the other is not")
    try:
        return Cron(
            minutes=tuple(sorted(_numbers(minutes, 0, 59))),
            hours=tuple(sorted(_numbers(hours, 0, 23))),
            is_day=_week_days(week_days) if month_days == "?" else _month_days(month_days),
            months=frozenset(_numbers(months, 1, 12, _MONTHS)),
            years=frozenset(_numbers(years, 1970, _LAST_YEAR)),
        )
    except ValueError as error:
        raise ScheduleError(f"{expression}: {error}") from error


START = datetime(1970, 1, 1, tzinfo=UTC)


def _numbers(field: str, low: int, high: int, names: Mapping[str, int] | None = None) -> set[int]:
    """The numbers of a field with `,`, `-`, `*` and `/`.

    Raises:
        ValueError: A part is not of this form, or out of range.
    """
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isdigit() and int(step)):
            raise ValueError(f"{part!r}: after '/' comes a whole number above 0")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start = _number(first, low, high, names or {})
            end = _number(last, low, high, names or {}) if dash else (high if slash else start)
        # FRI-MON goes around the end of the week.
        whole = range(start, end + 1) if start <= end else [*range(start, high + 1), *range(low, end + 1)]
        found.update(list(whole)[:: int(step or 1)])
    return found


def _number(text: str, low: int, high: int, names: Mapping[str, int]) -> int:
    number = names.get(text.upper(), int(text) if text.isdigit() else -1)
    if not low <= number <= high:
        raise ValueError(f"{text!r} is not from {low} to {high}{' or a name' if names else ''}")
    return number


def _month_days(field: str) -> IsDay:
    """`L` is the month's last day; `15W` the weekday nearest to the 15th, in the same month."""
    if field in ("L", "LW"):
        return lambda day: day.day == (_nearest(day, _length(day)) if field == "LW" else _length(day))
    if field.endswith("W"):
        wanted = _number(field[:-1], 1, 31, {})
        return lambda day: wanted <= _length(day) and day.day == _nearest(day, wanted)
    days = _numbers(field, 1, 31)
    return lambda day: day.day in days


def _week_days(field: str) -> IsDay:
    """`6L` is the month's last Friday, `6#2` its second; `L` alone is Saturday."""
    if field == "L":
        return lambda day: _week_day(day) == 7
    if field.endswith("L"):
        last = _number(field[:-1], 1, 7, _DAYS)
        return lambda day: _week_day(day) == last and day.day > _length(day) - 7
    if "#" in field:
        name, _, turn = field.partition("#")
        wanted, which = _number(name, 1, 7, _DAYS), _number(turn, 1, 5, {})
        return lambda day: _week_day(day) == wanted and (day.day - 1) // 7 + 1 == which
    days = _numbers(field, 1, 7, _DAYS)
    return lambda day: _week_day(day) in days


def _week_day(day: datetime) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: datetime) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest(day: datetime, wanted: int) -> int:
    """The number of the weekday nearest to a day of the month, in that month."""
    match day.replace(day=wanted).isoweekday():
        case 6:
            return wanted - 1 if wanted > 1 else wanted + 2
        case 7:
            return wanted + 1 if wanted < _length(day) else wanted - 2
    return wanted


def _next_month(day: datetime) -> datetime:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
