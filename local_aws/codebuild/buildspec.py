"""A buildspec of version 0.2 as data.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

PHASES: Final = ("install", "pre_build", "build", "post_build")
_SHELLS: Final = ("sh", "bash", "/bin/sh", "/bin/bash")


class BuildspecError(Exception):
    """The buildspec can't be read or asks for what is not done; names the place."""


@dataclass(frozen=True)
class Phase:
    """A phase's commands, those that run whatever became of them, whether its failure ends the build."""

    name: str
    commands: tuple[str, ...] = ()
    at_last: tuple[str, ...] = ()
    aborts: bool = True


@dataclass(frozen=True)
class Artifacts:
    """Which files are the build's result: globs below `base`, names without folders where `flat`."""

    files: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    base: str = "."
    flat: bool = False


@dataclass(frozen=True)
class Buildspec:
    """What a build does.

    Attributes:
        phases: All four, in order; those that the file lacks are empty.
        variables: Environment variables, below those of the project.
        exported: Names of variables that are handed on when the build has ended.
        runtimes: `runtime-versions`, language to version.
        artifacts: None where the build has no result.
        shell: `sh` or `bash`.
    """

    phases: tuple[Phase, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    runtimes: Mapping[str, str] = field(default_factory=dict)
    artifacts: Artifacts | None = None
    shell: str = "sh"


def read(text: str) -> Buildspec:
    """The buildspec.

    Args:
        text: YAML.

    Raises:
        BuildspecError: It is no YAML, not of version 0.2, or has a key that is unknown or not done.
    """
    try:
        whole = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecError(f"YAML_FILE_ERROR: {' '.join(str(error).split())}") from error
    body = _object(whole, "the buildspec", ("version", "env", "phases", "artifacts"))
    if str(body.get("version")) != "0.2":
        raise BuildspecError("YAML_FILE_ERROR: version must be 0.2")
    env = _object(body.get("env"), "env", ("shell", "variables", "exported-variables"))
    if env.get("shell", "sh") not in _SHELLS:
        raise BuildspecError(f"env/shell: {env['shell']} is not done; {', '.join(_SHELLS)} are")
    phases = _object(body.get("phases"), "phases", PHASES)
    if not phases:
        raise BuildspecError("YAML_FILE_ERROR: phases must have at least one phase")
    install = _object(phases.get("install"), "phases/install", None)
    runtimes = _object(install.get("runtime-versions"), "phases/install/runtime-versions", None)
    return Buildspec(
        phases=tuple(_phase(name, phases.get(name)) for name in PHASES),
        variables={
            name: _text(value, f"env/variables/{name}")
            for name, value in _object(env.get("variables"), "env/variables", None).items()
        },
        exported=_texts(env.get("exported-variables"), "env/exported-variables"),
        runtimes={name: str(version) for name, version in runtimes.items()},
        artifacts=_artifacts(body.get("artifacts")),
        shell=env.get("shell", "sh").rpartition("/")[2],
    )


def _phase(name: str, value: Any) -> Phase:
    path = f"phases/{name}"
    known = ("commands", "finally", "on-failure", *(("runtime-versions",) if name == "install" else ()))
    body = _object(value, path, known)
    on_failure = body.get("on-failure", "CONTINUE" if name in ("build", "post_build") else "ABORT")
    if on_failure not in ("ABORT", "CONTINUE"):
        raise BuildspecError(f"{path}/on-failure: {on_failure} is not done; ABORT and CONTINUE are")
    return Phase(
        name=name,
        commands=_texts(body.get("commands"), f"{path}/commands"),
        at_last=_texts(body.get("finally"), f"{path}/finally"),
        aborts=on_failure == "ABORT",
    )


def _artifacts(value: Any) -> Artifacts | None:
    if value is None:
        return None
    known = ("files", "exclude-paths", "base-directory", "discard-paths", "name")
    body = _object(value, "artifacts", known)
    files = _texts(body.get("files"), "artifacts/files")
    if not files:
        raise BuildspecError("YAML_FILE_ERROR: artifacts/files must name at least one file")
    return Artifacts(
        files=files,
        exclude=_texts(body.get("exclude-paths"), "artifacts/exclude-paths"),
        base=_text(body.get("base-directory", "."), "artifacts/base-directory"),
        flat=str(body.get("discard-paths", "no")).lower() in ("yes", "true"),
    )


def _object(value: Any, path: str, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BuildspecError(f"YAML_FILE_ERROR: {path} must be a mapping")
    unknown = [str(key) for key in value if known is not None and key not in known]
    if unknown:
        raise BuildspecError(f"The local AWS does not do {', '.join(unknown)} in {path} of a buildspec")
    return value


def _texts(value: Any, path: str) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item, f"{path}[{index}]") for index, item in enumerate(items))


def _text(value: Any, path: str) -> str:
    if isinstance(value, dict | list) or value is None:
        raise BuildspecError(f"YAML_FILE_ERROR: {path} must be text")
    return str(value).lower() if isinstance(value, bool) else str(value)
