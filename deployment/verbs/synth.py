"""synth: every stage rendered into files, for a release pipeline to deploy; nothing in AWS is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployment.observe import lock
from deployment.observe.account import checked_account
from deployment.observe.facts import Facts
from deployment.observe.model import model_facts
from deployment.plan.planner import record_of
from deployment.release.template import body
from deployment.stage.config import Config
from deployment.verbs.place import Workplace, released
from deployment.verbs.report import Answer


@dataclass(frozen=True)
class ToRender:
    """A stage to render: its config, where to work on it, and where its lock is or would be."""

    config: Config
    place: Workplace
    lock: Path


def synth(stages: Sequence[ToRender], output: Path, *, locks: bool) -> Answer:
    """Each stage's template, configuration and definition, and the files to upload, below `output`.

    `<stage>.template.json`, `<stage>.configuration.json` (CodePipeline's form: Parameters and Tags),
    `<stage>.definition.json`, `<stage>.release.json` (what the release's record will say), and
    `uploads/<key>`. The same sources give the same bytes.

    Args:
        stages: The stages.
        output: The folder; made where it isn't there.
        locks: Whether to write the locks of the stages that pin their model.
    """
    rendered = {entry.config.stage_name: _render(entry, output, locks=locks) for entry in stages}
    return Answer({"output": str(output), "stages": rendered})


def _render(stage: ToRender, output: Path, *, locks: bool) -> dict[str, Any]:
    config, place = stage.config, stage.place
    locked = None if locks else lock.read(stage.lock, config)
    facts = locked or _facts(config, place)
    if locks and config.stage.model.version is not None:
        lock.write(stage.lock, facts)
        place.screen.line(f"wrote {stage.lock}")
    release = released(config, facts, place)
    name = config.stage_name
    configuration = {"Parameters": dict(release.parameters), "Tags": dict(config.tags)}
    written = {
        f"{name}.template.json": body(release.template).encode(),
        f"{name}.configuration.json": _json(configuration),
        f"{name}.definition.json": _json(release.definition),
        f"{name}.release.json": _json(record_of(config, release, facts).content()),
        **{f"uploads/{file.key}": file.body for file in release.files},
    }
    for path, content in written.items():
        file = output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for note in release.notes:
        place.screen.line(f"{name}: Note: {note}")
    source = "its lock" if locked else "AWS"
    place.screen.line(f"{name}: model version {facts.model.version} from {source}, {len(written)} files")
    return {
        "stack": config.names.stack,
        "model": facts.model.arn,
        "locked": locked is not None,
        "files": sorted(written),
    }


def _facts(config: Config, place: Workplace) -> Facts:
    account = checked_account(config, place.aws)
    model = model_facts(config, place.aws)
    return Facts(account, place.aws.partition, model, None, frozenset())


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
