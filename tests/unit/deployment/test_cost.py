from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.plan.cost import DAYS, cost, runs_a_month
from deployment.plan.plan_document import cost_document
from tests.unit.deployment import builders
from tests.unit.deployment.builders import MODEL


@pytest.mark.parametrize(
    ("expression", "a_day"),
    [
        ("rate(1 day)", 1.0),
        ("rate(2 days)", 0.5),
        ("rate(6 hours)", 4.0),
        ("rate(30 minutes)", 48.0),
        ("cron(0 12 * * ? *)", 1.0),
        ("cron(0,30 8-17 * * ? *)", 20.0),
        ("cron(0/15 * * * ? *)", 96.0),
        ("cron(0 */6 ? * MON-FRI *)", 4 * 5 / 7),
        ("cron(0 8 ? * MON,THU *)", 2 / 7),
    ],
)
def test_a_schedules_runs_are_counted(expression: str, a_day: float) -> None:
    assert runs_a_month(expression) == pytest.approx(a_day * DAYS)


@pytest.mark.parametrize(
    "expression", ["cron(0 8 1 * ? *)", "cron(0 8 ? * 2#1 *)", "cron(0 8 L * ? *)", "at(x)"]
)
def test_a_schedule_that_is_not_plain_to_count_is_not_guessed_at(expression: str) -> None:
    assert runs_a_month(expression) is None


def dollars(folder: Path, **changes: Any) -> dict[str, float | None]:
    of = builders.config(folder, **changes)
    return {item.what: item.dollars for item in cost(of, builders.facts()).items}


def test_fewer_metrics_cost_less(tmp_path: Path) -> None:
    assert dollars(tmp_path)["7 custom metrics"] == pytest.approx(2.10)
    assert dollars(tmp_path, metrics={"features": ["delay"]})["5 custom metrics"] == pytest.approx(1.50)
    assert "at most 7 custom metrics" in dollars(tmp_path, metrics={"features": "drifted"})


def test_a_machine_that_the_list_does_not_have_is_no_free_machine(tmp_path: Path) -> None:
    found = dollars(tmp_path, transform={"instance_type": "ml.p3.2xlarge"})
    assert found["30.4 Transform jobs on ml.p3.2xlarge, 10 minutes each"] is None


def test_without_a_baseline_only_the_transform_costs(tmp_path: Path) -> None:
    facts = builders.facts(model=replace(MODEL, baseline=None))
    assert len(cost(builders.config(tmp_path), facts).items) == 1


def test_the_document_says_that_it_is_an_estimate_and_of_when(tmp_path: Path) -> None:
    found = cost_document(cost(builders.config(tmp_path, schedule=None), builders.facts()))
    assert found["estimate"]
    assert found["runs_a_month"] is None
    assert "us-east-1 list prices, 20" in found["prices"]
