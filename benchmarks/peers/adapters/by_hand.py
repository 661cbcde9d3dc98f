"""pandas and scipy by hand. Usage: by_hand.py BASELINE CURRENT OUTPUT."""

import json
import sys
from pathlib import Path

import pandas as pd
from scipy.stats import ks_2samp


def main(baseline: str, current: str, output: str) -> None:
    """Statistics of both files, and a distance for every column."""
    old, new = pd.read_csv(baseline), pd.read_csv(current)
    known, seen = ({"missing": t.isna().sum(), "distinct": t.nunique()} for t in (old, new))
    told = {"baseline": _described(old, known), "current": _described(new, seen), "drift": {}}
    for name in old.columns:
        if pd.api.types.is_numeric_dtype(old[name]):
            told["drift"][name] = float(ks_2samp(old[name].dropna(), new[name].dropna()).statistic)
        elif known["distinct"][name] <= 1000:
            before, after = (t[name].value_counts(normalize=True) for t in (old, new))
            told["drift"][name] = float(before.sub(after, fill_value=0.0).abs().max())
    Path(output, "result.json").write_text(json.dumps(told))


def _described(table, counts):
    described = json.loads(table.describe(include="all").to_json())
    return {
        name: {**described[name], **{key: int(counts[key][name]) for key in counts}} for name in described
    }


main(*sys.argv[1:])
