"""What a page's commands find when they begin: `<!-- test: needs NAME -->` names a row of `SAMPLES`.

A sample puts files into the folder of the page, and gives the variables that its commands see.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

import local_aws
from drift_engine import check, make_baseline
from examples.flights import prepare

ROOT = Path(__file__).parents[2]
_MONTHS = {"january": 1, "february": 2, "march": 3, "july": 7}
_EVERY = 12


@contextmanager
def flights_months(folder: Path) -> Iterator[Mapping[str, str]]:
    """`january.csv`, `february.csv`, `march.csv`, `july.csv`: every twelfth flight, with a header."""
    flights = prepare.departures(prepare.source_folder())
    for name, month in _MONTHS.items():
        rows = flights.loc[flights["month"] == month, list(prepare.FEATURES)].iloc[::_EVERY]
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    yield {}


@contextmanager
def own_csv(folder: Path) -> Iterator[Mapping[str, str]]:
    """`train.csv` and `today.csv`: flights of the winter and of July, as the reader's own two files."""
    with flights_months(folder):
        head, *training = (folder / "january.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        training += (folder / "march.csv").read_text(encoding="utf-8").splitlines(keepends=True)[1:]
        (folder / "train.csv").write_text(head + "".join(training), encoding="utf-8")
        (folder / "july.csv").rename(folder / "today.csv")
        yield {}


@contextmanager
def runs(folder: Path) -> Iterator[Mapping[str, str]]:
    """`train.csv`, its `baseline/`, `july.csv`, `runs/2026-*/` as checks left them, `scores/day=*/`."""
    with flights_months(folder):
        parts = [(folder / f"{name}.csv").read_text("utf-8") for name in ("january", "february", "march")]
        rows = [part.split("\n", 1)[1] for part in parts]
        (folder / "train.csv").write_text(parts[0].split("\n", 1)[0] + "\n" + "".join(rows), encoding="utf-8")
        made = make_baseline(folder / "train.csv")
        made.save(folder / "baseline")
        for number, name in enumerate(("march", "july"), start=6):
            check(folder / f"{name}.csv", made).save(folder / "runs" / f"2026-{number:02}")
            day = folder / "scores" / f"day={number}"
            day.mkdir(parents=True)
            shutil.copy(folder / f"{name}.csv", day / "part-0.csv")
        yield {}


@contextmanager
def model_monitor_files(folder: Path) -> Iterator[Mapping[str, str]]:
    """`monitor/`: the files of a baseline and `today.csv`, as one has them who used Model Monitor."""
    golden = ROOT / "tests" / "golden" / "monitor_files"
    with (golden / "current.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    monitor = folder / "monitor"
    monitor.mkdir()
    for name in ("statistics.json", "constraints.json"):
        (monitor / name).write_bytes((golden / "strict" / "baseline" / name).read_bytes())
    with (folder / "today.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    yield {}


@contextmanager
def deploy(folder: Path) -> Iterator[Mapping[str, str]]:
    """`deploy.py` finds what was fetched once: the Lambda's numpy."""
    (folder / ".cache").symlink_to(ROOT / ".cache", target_is_directory=True)
    yield {}


@contextmanager
def account(folder: Path) -> Iterator[Mapping[str, str]]:
    """An account of AWS (the local one) with the foundation and the flights in it; its variables are set.

    `stages/staging.json` says what the reader is told to say in it: where batches lie, what the model reads.
    """
    with deploy(folder) as variables, local_aws.running(folder / ".aws") as aws:
        foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", "flights")
        example = ROOT / "examples" / "flights"
        batches = local_aws.set_up_project(aws, example, foundation, ROOT / ".cache", lambda _line: None)
        stage = folder / "stages" / "staging.json"
        said = json.loads(stage.read_text(encoding="utf-8"))
        said["data"]["input_uri"] = batches["quiet"]
        said["transform"]["input_filter"] = f"$[{len(prepare.TEXT)}:]"
        stage.write_text(json.dumps(said), encoding="utf-8")
        yield {
            **variables,
            **aws.environment,
            "AWS_REGION": aws.region,
            "ARTIFACT_BUCKET": foundation.bucket,
            "SAGEMAKER_PIPELINE_ROLE_ARN": foundation.role_arn,
        }


@contextmanager
def empty_account(folder: Path) -> Iterator[Mapping[str, str]]:
    """An account of AWS (the local one) with nothing in it, and an `aws` command that reaches it."""
    with deploy(folder) as variables, local_aws.running(folder / ".aws") as aws:
        command = folder / ".bin" / "aws"
        script = ROOT / "tests" / "docs" / "aws_command.py"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        yield {**variables, **aws.environment}


@contextmanager
def spark(folder: Path) -> Iterator[Mapping[str, str]]:
    """A `spark-submit`, by the Spark that the gate installs; without it or Java the page is skipped."""
    submit = ROOT / ".cache" / "spark" / "bin" / "spark-submit"
    if not submit.is_file() or shutil.which("java") is None:
        pytest.skip("there is no Java, or no .cache/spark, which .ci/engine-on-other-pythons makes")
    command = folder / ".bin" / "spark-submit"
    command.write_text(f'#!/bin/sh\nexec "{submit}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    yield {"PYSPARK_PYTHON": str(submit.with_name("python")), "SPARK_LOCAL_IP": "127.0.0.1"}


Sample = Callable[[Path], AbstractContextManager[Mapping[str, str]]]
SAMPLES: Mapping[str, Sample] = MappingProxyType(
    {
        "flights-months": flights_months,
        "own-csv": own_csv,
        "runs": runs,
        "model-monitor-files": model_monitor_files,
        "deploy": deploy,
        "account": account,
        "empty-account": empty_account,
        "spark": spark,
    }
)
