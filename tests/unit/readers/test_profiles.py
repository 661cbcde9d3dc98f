from __future__ import annotations

from pathlib import Path

import pytest

from drift_engine import check, make_baseline
from drift_engine.errors import DataError, ProfileFileError
from drift_engine.parts import write_part
from drift_engine.readers import ReadOptions, partitions
from tests.tables import numbers, write_csv


def test_a_profile_is_checked_as_the_data_that_it_was_made_of(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", {"n": numbers(3000), "k": ["a", "b", None] * 1000})
    new = write_csv(tmp_path / "new.csv", {"n": numbers(900, start=2500), "k": ["a", "b", "b"] * 300})
    write_part(new, tmp_path / "new.profile")
    baseline = make_baseline(old)
    expected, found = check(new, baseline), check(tmp_path / "new.profile", baseline)
    assert expected.findings
    assert found.findings == expected.findings
    assert found.features == expected.features
    assert [(Path(file.name).name, file.rows) for file in found.files] == [("new.profile", 900)]


def test_profiles_of_parts_are_merged_as_the_parts_are(tmp_path: Path) -> None:
    parts = [write_csv(tmp_path / f"{i}.csv", {"n": numbers(2000, start=1000 * i)}) for i in range(3)]
    for part in parts:
        write_part(part, tmp_path / "profiles" / f"{part.stem}.profile")
    whole, merged = make_baseline(parts), make_baseline(tmp_path / "profiles")
    for made, folder in ((whole, "a"), (merged, "b")):
        made.save(tmp_path / folder)
    files = [(tmp_path / folder / "statistics.json").read_bytes() for folder in "ab"]
    assert files[0] == files[1]


def test_what_needs_rows_says_that_a_profile_has_none(tmp_path: Path) -> None:
    part = write_csv(tmp_path / "part.csv", {"n": numbers(20)})
    write_part(part, tmp_path / "part.profile")
    (partition,) = partitions(tmp_path / "part.profile")
    with pytest.raises(DataError, match=r"part\.profile: is a profile, which has no rows"):
        next(partition.batches())


def test_a_damaged_profile_is_one_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "part.profile").write_bytes(b"SET1 and so on")
    with pytest.raises(ProfileFileError, match=r"part\.profile: this profile is damaged"):
        make_baseline(tmp_path / "part.profile", options=ReadOptions())
