"""A stage with faults, made whole by stand-ins, so that what doesn't depend on them can be looked at."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as File
from types import MappingProxyType
from typing import Any, Final

from deployment.errors import ConfigError
from deployment.stage import schema
from deployment.stage.config import Config, look, parsed
from deployment.stage.schema import Path
from deployment.stage.settings import Settings

_ROUNDS: Final = 6  # what a stand-in leads to is mended in the next one
_NAME: Final = "stage"
_STAND_INS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "project": {"name": "unnamed", "id": "unnamed"},
        "aws": {
            "region": "us-east-1",
            "artifact_bucket": "unset",
            "pipeline_role_arn": "arn:aws:iam::123456789012:role/unset",
        },
        "model": {"package_group": "unnamed"},
        "data": {"input_uri": "s3://unset/unset"},
        "transform": {"instance_type": "ml.m5.large"},
        "monitor": {"instance_type": "ml.m5.large"},
    }
)
_OF_SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "region": "region",
        "artifact_bucket": "bucket",
        "pipeline_role_arn": "pipeline_role_arn",
        "evaluate_drift_function_arn": "function_arn",
    }
)


@dataclass(frozen=True)
class Surveyed:
    """A stage, whether it has faults or not.

    Attributes:
        config: The stage, with stand-ins in the place of what is broken.
        faults: All faults of its files and settings, a line each.
        broken: The key paths that they are about; the empty one where a file can't be read.
        given: The settings that flags or variables gave, which no file can break.
    """

    config: Config
    faults: tuple[str, ...] = ()
    broken: tuple[Path, ...] = ()
    given: frozenset[str] = frozenset()

    def unsure(self, relied: Iterable[Path]) -> list[str]:
        """Which of these key paths, as text, have a fault in them or above them."""
        return [".".join(path) for path in relied if self._is_broken(path)]

    def _is_broken(self, path: Path) -> bool:
        hit = [each for each in self.broken if _related(path, each)]
        if path[0] == "aws" and path[-1] in self.given:
            hit = [each for each in hit if each]
        return bool(hit)


def survey(stage_name: str, files: Sequence[File], settings: Settings) -> Surveyed:
    """The stage that `files` and `settings` describe; never refused for what is in them.

    Raises:
        ConfigError: No stand-in makes the stage whole: a bug of ours.
    """
    found = look(stage_name, files, settings)
    given = {key for key, attribute in _OF_SETTINGS.items() if getattr(settings, attribute) is not None}
    if found.config is not None:
        return Surveyed(found.config)
    content = copy.deepcopy(dict(found.merged))
    lines, broken = list(found.faults), list(found.broken)
    latest: Sequence[Path] = found.broken
    for _ in range(_ROUNDS):
        for path in latest:
            settings = _mend(content, path, settings)
        faults = schema.Faults(found.origins, str(files[-1]))
        config = parsed(_NAME, content, settings, faults)
        if config is not None and not faults.lines:
            config = replace(config, stage_name=stage_name)
            return Surveyed(config, tuple(lines), tuple(broken), frozenset(given))
        for path, line in zip(faults.paths, faults.lines, strict=True):
            # What one key says of another only shows when each by itself is right.
            if not any(_related(path, each) for each in broken):
                lines.append(line)
                broken.append(path)
        latest = faults.paths
    raise ConfigError(lines)


def _related(one: Path, other: Path) -> bool:
    """Whether one of the paths is in the other."""
    return one[: len(other)] == other or other[: len(one)] == one


def _mend(content: dict[str, Any], path: Path, settings: Settings) -> Settings:
    """The settings without the broken one; `content` has a stand-in, or nothing, at that path."""
    if path[:1] == ("aws",) and path[-1] in _OF_SETTINGS:
        without: dict[str, Any] = {_OF_SETTINGS[path[-1]]: None}
        settings = replace(settings, **without)
        content.setdefault("aws", {})
    if path == ("project", "name"):
        settings = replace(settings, project_name=None)
    if not path:
        content.clear()
        content.update(copy.deepcopy(dict(_STAND_INS)))
        return settings
    inside, stand_in = _inside(content, path[:-1]), _inside(_STAND_INS, path[:-1])
    if inside is None:
        above = _inside(content, path[:-2])
        if above is not None and path[-2] in above:  # an entry of a list: the list goes
            return _mend(content, path[:-1], settings)
        return settings  # a section above it has been mended
    if stand_in is not None and path[-1] in stand_in:
        inside[path[-1]] = copy.deepcopy(stand_in[path[-1]])
    elif path[-1] in inside:
        del inside[path[-1]]
    elif len(path) > 1:  # it is missing, and nothing can stand in: so is its section
        return _mend(content, path[:-1], settings)
    return settings


def _inside(content: Any, path: Path) -> Any:
    """The section of a path; None where there is none."""
    for key in path:
        if not isinstance(content, Mapping) or key not in content:
            return None
        content = content[key]
    return content if isinstance(content, Mapping) else None
