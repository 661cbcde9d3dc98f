"""10,000 damaged CSV and JSON inputs, from bytes to files: a result or one DriftEngineError, never a hang."""

from __future__ import annotations

import json
import logging
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from drift_engine import Baseline, ReadOptions, check, make_baseline
from drift_engine.errors import DriftEngineError
from drift_engine.monitor_files import read_violations
from drift_engine.verdicts import Rule

CASES = 5000  # of each kind
SECONDS = 20
ROWS = [f"{i},{i * 0.5},{'abc'[i % 3]},{'true' if i % 2 else ''}" for i in range(9)]
GOOD = {
    "csv": "\n".join(["n,x,text,flag", *ROWS]).encode(),
    "json": b"\n".join(
        json.dumps({"n": i, "x": i * 0.5, "text": "abc"[i % 3], "in": {"y": None, "z": [i]}}).encode()
        for i in range(9)
    ),
}
SPLICES = (
    b'"', b'""', b"\r", b"\n", b",", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"[" * 3000, b'{"a":' * 2000, b"}",
    b"]", b"-", b"1e999", b"9" * 400, b"9223372036854775808", b"NaN", b"null", b"-Infinity", b"\\u0000",
    b"\\ud800", b"- 5", b"1.7e308", b"4.9e-324", b"\xef\xbb\xbf", b"x" * 5000,
)  # fmt: skip


def mutated(rng: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(7):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del data[at:]
            case 2:
                data[at:at] = rng.choice(SPLICES)
            case 3:
                del data[at : at + rng.randrange(60)]
            case 4:
                data[at:at] = data[at : at + rng.randrange(200)]
            case 5:
                data = data.replace(
                    rng.choice([b"1", b",", b":", b'"']), rng.choice([b"", b"-1", b"1e308", b"{"])
                )
            case _:
                stop = rng.randrange(len(data) + 1)
                data[min(at, stop) : max(at, stop)] = data[min(at, stop) : max(at, stop)][::-1]
    return bytes(data)


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """The block ends within so many seconds, or in a TimeoutError."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"this input takes more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logger = logging.getLogger("drift_engine")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def checked(path: Path, out: Path, options: ReadOptions, known: Baseline, rng: random.Random) -> str:
    """Read it, check it, write and read its files; make every fourth a baseline of its own."""
    rule: Rule = rng.choice(["calibrated", "model-monitor", "model-monitor"])
    result = check(path, known, options=options, strict=rng.random() < 0.3, verdict=rule)
    repr(result)
    result.save(out)
    if result.findings:
        assert len(read_violations(out / "constraint_violations.json").violations) == len(result.findings)
    if rng.random() < 0.75:
        return "result"
    made = make_baseline(path, options=options)
    made.save(out)
    again = check(path, Baseline.load(out), options=options)
    assert all(each.verdict != "drifted" for each in again.features)
    return "result"


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(signal, "SIGALRM"), reason="a hang is told by SIGALRM, which this system lacks"
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_mutated_inputs_end_in_a_result_or_in_one_drift_engine_error(tmp_path: Path, kind: str) -> None:
    rng = random.Random(20_261_123)
    path, out = tmp_path / f"x.{kind}", tmp_path / "out"
    path.write_bytes(GOOD[kind])
    known = make_baseline(path)
    ends: Counter[str] = Counter()
    lines = 0
    for case in range(CASES):
        content = mutated(rng, GOOD[kind])
        path.write_bytes(content)
        options = ReadOptions(
            header=rng.random() < 0.8,
            batch_rows=rng.choice([131_072, 3]),
            block_bytes=rng.choice([4 << 20, 64]),
            quote=rng.choice(['"', '"', ""]),
        )
        try:
            with at_most(SECONDS):
                ends[checked(path, out, options, known, rng)] += 1
        except DriftEngineError as error:
            ends["error"] += 1
            lines += len(str(error).splitlines())
        except Exception as error:
            raise AssertionError(f"case {case}: {content[:2000]!r}") from error
    assert sum(ends.values()) == CASES
    assert lines == ends["error"]
    assert min(ends["result"], ends["error"]) > CASES // 50
