"""The job's data: files as they are, or files that were made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drift_engine.errors import DriftEngineError
from drift_engine.readers import ReadOptions


@dataclass(frozen=True)
class Table:
    """What is read, and how.

    Attributes:
        source: a file or folder.
        options: how it is read.
        names: of files that were made of others, what each was made of.
    """

    source: Path
    options: ReadOptions
    names: Mapping[str, str] = field(default_factory=dict)

    def said(self, text: str) -> str:
        """The text, which names the user's own files in place of those that were made of them."""
        for made, source in self.names.items():
            text = text.replace(made, source)
        return text

    @contextmanager
    def cited(self) -> Iterator[None]:
        """Errors of the block name the user's own files."""
        try:
            yield
        except DriftEngineError as error:
            message = self.said(str(error))
            if message == str(error):
                raise
            raise type(error)(message) from error
