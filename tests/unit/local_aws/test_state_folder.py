"""A state's folder is the state's alone: what somebody else has there is not touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws import LocalAwsError, Options, running
from local_aws.state_files import LARGE, save
from local_aws.state_folder import claimed


@pytest.mark.parametrize("name", ["notes.txt", ".profile", "objects/mine.txt", "state-of-affairs.pickle"])
def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    tmp_path.chmod(0o755)
    before = sorted(tmp_path.rglob("*"))
    refused = pytest.raises(LocalAwsError, match="a folder of its own")
    with refused as caught, running(options=Options(state=tmp_path)):
        pass
    assert name in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_file_in_place_of_a_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LocalAwsError, match="can't hold a state"), claimed(tmp_path / "state"):
        pass


def test_of_two_local_aws_the_second_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    state, refused = tmp_path / "state", "another local AWS is using"
    with claimed(state), pytest.raises(LocalAwsError, match=refused), claimed(state):
        pass
    with (
        running(options=Options(state=state)),
        pytest.raises(LocalAwsError, match=refused),
        claimed(state),
    ):
        pass


def test_what_a_first_save_that_died_has_left_is_no_hindrance(tmp_path: Path) -> None:
    save(tmp_path, {"large": b"x" * LARGE})
    (tmp_path / "state.json").rename(tmp_path / ".state.json.new")
    with claimed(tmp_path):
        pass


def test_a_save_removes_nothing_but_what_a_save_made(tmp_path: Path) -> None:
    save(tmp_path, {"large": b"x" * LARGE})
    (tmp_path / "objects" / "mine.txt").write_text("mine")
    save(tmp_path, {})
    assert [path.name for path in (tmp_path / "objects").iterdir()] == ["mine.txt"]
