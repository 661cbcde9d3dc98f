"""The binary form of states: four bytes that say which state and version, fields, and a checksum.

Little endian throughout. Nothing in it can run code on reading, and a reader never takes more memory than
the bytes it was given are long.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from drift_engine.errors import ProfileFileError

Scalar = TypeVar("Scalar", bound=np.generic)


class Writer:
    """Collects the fields of one state."""

    def __init__(self, kind: bytes) -> None:
        self._parts: list[bytes] = [kind]

    def raw(self, data: bytes) -> None:
        """A byte string with its length in front."""
        self._parts.append(struct.pack("<Q", len(data)))
        self._parts.append(data)

    def text(self, text: str) -> None:
        """A string as UTF-8; lone surrogates (file names, broken input) survive."""
        self.raw(text.encode("utf-8", "surrogatepass"))

    def integers(self, values: Iterable[int]) -> None:
        """Integers of 64 bits with their number in front."""
        self.array(np.array(list(values), dtype=np.int64))

    def big(self, value: int) -> None:
        """An integer of any size."""
        self.raw(value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))

    def floats(self, values: Iterable[float]) -> None:
        """Numbers, without their number in front."""
        self._parts.extend(struct.pack("<d", value) for value in values)

    def array(self, values: npt.NDArray[Any]) -> None:
        """A numeric array of one dimension."""
        self.raw(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())

    def finish(self) -> bytes:
        """All of it, with the checksum at the end."""
        body = b"".join(self._parts)
        return body + struct.pack("<I", zlib.crc32(body))


class Reader:
    """Takes the fields out again, in the same order.

    Raises:
        ProfileFileError: the bytes are damaged, of another version or of another state.
    """

    def __init__(self, kind: bytes, data: bytes) -> None:
        if len(data) < len(kind) + 4 or data[:3] != kind[:3]:
            raise ProfileFileError("this is no profile of drift-engine")
        if data[: len(kind)] != kind:
            raise ProfileFileError(
                "this profile was made by another version of drift-engine: profile the data again"
            )
        body, checksum = data[:-4], struct.unpack("<I", data[-4:])[0]
        if zlib.crc32(body) != checksum:
            raise self._damaged("its checksum does not fit")
        self._body = memoryview(body)
        self._position = len(kind)

    def raw(self) -> bytes:
        """A byte string."""
        (length,) = struct.unpack("<Q", self._take(8))
        return bytes(self._take(length))

    def text(self) -> str:
        """A string."""
        try:
            return self.raw().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._damaged("a name is not UTF-8") from error

    def integers(self) -> list[int]:
        """Integers, as many as were written."""
        return [int(value) for value in self.array(np.int64)]

    def pair(self) -> tuple[int, int]:
        """Two integers, written by `Writer.integers`."""
        numbers = self.integers()
        if len(numbers) != 2:
            raise self._damaged("two numbers were expected")
        return numbers[0], numbers[1]

    def big(self) -> int:
        """An integer of any size."""
        return int.from_bytes(self.raw(), "little", signed=True)

    def floats(self, number: int) -> tuple[float, ...]:
        """So many numbers."""
        return struct.unpack(f"<{number}d", self._take(8 * number))

    def array(self, dtype: type[Scalar]) -> npt.NDArray[Scalar]:
        """An array of this type, writable."""
        data = self.raw()
        stored = np.dtype(dtype).newbyteorder("<")
        if len(data) % stored.itemsize:
            raise self._damaged("an array ends inside a number")
        return np.frombuffer(data, dtype=stored).astype(dtype)

    def finish(self, sound: bool = True) -> None:
        """Nothing may be left, and what was read must make sense."""
        if self._position != len(self._body) or not sound:
            raise self._damaged("its fields do not fit together")

    def _take(self, length: int) -> memoryview:
        end = self._position + length
        if end > len(self._body):
            raise self._damaged("it ends too early")
        taken = self._body[self._position : end]
        self._position = end
        return taken

    def _damaged(self, why: str) -> ProfileFileError:
        return ProfileFileError(f"this profile is damaged ({why}): profile the data again")
