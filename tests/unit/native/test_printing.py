"""The kernel prints doubles as `java_double` does, or says that it can't."""

from __future__ import annotations

import random
import struct

import hypothesis.strategies as st
import numpy as np
from hypothesis import example, given, settings

from drift_engine.monitor_files.layout import java_double, pretty
from drift_engine.native.printing import printed
from tests.kernels import kernel


def assert_same(values: list[float]) -> None:
    found = printed(kernel(), values)
    assert found is not None
    assert found.split(", ") == [java_double(value) for value in values]


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-290))
@example(1e7)
@example(9999999.0)
@example(1e-3)
@example(0.00099)
@example(5e-290)
@example(1.7976931348623157e308)
@example(9007199254740993.0)
@example(2.0**-44)
@settings(max_examples=1000, deadline=None, derandomize=True)
def test_a_double_is_printed_as_java_prints_it(value: float) -> None:
    assert_same([value])


def test_powers_and_their_neighbours_and_any_bits() -> None:
    powers = [float(10.0**p) for p in range(-289, 309)] + [2.0**p for p in range(-960, 1024)]
    assert_same(powers)
    assert_same([float(np.nextafter(x, 0)) for x in powers])
    rng = random.Random(3)
    any_bits = [struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0] for _ in range(20_000)]
    assert_same([x for x in any_bits if np.isfinite(x) and abs(x) > 1e-290])
    assert_same([round(rng.gauss(0, 1000), rng.randint(0, 6)) for _ in range(20_000)])


def test_what_the_kernel_cant_print_python_prints() -> None:
    values = [1.5] * 40 + [5e-324]
    assert printed(kernel(), values) is None
    assert printed(kernel(), [float("nan")]) is None
    assert printed(kernel(), []) == ""
    assert pretty(values, doubles=lambda numbers: printed(kernel(), numbers)) == pretty(values)
