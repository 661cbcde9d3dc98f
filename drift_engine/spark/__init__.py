"""The library's two verbs on a Spark DataFrame, for tables that one machine can't hold or read in time.

    from drift_engine.spark import check, make_baseline

    baseline = make_baseline(spark.read.parquet("s3://bucket/train/"))
    result = check(spark.read.parquet("s3://bucket/july/"), baseline)

    DataFrame --mapInArrow, one state a partition--> pieces of states --shuffle, merge by partition--> driver

- `schema` says what the columns are called and which types can't leave Spark.
- `partitions` runs on the executors: the rows of a partition to its state, by the kernel or by numpy.
- `merging` puts the states together, in the order of the partitions and so the same in every run.
- `profiling` is the driver's side of that, one Spark job; `run` makes baselines and checks of what comes out.
- `job` is the program that `spark-submit` runs, `tables` how it reads files as the engine would, `storage`
  how it reaches any file system that Spark knows.

What comes out is what `drift_engine.check` says of the same partitions given as a list, byte for byte up to
256 partitions; beyond, sketches and the last digits of sums are merged in another order (`merging`). Needs
pyspark 3.5, pyarrow and pandas, all imported on use; docs/spark.md.
"""

from __future__ import annotations

from drift_engine.spark.profiling import state_of_frame
from drift_engine.spark.run import check, make_baseline

__all__ = ["check", "make_baseline", "state_of_frame"]
