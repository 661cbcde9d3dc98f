"""JSON lines through the kernel: numpy's state to the byte, or the reader's error to the letter."""

from __future__ import annotations

import json
import logging
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drift_engine.errors import DataError
from drift_engine.native import state_of
from drift_engine.readers import Partition, ReadOptions, partitions
from tests.kernels import kernel, no_progress, numpy_state, partition_of

KEYS = st.sampled_from(["a", "b", "key", "ä", "a.b", "", 'quo"te', "x" * 40])
NUMBERS = st.sampled_from(
    ["0", "-0", "1", "-12", "1.50", "0.0", "-0.0", "1e5", "1E-7", "2.5e+3", "123456789012345678901", "1e999"]
)
CONSTANTS = st.sampled_from(["true", "false", "null", "NaN", "Infinity", "-Infinity"])
RAW = st.text(st.sampled_from('ab\\"/ \tnu0dD8é€😀\x7f\u2028,:{}[]'), max_size=12)
STRINGS = st.one_of(
    st.text(max_size=20).map(json.dumps),
    st.text(max_size=20).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.text(st.characters(codec="utf-16", categories=["Cs", "L", "N"]), max_size=6).map(json.dumps),
    st.sampled_from(
        [
            '"\\ud83d\\ude00"',
            '"\\ud83d"',
            '"\\ude00x"',
            '"\\ud83d\\u0041"',
            '"\\ud83d\\ud83d\\ude00"',
            '"\\u00E9\\/\\b"',
        ]
    ),
)
ODD = st.sampled_from(
    [
        "[1, 2]",
        "[]",
        '{"x": 1}',
        "{}",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "tru",
        "nul",
        "'a'",
        '"\\x"',
        '"\\u12G4"',
        '"a\nb"',
        "",
    ]
)
BLANKS = st.sampled_from(["", "", "", " ", "\t", " \r"])


@st.composite
def lines(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(KEYS, values), max_size=5))
    members = (
        (draw(BLANKS), json.dumps(key, ensure_ascii=False), draw(BLANKS), ":", draw(BLANKS), value)
        for key, value in pairs
    )
    written = ",".join("".join(member) + draw(BLANKS) for member in members)
    return f"{draw(BLANKS)}{{{written}}}{draw(BLANKS)}"


VALUES = st.one_of(NUMBERS, CONSTANTS, STRINGS)
USUAL = lines(st.recursive(VALUES, lines, max_leaves=4))
ANY = st.one_of(
    USUAL,
    lines(st.one_of(NUMBERS, STRINGS, ODD, RAW.map(lambda text: f'"{text}"'))),
    st.sampled_from(
        [
            "",
            " ",
            "\x0b",
            "\x1c",
            "[]",
            "1",
            "null",
            "{",
            "}",
            '{"a":1}x',
            '{"a":1,}',
            '{"a" 1}',
            '{"a":1}{"a":2}',
            "{a:1}",
        ]
    ),
)


def outcome(found: Partition, by_kernel: bool) -> bytes | str:
    """The state's bytes, or the error."""
    try:
        state = state_of(found, kernel(), 2, no_progress) if by_kernel else numpy_state(found)
    except DataError as error:
        return str(error)
    return repr(state.names).encode() + state.to_bytes()


def same(path: Path, options: ReadOptions, caplog: pytest.LogCaptureFixture) -> None:
    outcomes = []
    for by_kernel in (False, True):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            outcomes.append((outcome(partition_of(path, options), by_kernel), caplog.messages))
    assert outcomes[0] == outcomes[1]


