from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import Block, PageError, agrees, blocks, commands
from tests.docs.reader import follow


def page(text: str) -> list[Block]:
    return list(blocks(text, "page.md"))


def followed(text: str, folder: Path) -> int:
    return follow(page(text), folder / "repository")


def test_a_command_continues_behind_a_backslash_and_its_output_ends_at_the_next_command() -> None:
    (block,) = page("```console\n$ printf a \\\n    b\nab\n$ true\n```\n")
    first, second = commands(block)
    assert first.text == "printf a \\\n    b"
    assert first.output == "ab"
    assert second.output is None


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a  b\n", "a b", True),
        ("3 rows ... done", "3 rows\n17 lines\ndone\n", True),
        ("...", "", True),
        ("3 rows", "4 rows", False),
        ("3 rows", "3 rows, and more", False),
        ("1.5", "1x5", False),
    ],
)
def test_dots_stand_for_anything_and_blanks_do_not_count(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same


def test_folder_and_variables_last_from_block_to_block(tmp_path: Path) -> None:
    text = (
        "```console\n$ mkdir deep && cd deep\n$ export A=3\n```\n\n"
        "```console\n$ echo $A ${PWD##*/}\n3 deep\n```\n"
    )
    assert followed(text, tmp_path) == 2


def test_a_command_that_fails_is_told_with_its_place_and_output(tmp_path: Path) -> None:
    with pytest.raises(
        PageError, match=r"page\.md:3: \$ ls nothing\nended with 2, not 0, and printed\n.*nothing"
    ):
        followed("text\n\n```console\n$ ls nothing\n$ true\n```\n", tmp_path)


def test_another_output_than_shown_is_told(tmp_path: Path) -> None:
    with pytest.raises(PageError, match=r"printed\n4\n+where the page shows\n5"):
        followed("```console\n$ echo 4\n5\n```\n", tmp_path)


def test_an_exit_code_that_is_announced_must_come(tmp_path: Path) -> None:
    assert followed("<!-- test: exits 1 -->\n```console\n$ true\n$ false\n```\n", tmp_path) == 1
    with pytest.raises(PageError, match="ended with 0, not 1"):
        followed("<!-- test: exits 1 -->\n```console\n$ true\n```\n", tmp_path / "again")


def test_python_runs_with_the_engine_and_its_output_can_be_shown(tmp_path: Path) -> None:
    code = "```python\nfrom drift_engine import check\nprint(check.__name__)\n```\n"
    assert followed(f"{code}\n<!-- test: output -->\n```text\ncheck\n```\n", tmp_path) == 2
    with pytest.raises(PageError, match="printed\ncheck"):
        followed(f"{code}\n<!-- test: output -->\n```text\nsomething else\n```\n", tmp_path / "again")


def test_a_file_is_written_and_a_diff_applied(tmp_path: Path) -> None:
    text = (
        "<!-- test: file notes/a.txt -->\n```text\none\ntwo\n```\n\n"
        "<!-- test: patch -->\n```diff\n--- a/notes/a.txt\n+++ b/notes/a.txt\n"
        "@@ -1,2 +1,2 @@\n one\n-two\n+three\n```\n\n"
        "```console\n$ cat notes/a.txt\none three\n```\n"
    )
    assert followed(text, tmp_path) == 3


def test_a_skipped_block_is_not_run_but_has_its_reason(tmp_path: Path) -> None:
    text = "<!-- test: skip, needs an account -->\n```console\n$ false\n```\n"
    assert followed(text, tmp_path) == 0
    assert page(text)[0].skipped == "needs an account"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<!-- test: skip -->\n```console\n$ false\n```\n", "says why"),
        ("<!-- test: need x -->\n```console\n$ false\n```\n", "unknown mark need"),
        ("<!-- test: exits 1 -->\n\n```console\n$ false\n```\n", "stands before no block"),
        ("```console\n$ true\n", "not closed"),
        ("<!-- test exits 1 -->\n", "not a mark"),
    ],
)
def test_a_mark_that_would_do_nothing_is_an_error(text: str, complaint: str) -> None:
    with pytest.raises(PageError, match=complaint):
        page(text)


@pytest.mark.parametrize("fence", ["```", "```bash", "```sh"])
def test_a_block_that_looks_like_commands_is_not_passed_over(fence: str) -> None:
    (block,) = page(f"{fence}\nrm -r x\n```\n")
    with pytest.raises(PageError, match="say console or python"):
        _ = block.kind


def test_a_sample_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="no sample is called moon"):
        followed("<!-- test: needs moon -->\n```console\n$ true\n```\n", tmp_path)
