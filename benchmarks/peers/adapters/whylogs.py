"""whylogs: two profiles and its drift scores. Usage: whylogs.py BASELINE CURRENT OUTPUT."""

import json
import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import pandas as pd
import whylogs as why
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores

baseline, current, output = sys.argv[1:]
old, new = (why.log(pd.read_csv(path)).view() for path in (baseline, current))
for name, view in (("baseline", old), ("current", new)):
    view.write(str(Path(output, f"{name}.bin")))
told = {
    "baseline": json.loads(old.to_pandas().to_json(default_handler=str)),
    "current": json.loads(new.to_pandas().to_json(default_handler=str)),
    "drift": calculate_drift_scores(target_view=new, reference_view=old, with_thresholds=True),
}
Path(output, "result.json").write_text(json.dumps(told, default=str))
