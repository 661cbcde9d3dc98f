"""A stage as it was asked for: its files, merged, and the settings of the command line and the environment.

Parsed once, here; after that it is frozen and nobody checks again. All faults come as one `ConfigError`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from deployment.errors import ConfigError
from deployment.names import Names
from deployment.s3uri import S3Uri
from deployment.stage import schema
from deployment.stage.files import Merged
from deployment.stage.settings import Settings, asked, check, options
from deployment.stage.stage_keys import SPARK_ANALYZER, STAGE
from deployment.stage.stages import Monitor, Project, Stage
from deployment.stage.thresholds import Thresholds

_BUCKET = "${ArtifactBucket}"
# StatusCommand's pattern in cfn/batch_pipeline.yaml: it stands in JSON that EventBridge fills in.
_PLAIN = re.compile(r'[^"\\<>]+')


@dataclass(frozen=True)
class Config:
    """One stage, complete and frozen.

    `thresholds` is what its thresholds files say, which only a baseline can be held against. `typed` are the
    options that it takes, beside the stage's name, to come by the same stage again here and now, `options`
    those that it takes elsewhere.
    """

    stage_name: str
    region: str
    bucket: str
    pipeline_role_arn: str
    function_arn: str | None
    data_input: S3Uri
    stage: Stage
    thresholds: Thresholds | None = None
    typed: str = ""
    options: str = ""

    @property
    def status_command(self) -> str:
        """What anybody types in a checkout to see this stage; in no message will a character of it act."""
        command = f"python deploy.py status --stage {self.stage_name} {self.options}".rstrip()
        return command if _PLAIN.fullmatch(command) else f"python deploy.py status --stage {self.stage_name}"

    def command(self, verb: str) -> str:
        """What to type for a verb on this stage."""
        return f"python deploy.py {verb} --stage {self.stage_name} {self.typed}".rstrip()

    @property
    def account(self) -> str | None:
        """The account that the stage belongs to; None for whichever the credentials are of."""
        return self.stage.aws.account

    @property
    def feature_alarms(self) -> Mapping[str, float]:
        """The features with an alarm of their own, and its threshold; without those that are ignored."""
        ignored = self.thresholds.ignored() if self.thresholds else {}
        return {name: limit for name, limit in self.stage.drift.feature_alarms.items() if name not in ignored}

    @property
    def names(self) -> Names:
        """The names derived from the project and the stage."""
        return Names(self.stage.project.name, self.stage_name)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the stack and everything in it."""
        return {
            "sagemaker:project-name": self.stage.project.name,
            "sagemaker:project-id": self.stage.project.id,
            "sagemaker:deployment-stage": self.stage_name,
        }


@dataclass(frozen=True)
class Looked:
    """What a stage's files and settings come to.

    Attributes:
        config: The stage; None where there are faults.
        faults: All of them, a line each.
        broken: The key paths that they are about; the empty one where a file can't be read.
        merged: What the files say, as far as they can be read.
        origins: Where they say so.
    """

    config: Config | None
    faults: tuple[str, ...]
    broken: tuple[schema.Path, ...]
    merged: Mapping[str, Any]
    origins: Mapping[schema.Path, schema.Origin]


def load(stage_name: str, files: Sequence[Path], settings: Settings) -> Config:
    """The stage that `files` describe, each laid over the ones before it, with `settings` over them all.

    Beside each of them may lie a `<stage>.thresholds.json`, and these are laid over each other too; or the
    stage's `monitor.thresholds_file` names the one file that counts, from the folder of the file that says
    so.

    Raises:
        ConfigError: With every fault of the files and settings, each with its file, line and key path.
    """
    looked = look(stage_name, files, settings)
    if looked.config is None:
        raise ConfigError(looked.faults)
    return looked.config


def look(stage_name: str, files: Sequence[Path], settings: Settings) -> Looked:
    """The stage that `load` gives, or all its faults."""
    merged = Merged({}, {}, [])
    for file in files:
        merged.lay_over(file)
    faults = schema.Faults(merged.origins, str(files[-1]))
    for line in merged.faults:
        faults.add((), line)
    # Of a file that can't be read every key would be missing.
    config = None if merged.faults else parsed(stage_name, merged.content, settings, faults)
    monitor = merged.content.get("monitor", {})
    thresholds = None
    if monitor is not None:
        named = monitor.get("thresholds_file") if isinstance(monitor, dict) else None
        thresholds = _thresholds(named, files, settings.today, faults)
    whole = None if config is None else replace(config, thresholds=thresholds)
    return Looked(
        config=None if faults.lines else whole,
        faults=tuple(faults.lines),
        broken=tuple(faults.paths),
        merged=merged.content,
        origins=merged.origins,
    )


