r"""Pages of Markdown, cut into the blocks that a test runs.

What is run: ```` ```console ```` (lines that begin with `$ `, continued by `\` or `> `; what follows is the
output), ```` ```python ```` (a script), and whatever has a mark. A mark is an HTML comment on the line before
the fence, clauses parted by `;`:

    <!-- test: needs flights-months -->   prepare that sample first (`samples.SAMPLES`)
    <!-- test: exits 1 -->                the block's last command ends with 1, not 0; or a code a command
    <!-- test: file NAME -->              the block is a file: write it, do not run it
    <!-- test: patch -->                  the block is a diff: apply it
    <!-- test: output -->                 the block is what the one before printed
    <!-- test: skip, REASON -->           not run; it is counted, with its reason, in the tests' summary

In a shown output `...` stands for anything, and blanks do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")]))
SHOWN_ONLY = frozenset(
    {"text", "json", "jsonc", "yaml", "toml", "ini", "mermaid", "html", "css", "csv", "xml"}
)
_CLAUSES = frozenset({"needs", "exits", "file", "patch", "output", "skip"})
_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w-]*)\s*$")
_MARK = re.compile(r"^ *<!-- test: (?P<clauses>.+?) -->\s*$")


class PageError(Exception):
    """A page that can't be tested as it is written."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        place: page and line of the fence, `docs/quickstart.md:12`.
        language: what stands behind the fence, or nothing.
        text: its lines, without the fence and its indentation.
        marks: clause to what stands behind it.
    """

    place: str
    language: str
    text: str
    marks: dict[str, str]

    @property
    def skipped(self) -> str | None:
        """Why it is not run, where that is said."""
        return self.marks.get("skip")

    def codes(self, count: int) -> list[int]:
        """How each of its so many commands is to end.

        Raises:
            PageError: the mark has neither one code nor one a command.
        """
        said = [int(code) for code in self.marks.get("exits", "0").split()]
        if len(said) == 1:
            return [*[0] * (count - 1), *said]
        if len(said) != count:
            raise PageError(f"{self.place}: {len(said)} exit codes for {count} commands")
        return said

    @property
    def kind(self) -> str:
        """`file`, `patch`, `output`, `console`, `python`, or `shown`: what is to be done with it.

        Raises:
            PageError: it looks like something to run, but is in no language that is run.
        """
        for mark in ("file", "patch", "output"):
            if mark in self.marks:
                return mark
        if self.language in ("console", "python"):
            return self.language
        if self.language in SHOWN_ONLY:
            return "shown"
        raise PageError(
            f"{self.place}: a block of {self.language or 'no language'}; say console or python to have it"
            " run, text or another of SHOWN_ONLY to have it shown, or mark it"
        )


@dataclass(frozen=True)
class Command:
    """One command of a console block and what it is said to print; None where nothing is shown."""

    text: str
    output: str | None


def blocks(text: str, page: str) -> Iterator[Block]:
    """The fenced blocks of a page's text, in order.

    Raises:
        PageError: a fence that is not closed, a mark that is not known or stands before no fence.
    """
    lines = text.splitlines()
    marks: dict[str, str] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = _FENCE.match(line)
        if fence is None:
            if marks:
                raise PageError(f"{page}:{number}: the mark above stands before no block")
            marks = _marks(line, f"{page}:{number}")
            continue
        place, body = f"{page}:{number}", []
        while number < len(lines) and lines[number].strip() != fence["ticks"]:
            body.append(lines[number].removeprefix(fence["indent"]))
            number += 1
        if number == len(lines):
            raise PageError(f"{place}: the block is not closed")
        number += 1
        yield Block(place, fence["language"], "\n".join(body) + "\n", marks)
        marks = {}


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block.

    Raises:
        PageError: the block does not begin with a command.
    """
    lines = block.text.splitlines()
    number = 0
    while number < len(lines):
        if not lines[number].startswith("$ "):
            raise PageError(f"{block.place}: a console block begins with a command, `$ `")
        command = [lines[number][2:]]
        number += 1
        while number < len(lines) and (command[-1].endswith("\\") or lines[number].startswith("> ")):
            command.append(lines[number].removeprefix("> "))
            number += 1
        shown = []
        while number < len(lines) and not lines[number].startswith("$ "):
            shown.append(lines[number])
            number += 1
        yield Command("\n".join(command), "\n".join(shown) if shown else None)


def agrees(shown: str, printed: str) -> bool:
    """Whether what was printed is what the page shows: `...` is anything, blanks do not count."""
    parts = [re.escape(" ".join(part.split())) for part in shown.split("...")]
    return (
        re.fullmatch(
            r"\s*" + ".*".join(part.replace(r"\ ", r"\s+") for part in parts) + r"\s*",
            _plain(printed),
            re.DOTALL,
        )
        is not None
    )


def _plain(printed: str) -> str:
    return " ".join(printed.split())


def _marks(line: str, place: str) -> dict[str, str]:
    mark = _MARK.match(line)
    if mark is None:
        if "<!-- test" in line:
            raise PageError(f"{place}: not a mark: {line.strip()}")
        return {}
    text = mark["clauses"].strip()
    if text.startswith("skip"):
        reason = text.removeprefix("skip").lstrip(", ")
        if not reason:
            raise PageError(f"{place}: a skipped block says why: <!-- test: skip, REASON -->")
        return {"skip": reason}
    clauses = [clause.strip().partition(" ") for clause in text.split(";")]
    unknown = [name for name, _, _ in clauses if name not in _CLAUSES]
    if unknown:
        raise PageError(
            f"{place}: unknown mark {', '.join(unknown)}; known are {', '.join(sorted(_CLAUSES))}"
        )
    return {name: rest.strip() for name, _, rest in clauses}
