from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from examples.flights import prepare

FILES = (prepare.TRAINING, prepare.LATER, prepare.HELD_OUT, prepare.QUIET, prepare.DRIFTED)


def rows_of(file: Path) -> list[list[str]]:
    with file.open(newline="") as lines:
        return list(csv.reader(lines))


@pytest.fixture(scope="module")
def source_flights() -> list[dict[str, str]]:
    with zipfile.ZipFile(prepare.source_folder() / "flights.csv.zip") as archive:
        text = io.TextIOWrapper(archive.open("flights.csv"), encoding="utf-8", newline="")
        return list(csv.DictReader(text))


def test_the_files_have_the_columns_and_as_many_rows_as_the_source_says(
    prepared: Path, source_flights: list[dict[str, str]]
) -> None:
    departed = [row for row in source_flights if row["dep_time"] != "NA"]
    winter = [row for row in departed if row["month"] in {"1", "2", "3"}]
    held_out = winter[10::11]
    landed = [row for row in winter if row["arr_delay"] != "NA"]
    held_out_landed = [row for row in held_out if row["arr_delay"] != "NA"]

    assert len(rows_of(prepared / prepare.QUIET)) == len(held_out) == 7_104
    assert len(rows_of(prepared / prepare.HELD_OUT)) == len(held_out_landed) + 1
    assert len(rows_of(prepared / prepare.TRAINING)) == len(landed) - len(held_out_landed) + 1 == 70_825
    assert len(rows_of(prepared / prepare.DRIFTED)) == sum(row["month"] == "7" for row in departed) == 28_485

    header = rows_of(prepared / prepare.TRAINING)[0]
    assert header == [*prepare.FEATURES, prepare.LABEL]
    assert {len(row) for row in rows_of(prepared / prepare.QUIET)} == {len(prepare.FEATURES)}


def test_a_batch_holds_nothing_that_is_known_only_after_the_departure() -> None:
    known_later = {"arr_time", "arr_delay", "air_time"}
    assert known_later.isdisjoint(prepare.FEATURES)


def test_the_quiet_batch_and_the_training_rows_share_the_winter_without_overlap(
    prepared: Path, source_flights: list[dict[str, str]]
) -> None:
    keys = ("carrier", "tailnum", "origin", "dest", "sched_dep_time", "month", "day", "dep_time")
    winter = [r for r in source_flights if r["dep_time"] != "NA" and r["month"] in {"1", "2", "3"}]
    assert len({tuple(row[key] for key in keys) for row in winter}) == len(winter)

    expected = [[row[name] for name in (*prepare.TEXT, *prepare.SCHEDULE)] for row in winter[10::11]]
    assert [row[:8] for row in rows_of(prepared / prepare.QUIET)] == expected
    rest = [row for number, row in enumerate(winter) if number % 11 != 10 and row["arr_delay"] != "NA"]
    expected = [[row[name] for name in (*prepare.TEXT, *prepare.SCHEDULE)] for row in rest]
    assert [row[:8] for row in rows_of(prepared / prepare.TRAINING)[1:]] == expected


def test_the_weather_is_that_of_the_origin_in_the_scheduled_hour(prepared: Path) -> None:
    # Looked up by hand: UA 1545 of 05:15 from EWR and UA 1714 of 05:29 from LGA on 1 January, hour 5.
    first, second = rows_of(prepared / prepare.TRAINING)[1:3]
    ewr = ["39.02", "28.04", "64.43", "260", "12.658579999999999", "", "0.0", "1011.9", "10.0"]
    lga = [
        "39.92",
        "24.98",
        "54.81",
        "250",
        "14.960139999999999",
        "21.864819999999998",
        "0.0",
        "1011.4",
        "10.0",
    ]
    assert first == ["UA", "N14228", "EWR", "IAH", "2", "515", "819", "1400", *ewr, "11"]
    assert second == ["UA", "N24211", "LGA", "IAH", "4", "529", "830", "1416", *lga, "20"]


def test_a_flight_without_weather_stays_with_missing_cells(
    prepared: Path, source_flights: list[dict[str, str]]
) -> None:
    with (prepare.source_folder() / "weather.csv").open(newline="") as lines:
        hours = {(row["origin"], row["time_hour"]) for row in csv.DictReader(lines)}
    july = [row for row in source_flights if row["month"] == "7" and row["dep_time"] != "NA"]
    without = [n for n, row in enumerate(july) if (row["origin"], row["time_hour"]) not in hours]

    batch = rows_of(prepared / prepare.DRIFTED)
    assert len(without) == 42
    assert [n for n, row in enumerate(batch) if row[8:] == [""] * 9] == without


def test_missing_values_are_empty_cells_and_each_column_keeps_one_type(prepared: Path) -> None:
    for file in FILES:
        rows = rows_of(prepared / file)
        columns = dict(zip((*prepare.FEATURES, prepare.LABEL), zip(*rows, strict=True), strict=False))
        body = {name: cells[1:] for name, cells in columns.items()}
        assert not {"NA", "nan", "NaN", "<NA>"} & {cell for cells in body.values() for cell in cells}
        for name in set(prepare.WHOLE) & body.keys():
            assert all("." not in cell for cell in body[name]), name
        for name in set(prepare.WEATHER) - set(prepare.WHOLE):
            assert all("." in cell for cell in body[name] if cell), name


def test_the_same_source_gives_the_same_bytes(prepared: Path, tmp_path: Path) -> None:
    assert prepare.main(["--output", str(tmp_path)]) == 0
    for file in FILES:
        assert (tmp_path / file).read_bytes() == (prepared / file).read_bytes()


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert prepare.main(["--output", str(blocked)]) == 2
    assert "a file" in capsys.readouterr().err
