"""Makes the example's files from the measurements that the package palmerpenguins carries.

One row is one penguin. Those of the islands Dream and Torgersen are learned from; every fifth of them is
held out. The island Biscoe is the batch that drifts: another species lives there. The sex, which the model is
to tell, is in no batch. Text comes first, so that one input filter (`$[2:]`) hands the model its numbers.

Run `python -m examples.penguins.prepare --output DIR` for the files alone.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

TEXT = ("species", "island")
NUMBERS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
FEATURES = TEXT + NUMBERS
WHOLE = ("flipper_length_mm", "body_mass_g")
LABEL = "sex"
FAR_ISLAND = "Biscoe"
HOLD_OUT_EVERY = 5
"""An odd step: couples stand in neighbouring rows, and of every fourth bird one in six would be a male."""

TRAINING = Path("labelled/dream-and-torgersen.csv")
HELD_OUT = Path("held-out/dream-and-torgersen.csv")
QUIET = Path("batches/quiet/dream-and-torgersen.csv")
DRIFTED = Path("batches/drifted/biscoe.csv")
FILES = (TRAINING, HELD_OUT, QUIET, DRIFTED)


class SourceDataError(Exception):
    """The package palmerpenguins is absent, or its file is not what the example is made of."""


def source_file() -> Path:
    """The package's file of measurements; the package itself is not imported.

    Raises:
        SourceDataError: the package is not installed, or its file is not where it was.
    """
    spec = find_spec("palmerpenguins")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        file = Path(place) / "data" / "penguins.csv"
        if file.is_file():
            return file
    raise SourceDataError(
        "palmerpenguins with its data/penguins.csv was not found"
        f" (looked in {places or 'every installed package'}); install it: pip install palmerpenguins==0.1.6"
    )


def penguins(file: Path) -> pd.DataFrame:
    """Every measured penguin, in the source's order: `FEATURES`, `LABEL` (1 male, 0 female, or missing).

    Two of the 344 have no measurement at all; there is nothing to score, so they are left out.

    Args:
        file: CSV with a header; missing cells are the word NA.

    Raises:
        SourceDataError: the file is damaged.
    """
    types = {**dict.fromkeys((*TEXT, LABEL), "str"), **dict.fromkeys(NUMBERS, "float64")}
    try:
        read = pd.read_csv(
            file, usecols=[*FEATURES, LABEL], dtype=types, na_values=["NA"], keep_default_na=False
        )
    except ValueError as error:
        raise SourceDataError(f"{file} is damaged or of another version: {error}") from error
    read = read.dropna(subset=list(NUMBERS), how="all")
    read[LABEL] = read[LABEL].map({"male": 1, "female": 0})
    return read[[*FEATURES, LABEL]].astype(dict.fromkeys((*WHOLE, LABEL), "Int64"))


def prepare(output: Path) -> None:
    """Writes `FILES` below `output`: labelled and held-out ones with a header and the label, batches without.

    A missing value is an empty cell. The same package gives the same bytes.

    Raises:
        SourceDataError: see `source_file` and `penguins`.
    """
    birds = penguins(source_file())
    labelled = birds[LABEL].notna()
    near = birds["island"] != FAR_ISLAND
    held_out = near & (near.cumsum() % HOLD_OUT_EVERY == 0)
    _write(birds[near & ~held_out & labelled], output / TRAINING, labelled=True)
    _write(birds[held_out & labelled], output / HELD_OUT, labelled=True)
    _write(birds[held_out], output / QUIET, labelled=False)
    _write(birds[~near], output / DRIFTED, labelled=False)


def _write(rows: pd.DataFrame, file: Path, *, labelled: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = [*FEATURES, LABEL] if labelled else list(FEATURES)
    rows.to_csv(file, columns=columns, header=labelled, index=False, lineterminator="\n")


def main(arguments: list[str]) -> int:
    """Prepares the files in the folder that the arguments name; 0 done, 2 could not."""
    parser = argparse.ArgumentParser(prog="python -m examples.penguins.prepare", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder to write the files below")
    output: Path = parser.parse_args(arguments).output
    try:
        prepare(output)
    except (SourceDataError, OSError) as error:
        print(f"penguins: {error}", file=sys.stderr)
        return 2
    for file in FILES:
        print(output / file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
