"""A stage's lock: what AWS said of its pinned model, in a file beside the stage file.

With it a pinned stage is rendered without calling AWS. The lock is the model package as `model_facts` read
it, and the account that it was read in.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from deployment.errors import ObserveError
from deployment.observe.facts import BaselineFacts, Facts, ModelFacts
from deployment.s3uri import S3Uri
from deployment.stage.config import Config


def write(file: Path, facts: Facts) -> None:
    """The lock of these facts, written."""
    document = {"account": facts.account, "partition": facts.partition, "model": _model_document(facts.model)}
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(file: Path, config: Config) -> Facts | None:
    """The facts that the lock holds; None where there is none, or the stage doesn't pin its model.

    Raises:
        ObserveError: The lock is of another version than the stage pins, or damaged.
    """
    version = config.stage.model.version
    if version is None or not file.is_file():
        return None
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        model = _model(document["model"])
        facts = Facts(str(document["account"]), str(document["partition"]), model, None, frozenset())
    except (ValueError, KeyError, TypeError) as error:
        raise ObserveError(f"The lock {file} is damaged ({error!r}): {_renew(config)}") from error
    if model.version != version or f"model-package/{_group(config)}/" not in model.arn:
        raise ObserveError(
            f"The lock {file} is of {model.arn}, the stage {config.stage_name} pins version {version} of "
            f"{config.stage.model.package_group}: {_renew(config)}"
        )
    if config.account not in (None, facts.account):
        raise ObserveError(
            f"The lock {file} is of the account {facts.account}, the stage belongs to {config.account}: "
            f"{_renew(config)}"
        )
    if config.stage.monitor is None:
        return replace(facts, model=replace(model, baseline=None))
    return facts


def _renew(config: Config) -> str:
    return f"write it again with {config.command('synth')} --lock, or delete it."


def _group(config: Config) -> str:
    return config.stage.model.package_group.rpartition("/")[2]


def _model_document(model: ModelFacts) -> dict[str, Any]:
    baseline = model.baseline
    return {
        **asdict(replace(model, baseline=None)),
        "artifact": str(model.artifact),
        "baseline": None
        if baseline is None
        else {
            "statistics": str(baseline.statistics),
            "constraints": str(baseline.constraints),
            "document": dict(baseline.document),
            **({"numeric_texts": sorted(baseline.numeric_texts)} if baseline.numeric_texts else {}),
        },
    }


def _model(document: dict[str, Any]) -> ModelFacts:
    baseline = document["baseline"]
    return ModelFacts(
        arn=str(document["arn"]),
        version=int(document["version"]),
        image=str(document["image"]),
        artifact=S3Uri.parse(document["artifact"]),
        environment=dict(document["environment"]),
        baseline=None
        if baseline is None
        else BaselineFacts(
            S3Uri.parse(baseline["statistics"]),
            S3Uri.parse(baseline["constraints"]),
            baseline["document"],
            frozenset(baseline.get("numeric_texts", ())),
        ),
    )
