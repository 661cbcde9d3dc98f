from __future__ import annotations

from datetime import datetime, timezone

import pytest

from drift_engine.evaluation import Judged, Streak, is_news, notice, streak
from drift_engine.report.message import message
from tests.unit.report.reports import NASTY, drifted, nasty

DAYS = [datetime(2026, 7, day, 6, tzinfo=timezone.utc) for day in range(1, 6)]
ANSWER: dict[str, int | float | str] = {
    "statusCode": 400,
    "driftedFeatures": 2,
    "checkedFeatures": 7,
    "message": "2 of 7 features drifted; ...",
}


def judged(**changes: object) -> Judged:
    given = {"pipeline": "flights-batch-staging", "answer": ANSWER, **changes}
    return Judged(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drifted_before", "allowed", "expected"),
    [
        ([], 0, Streak()),
        ([3, 3, 0], 0, Streak()),
        ([3, 0, 1, 2], 0, Streak(DAYS[2], 3)),
        ([3, 0, 1, 2], 1, Streak(DAYS[3], 2)),
        ([1, 1], 0, Streak(DAYS[0], 3)),
    ],
)
def test_a_streak_reaches_back_to_the_last_quiet_batch(
    drifted_before: list[float], allowed: float, expected: Streak
) -> None:
    assert streak([*zip(DAYS, drifted_before, strict=False)], allowed) == expected


@pytest.mark.parametrize(
    ("count", "allowed", "lacks_columns", "expected"),
    [
        (0, 0, False, False),
        (1, 0, False, True),
        (2, 2, False, False),
        (3, 2, False, True),
        (0, 2, True, True),
        (2, 2, True, True),
    ],
)
def test_people_hear_of_more_drift_than_is_allowed_and_of_missing_columns(
    count: int, allowed: float, lacks_columns: bool, expected: bool
) -> None:
    run = judged(answer={**ANSWER, "driftedFeatures": count}, lacks_columns=lacks_columns)
    assert is_news(run, allowed) is expected


def test_the_text_says_what_moved_how_far_since_when_and_what_to_type() -> None:
    run = judged(
        text=message(drifted()), report="s3://bucket/runs/a b/report.html", streak=Streak(DAYS[0], 3)
    )
    subject, text = notice(run)
    assert subject == "flights-batch-staging: 2 of 7 features drifted"
    assert "- amount: 0.820 (threshold 0.100), ≤ 899: 90% → 0%" in text
    assert "drifting since 2026-07-01 06:00 UTC, 3 batches or more in a row" in text
    assert "Report: s3://bucket/runs/a b/report.html" in text
    assert "https://console.aws.amazon.com/s3/object/bucket?prefix=runs%2Fa%20b%2Freport.html" in text
    assert text.endswith("Next: python deploy.py status --stage staging\n")


@pytest.mark.parametrize(
    ("partition", "host"),
    [("aws-cn", "console.amazonaws.cn"), ("aws-us-gov", "console.amazonaws-us-gov.com")],
)
def test_the_consoles_address_is_the_partitions(partition: str, host: str) -> None:
    text = notice(judged(report="s3://b/report.html", partition=partition))[1]
    assert f"in the console: https://{host}/s3/object/b?prefix=report.html" in text


def test_without_the_monitors_message_the_answers_is_told() -> None:
    text = notice(judged())[1]
    assert text.startswith("2 of 7 features drifted; ...\n")
    assert "Report:" not in text


def test_the_subject_is_what_sns_takes_and_no_name_acts_in_the_text() -> None:
    subject, text = notice(judged(pipeline="p" * 200, text=message(nasty())))
    assert len(subject) < 100
    assert subject.isascii()
    assert all(char.isprintable() or char == "\n" for char in text)
    assert len(text) < 10_000
    assert NASTY[3] not in text
