"""Run the examples' notebooks from top to bottom and keep what they show: `python -m examples.notebooks`.

With `--check` nothing is written: the exit code is 1 where a notebook shows something else than it holds, or
does not run. Needs nbclient and ipykernel, which `requirements-dev.txt` has.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

# Untyped, so far.
_FORMAT: Any = nbformat
HERE = Path(__file__).parent
NOTEBOOKS = tuple(HERE / name for name in ("flights/flights.ipynb", "penguins/penguins.ipynb"))
_PATIENCE_S = 300
_ENVIRONMENT = {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def executed(notebook: Path) -> Any:
    """The notebook with what its cells show now, and nothing that differs from run to run.

    Raises:
        CellExecutionError: a cell ends with an error; the message has its code and the traceback.
    """
    document = _FORMAT.read(notebook, as_version=4)
    client = NotebookClient(
        document,
        timeout=_PATIENCE_S,
        kernel_name="python3",
        # The kernel listens on 127.0.0.1 alone, and warns of that at length.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(notebook.parent)}},
        record_timing=False,
    )
    client.execute(env={**os.environ, **_ENVIRONMENT})
    document.metadata = _FORMAT.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    for number, cell in enumerate(document.cells):
        cell.id, cell.metadata = f"cell-{number}", _FORMAT.from_dict({})
    return document


def main(arguments: list[str]) -> int:
    """The exit code: 0 where every notebook runs (and, with --check, shows what it holds)."""
    parser = argparse.ArgumentParser(prog="python -m examples.notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    parser.add_argument("notebooks", nargs="*", type=Path, default=NOTEBOOKS, help="all by default")
    given = parser.parse_args(arguments)
    code = 0
    for notebook in given.notebooks:
        try:
            text = _FORMAT.writes(executed(notebook)) + "\n"
        except CellExecutionError as error:
            print(f"{notebook}: {error}", file=sys.stderr)
            code = 1
            continue
        if not given.check:
            notebook.write_text(text, encoding="utf-8")
        elif text != notebook.read_text(encoding="utf-8"):
            print(f"{notebook}: shows something else now: python -m examples.notebooks", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
