"""The report for machines: every verdict with its numbers, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from drift_engine.report.model import Report
from drift_engine.report.sentences import summary


def verdicts_json(report: Report) -> str:
    """JSON with `summary`, `rows` and `features`: the fields of each `FeatureVerdict`, worst first."""
    document = {
        "summary": summary(report),
        "rows": report.current.item_count,
        "features": [asdict(verdict) for verdict in report.verdicts],
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
