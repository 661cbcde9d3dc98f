"""The Evaluate Drift Lambda's cold start, against importing boto3 and making its three clients.

    python -m benchmarks.cold_start [--runs 5]

A cold start is: a fresh process imports `lambda_handler` from the package that the deploy uploads, reads two
`statistics.json` of 100 numeric features (about 5,000 sketch items each) and evaluates them. The yardstick is
a fresh process that imports boto3 and makes the clients of SageMaker, S3 and CloudWatch; both run in turn,
with one thread for numpy's BLAS, as the template sets it. 1,000 features are measured the same way. What is
found goes to `benchmarks/results/cold_start.json`, and `make bench-page` makes a section of the page of it.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.speed.measure import Cost, cost
from deployment.release.packages import function_package

_ROOT = Path(__file__).parents[1]
RESULTS = _ROOT / "benchmarks" / "results" / "cold_start.json"
_EVALUATE = """
import sys
from pathlib import Path
import lambda_handler
from drift_engine.evaluation import evaluated
from drift_engine.monitor_files import read_constraints, read_statistics
batch, baseline = (Path(folder) for folder in sys.argv[1:])
current = read_statistics((batch / "statistics.json").read_bytes(), "batch", extras=False)
known = read_statistics((baseline / "statistics.json").read_bytes(), "baseline", extras=False)
constraints = read_constraints((baseline / "constraints.json").read_bytes(), "constraints")
assert evaluated(current, known, constraints).answer["checkedFeatures"] == len(known.features)
"""
_CLIENTS = """
import boto3
for name in ("sagemaker", "s3", "cloudwatch"):
    boto3.client(name, region_name="eu-west-1")
"""
_TABLES = """
import sys
from pathlib import Path
import numpy as np
import polars as pl
from drift_engine import make_baseline
for seed, folder in enumerate(sys.argv[2:]):
    rng = np.random.default_rng(seed)
    table = {f"f{i:04d}": rng.normal(0.0, 10.0, 100_000).round(6) for i in range(int(sys.argv[1]))}
    Path(folder).mkdir(parents=True)
    make_baseline(pl.DataFrame(table)).save(folder)
"""


def main() -> None:
    """Measure, and keep what was found."""
    parser = argparse.ArgumentParser(prog="benchmarks.cold_start", description=main.__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    package = function_package(_ROOT)
    found: dict[str, object] = {
        "when": f"{datetime.now(tz=timezone.utc):%Y-%m-%d %H:%M} UTC",
        "load": os.getloadavg()[0],
        "package": len(package.body),
    }
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder, "package")
        with zipfile.ZipFile(io.BytesIO(package.body)) as archive:
            archive.extractall(code)
        environment = {**os.environ, "PYTHONPATH": str(code), "OPENBLAS_NUM_THREADS": "1"}
        for features in (100, 1000):
            sides = [f"{folder}/{features}/{side}" for side in ("batch", "baseline")]
            making = (sys.executable, "-c", _TABLES, str(features), *sides)
            subprocess.run(making, env={**os.environ, "PYTHONPATH": str(_ROOT)}, check=True)
            found[f"features {features}"] = _pairs(
                (sys.executable, "-c", _EVALUATE, *sides), environment, runs
            )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


def _pairs(command: tuple[str, ...], environment: dict[str, str], runs: int) -> list[list[dict[str, float]]]:
    """The yardstick's cost and ours, run by run; one run before those that count."""
    pairs: list[list[Cost]] = []
    for _ in range(runs + 1):
        pairs.append(
            [cost([each], environment) for each in ((sys.executable, "-c", _CLIENTS), command)],
        )
        print(f"{pairs[-1][1]} against {pairs[-1][0]}", file=sys.stderr)
    return [[asdict(each) for each in pair] for pair in pairs[1:]]


if __name__ == "__main__":
    main()