def parsed(
    stage_name: str, content: Mapping[str, Any], settings: Settings, faults: schema.Faults
) -> Config | None:
    """The stage of a document, without its thresholds files; None where that can't be.

    Args:
        stage_name: The stage's name.
        content: The document.
        settings: What is over it.
        faults: Gets what is wrong.
    """
    stage = STAGE(content, (), faults)
    found = asked(content.get("aws"), settings)
    check(found, faults)
    if not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,19}", stage_name):
        said = f"the stage's name {stage_name!r} should be up to 20 letters, digits and hyphens"
        faults.add(("project", "name"), said)
    if isinstance(stage, schema.Bad):
        return None
    config = _config(stage_name, _of_project(stage, settings), found, faults)
    if config is None:
        return None
    return replace(config, typed=settings.typed, options=options(settings, content.get("aws"), found))


def _thresholds(
    named: object, files: Sequence[Path], today: date, faults: schema.Faults
) -> Thresholds | None:
    path = ("monitor", "thresholds_file")
    if not isinstance(named, str):
        beside = [file.with_name(f"{file.stem}.thresholds.json") for file in files]
        places = [file for file in beside if file.is_file()]
    else:
        places = [Path(faults.origins[path].file).parent / named]
        if not places[0].is_file():
            faults.note(path, f"there is no file {places[0]}")
            return None
    merged = Merged({}, {}, [])
    for file in places:
        merged.lay_over(file)
    for line in merged.faults:
        faults.add(path, line)
    if not places or merged.faults:
        return None
    return Thresholds(merged.content, tuple(map(str, places)), merged.origins, today)


def _of_project(stage: Stage, settings: Settings) -> Stage:
    name = settings.project_name or stage.project.name
    # A project named on the command line has that name as its id, unless it is told another one.
    return replace(
        stage, project=Project(name, settings.project_id or settings.project_name or stage.project.id)
    )


def _config(
    stage_name: str, stage: Stage, asked: Mapping[str, object], faults: schema.Faults
) -> Config | None:
    names = Names(stage.project.name, stage_name)
    for long in names.faults():
        faults.add(("project", "name"), f"the stage's names: {long}")
    for feature in stage.drift.feature_alarms:
        if fault := names.feature_fault(feature):
            faults.note(("drift", "feature_alarms", feature), fault)
    if stage.monitor is None:
        _note_useless(stage, faults)
    else:
        _note_spark(stage.monitor, faults)
    # A bucket that isn't one is a fault already; the address is then checked with any other.
    bucket = "unset" if ("aws", "artifact_bucket") in faults.paths else str(asked["artifact_bucket"])
    data_input = _input_uri(stage.data.input_uri, bucket, faults)
    if faults.lines or data_input is None:
        return None
    function = asked["evaluate_drift_function_arn"]
    return Config(
        stage_name=stage_name,
        region=str(asked["region"]),
        bucket=str(asked["artifact_bucket"]),
        pipeline_role_arn=str(asked["pipeline_role_arn"]),
        function_arn=None if function is None else str(function),
        data_input=data_input,
        stage=stage,
    )


def _note_spark(monitor: Monitor, faults: schema.Faults) -> None:
    wanted = monitor.analyzer == SPARK_ANALYZER
    if wanted and monitor.spark is None:
        faults.note(("monitor", "spark"), f"is missing: the analyzer {SPARK_ANALYZER} runs there")
    if not wanted and monitor.spark is not None:
        faults.note(("monitor", "spark"), f"is for the analyzer {SPARK_ANALYZER}, not {monitor.analyzer}")


def _note_useless(stage: Stage, faults: schema.Faults) -> None:
    """Notes what would silently do nothing without a monitor."""
    if stage.drift.feature_alarms:
        faults.note(("drift", "feature_alarms"), "can't alarm on anything: monitor is null")
    if stage.drift.fail_on_drift:
        faults.note(("drift", "fail_on_drift"), "can't fail on anything: monitor is null")
    if stage.retrain is not None:
        faults.note(("retrain",), "would never start: monitor is null")


def _input_uri(text: str, bucket: str, faults: schema.Faults) -> S3Uri | None:
    try:
        return S3Uri.parse(text.replace(_BUCKET, bucket))
    except ValueError as error:
        faults.note(("data", "input_uri"), str(error))
        return None


def retrain_pipeline_arn(config: Config, partition: str, account: str) -> str | None:
    """The ARN of the pipeline that an alarm starts, where the stage names one by name or ARN."""
    retrain = config.stage.retrain
    if retrain is None:
        return None
    if retrain.pipeline.startswith("arn:"):
        return retrain.pipeline
    return f"arn:{partition}:sagemaker:{config.region}:{account}:pipeline/{retrain.pipeline}"
