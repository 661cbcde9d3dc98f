"""How data is to be read: one frozen, validated value."""

from __future__ import annotations

import codecs
import shlex
from dataclasses import dataclass
from typing import Literal, get_args

from drift_engine.errors import ArgumentError

Format = Literal["csv", "json", "parquet", "arrow", "profile"]


@dataclass(frozen=True)
class ReadOptions:
    r"""How data is to be read; what does not apply to a format is not looked at.

    Attributes:
        format: the files' format; None means by each file's name (`READERS`), and CSV where that says
            nothing.
        header: CSV: whether each file's first row holds the names. Without it they are `_c0`, `_c1`, ...
        separator: CSV: one ASCII character between two cells; in a file named `.tsv` a comma here is a tab.
        quote: CSV: one ASCII character around cells that hold separators, newlines or quotes (which are
            doubled, RFC 4180); "" where no character has that meaning.
        encoding: CSV and JSON lines: a name that Python knows. In UTF-8 a byte sequence that is not UTF-8
            becomes U+FFFD and is counted in a warning.
        nan_is_missing: Parquet, Arrow, polars and JSON lines: whether NaN is a missing cell, as it is in
            pandas and in a CSV that pandas wrote, or a present one without a number, as Model Monitor has it.
        exclude: columns that baselines and checks leave out, on both sides: by name, or by place from 0 on
            where no column has that name.
        folder_columns: whether folders as `day=2026-01-01/` below the path that is given are columns of text
            too, where the file has no column of that name.
        batch_rows: the most rows that a batch holds.
        block_bytes: text formats: how many bytes are read at once; bounds a batch too.
        max_row_bytes: text formats: the longest row in bytes. A longer one is an error: most often a quote
            that is never closed.

    Raises:
        ArgumentError: an option has an impossible value; the message names it.
    """

    format: Format | None = None
    header: bool = True
    separator: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    nan_is_missing: bool = True
    exclude: tuple[str, ...] = ()
    folder_columns: bool = False
    batch_rows: int = 131_072
    block_bytes: int = 4 << 20
    max_row_bytes: int = 64 << 20

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in get_args(Format):
            raise ArgumentError(f"format: {self.format!r} is none of {', '.join(get_args(Format))}")
        for name in ("header", "nan_is_missing", "folder_columns"):
            if not isinstance(getattr(self, name), bool):
                raise ArgumentError(f"{name}: {getattr(self, name)!r} is neither True nor False")
        _one_character("separator", self.separator)
        if self.quote != "":
            _one_character("quote", self.quote)
        if self.quote == self.separator:
            raise ArgumentError(f"quote: {self.quote!r} is the separator too")
        _text_encoding(self.encoding)
        for name in ("batch_rows", "block_bytes", "max_row_bytes"):
            number = getattr(self, name)
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ArgumentError(f"{name}: {number!r} is not a whole number of at least 1")

    @property
    def is_utf8(self) -> bool:
        """Whether text needs no transcoding on its way to a batch."""
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig", "ascii")


def as_given(name: str, value: str | bool) -> str:
    r"""An option as it is given in Python and on the command line, for advice in messages.

    >>> as_given("separator", ";")
    "separator=';' (--separator ';')"
    >>> as_given("header", False)
    'header=False (--no-header)'
    """
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"{name}={value} (--{'' if value else 'no-'}{flag})"
    return f"{name}={value!r} (--{flag} {shlex.quote(repr(value)[1:-1])})"


def _one_character(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != 1 or not value.isascii() or value in "\r\n\0":
        raise ArgumentError(f"{name}: {value!r} is not one ASCII character (newlines and NUL excluded)")


def _text_encoding(encoding: object) -> None:
    if not isinstance(encoding, str):
        raise ArgumentError(f"encoding: {encoding!r} is not the name of an encoding")
    try:
        known = "".encode(encoding) is not None
    except (LookupError, ValueError) as error:
        raise ArgumentError(f"encoding: {encoding!r} is not a text encoding that Python knows") from error
    if not known:
        raise ArgumentError(f"encoding: {encoding!r} encodes to nothing")


DEFAULT = ReadOptions()
