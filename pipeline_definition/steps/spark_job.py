"""The script of a Spark job, on EMR, EMR Serverless, Glue 5 or one machine:

    spark-submit --py-files engine.zip spark_job.py --do check --data s3://... --format parquet ...

`engine.zip` holds `drift_engine/`, as the monitor step's own package does (docs/spark.md). Exit codes:
0 done, whatever was found; 2 could not run.
"""

from __future__ import annotations

import sys

try:
    from drift_engine.spark.job import main
except ModuleNotFoundError as error:
    sys.stderr.write(
        f"spark_job: the driver's Python has no {error.name}: it needs numpy, pandas and pyarrow, and "
        "drift_engine by spark-submit --py-files engine.zip\n"
    )
    sys.exit(2)

if __name__ == "__main__":
    code = main(sys.argv[1:])
    if code:  # Glue takes any SystemExit for a failure
        sys.exit(code)
