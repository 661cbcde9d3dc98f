"""frouros: its detectors of data drift; statistics by pandas. Usage: frouros.py BASELINE CURRENT OUTPUT."""

import json
import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import pandas as pd
from frouros.detectors.data_drift import ChiSquareTest, KSTest


def main(baseline: str, current: str, output: str) -> None:
    """A test a column."""
    old, new = pd.read_csv(baseline), pd.read_csv(current)
    drift = {}
    for name in old.columns:
        numeric = pd.api.types.is_numeric_dtype(old[name])
        if not numeric and old[name].nunique() > 1000:
            continue
        detector = KSTest() if numeric else ChiSquareTest()
        detector.fit(X=old[name].dropna().to_numpy())
        found, _ = detector.compare(X=new[name].dropna().to_numpy())
        drift[name] = {"statistic": float(found.statistic), "p_value": float(found.p_value)}
    described = [json.loads(table.describe(include="all").to_json()) for table in (old, new)]
    told = {"baseline": described[0], "current": described[1], "drift": drift}
    Path(output, "result.json").write_text(json.dumps(told))


main(*sys.argv[1:])
