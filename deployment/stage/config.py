"""A stage as it was asked for: its files, merged, and the settings of the command line and the environment.

Parsed once, here; after that it is frozen and nobody checks again. All faults come as one `ConfigError`.
"""

from __future__ import annotations

import json
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
from deployment.stage.stage_keys import SPARK_ANALYZER, STAGE
from deployment.stage.stages import Monitor, Project, Stage
from deployment.stage.thresholds import Thresholds

_BUCKET = "${ArtifactBucket}"


@dataclass(frozen=True)
class Settings:
    """What flags and environment variables say; None leaves it to the stage file's `project` and `aws`.

    Attributes:
        today: The day of the deploy, in UTC.
        other_region: The region of the AWS profile, for where neither these nor the stage file name one.
        typed: The options that chose all this, as they were typed.
    """

    project_name: str | None = None
    project_id: str | None = None
    region: str | None = None
    other_region: str | None = None
    bucket: str | None = None
    pipeline_role_arn: str | None = None
    function_arn: str | None = None
    today: date = date.min
    typed: str = ""


@dataclass(frozen=True)
class Config:
    """One stage, complete and frozen.

    `thresholds` is what its thresholds files say, which only a baseline can be held against. `typed` are the
    options that it takes, beside the stage's name, to come by the same stage again.
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


def load(stage_name: str, files: Sequence[Path], settings: Settings) -> Config:
    """The stage that `files` describe, each laid over the ones before it, with `settings` over them all.

    Beside each of them may lie a `<stage>.thresholds.json`, and these are laid over each other too; or the
    stage's `monitor.thresholds_file` names the one file that counts, from the folder of the file that says
    so.

    Raises:
        ConfigError: With every fault of the files and settings, each with its file and key path.
    """
    merged: dict[str, Any] = {}
    faults = schema.Faults({}, str(files[-1]))
    for file in files:
        content = _read(file, faults.lines)
        if content is not None:
            _lay_over(merged, content, (), faults.origins, str(file))
    if faults.lines:
        raise ConfigError(faults.lines)
    stage = STAGE(merged, (), faults)
    asked = _asked(merged.get("aws"), settings)
    faults.lines.extend(_setting_faults(asked))
    if not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,19}", stage_name):
        faults.lines.append(f"the stage's name {stage_name!r} should be up to 20 letters, digits and hyphens")
    if isinstance(stage, schema.Bad):
        raise ConfigError(faults.lines)
    found = _config(stage_name, _of_project(stage, settings), asked, faults)
    thresholds = _thresholds(stage, files, settings.today, faults.origins)
    return replace(found, thresholds=thresholds, typed=settings.typed)


def _thresholds(
    stage: Stage, files: Sequence[Path], today: date, origins: Mapping[schema.Path, str]
) -> Thresholds | None:
    if stage.monitor is None:
        return None
    named = stage.monitor.thresholds_file
    if named is None:
        beside = [file.with_name(f"{file.stem}.thresholds.json") for file in files]
        places = [file for file in beside if file.is_file()]
    else:
        places = [Path(origins["monitor", "thresholds_file"]).parent / named]
        if not places[0].is_file():
            raise ConfigError([f"monitor.thresholds_file: there is no file {places[0]}"])
    merged: dict[str, Any] = {}
    set_by: dict[schema.Path, str] = {}
    faults: list[str] = []
    for file in places:
        content = _read(file, faults)
        if content is not None:
            _lay_over(merged, content, (), set_by, str(file))
    if faults:
        raise ConfigError(faults)
    return Thresholds(merged, tuple(map(str, places)), set_by, today) if places else None


def _others(folder: Path) -> str:
    """The stages that a folder has, as the end of a sentence."""
    stems = sorted(each.stem for each in folder.glob("*.json") if "." not in each.stem)
    return f"; there are {', '.join(stems)}" if stems else ""


def _read(file: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except FileNotFoundError:
        faults.append(f"{file}: there is no such stage file{_others(file.parent)}")
    except (ValueError, OSError) as error:
        faults.append(f"{file}: can't be read as JSON: {error}")
    else:
        if isinstance(content, dict):
            return content
        faults.append(f"{file}: is {schema.kind(content)}, should be an object")
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return dict(pairs)


def _lay_over(
    below: dict[str, Any],
    above: Mapping[str, Any],
    path: schema.Path,
    origins: dict[schema.Path, str],
    file: str,
) -> None:
    for key, value in above.items():
        at = (*path, key)
        origins[at] = file
        if isinstance(value, dict):
            inner = below.get(key)
            below[key] = inner if isinstance(inner, dict) else {}
            _lay_over(below[key], value, at, origins, file)
        else:
            below[key] = value


def _asked(aws: object, settings: Settings) -> dict[str, object]:
    """The value of each setting: the flag's or variable's, else the stage file's."""
    of_file = aws if isinstance(aws, dict) else {}
    given = {
        "region": settings.region,
        "artifact_bucket": settings.bucket,
        "pipeline_role_arn": settings.pipeline_role_arn,
        "evaluate_drift_function_arn": settings.function_arn,
    }
    asked = {name: value or of_file.get(name) for name, value in given.items()}
    return {**asked, "region": asked["region"] or settings.other_region}


