"""One page of a list operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.errors import invalid


def page(items: Sequence[Mapping[str, Any]], key: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with the items that were asked for, and a `NextToken` where there are more.

    Args:
        items: All of them, in order.
        key: The answer's name for the list.
        sent: The request, with `MaxResults` (100 by default) and `NextToken`.
    """
    token = sent.get("NextToken", "0")
    if not token.isdigit():
        raise invalid("Invalid pagination token.")
    first = int(token)
    last = first + int(sent.get("MaxResults", 100))
    answer: dict[str, Any] = {key: list(items[first:last])}
    if last < len(items):
        answer["NextToken"] = str(last)
    return answer
