"""Release records: what each release of a pipeline was made of, kept in the artifact bucket.

`deploy/<pipeline>/releases/<n>.json` is written as `begun` before the stack is touched, and again as
`deployed` after it. A record that stayed `begun` belongs to a deploy that failed or was interrupted.
A release of CodePipeline is recorded after its stack was changed, by RecordFunction of `cfn/cicd.yaml`,
from what `synth` wrote into `<stage>.release.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from deployment.names import Keys

State = Literal["begun", "deployed"]
_OF_ITS_TIME: Final = frozenset({"number", "state", "again_of"})
_NUMBER: Final = re.compile(r"/releases/([1-9]\d*)\.json$")


@dataclass(frozen=True)
class Record:
    """One release.

    Attributes:
        number: Its number, from 1 up.
        state: `begun`, or `deployed` once the stack was changed.
        bucket: The artifact bucket with everything that it names.
        template_key: The template's key.
        parameters: The template's parameters; `DefinitionKey` among them names the pipeline definition.
        tags: The stack's tags.
        files: The keys of all files that the release needs, the template's included.
        model: The model package's `arn` and `version`, and its `artifact`.
        again_of: The number of the release that this one brought back; None for a new one.
    """

    number: int
    state: State
    bucket: str
    template_key: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    files: tuple[str, ...]
    model: Mapping[str, Any]
    again_of: int | None = None

    @property
    def origin(self) -> int:
        """The number under which this content was first released."""
        return self.number if self.again_of is None else self.again_of

    def deployed(self) -> Record:
        """The same record, of a stack that was changed."""
        return replace(self, state="deployed")

    def body(self) -> bytes:
        """The record as a file."""
        return (json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n").encode()

    def content(self) -> dict[str, Any]:
        """What is released, without what only a deploy knows: number, state, and which release it repeats."""
        return {key: value for key, value in asdict(self).items() if key not in _OF_ITS_TIME}


def parse(content: bytes) -> Record:
    """The record that `Record.body` wrote.

    Raises:
        ValueError: It is no such file.
    """
    try:
        document = json.loads(content)
        return Record(**{**document, "files": tuple(document["files"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"it is no release record: {error}") from error


def numbers(keys: Iterable[str]) -> list[int]:
    """The numbers of the release records among `keys`, ascending.

    >>> numbers(["deploy/p/releases/10.json", "deploy/p/releases/9.json", "deploy/p/code/x.zip"])
    [9, 10]
    """
    return sorted(int(found.group(1)) for key in keys if (found := _NUMBER.search(key)))


def next_number(keys: Iterable[str]) -> int:
    """The number of the next release."""
    return max(numbers(keys), default=0) + 1


def key_of(pipeline: str, number: int) -> str:
    """The key of a release's record."""
    return Keys(pipeline).release(number)
