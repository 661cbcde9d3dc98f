"""Parts profiled apart and merged later: the order given does not matter, and damage is one clear error."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from drift_engine.cli import main
from drift_engine.errors import ArgumentError, DataError, ProfileFileError
from drift_engine.parts import merge_parts, merged, read_part, write_part
from drift_engine.run import make_baseline
from tests.tables import numbers, write_csv


def write_days(folder: Path, days: int = 4, rows: int = 3000) -> list[Path]:
    rng = random.Random(3)
    return [
        write_csv(
            folder / f"day{day}.csv",
            {
                "x": [f"{rng.gauss(day, 2):.3f}" for _ in range(rows)],
                "c": [rng.choice("abc") for _ in range(rows)],
            },
        )
        for day in range(days)
    ]


def write_parts(folder: Path, days: list[Path]) -> list[Path]:
    parts = [folder / f"{day.stem}.profile" for day in days]
    for day, part in zip(days, parts, strict=True):
        write_part(day, part)
    return parts


def test_merged_parts_are_the_baseline_of_all_files_whatever_order_they_come_in(tmp_path: Path) -> None:
    days = write_days(tmp_path)
    parts = write_parts(tmp_path, days)
    make_baseline(days).save(tmp_path / "whole")
    random.Random(1).shuffle(parts)
    merge_parts(parts).save(tmp_path / "merged")
    for name in ("statistics.json", "constraints.json"):
        assert (tmp_path / "merged" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("at", [0, 3, 40, -1])
def test_a_damaged_part_is_one_error_that_names_the_file(tmp_path: Path, at: int) -> None:
    (part,) = write_parts(tmp_path, write_days(tmp_path, days=1))
    damaged = bytearray(part.read_bytes())
    damaged[at] ^= 0x20
    part.write_bytes(damaged)
    with pytest.raises(ProfileFileError, match=r"day0\.profile: .*"):
        merge_parts([part])


def test_a_part_that_ends_early_or_is_not_there_is_one_error(tmp_path: Path) -> None:
    (part,) = write_parts(tmp_path, write_days(tmp_path, days=1))
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.raises(ProfileFileError, match=r"day0\.profile"):
        read_part(part)
    with pytest.raises(ProfileFileError, match=r"none\.profile: can't be read"):
        read_part(tmp_path / "none.profile")


def test_a_part_given_twice_is_refused(tmp_path: Path) -> None:
    (part,) = write_parts(tmp_path, write_days(tmp_path, days=1))
    with pytest.raises(ArgumentError, match="twice"):
        merged([part, part])


def test_parts_of_different_columns_are_refused_by_name(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, write_days(tmp_path, days=1))
    other = tmp_path / "z.profile"
    write_part(write_csv(tmp_path / "z.csv", {"y": numbers(5)}), other)
    with pytest.raises(DataError, match=r"z\.profile.*different columns"):
        merged([*parts, other])


def test_a_part_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (day,) = write_days(tmp_path, days=1)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(ProfileFileError, match="can't be written"):
        write_part(day, tmp_path / "file" / "x.profile")


def test_the_commands_profile_and_merge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for day in write_days(tmp_path, days=3, rows=200):
        assert main(["profile", day.name, "--output", f"{day.stem}.profile"]) == 0
    assert "200 rows, 2 features: day2.profile" in capsys.readouterr().out
    parts = [f"day{day}.profile" for day in (2, 0, 1)]
    assert main(["merge", *parts, "--output", "baseline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "output": "baseline",
        "parts": 3,
        "rows": 600,
        "features": ["x", "c"],
    }
    assert main(["check", "day1.csv", "--baseline", "baseline", "--output", "out"]) in (0, 1)
    assert (tmp_path / "out" / "statistics.json").exists()


def test_the_command_says_of_a_damaged_part_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.profile").write_bytes(b"not a profile at all")
    assert main(["merge", "x.profile", "--output", "baseline"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("drift-engine: x.profile: this is no profile of drift-engine (")
    assert not Path("baseline").exists()


@pytest.mark.parametrize("given", [["parts"], ["parts/*.profile"], ["parts/0.profile", "parts/1*"]])
def test_the_command_merges_folders_and_globs(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, day in enumerate(write_days(tmp_path, days=2, rows=200)):
        write_part(day, f"parts/{number}.profile")
    assert main(["merge", *given, "--output", "baseline"]) == 0
    assert capsys.readouterr().out == "2 parts, 400 rows, 2 features: baseline\n"
    whole = merge_parts(["parts/0.profile", "parts/1.profile"])
    whole.save("whole")
    assert Path("baseline/statistics.json").read_bytes() == Path("whole/statistics.json").read_bytes()


def test_a_part_in_a_folder_and_by_its_name_is_not_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_part(write_csv(tmp_path / "data.csv", {"x": ["1", "2"]}), "parts/0.profile")
    assert main(["merge", "parts", "./parts/0.profile", "--output", "baseline"]) == 2
    assert "parts/0.profile: given twice" in capsys.readouterr().err
    assert main(["merge", "parts/9*", "--output", "baseline"]) == 2
    assert "parts/9*: no file matches this pattern" in capsys.readouterr().err
    assert not Path("baseline").exists()


def test_data_in_place_of_a_part_is_one_error_that_says_what_makes_parts(tmp_path: Path) -> None:
    data = write_csv(tmp_path / "data.csv", {"x": ["1", "2"]})
    with pytest.raises(
        ProfileFileError, match=r"data\.csv: .* \(`drift-engine profile` makes a part's file\)$"
    ):
        merge_parts([data])
