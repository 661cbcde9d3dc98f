"""The kernel's entry points as Python sees them."""

from __future__ import annotations

import ctypes as ct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from drift_engine.native.powers import powers_of_five
from drift_engine.states.kll import KllSketch
from drift_engine.states.schedule import capacity

VERSION = 6
SPARE = 64
IRREGULAR, NO_MEMORY = -1, -2
LEVELS = 64

_PLACE, _WHOLE, _BYTE = ct.c_void_p, ct.c_int64, ct.c_uint8
_FLOAT_OF = ct.CFUNCTYPE(ct.c_double, ct.c_void_p, ct.c_uint64)

# Name, result, arguments; what each does stands at its definition in kernel/.
_SIGNATURES = (
    ("de_version", _WHOLE, ()),
    ("de_tally_size", ct.c_uint64, ()),
    ("de_start", None, (_PLACE, _PLACE, _FLOAT_OF)),
    ("de_hash", ct.c_uint64, (_PLACE, ct.c_uint64)),
    ("de_number", ct.c_int, (_PLACE, ct.c_uint64, _PLACE, _PLACE)),
    ("de_rows_end", _WHOLE, (_PLACE, _WHOLE, _BYTE, _BYTE)),
    ("de_scanner", _PLACE, (_WHOLE, ct.c_uint64)),
    ("de_free_scanner", None, (_PLACE,)),
    ("de_tokens", _WHOLE, (_PLACE, _PLACE, _WHOLE, _BYTE, ct.c_int, _PLACE)),
    ("de_scan", _WHOLE, (_PLACE, _PLACE, _WHOLE, ct.c_int, _PLACE, _PLACE)),
    ("de_json_rows", _WHOLE, (_PLACE, _PLACE, _WHOLE, _PLACE, _PLACE, _WHOLE, ct.c_int)),
    ("de_json_scan", _WHOLE, (_PLACE, _PLACE, _WHOLE, _PLACE, _PLACE)),
    ("de_text_column", _WHOLE, (_PLACE, _WHOLE, _PLACE, _PLACE, _PLACE, _WHOLE, _PLACE)),
    (
        "de_coded_column",
        _WHOLE,
        (_PLACE, _WHOLE, _PLACE, _PLACE, _WHOLE, _PLACE, _PLACE, _WHOLE, _PLACE),
    ),
    (
        "de_numbers",
        _WHOLE,
        (_PLACE, _WHOLE, _PLACE, _PLACE, _WHOLE, ct.c_int, ct.c_uint64, _PLACE),
    ),
    ("de_tally", _PLACE, (_PLACE, _WHOLE)),
    ("de_frequent", _WHOLE, (_PLACE, _WHOLE, _PLACE, _PLACE)),
    ("de_streams", _PLACE, (_WHOLE,)),
    ("de_free_streams", None, (_PLACE, _WHOLE)),
    ("de_feed", _WHOLE, (_PLACE, _PLACE, _WHOLE, _PLACE, _PLACE)),
    ("de_moments", _PLACE, (_PLACE, _WHOLE)),
    ("de_levels", _WHOLE, (_PLACE, _WHOLE)),
    ("de_level_size", _WHOLE, (_PLACE, _WHOLE, _WHOLE, _PLACE)),
    ("de_print", _WHOLE, (_PLACE, _WHOLE, _PLACE)),
    ("de_level_items", None, (_PLACE, _WHOLE, _WHOLE, _PLACE)),
)


class Tally(ct.Structure):
    """The head of the kernel's `Tally` (kernel/tally.h)."""

    _fields_ = (
        ("missing", ct.c_uint64),
        ("types", ct.c_uint64 * 4),
        ("whole_low", ct.c_uint64),
        ("whole_high", ct.c_int64),
        ("overflowed", ct.c_uint64),
        ("distinct", ct.c_uint64),
        ("slots", ct.c_uint64),
        ("failed", ct.c_uint64),
        ("first_zero", ct.c_uint64),
        ("first_zero_is_negative", ct.c_uint64),
        ("categories", ct.c_void_p),
        ("names", ct.c_void_p),
        ("registers", ct.c_uint8 * 512),
        ("bytes", ct.c_uint64),
        ("room", ct.c_uint64),
        ("memories", ct.c_void_p),
        ("resting", ct.c_uint64),
        ("frequent", ct.c_void_p),
        ("queue", ct.c_void_p),
    )


CATEGORY = np.dtype(
    [("hash", "<u8"), ("count", "<u8"), ("at", "<u4"), ("length", "<u4"), ("kind", "<u4"), ("unused", "<u4")]
)


class Kernel:
    """A loaded kernel; its functions are attributes of `call`, and all of them let other threads run."""

    def __init__(self, library: Path) -> None:
        """Load and start it.

        Raises:
            OSError: this is no library that can be loaded here.
            AttributeError: it lacks an entry point.
            ValueError: it is of another version.
        """
        self.call = ct.CDLL(str(library))
        for name, result, arguments in _SIGNATURES:
            function = getattr(self.call, name)
            function.restype, function.argtypes = result, list(arguments)
        if self.call.de_version() != VERSION or self.call.de_tally_size() != ct.sizeof(Tally):
            raise ValueError(f"{library}: another version of the kernel")
        # The kernel keeps pointers to these three.
        self._powers = powers_of_five()
        self._capacities = np.array(
            [capacity(height, KllSketch.C, KllSketch.K) for height in range(LEVELS)], np.int64
        )
        self._float_of = _FLOAT_OF(_float_of)
        self.call.de_start(address(self._powers), address(self._capacities), self._float_of)


def address(array: npt.NDArray[np.generic]) -> int:
    """Where an array's first entry lies."""
    return int(array.__array_interface__["data"][0])


def padded(text: bytes) -> npt.NDArray[np.uint8]:
    """Text with the spare bytes behind it that the kernel may look at."""
    return np.frombuffer(text + bytes(SPARE), np.uint8)


def _float_of(place: int, length: int) -> float:
    return float(ct.string_at(place, length))
