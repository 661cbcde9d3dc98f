from __future__ import annotations

from typing import Any

import pytest

from drift_engine.errors import ArgumentError, DataError

pytest.importorskip("pyspark", reason="pyspark is not here: .ci/engine-on-other-pythons runs these tests")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

from drift_engine.spark import make_baseline, state_of_frame  # noqa: E402


def test_equal_and_odd_names_are_named_as_in_any_other_frame(spark: Any) -> None:
    frame = spark.range(3).selectExpr("id as a", "id + 1 as a", "id as `x.y`", "id as ` ``q`` `", "id as ``")
    assert make_baseline(frame).statistics.names() == ("a0", "a1", "x.y", " `q` ", "_c4")


def test_a_wide_table_has_all_its_columns_in_their_order(spark: Any) -> None:
    names = [f"column {position}" for position in range(501)]
    frame = spark.range(0, 40, numPartitions=3).selectExpr(
        *(f"id + {i} as `{n}`" for i, n in enumerate(names))
    )
    profile = make_baseline(frame).statistics
    assert profile.names() == tuple(names)
    assert [f.numerical.min for f in profile.features if f.numerical] == list(range(501))


def test_a_frame_without_a_row_is_one_error(spark: Any) -> None:
    for frame in (spark.range(0), spark.createDataFrame([], "a int, b string")):
        with pytest.raises(DataError, match=r"^<pyspark DataFrame>: columns without a row"):
            make_baseline(frame)


def test_a_frame_without_columns_is_one_error(spark: Any) -> None:
    with pytest.raises(DataError, match=r"^<pyspark DataFrame>: has no columns$"):
        make_baseline(spark.range(3).select())


def test_types_that_cannot_leave_spark_are_named_all_at_once(spark: Any) -> None:
    frame = spark.range(3).selectExpr(
        "id", "make_ym_interval(1, 2) as span", "array(make_ym_interval(1, 2)) as inside"
    )
    with pytest.raises(DataError) as caught:
        make_baseline(frame)
    assert str(caught.value) == (
        "<pyspark DataFrame>: column 'span' has the type interval year to month, column 'inside' has the "
        "type array<interval year to month>, which Spark can't hand to Python: cast to string, or drop it"
    )


def test_a_type_that_pyspark_itself_does_not_know_is_one_line(spark: Any) -> None:
    with pytest.raises(DataError, match=r"pyspark can't read its schema .*interval"):
        make_baseline(spark.range(3).selectExpr("id", "make_interval(1, 2, 3) as span"))


def test_vectors_of_sparks_ml_are_their_json_text(spark: Any) -> None:
    from pyspark.ml.linalg import Vectors  # noqa: PLC0415

    frame = spark.createDataFrame([(Vectors.dense([1.0, 2.0]),), (None,)], ["features"])
    (feature,) = make_baseline(frame).statistics.features
    assert feature.string is not None
    assert feature.string.categories == {'{"type":1,"size":null,"indices":null,"values":[1.0,2.0]}': 1}


def test_what_is_no_spark_frame_is_an_error_that_says_who_reads_it(spark: Any) -> None:
    with pytest.raises(ArgumentError, match=r"list is no Spark DataFrame; drift_engine reads it"):
        make_baseline([1])


def test_a_spark_frame_given_to_the_single_machine_is_an_error_that_says_who_reads_it(spark: Any) -> None:
    from drift_engine import make_baseline as make_baseline_here  # noqa: PLC0415

    with pytest.raises(ArgumentError, match=r"drift_engine\.spark\.make_baseline"):
        make_baseline_here(spark.range(3))


def test_what_the_executors_find_wrong_comes_back_as_one_line(spark: Any) -> None:
    frame = spark.range(3).selectExpr("id", "array(timestamp_micros(9223372036854775807 - id)) as `far away`")
    with pytest.raises(DataError) as caught:
        state_of_frame(frame)
    assert str(caught.value).startswith("<pyspark DataFrame>: column 'far away' has the type list<")
    assert "which can't be read as text" in str(caught.value)


def test_only_the_needed_number_of_jobs_runs(spark: Any) -> None:
    spark.sparkContext.setJobGroup("counted", "counted")
    make_baseline(spark.range(0, 100, numPartitions=5))
    assert len(spark.sparkContext.statusTracker().getJobIdsForGroup("counted")) == 1
