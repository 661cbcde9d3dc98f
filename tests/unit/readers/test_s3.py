"""Objects in S3 are read as files are: one, or all below a folder; streamed, and refused in one line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest

from drift_engine import make_baseline
from drift_engine.errors import DataError
from drift_engine.readers import ReadOptions, partitions

boto3 = pytest.importorskip("boto3")
mock_aws = pytest.importorskip("moto").mock_aws
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

BUCKET = "data"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client


def put(client: Any, key: str, content: bytes) -> None:
    client.put_object(Bucket=BUCKET, Key=key, Body=content)


def names(uri: str) -> list[str]:
    return [partition.name for partition in partitions(uri)]


def rows(uri: str) -> int:
    return sum(batch.rows for partition in partitions(uri) for batch in partition.batches())


def test_an_object_is_one_partition_named_by_its_uri(s3: Any) -> None:
    put(s3, "x.csv", b"a,b\n1,2\n3,4\n")
    put(s3, "x.csv.bak", b"a\n1\n")
    assert names("s3://data/x.csv") == ["s3://data/x.csv"]
    assert rows("s3://data/x.csv") == 2


def test_a_folder_means_all_objects_below_it_but_those_that_spark_leaves_out(s3: Any) -> None:
    for key in ("day=2/b.csv", "day=1/a.csv", "_temporary/c.csv", "day=1/_SUCCESS", "day=1/.d.csv", "day=1/"):
        put(s3, f"in/{key}", b"a\n1\n")
    put(s3, "in-other/z.csv", b"a\n1\n")
    expected = ["s3://data/in/day=1/a.csv", "s3://data/in/day=2/b.csv"]
    assert names("s3://data/in/") == expected
    assert names("s3://data/in") == expected


def test_more_objects_than_a_page_of_a_listing_are_found(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "5")
    for number in range(11):
        put(s3, f"many/{number:04d}.csv", b"a\n1\n")
    assert len(s3.list_objects_v2(Bucket=BUCKET)["Contents"]) == 5
    assert len(names("s3://data/many/")) == 11


def test_compressed_objects_and_parquet_are_read(s3: Any) -> None:
    put(s3, "x.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 5000))
    out = io.BytesIO()
    pq.write_table(pa.table({"n": list(range(20_000)), "s": ["text"] * 20_000}), out, row_group_size=3000)
    put(s3, "x.parquet", out.getvalue())
    assert rows("s3://data/x.csv.gz") == 5000
    assert rows("s3://data/x.parquet") == 20_000


def test_a_baseline_of_s3_is_that_of_the_same_bytes_in_a_file(s3: Any, tmp_path: Any) -> None:
    content = b"x,c\n" + b"".join(b"%d,%s\n" % (i, b"ab"[i % 2 : i % 2 + 1]) for i in range(30_000))
    (tmp_path / "x.csv").write_bytes(content)
    put(s3, "x.csv", content)
    for name, source in (("file", tmp_path / "x.csv"), ("s3", "s3://data/x.csv")):
        make_baseline(source).save(tmp_path / name)
    assert (tmp_path / "s3" / "statistics.json").read_bytes() == (
        tmp_path / "file" / "statistics.json"
    ).read_bytes()


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("s3://data/none.csv", "no such object or folder"),
        ("s3://no-such-bucket-here/x.csv", "can't be listed: .*NoSuchBucket"),
        ("s3:///x.csv", "names no bucket"),
    ],
)
def test_what_is_not_there_is_one_error_that_names_the_uri(s3: Any, uri: str, said: str) -> None:
    with pytest.raises(DataError, match=f"{uri}: {said}"):
        names(uri)


def test_an_object_that_goes_away_while_it_is_read_is_one_error(s3: Any) -> None:
    put(s3, "x.csv", b"a\n1\n")
    (partition,) = partitions("s3://data/x.csv")
    s3.delete_object(Bucket=BUCKET, Key="x.csv")
    with pytest.raises(DataError, match=r"s3://data/x\.csv: can't be read: .*NoSuchKey"):
        list(partition.batches())


def test_a_glob_means_the_objects_that_match_it(s3: Any) -> None:
    for key in ("in/day=1/a.csv", "in/day=2/b.csv", "in/day=2/b.txt", "in/day=2/deep/c.csv", "in/_x/d.csv"):
        put(s3, key, b"a\n1\n")
    assert names("s3://data/in/*/*.csv") == ["s3://data/in/day=1/a.csv", "s3://data/in/day=2/b.csv"]
    assert names("s3://data/in/day=[2]/b.*") == ["s3://data/in/day=2/b.csv", "s3://data/in/day=2/b.txt"]
    assert names("s3://data/in/**/*.csv") == [
        "s3://data/in/day=1/a.csv",
        "s3://data/in/day=2/b.csv",
        "s3://data/in/day=2/deep/c.csv",
    ]
    assert names("s3://data/in/_*/*.csv") == ["s3://data/in/_x/d.csv"]
    with pytest.raises(DataError, match="no such object"):
        names("s3://data/in/*.parquet")


@pytest.mark.parametrize(
    ("uri", "columns"),
    [
        ("s3://data/run=5/in", ["year", "day"]),
        ("s3://data/run=5/in/year=2026/", ["day"]),
        ("s3://data/", ["run", "year", "day"]),
        ("s3://data/run=5/in/year=2026/day=1/a.csv", []),
        ("s3://data/run=5/in/year=2026/day=*/a.csv", ["day"]),
        ("s3://data/run=*/in/**/*.csv", ["run", "year", "day"]),
    ],
)
def test_keys_below_what_is_given_are_columns(s3: Any, uri: str, columns: list[str]) -> None:
    put(s3, "run=5/in/year=2026/day=1/a.csv", b"a\n1\n")
    (found,) = partitions(uri, ReadOptions(folder_columns=True))
    assert list(found.constants) == columns


def test_what_a_jump_leads_to_is_asked_for_alone(s3: Any) -> None:
    put(s3, "x.bin", bytes(range(256)) * 20_000)
    opened = next(iter(partitions("s3://data/x.bin"))).csv
    assert opened is not None
    with opened[0].open() as stream:
        stream.seek(5_000_000)
        assert stream.read(3) == bytes(value % 256 for value in range(5_000_000, 5_000_003))
        stream.seek(1)
        assert len(stream.read()) == 256 * 20_000 - 1


def test_arrow_in_s3_is_read_as_in_a_file(s3: Any) -> None:
    out = io.BytesIO()
    table = pa.table({"a": [1.5, 2.5, None]})
    with pa.ipc.new_file(out, table.schema) as file:
        file.write_table(table)
    put(s3, "x.arrow", out.getvalue())
    assert rows("s3://data/x.arrow") == 3
