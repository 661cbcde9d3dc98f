"""The kernel's answers, cell by cell and row by row, against the numpy engine."""

from __future__ import annotations

import ctypes as ct
import random
import struct
from decimal import Decimal, localcontext

import numpy as np
import pytest

from drift_engine.native.binding import IRREGULAR, address, padded
from drift_engine.native.powers import LEAST, powers_of_five
from drift_engine.native.selftest import agrees
from drift_engine.readers.tokens import Unclosed, tokens
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells
from drift_engine.states.numbers import read_cell
from tests.kernels import kernel


def number(cell: bytes) -> tuple[int, float | None, int]:
    text = padded(cell)
    value, whole = ct.c_double(), ct.c_int64()
    answer = kernel().call.de_number(address(text), len(cell), ct.byref(value), ct.byref(whole))
    return answer & 15, value.value if answer >> 4 else None, whole.value


def assert_same_number(cell: bytes) -> None:
    kind, expected = read_cell(cell)
    found_kind, found, whole = number(cell)
    assert found_kind == kind, cell
    assert (found is None) == (expected is None), cell
    if expected is not None and found is not None:
        assert struct.pack("<d", found) == struct.pack("<d", float(expected)), cell
    assert whole == (expected if isinstance(expected, int) else 0), cell


def some_cell(rng: random.Random) -> bytes:
    match rng.randrange(5):
        case 0:
            return repr(struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0]).encode()
        case 1:
            return f"{rng.uniform(-1, 1) * 10 ** rng.randint(-3, 20):.{rng.randint(0, 20)}f}".encode()
        case 2:
            return str(rng.randint(-(10 ** rng.randint(0, 24)), 10 ** rng.randint(0, 24))).encode()
        case 3:
            digits = "".join(rng.choices("0123456789", k=rng.randint(2, 44)))
            point = rng.randint(1, len(digits))
            power = rng.choice(["", f"e{rng.randint(-340, 310)}", f"E+{rng.randint(0, 30)}"])
            return f"{digits[:point]}.{digits[point:]}{power}".encode()
        case _:
            return bytes(rng.choices(b"0123456789+-.eE tfalseru  0011NaN", k=rng.randint(1, 30)))


def test_types_and_numbers_of_any_cell_are_those_of_numpy() -> None:
    rng = random.Random(11)
    for _ in range(15_000):
        assert_same_number(some_cell(rng))


def test_ties_between_two_doubles_round_to_even() -> None:
    rng = random.Random(12)
    with localcontext() as context:
        context.prec = 60
        for _ in range(2000):
            odd = 2 * (rng.getrandbits(53) | 1 << 52) + 1
            half = str(Decimal(odd) * Decimal(2) ** rng.randint(-61, 39))
            assert_same_number(half.encode())
            assert_same_number(half[:20].encode())


@pytest.mark.parametrize(
    "cell", [b"9" * 5000, b"0" * 5000 + b"7", b"0." + b"0" * 400 + b"1", b"1" + b"0" * 400 + b".5"]
)
def test_cells_of_thousands_of_digits(cell: bytes) -> None:
    assert_same_number(cell)


def test_hashes_are_those_of_numpy() -> None:
    rng = random.Random(13)
    cells = [rng.randbytes(rng.randint(0, 120)) for _ in range(5000)]
    expected = hash_cells(Cells.of(cells)).tolist()
    found = [kernel().call.de_hash(address(padded(cell)), len(cell)) for cell in cells]
    assert found == expected


def test_powers_of_five_are_normalised_and_exact_where_they_can_be() -> None:
    table = powers_of_five().reshape(-1, 2)
    assert (table[:, 0] >> np.uint64(63) == 1).all()
    for q in range(56):
        high, low = (int(half) for half in table[q - LEAST])
        power = 5**q
        assert (high << 64 | low) >> (128 - power.bit_length()) == power


def test_the_self_test_passes() -> None:
    assert agrees(kernel())


def rows_end(text: bytes) -> int:
    block = padded(text)
    return int(kernel().call.de_rows_end(address(block), len(text), ord(","), ord('"')))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (b'"a","b"\n', 8),
        (b'"a\nb",c\n"d', 8),
        (b'"a""b",c\r\n', 10),
        (b'"a",b"\n', IRREGULAR),
        (b'"a"x,b\n', IRREGULAR),
        (b'5" pipe\n', IRREGULAR),
        (b'"a\n', 0),
        (b'"a"\r\n', 5),
        (b'"a"\rb\n', IRREGULAR),
        (b'"",""\n', 6),
    ],
)
def test_rows_end_where_no_quote_is_open(text: bytes, end: int) -> None:
    if not text.endswith(b"\n"):
        text = text[: text.rfind(b"\n") + 1]
    assert rows_end(text) == end


def test_where_rows_end_the_readers_say_the_same_or_the_kernel_refuses() -> None:
    rng = random.Random(14)
    decided = 0
    for _ in range(10_000):
        pieces = rng.choices(
            [b'"', b"a", b",", b"\n", b'""', b"\r\n", b"bcd" * 9, b'"x"', b'"p,\n"'], k=rng.randint(1, 30)
        )
        text = b"".join(pieces) + b"\n"
        end = rows_end(text)
        if end == IRREGULAR:
            continue
        decided += 1
        found = tokens(text, ord(","), ord('"'))
        assert end == (0 if isinstance(found, Unclosed) else found.used), text
    assert decided > 1000
