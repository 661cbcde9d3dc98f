"""Names and numbers as people read them, safe to show anywhere."""

from __future__ import annotations

import math
import sys
import unicodedata

LONGEST = 80
"""A name's characters in a table; longer ones are cut, with the true length said."""
_DISTANCES_FROM = 100.0


def shown(text: str, limit: int = LONGEST) -> str:
    r"""The text with invisible characters as escapes, cut to about `limit` characters.

    Control characters, marks that turn the direction of writing, and halves of surrogate pairs become `\x..`
    or `\u....`: they are evidence, and none may act on the reader's screen or break a file's encoding.
    """
    cut = text[:limit]
    visible = "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)
    return visible if len(text) <= limit else f"{visible}… ({len(text):,} characters)"


def visible(text: str) -> str:
    """A text of several lines with what is invisible as escapes; only its ends of lines act."""
    return "\n".join(shown(line, len(line)) for line in text.split("\n"))


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    return 0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")


def number(value: float | None, digits: int = 4) -> str:
    """A measured value at so many significant digits: `12,345`, `0.0312`, `1.2e-07`; "" for None."""
    if value is None:
        return ""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("-0", "0")
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:,.0f}"
    if not 1e-4 <= abs(value) < 1e9:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def deviation(value: float | None, said: str) -> str:
    """A standard deviation, which `said` has in words; where its squares are no doubles: `too large`."""
    return "too large" if value == sys.float_info.max else said


def probability(value: float | None) -> str:
    """A p-value at three digits; below what doubles can say of a tail: `< 1e-15`, never 0. "" for None."""
    if value is None:
        return ""
    return number(value, 3) if value >= 1e-15 else "< 1e-15"


def distance(value: float | None) -> str:
    """A distance or its threshold at three decimals, large statistics shorter; "" for None."""
    if value is None:
        return ""
    return f"{value:.3f}" if abs(value) < _DISTANCES_FROM else number(value)


def percent(share: float) -> str:
    """A share as a percentage, never rounded to 0% or 100% where it is not: `<0.1%`, `99.9%`, `12%`."""
    share = round(share, 12)  # sums of shares miss 1 by a last digit
    if 0.0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1.0:
        return ">99.9%"
    near_an_end = min(share, 1 - share) < 0.0995 and share not in (0.0, 1.0)
    return f"{100 * share:.1f}%" if near_an_end else f"{100 * share:.0f}%"


def change(before: float, after: float) -> str:
    """Two shares as percentages, `31% → 12%`, with as many decimals as show that they differ."""
    old, new = percent(before), percent(after)
    if old == new and before != after:
        old, new = f"{100 * before:.1f}%", f"{100 * after:.1f}%"
    return f"{old} → {new}" if old != new else old


def plural(count: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def base_name(path: str) -> str:
    """The last part of a path or an address; all of it where that is empty."""
    return path.rstrip("/").rsplit("/", 1)[-1] or path
