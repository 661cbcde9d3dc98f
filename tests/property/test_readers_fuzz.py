"""Damaged CSV and JSON lines end in batches or in one DriftEngineError; nothing else, and never in a hang."""

from __future__ import annotations

import logging
import random
from pathlib import Path
from typing import Literal

import pytest

from drift_engine.errors import DriftEngineError
from drift_engine.readers import ReadOptions, partitions

CASES = 2500
GOOD = {
    "csv": [
        b'a,b,"c ""d"""\n1,2.5,"x\ny"\n-3,,true\r\n"q,r",1e5,\xc3\xa9\n' * 3,
        b"\xef\xbb\xbfid,when\n007,2013-01-01\n\n8,NaN\n",
        b"1,2,3\n4,5\n6,7,8,9\n",
    ],
    "json": [
        b'{"a":1,"b":{"c":"x\\n\\u00e9"},"d":[1,{"e":null}]}\n{"a":-1.5e3,"f":true}\n' * 3,
        b'{"a":"\xc3\xa9"}\r\n\n{"late":12345678901234567890}\n',
    ],
}
SPLICES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"{",
    b"[" * 5000,
    b"9" * 5000,
    b'{"a":' * 3000,
    b"\xed\xa0\x80",
    b"",
]


def mutated(rng: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                data[at : at + rng.randrange(20)] = b""
            case 2:
                data[at:at] = rng.choice(SPLICES)
            case 3:
                del data[at:]
            case _:
                data[at:at] = data[: rng.randrange(40)]
    return bytes(data)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_mutated_bytes_end_in_batches_or_in_one_drift_engine_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: Literal["csv", "json"]
) -> None:
    # For this test alone: what it warns of is nothing to keep.
    caplog.set_level(logging.ERROR, "drift_engine.readers")
    rng = random.Random(20_260_101)
    path = tmp_path / "x"
    ends = {"batches": 0, "error": 0}
    for _ in range(CASES):
        path.write_bytes(mutated(rng, rng.choice(GOOD[kind])))
        options = ReadOptions(
            format=kind,
            header=rng.random() < 0.5,
            block_bytes=rng.choice([1, 50, 1 << 20]),
            encoding=rng.choice(["utf-8", "utf-8", "latin-1", "utf-16"]),
        )
        try:
            for partition in partitions(path, options):
                for batch in partition.batches():
                    assert all(len(column) == batch.rows for column in batch.columns)
                    assert len(set(batch.names)) == len(batch.names) == len(batch.columns)
            ends["batches"] += 1
        except DriftEngineError as error:
            ends["error"] += "/x" in str(error)
    assert sum(ends.values()) == CASES  # every error names the file
    assert min(ends.values()) > CASES // 50
