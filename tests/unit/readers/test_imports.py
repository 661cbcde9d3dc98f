"""Readers load the heavy libraries on use only."""

from __future__ import annotations

import subprocess
import sys

from tests.reading import Writing


def test_reading_csv_and_json_imports_numpy_alone(write: Writing) -> None:
    csv, json = write("a\n1\n"), write('{"a":1}\n', "x.json")
    code = (
        "import sys; from drift_engine.readers import partitions\n"
        f"assert sum(b.rows for p in partitions([{str(csv)!r}, {str(json)!r}]) for b in p.batches()) == 2\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'scipy', 'boto3', 'zstandard'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
