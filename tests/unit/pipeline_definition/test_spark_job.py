from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "pipeline_definition" / "steps" / "spark_job.py"


def test_a_driver_without_the_engine_is_told_in_one_line(tmp_path: Path) -> None:
    # -I: neither this checkout nor what is installed for the user is on the path.
    command = [sys.executable, "-I", "-S", str(SCRIPT), "--do", "profile"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "spark_job: the driver's Python has no drift_engine: it needs numpy, pandas and pyarrow, and "
        "drift_engine by spark-submit --py-files engine.zip\n"
    )
