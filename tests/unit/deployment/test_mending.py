"""A stage with faults: all of them, and what can be looked at in spite of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.stage.config import load
from deployment.stage.files import key_lines
from deployment.stage.mending import Surveyed, survey
from deployment.stage.settings import Settings
from tests.unit.deployment import builders
from tests.unit.deployment.builders import SETTINGS, STAGE

T2 = "ml.t2.medium"
UNKNOWN = "is no key that is known here;"


def surveyed(folder: Path, text: str, settings: Settings = SETTINGS) -> Surveyed:
    (folder / "staging.json").write_text(text, encoding="utf-8")
    found = survey("staging", [folder / "staging.json"], settings)
    return replace(found, faults=tuple(line.removeprefix(f"{folder}/") for line in found.faults))


def changed(**changes: Any) -> str:
    return json.dumps(builders.merged(STAGE, changes), indent=1)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_stage_without_faults_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    found = surveyed(tmp_path, changed())
    assert found == Surveyed(load("staging", [tmp_path / "staging.json"], SETTINGS))


def test_every_fault_is_told_with_its_line_and_its_key(tmp_path: Path) -> None:
    text = changed(
        monitor={"comparison_treshold": 0.2, "analyzer": "drift-engine-spark"},
        network={"subnets": ["subnet-1", 3]},
        transform={"instance_type": T2},
    )
    found = surveyed(tmp_path, text)
    lines = [(line.split(": ")[0], line.split(": ")[1], line.split(": ", 2)[2]) for line in found.faults]
    assert lines == [
        (f"staging.json:{line_of(text, word)}", key, said)
        for word, key, said in (
            (T2, "transform.instance_type", f"is {T2!r}, should be one of 116 that SageMaker knows"),
            ("_treshold", "monitor.comparison_treshold", f"{UNKNOWN} did you mean 'comparison_threshold'?"),
            ("   3", "network.subnets.1", "is a number, should be a subnet's id, subnet-..."),
            ("network", "network.security_groups", "is missing"),
            # Seen only when the sections are right by themselves.
            ('"monitor', "monitor.spark", "is missing: the analyzer drift-engine-spark runs there"),
        )
    ]
    assert found.unsure([("transform", "instance_type"), ("model",)]) == ["transform.instance_type"]
    assert found.config.names.pipeline == "taxis-batch-staging"
    assert found.config.stage.network is None


def paths_in(document: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(document, dict):
        for key, value in document.items():
            yield from paths_in(value, (*path, key))


FULL: dict[str, Any] = builders.merged(
    STAGE,
    {
        "aws": {"account": "123456789012", "role_arn": "arn:aws:iam::123456789012:role/deploy"},
        "network": {"subnets": ["subnet-1"], "security_groups": ["sg-1"]},
        "notify": {"topic_arn": "arn:aws:sns:us-east-1:123456789012:t"},
        "metrics": {"features": "drifted"},
    },
)


@pytest.mark.parametrize("path", list(paths_in(FULL)), ids=".".join)
@pytest.mark.parametrize(
    "wrong", [{"nope": []}, [[]], 10**9, None, "no"], ids=["object", "list", "number", "null", "text"]
)
def test_whatever_is_wrong_the_rest_is_a_stage(tmp_path: Path, path: tuple[str, ...], wrong: Any) -> None:
    document: Any = copy.deepcopy(FULL)
    if path:
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = wrong
    else:
        document = wrong
    found = surveyed(tmp_path, json.dumps(document))
    assert found.config.stage_name == "staging"
    assert bool(found.faults) == bool(found.broken)


def test_what_a_flag_says_no_file_can_break(tmp_path: Path) -> None:
    found = surveyed(tmp_path, "{")
    assert len(found.faults) == 1
    assert "can't be read as JSON" in found.faults[0]
    assert found.unsure([("aws", "artifact_bucket"), ("aws", "role_arn")]) == ["aws.role_arn"]
    assert found.config.bucket == SETTINGS.bucket
    wrong = replace(SETTINGS, bucket="NO BUCKET", region="nowhere")
    found = surveyed(tmp_path, changed(), wrong)
    assert found.unsure([("aws", "artifact_bucket"), ("aws", "region"), ("model",)]) == [
        "aws.artifact_bucket",
        "aws.region",
    ]


def test_the_line_of_a_key_is_counted_from_the_text() -> None:
    text = '{\n  "a": "x\\"}{, \\n",\n  "b": {"c": [\n{"d": 1},\n\n[2, "e"]], "f": {}},\n "\\u0067": null}'
    assert key_lines(text) == {
        ("a",): 2,
        ("b",): 3,
        ("b", "c"): 3,
        ("b", "c", "0"): 4,
        ("b", "c", "0", "d"): 4,
        ("b", "c", "1"): 6,
        ("b", "c", "1", "0"): 6,
        ("b", "c", "1", "1"): 6,
        ("b", "f"): 6,
        ("g",): 7,
    }
