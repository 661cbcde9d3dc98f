from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local_aws.schedules import ScheduleError, parse

FRIDAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
SINCE = datetime(2026, 11, 1, 7, 5, 30, tzinfo=UTC)


def next_three(expression: str) -> list[str]:
    schedule, moment, found = parse(expression), FRIDAY, []
    for _ in range(3):
        following = schedule.next_after(moment, SINCE)
        if following is None:
            break
        moment = following
        found.append(f"{moment:%a %Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("cron(0 12 * * ? *)", ["Sat 2026-11-28 12:00", "Sun 2026-11-29 12:00", "Mon 2026-11-30 12:00"]),
        (
            "cron(0 12 ? * MON-FRI *)",
            ["Mon 2026-11-30 12:00", "Tue 2026-12-01 12:00", "Wed 2026-12-02 12:00"],
        ),
        ("cron(0 6 ? * FRI-MON *)", ["Sat 2026-11-28 06:00", "Sun 2026-11-29 06:00", "Mon 2026-11-30 06:00"]),
        ("cron(0/30 8 L * ? *)", ["Mon 2026-11-30 08:00", "Mon 2026-11-30 08:30", "Thu 2026-12-31 08:00"]),
        ("cron(5,7 9 1 1 ? *)", ["Fri 2027-01-01 09:05", "Fri 2027-01-01 09:07", "Sat 2028-01-01 09:05"]),
        ("cron(0 0 1W * ? *)", ["Tue 2026-12-01 00:00", "Fri 2027-01-01 00:00", "Mon 2027-02-01 00:00"]),
        ("cron(0 0 LW 2 ? *)", ["Fri 2027-02-26 00:00", "Tue 2028-02-29 00:00", "Wed 2029-02-28 00:00"]),
        ("cron(0 0 ? * 6#2 *)", ["Fri 2026-12-11 00:00", "Fri 2027-01-08 00:00", "Fri 2027-02-12 00:00"]),
        ("cron(0 0 ? * FRIL *)", ["Fri 2026-12-25 00:00", "Fri 2027-01-29 00:00", "Fri 2027-02-26 00:00"]),
        ("cron(0 0 31 * ? 2027)", ["Sun 2027-01-31 00:00", "Wed 2027-03-31 00:00", "Mon 2027-05-31 00:00"]),
        ("cron(0 0 30 2 ? *)", []),
        ("cron(0 0 1 1 ? 2020)", []),
    ],
)
def test_a_cron_schedule_fires_at_the_minutes_that_all_its_fields_allow(
    expression: str, wanted: list[str]
) -> None:
    assert next_three(expression) == wanted


def test_a_rate_counts_from_when_the_rule_was_made() -> None:
    assert parse("rate(1 day)").next_after(SINCE, SINCE) == datetime(2026, 11, 2, 7, 5, 30, tzinfo=UTC)
    assert next_three("rate(90 minutes)")[0] == "Fri 2026-11-27 13:05"


def test_a_schedule_that_is_due_now_fires_next_at_a_later_time() -> None:
    assert parse("cron(0 12 * * ? *)").next_after(FRIDAY, SINCE) == datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("rate(1 days)", "1 goes with day"),
        ("rate(2 day)", "other numbers with days"),
        ("rate(0 days)", "neither rate"),
        ("cron(0 12 * * ?)", "neither rate"),
        ("cron(0 12 * * * *)", "one of day-of-month and day-of-week is '?'"),
        ("cron(0 12 ? * ? *)", "one of day-of-month and day-of-week is '?'"),
        ("cron(60 12 * * ? *)", "'60' is not from 0 to 59"),
        ("cron(0 12 * XYZ ? *)", "'XYZ' is not from 1 to 12 or a name"),
        ("cron(0/0 12 * * ? *)", "after '/' comes a whole number above 0"),
        ("cron(0 12 ? * 2#6 *)", "'6' is not from 1 to 5"),
        ("every day", "neither rate"),
    ],
)
def test_what_eventbridge_would_not_take_is_refused_with_the_part_that_is_wrong(
    expression: str, said: str
) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse(expression)
    assert said in str(caught.value)
    assert str(caught.value).startswith(expression)
