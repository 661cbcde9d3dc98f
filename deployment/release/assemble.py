"""What a stage should be, from what was asked for and what AWS has: files, template, parameters. Pure.

`files.py` has the objects for the bucket, `definition.py` the pipeline definition, `parameters.py` those of
the template.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployment.errors import ConfigError, ReleaseError
from deployment.names import Keys
from deployment.observe.facts import Facts
from deployment.release.definition import definition_of
from deployment.release.files import Comparison, File, digest_of, files_of, json_of, stage_constraints
from deployment.release.packages import Packages
from deployment.release.parameters import parameters_of
from deployment.release.template import BODY_LIMIT, URL_LIMIT, Template, body
from deployment.stage.config import Config
from deployment.stage.thresholds import faults_of
from pipeline_definition import validate


@dataclass(frozen=True)
class Sources:
    """What this checkout brings: the handwritten pipeline definition, the template, the packages of code."""

    definition: Mapping[str, Any]
    template: Template
    packages: Packages


@dataclass(frozen=True)
class Release:
    """A stage as it should be.

    Attributes:
        definition: The pipeline definition, filled in and validated.
        files: What has to be in the bucket, in the order of upload.
        constraints: The baseline's constraints with the stage's thresholds; None without a monitor.
        thresholds: The stage's thresholds file; None where it has none.
        template: The CloudFormation template.
        template_key: Where the template lies in the bucket.
        large: Whether the template is too large to be sent with a request.
        parameters: The template's parameters.
        notes: What the reader of a plan should know beside it.
    """

    definition: Mapping[str, Any]
    constraints: Mapping[str, Any] | None
    files: tuple[File, ...]
    template: Template
    template_key: str
    large: bool
    parameters: Mapping[str, str]
    notes: tuple[str, ...]
    thresholds: Mapping[str, Any] | None = None


def assemble(config: Config, facts: Facts, sources: Sources) -> Release:
    """The stage as it should be.

    Raises:
        ConfigError: The thresholds file has faults, or doesn't fit the baseline.
        FillError: The handwritten definition and this code disagree about its placeholders.
        DefinitionError: SageMaker would refuse the definition.
        ImageError: SageMaker has no monitor image in the region.
        ReleaseError: The template is larger than CloudFormation takes.
    """
    keys = Keys(config.names.pipeline)
    monitor, baseline = config.stage.monitor, facts.model.baseline
    wanted = None if baseline is None else config.thresholds
    if wanted is not None and baseline is not None:
        faults = faults_of(wanted, baseline.document["features"], baseline.numeric_texts)
        if faults:
            raise ConfigError(faults)
    compared = None if monitor is None or baseline is None else Comparison(monitor, baseline)
    files = files_of(config, sources.packages, keys, compared)
    definition = definition_of(config, facts, sources.definition, files, compared)
    validate.check(definition)
    definition_text = json_of(definition)
    files["definition"] = File(
        "pipeline definition", keys.definition(digest_of(definition_text)), definition_text
    )
    template_body = body(sources.template).encode()
    if len(template_body) > URL_LIMIT:
        raise ReleaseError(
            f"The stage's template has {len(template_body):,} bytes, CloudFormation takes {URL_LIMIT:,}: "
            "name fewer features in drift.feature_alarms."
        )
    # Uploaded even where it fits a request: a rollback needs it.
    files["template"] = File("template", keys.template(digest_of(template_body)), template_body)
    return Release(
        definition=definition,
        constraints=None if compared is None else stage_constraints(compared),
        files=tuple(files.values()),
        template=sources.template,
        template_key=files["template"].key,
        large=len(template_body) > BODY_LIMIT,
        parameters=parameters_of(config, facts, files, compared),
        notes=tuple(_notes(config, facts)),
        thresholds=None if wanted is None else wanted.document,
    )


def _notes(config: Config, facts: Facts) -> Iterator[str]:
    if config.stage.monitor is None:
        yield "The stage has no monitor: the pipeline ends after Transform, and nothing is checked for drift."
    elif facts.model.baseline is None:
        yield (
            f"Model package version {facts.model.version} has no baseline (DriftCheckBaselines): the "
            "pipeline ends after Transform, and nothing is checked for drift."
        )
    elif config.thresholds is not None:
        for feature, day in config.thresholds.ignored().items():
            if feature in config.stage.drift.feature_alarms:
                yield (
                    f"{feature} is ignored until {day}: its own alarm (drift.feature_alarms) goes; an apply "
                    "from that day on makes it again."
                )
        for feature, day in config.thresholds.ended().items():
            path = ("features", feature, "ignore_until")
            yield (
                f"{config.thresholds.origins[path]}: {'.'.join(path)}: {day} has come (today is "
                f"{config.thresholds.today}): it is checked again; remove the line, or name a later day."
            )
