"""Texts that are mostly numbers: the deploy takes for them what the engine takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from deployment.errors import ConfigError
from deployment.observe import lock
from deployment.observe.account import observe
from deployment.release.assemble import assemble
from deployment.stage.config import Config
from drift_engine.checks import suggest
from drift_engine.errors import ThresholdsError
from drift_engine.monitor_files import constraints_json, read_statistics, statistics_json
from drift_engine.thresholds import parse_thresholds
from tests.tables import numbers, profile
from tests.unit.deployment import builders
from tests.unit.deployment.test_observe import Account

ROWS = 1000
TABLE = profile(
    {
        "delay": [*numbers(ROWS - 300), *["late"] * 300],
        "few": [*numbers(300), *["late"] * (ROWS - 300)],
        "word": ["a", "b"] * (ROWS // 2),
    }
)


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        made = Account(boto3.Session("testing", "testing", region_name="us-east-1"))
        made.put("model/statistics.json", statistics_json(TABLE).encode())
        made.put("model/constraints.json", constraints_json(suggest(TABLE)).encode())
        made.group()
        made.register()
        yield made


def wanting(folder: Path, feature: str) -> tuple[Config, bytes]:
    features = {feature: {"method": "kolmogorov_smirnov", "threshold": 0.1}}
    body = json.dumps({"version": 1, "features": features}).encode()
    (folder / "staging.thresholds.json").write_bytes(body)
    return builders.config(folder, drift={"feature_alarms": {"delay": 0.2}}), body


def taken_by_the_engine(body: bytes) -> bool:
    try:
        parse_thresholds(body, "file", read_statistics(statistics_json(TABLE).encode()))
    except ThresholdsError:
        return False
    return True


def test_a_distance_of_numbers_is_taken_where_most_cells_are_numbers(
    account: Account, tmp_path: Path
) -> None:
    of, body = wanting(tmp_path, "delay")
    facts = observe(of, account.aws)
    assert {each.inferred_type for each in TABLE.features} == {"String"}
    assert taken_by_the_engine(body)
    assert assemble(of, facts, builders.sources(of)).thresholds is not None


@pytest.mark.parametrize("feature", ["few", "word"])
def test_it_is_refused_where_the_engine_refuses_it(account: Account, tmp_path: Path, feature: str) -> None:
    of, body = wanting(tmp_path, feature)
    facts = observe(of, account.aws)
    assert not taken_by_the_engine(body)
    with pytest.raises(ConfigError, match=rf"features\.{feature}\.method: .* can't compare categories"):
        assemble(of, facts, builders.sources(of))


def test_a_lock_knows_which_texts_are_mostly_numbers(account: Account, tmp_path: Path) -> None:
    of, _ = wanting(tmp_path, "delay")
    pinned = builders.config(tmp_path, model={"version": 1}, drift={"feature_alarms": {"delay": 0.2}})
    facts = observe(pinned, account.aws)
    lock.write(tmp_path / "lock", facts)
    known = lock.read(tmp_path / "lock", pinned)
    assert known is not None
    assert known.model == facts.model
    assert assemble(of, known, builders.sources(of)).thresholds is not None