def _of_project(stage: Stage, settings: Settings) -> Stage:
    name = settings.project_name or stage.project.name
    # A project named on the command line has that name as its id, unless it is told another one.
    return replace(
        stage, project=Project(name, settings.project_id or settings.project_name or stage.project.id)
    )


def _config(stage_name: str, stage: Stage, asked: Mapping[str, object], faults: schema.Faults) -> Config:
    names = Names(stage.project.name, stage_name)
    faults.lines.extend(f"the stage's names: {fault}" for fault in names.faults())
    for feature in stage.drift.feature_alarms:
        if fault := names.feature_fault(feature):
            faults.note(("drift", "feature_alarms", feature), fault)
    if stage.monitor is None:
        _note_useless(stage, faults)
    else:
        _note_spark(stage.monitor, faults)
    # A bucket that isn't set is a fault already; the address is then checked with any other.
    data_input = _input_uri(stage.data.input_uri, str(asked["artifact_bucket"] or "unset"), faults)
    if faults.lines or data_input is None:
        raise ConfigError(faults.lines)
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


@dataclass(frozen=True)
class _Setting:
    name: str
    option: str
    variable: str
    pattern: str
    like: str
    needed: bool = True


_SETTINGS = (
    _Setting("region", "--region", "AWS_REGION", r"[a-z]{2}(-[a-z]+)+-\d", "a region such as us-east-1"),
    _Setting(
        "artifact_bucket",
        "--artifact-bucket",
        "ARTIFACT_BUCKET",
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "a bucket's name",
    ),
    _Setting(
        "pipeline_role_arn",
        "--pipeline-role-arn",
        "SAGEMAKER_PIPELINE_ROLE_ARN",
        r"arn:aws[a-z-]*:iam::\d{12}:role/.+",
        "a role's ARN, arn:aws:iam::<account>:role/<name>",
    ),
    _Setting(
        "evaluate_drift_function_arn",
        "--evaluate-drift-function-arn",
        "EVALUATE_DRIFT_FUNCTION_ARN",
        r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?",
        "a function's ARN, arn:aws:lambda:<region>:<account>:function:<name>",
        needed=False,
    ),
)


def _setting_faults(asked: Mapping[str, object]) -> list[str]:
    faults = []
    for setting in _SETTINGS:
        value = asked[setting.name]
        where = f"aws.{setting.name} ({setting.option}, {setting.variable})"
        if value is None and setting.needed:
            faults.append(f"{where} is not set: give the flag, the variable, or the key in the stage file")
        elif value is not None and re.fullmatch(setting.pattern, str(value)) is None:
            faults.append(f"{where} is {value!r}, should be {setting.like}")
    return faults


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
