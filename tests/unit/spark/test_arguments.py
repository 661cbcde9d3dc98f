from __future__ import annotations

import pytest

from drift_engine.errors import ArgumentError
from drift_engine.spark.arguments import asked

CHECK = ["--do", "check", "--data", "s3://b/a/,s3://b/b/", "--format", "csv", "--baseline", "s3://b/base"]


def test_a_check_names_its_data_baseline_and_output() -> None:
    wanted = asked([*CHECK, "--output", "s3://b/out", "--header", "false", "--separator", ";"])
    assert wanted.source.data == ("s3://b/a/", "s3://b/b/")
    assert (wanted.action, wanted.baseline, wanted.output) == ("check", "s3://b/base", "s3://b/out")
    assert (wanted.source.header, wanted.source.separator, wanted.strict) == (False, ";", False)


def test_what_glue_adds_by_itself_is_passed_over() -> None:
    glue = ["--JOB_NAME", "drift", "--JOB_ID=j_1", "--TempDir", "s3://b/t", "--enable-metrics"]
    more = ["--job-bookmark-option", "job-bookmark-disable", "--output", "s3://b/out"]
    assert asked([*glue, *CHECK, *more]) == asked([*CHECK, "--output", "s3://b/out"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*CHECK], "--output"),
        ([*CHECK, "--output", "o", "--do", "guess"], "guess"),
        ([*CHECK[:-2], "--output", "o"], "--baseline: a check needs one"),
        ([*CHECK, "--output", "o", "--do", "profile"], "--baseline: is for a check; --do is profile"),
        ([*CHECK, "--output", "o", "--separator", ";;"], "separator: ';;' is not one ASCII character"),
        ([*CHECK, "--output", "o", "--header", "maybe"], "'maybe' is neither true nor false"),
        ([*CHECK, "--output", "o", "--colour", "red"], "unrecognized arguments: --colour red"),
        ([*CHECK, "--output", "o", "--out", "p"], "unrecognized arguments: --out p"),
    ],
)
def test_impossible_arguments_are_one_error(arguments: list[str], said: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        asked(arguments)
    assert said in str(caught.value)


def test_a_table_of_the_catalog_has_one_name() -> None:
    wanted = asked(["--do", "baseline", "--data", "db.t", "--format", "table", "--output", "o"])
    assert wanted.source.data == ("db.t",)
