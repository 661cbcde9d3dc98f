"""Addresses of AWS's console."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

_HOSTS: Mapping[str, str] = MappingProxyType(
    {
        "aws": "console.aws.amazon.com",
        "aws-cn": "console.amazonaws.cn",
        "aws-us-gov": "console.amazonaws-us-gov.com",
    }
)


def object_page(uri: str, partition: str = "aws") -> str:
    """The console's page of an object.

    Args:
        uri: `s3://bucket/key`.
        partition: as in an ARN; of one that isn't known here the address is that of `aws`.

    >>> object_page("s3://bucket/run 1/report.html", "aws-cn")
    'https://console.amazonaws.cn/s3/object/bucket?prefix=run%201%2Freport.html'
    """
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    host = _HOSTS.get(partition, _HOSTS["aws"])
    return f"https://{host}/s3/object/{quote(bucket)}?prefix={quote(key, safe='')}"
