"""What the command line and the environment say of a stage: region, bucket, roles."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from deployment.stage.schema import Faults


@dataclass(frozen=True)
class Settings:
    """What flags and environment variables say; None leaves it to the stage file's `project` and `aws`.

    Attributes:
        today: The day of the deploy, in UTC.
        other_region: The region of the AWS profile, for where neither these nor the stage file name one.
        typed: The options that chose all this, as they were typed.
        project: The folder whose files lie over the checkout's, as found from a checkout; None for none.
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
    project: str | None = None


@dataclass(frozen=True)
class _Setting:
    name: str
    option: str
    variable: str
    pattern: str
    like: str
    needed: bool = True


_SETTINGS: Final = (
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


def asked(aws: object, settings: Settings) -> dict[str, object]:
    """The value of each setting: the flag's or variable's, else the stage file's `aws` section's."""
    of_file = aws if isinstance(aws, dict) else {}
    given = {
        "region": settings.region,
        "artifact_bucket": settings.bucket,
        "pipeline_role_arn": settings.pipeline_role_arn,
        "evaluate_drift_function_arn": settings.function_arn,
    }
    found = {name: value or of_file.get(name) for name, value in given.items()}
    return {**found, "region": found["region"] or settings.other_region}


def options(settings: Settings, of_file: object, found: Mapping[str, object]) -> str:
    """What takes anybody in a checkout to the same stage, however it was said here: by flags or variables.

    Args:
        settings: What was said.
        of_file: The stage file's `aws` section.
        found: What `asked` makes of the two.
    """
    said = of_file if isinstance(of_file, dict) else {}
    words = [*_given("--project", settings.project), *_given("--project-name", settings.project_name)]
    words += _given("--project-id", settings.project_id)
    for setting in _SETTINGS:
        value = found[setting.name]
        if value is not None and said.get(setting.name) != value:
            words += [setting.option, str(value)]
    return shlex.join(words)


def _given(option: str, value: str | None) -> list[str]:
    return [] if value is None else [option, value]


def check(found: Mapping[str, object], faults: Faults) -> None:
    """Notes each setting that is missing or can't be right."""
    for setting in _SETTINGS:
        value = found[setting.name]
        where = f"aws.{setting.name} ({setting.option}, {setting.variable})"
        if value is None and setting.needed:
            said = "is not set: give the flag, the variable, or the key in the stage file"
        elif value is not None and re.fullmatch(setting.pattern, str(value)) is None:
            said = f"is {value!r}, should be {setting.like}"
        else:
            continue
        faults.add(("aws", setting.name), f"{where} {said}")
