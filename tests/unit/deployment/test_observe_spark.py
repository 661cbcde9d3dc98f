"""The application of the stage's Spark job, looked at before anything is uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployment.aws import Aws
from deployment.errors import ObserveError
from deployment.observe.spark import check_application
from tests.unit.deployment import builders, fakes
from tests.unit.deployment.test_release import SPARK

APPLICATION = {"type": "Spark", "releaseLabel": "emr-7.11.0", "state": "CREATED"}


class Serverless:
    """An EMR Serverless that answers this, or refuses with this code."""

    def __init__(self, answer: dict[str, Any] | str) -> None:
        self._answer = answer
        self.asked: list[str] = []

    @property
    def aws(self) -> Aws:
        return fakes.aws(**{"emr-serverless": self})

    def get_application(self, *, applicationId: str) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        self.asked.append(applicationId)
        if isinstance(self._answer, str):
            raise fakes.refusal(self._answer, "Said so.", "GetApplication")
        return {"application": self._answer}


def test_an_application_of_spark_that_starts_by_itself_passes(tmp_path: Path) -> None:
    for changes in (
        {},
        {"state": "STOPPED"},
        {"state": "STOPPED", "autoStartConfiguration": {"enabled": True}},
    ):
        serverless = Serverless({**APPLICATION, **changes})
        check_application(builders.config(tmp_path, monitor=SPARK), serverless.aws)
        assert serverless.asked == [SPARK["spark"]["application_id"]]


def test_a_stage_without_a_spark_job_asks_nothing_and_who_may_not_look_passes(tmp_path: Path) -> None:
    serverless = Serverless({})
    check_application(builders.config(tmp_path), serverless.aws)
    check_application(builders.config(tmp_path, **builders.NO_MONITOR), serverless.aws)
    assert serverless.asked == []
    check_application(builders.config(tmp_path, monitor=SPARK), Serverless("AccessDeniedException").aws)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("ResourceNotFoundException", "EMR Serverless has no application"),
        ("ValidationException", "the Spark job can't run: Said so."),
        ({**APPLICATION, "type": "Hive"}, "it is of the type Hive: make one of the type Spark."),
        (
            {**APPLICATION, "releaseLabel": "emr-6.15.0"},
            "it has the release emr-6.15.0: Spark 3.5 is in emr-7.",
        ),
        ({**APPLICATION, "state": "TERMINATED"}, "it is TERMINATED."),
        (
            {**APPLICATION, "state": "STOPPED", "autoStartConfiguration": {"enabled": False}},
            "it is STOPPED and does not start by itself: start it.",
        ),
    ],
)
def test_an_application_that_cannot_run_the_job_is_one_clear_line(
    tmp_path: Path, answer: dict[str, Any] | str, says: str
) -> None:
    config = builders.config(tmp_path, monitor=SPARK)
    with pytest.raises(ObserveError) as caught:
        check_application(config, Serverless(answer).aws)
    assert str(caught.value).startswith("monitor.spark.application_id: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