OPTIONS = st.builds(
    ReadOptions,
    block_bytes=st.sampled_from([1 << 20, 100, 17]),
    nan_is_missing=st.booleans(),
    batch_rows=st.sampled_from([1, 3, 1000]),
)
LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@LAW
@given(st.lists(USUAL, min_size=1, max_size=12), OPTIONS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_usual_lines(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    found: list[str],
    options: ReadOptions,
    end: str,
    is_ended: bool,
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes((end.join(found) + end * is_ended).encode("utf-8", "replace"))
    same(path, options, caplog)


@LAW
@given(
    st.lists(ANY, min_size=1, max_size=8),
    OPTIONS,
    st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=2)), max_size=1),
)
@example(['{"a":"\\', "}"], ReadOptions(), [])
@example(['{"a":{"0":1}}'], ReadOptions(), [])
@example(['{"a":{"b":1},"a":{"a":2}}', '{"a":{"b":1},"a":3}', '{"a":4,"a":{"b":1}}'], ReadOptions(), [])
@example(['{"a":{"b":1},"a.b":2}', '{"a.b":2,"a":{"b":1}}', '{"a":null,"a":{"b":1}}'], ReadOptions(), [])
@example(['{"a.b":1,"a":{"b":2},"a.b":3}', '{"a":1,"b":2,"a":3}'], ReadOptions(), [])
@example(['{"a":' * 20 + "1" + "}" * 20, '{"' + "x" * 600 + '":{"a":1}}'], ReadOptions(), [])
@example(
    ['{"' + "x" * 300 + '":{"' + "y" * 300 + '":1}}', "{" + '"a":{},' * 20 + '"b":1}'], ReadOptions(), []
)
def test_any_lines(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    found: list[str],
    options: ReadOptions,
    damage: list[tuple[int, bytes]],
) -> None:
    text = "\n".join(found).encode("utf-8", "replace")
    for place, wrong in damage:
        text = text[:place] + wrong + text[place:]
    path = tmp_path / "x.jsonl"
    path.write_bytes(text)
    if text.strip():
        same(path, options, caplog)


def test_keys_that_come_late_and_blocks_of_odd_lines(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"a": i, "b": f"t{i % 900}", **({"late": i / 8} if i > 60_000 else {})} for i in range(90_000)]
    odd = {40_000: {"a": 1, "inner": {"x": [1, "é"]}}, 80_000: {"last": "\u00e9\ud83d\ude00"}}
    written = "".join(json.dumps(odd.get(i, row)) + "\n" for i, row in enumerate(rows))
    (tmp_path / "x.jsonl").write_text(written)
    same(tmp_path / "x.jsonl", ReadOptions(), caplog)
    state = state_of(partition_of(tmp_path / "x.jsonl"), kernel(), 2, no_progress)
    assert state.names == ("a", "b", "inner.x", "late", "last")
    assert state.rows == len(rows)


def test_files_together_have_the_keys_of_all(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    (tmp_path / "2.jsonl").write_text('\n{"b": "x", "a": null}\n')
    first, second = partitions(tmp_path, ReadOptions())
    states = [state_of(each, kernel(), 2, no_progress) for each in (first, second)]
    assert [state.names for state in states] == [("a", "b")] * 2
    assert states[1].to_bytes() == numpy_state(second).to_bytes()


@pytest.mark.parametrize("size", [900, 1100, 3000])
@pytest.mark.parametrize("block_bytes", [100, 2000, 1 << 20])
def test_a_line_longer_than_a_row_may_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, size: int, block_bytes: int
) -> None:
    (tmp_path / "x.jsonl").write_text('{"a": 1}\n{"a": "' + "x" * size + '"}\n{"a": 2}\n{')
    options = ReadOptions(block_bytes=block_bytes, max_row_bytes=1000)
    same(tmp_path / "x.jsonl", options, caplog)
    expected = "line 4: not JSON" if size < 1000 else "line 2: longer than max_row_bytes=1000"
    with pytest.raises(DataError, match=expected):
        state_of(partition_of(tmp_path / "x.jsonl", options), kernel(), 2, no_progress)


def test_many_keys_of_which_a_line_has_one_take_no_room_for_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [f"c{i}" for i in range(3000)]
    lines = [json.dumps(dict.fromkeys(keys, 1)), *(f'{{"{keys[i % 3000]}":{i}}}' for i in range(20_000))]
    (tmp_path / "x.jsonl").write_text("\n".join(lines))
    same(tmp_path / "x.jsonl", ReadOptions(), caplog)
    tracemalloc.start()
    state_of(partition_of(tmp_path / "x.jsonl"), kernel(), 2, no_progress)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6  # all rows at once have 480 MB of numbers
