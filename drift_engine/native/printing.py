"""Numbers as text by the kernel: `monitor_files.layout` prints one as it does, in many times the time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from drift_engine.native.binding import IRREGULAR, Kernel, address
from drift_engine.native.library import THIS_PROCESS

# Room for a number and what stands between two of them.
_BYTES = 28


def doubles_printer() -> Callable[[npt.ArrayLike], str | None] | None:
    """What prints finite numbers as Java does, with commas between; None without a kernel.

    The printer itself answers None where a number is none of those that it can print (those below 1e-290).
    """
    kernel = THIS_PROCESS.kernel(None)
    return None if kernel is None else lambda values: printed(kernel, values)


def printed(kernel: Kernel, numbers: npt.ArrayLike) -> str | None:
    """The numbers as text; None where one of them can't be printed by the kernel."""
    values = np.ascontiguousarray(numbers, dtype=np.float64)
    text = np.empty(_BYTES * len(values) + 1, np.uint8)
    size = kernel.call.de_print(address(values), len(values), address(text))
    return None if size == IRREGULAR else text[:size].tobytes().decode("ascii")
