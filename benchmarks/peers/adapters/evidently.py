"""Evidently: its presets for a summary and for drift. Usage: evidently.py BASELINE CURRENT OUTPUT."""

import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset, DataSummaryPreset

baseline, current = map(pd.read_csv, sys.argv[1:3])
told = Report([DataSummaryPreset(), DataDriftPreset()]).run(current, baseline)
Path(sys.argv[3], "result.json").write_text(told.json())
