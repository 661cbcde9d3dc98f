from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployment.doctor.checks import Finding, Word, examine
from deployment.errors import DeploymentError
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

    return {found.check: found for found in examine(of, fakes.aws(**known), no_release)}


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
