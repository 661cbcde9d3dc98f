"""How a feature's distance is called in CloudWatch."""

from __future__ import annotations

import hashlib
import re

_PREFIX = "feature_baseline_drift_"
_LONGEST = 255


def metric_name(feature: str) -> str:
    """The feature's metric name, 1 to 255 printable ASCII characters.

    In a name that CloudWatch refuses (other characters, or too long) `_` stands for each other character, and
    it is cut, and ends in `-` and the first 8 hexadecimal digits of the SHA-256 of its UTF-8 bytes: so two
    such names stay two, and the same name is the same metric on every run.

    >>> metric_name("fare"), metric_name("gr\u00f6\u00dfe")
    ('feature_baseline_drift_fare', 'feature_baseline_drift_gr__e-d353a267')
    """
    name = _PREFIX + feature
    if re.fullmatch(r"[ -~]+", name) and len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(feature.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{re.sub(r'[^ -~]', '_', name)[: _LONGEST - 9]}-{digest}"


def is_of_feature(name: str) -> bool:
    """Whether a metric of this name is a feature's distance, and no count of the run."""
    return name.startswith(_PREFIX)
