"""ydata-profiling: two minimal profiles, compared; no distances. Arguments: BASELINE CURRENT OUTPUT."""

import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import pandas as pd
from ydata_profiling import ProfileReport, compare

sides = [
    ProfileReport(pd.read_csv(path), title=title, minimal=True, progress_bar=False)
    for path, title in zip(sys.argv[1:3], ("baseline", "current"), strict=False)
]
compare(sides).to_file(Path(sys.argv[3], "result.html"))
