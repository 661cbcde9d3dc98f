"""JSON text as the service's container writes it: Jackson's layout and Java's numbers.

`"key" : value`, `[ {` on one line, two blanks an object, no line feed at the end; doubles as Java's
`Double.toString` prints them. Seen in the service's files (2020 to 2026).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Printer: TypeAlias = Callable[[npt.NDArray[np.float64]], str | None]
"""`java_double` of numbers with `, ` between them; None where it can't."""

# What calling a printer is worth.
_MANY = 32
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def java_double(value: float) -> str:
    """The shortest text that reads back as `value`, laid out as Java's `Double.toString` does.

    Plain between 1e-3 and 1e7, else with a capital E and always a fraction.

    Args:
        value: a finite number.

    Raises:
        ValueError: `value` is NaN or infinite, for which JSON has no number.

    >>> java_double(0.0001), java_double(22000000.0), java_double(0.1)
    ('1.0E-4', '2.2E7', '0.1')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} has no JSON number")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    sign, digits, exponent = Decimal(repr(float(value))).as_tuple()
    text = "".join(map(str, digits))
    power = int(exponent) + len(text) - 1
    return f"{'-' if sign else ''}{text[0]}.{text[1:].rstrip('0') or '0'}E{power}"


def pretty(value: object, indent: str = "", doubles: Printer | None = None) -> str:
    """`value` as JSON text in Jackson's default pretty layout.

    Args:
        value: mappings, sequences, text, numbers, booleans and None, as `json.loads` gives them; and arrays
            of doubles.
        indent: the blanks in front of the line on which the value begins.
        doubles: prints many numbers faster than Python does, a sketch's thousands.
    """
    # What there is most of comes first: asking for an abstract class takes long.
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, (dict, Mapping)):
        return _object(value, indent, doubles)
    if isinstance(value, np.ndarray):
        return _array(value, doubles)
    return _list(value, indent, doubles) if isinstance(value, (list, Sequence)) else json.dumps(value)


def _array(values: npt.NDArray[np.float64], doubles: Printer | None) -> str:
    if not len(values):
        return "[ ]"
    printed = doubles(values) if doubles is not None and len(values) >= _MANY else None
    return f"[ {', '.join(_doubles(values.tolist())) if printed is None else printed} ]"


def _list(value: Sequence[object], indent: str, doubles: Printer | None) -> str:
    if not value:
        return "[ ]"
    if set(map(type, value)) == {float}:
        return _array(np.array(value, dtype=np.float64), doubles)
    return f"[ {', '.join([pretty(item, indent, doubles) for item in value])} ]"


def _doubles(values: Sequence[float]) -> list[str]:
    """`java_double` of many, most of which need no more than `repr`: a sketch has thousands of items."""
    return [
        repr(value) if 1e-3 <= value < 1e7 or -1e7 < value <= -1e-3 else java_double(value)
        for value in values
    ]


@lru_cache(maxsize=1024)
def text_literal(text: str) -> str:
    """`text` between quotation marks, non-ASCII as it is, a half of a surrogate pair escaped."""
    literal = json.dumps(text, ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04X}", literal)


def _object(value: Mapping[str, object], indent: str, doubles: Printer | None) -> str:
    if not value:
        return "{ }"
    inner = indent + "  "
    lines = [f"{inner}{text_literal(key)} : {pretty(item, inner, doubles)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
