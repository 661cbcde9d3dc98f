"""alibi-detect: TabularDrift; statistics by pandas. Usage: alibi_detect.py BASELINE CURRENT OUTPUT."""

import json
import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import numpy as np
import pandas as pd
from alibi_detect.cd import TabularDrift


def main(baseline: str, current: str, output: str) -> None:
    """One detector of all columns without too many texts; missing cells go first, since it takes none."""
    old, new = pd.read_csv(baseline), pd.read_csv(current)
    described = [json.loads(table.describe(include="all").to_json()) for table in (old, new)]
    numeric = {name: pd.api.types.is_numeric_dtype(old[name]) for name in old.columns}
    names = [name for name in old.columns if numeric[name] or old[name].nunique() <= 1000]
    for name in names:
        if not numeric[name]:
            values = pd.Index(pd.concat([old[name], new[name]]).dropna().unique())
            for table in (old, new):
                table[name] = values.get_indexer(table[name].fillna(values[0]))
    sides = [table[names].fillna(old[names].median()).to_numpy(np.float64) for table in (old, new)]
    texts = {index: None for index, name in enumerate(names) if not numeric[name]}
    found = TabularDrift(sides[0], categories_per_feature=texts).predict(sides[1], drift_type="feature")[
        "data"
    ]
    told = {
        "baseline": described[0],
        "current": described[1],
        "drift": dict(zip(names, found["distance"].tolist(), strict=False)),
    }
    Path(output, "result.json").write_text(json.dumps(told))


main(*sys.argv[1:])
