from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployment.doctor.checks import Finding, Word, examine
from deployment.errors import DeploymentError
from deployment.stage.mending import Surveyed, survey
from tests.unit.deployment import builders, fakes

QUOTAS = ("ml.m5.large for transform job usage", "ml.m5.large for processing job usage")


class Sts:
    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}


class S3:
    def __init__(self, versioning: str | None) -> None:
        self._versioning = versioning

    def get_bucket_versioning(self, **_: str) -> dict[str, str]:
        return {"Status": self._versioning} if self._versioning else {}

    def head_bucket(self, **_: str) -> dict[str, Any]:
        raise fakes.refusal("403", "Forbidden", "HeadBucket")


class Iam:
    def __init__(self, trusts: str = "sagemaker.amazonaws.com", denied: tuple[str, ...] = ()) -> None:
        self._trusts, self._denied = trusts, denied

    def get_role(self, **_: str) -> dict[str, Any]:
        document = {"Statement": [{"Effect": "Allow", "Principal": {"Service": self._trusts}}]}
        return {"Role": {"AssumeRolePolicyDocument": document}}

    def simulate_principal_policy(self, **request: Any) -> dict[str, Any]:
        results = [
            {"EvalActionName": name, "EvalDecision": "implicitDeny" if name in self._denied else "allowed"}
            for name in request["ActionNames"]
        ]
        return {"EvaluationResults": results}


class Quotas:
    def __init__(self, value: float) -> None:
        self._value = value

    def get_paginator(self, _: str) -> fakes.Paginator:
        page = {"Quotas": [{"QuotaName": name, "Value": self._value} for name in QUOTAS]}
        return fakes.Paginator(lambda **_: [page])


class Refusing:
    """Every call is refused."""

    def __getattr__(self, operation: str) -> Any:
        def refuse(**_: Any) -> Any:
            raise fakes.refusal("AccessDenied", "not you", operation)

        return refuse


def findings(folder: Path, **clients: Any) -> dict[str, Finding]:
    known = {"sts": Sts(), "s3": S3("Enabled"), "iam": Iam(), "service-quotas": Quotas(4.0), **clients}
    of = builders.config(folder)

    def no_release(_: object) -> Any:
        raise DeploymentError("not looked at here")

    return {found.check: found for found in examine(Surveyed(of), fakes.aws(**known), no_release)}


def test_what_is_well_is_told_with_what_was_found(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert found["credentials"].says == "account 123456789012, region us-east-1"
    assert found["monitor image"].says.endswith("sagemaker-xgboost:3.0-5")
    assert found["quota of transform jobs"].says == "ml.m5.large for transform job usage: 4"
    words = {name: each.word for name, each in found.items()}
    assert words["pipeline role"] == words["bucket"] == words["quota of processing jobs"] == "ok"


@pytest.mark.parametrize(
    ("check", "clients", "word", "says"),
    [
        ("bucket", {"s3": S3(None)}, "warning", "keeps no versions"),
        ("pipeline role", {"iam": Iam(trusts="ec2.amazonaws.com")}, "failed", "does not trust sagemaker"),
        ("pipeline role", {"iam": Iam(denied=("lambda:InvokeFunction",))}, "failed", "may not lambda:Invoke"),
        ("pipeline role", {"iam": Refusing()}, "unknown", "may not look at it"),
        (
            "quota of transform jobs",
            {"service-quotas": Quotas(0.0)},
            "failed",
            "ask for more in Service Quotas",
        ),
        ("model and baseline", {}, "failed", "may not be read with these credentials"),
    ],
)
def test_what_is_ill_is_told_with_what_to_do(
    tmp_path: Path, check: str, clients: dict[str, Any], word: Word, says: str
) -> None:
    found = findings(tmp_path, **clients)[check]
    assert found.word == word
    assert says in found.says


def test_without_credentials_nothing_else_is_looked_at(tmp_path: Path) -> None:
    assert list(findings(tmp_path, sts=Refusing())) == ["credentials"]


def test_what_a_fault_of_the_stage_is_about_is_not_looked_at_and_all_else_is(tmp_path: Path) -> None:
    (tmp_path / "staging.json").write_text(
        json.dumps(builders.merged(builders.STAGE, {"transform": {"instance_type": "ml.t2.medium"}})),
        encoding="utf-8",
    )
    surveyed = survey("staging", [tmp_path / "staging.json"], builders.SETTINGS)
    aws = fakes.aws(**{"sts": Sts(), "s3": S3("Enabled"), "iam": Iam(), "service-quotas": Quotas(4.0)})

    def no_release(_: object) -> Any:
        raise AssertionError("a stage with faults has no release")

    found = list(examine(surveyed, aws, no_release))
    assert (found[0].check, found[0].word) == ("stage file", "failed")
    assert "staging.json:1: transform.instance_type: is 'ml.t2.medium'" in found[0].says
    words = {each.check: each.word for each in found[1:]}
    assert words["quota of transform jobs"] == "unknown"
    for check in ("credentials", "monitor image", "bucket", "pipeline role", "quota of processing jobs"):
        assert words[check] == "ok", check
