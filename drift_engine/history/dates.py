"""The date that a path tells."""

from __future__ import annotations

import re

_KEYS = re.compile(r"([^/\\=]+)=([^/\\]+?)(?=[/\\])")
_DATE = re.compile(r"(?<!\d)(\d{4})([-_./]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)")
_PARTS = ("year", "month", "day", "hour")


def date_label(path: str, below: int = 0) -> str:
    """What orders a batch among others: its hive keys, else the date in its path; "" where it has neither.

    The last date of a path counts: a file's own before its folder's. Labels sort as text.

    Args:
        path: with `/` between its parts.
        below: how many characters of it all batches share; a date that ends among them tells nothing.

    >>> date_label("runs/year=2013/month=7/day=4/part-0.csv")
    'year=2013/month=07/day=04'
    >>> date_label("runs/scores_20130704.csv"), date_label("runs/2013-07/statistics.json")
    ('2013-07-04', '2013-07')
    >>> date_label("s3://data-2026-07/runs/a.csv", len("s3://data-2026-07")), date_label("2013/07/a.csv", 4)
    ('', '2013-07')
    """
    keys = list(_KEYS.finditer(path))
    if keys and keys[-1].end() > below:
        pairs = (match.groups() for match in keys)
        return "/".join(f"{key}={value.zfill(2) if key in _PARTS else value}" for key, value in pairs)
    found = list(_DATE.finditer(path))
    if not found or found[-1].end() <= below:
        return ""
    year, _, month, day = found[-1].groups()
    return "-".join(part for part in (year, month, day) if part)
