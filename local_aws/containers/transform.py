"""A batch transform job on CSV: each input object becomes one `.out` object of scored lines.

Every object is split at line ends, its records are filtered, scored together, joined to the input and
filtered again. Batch Transform hands a model many small payloads; a model of one row at a time does not see
the difference.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.containers import container_of
from local_aws.containers.container import ContainerError, Scorer
from local_aws.containers.csv_records import Record, RecordError, cells, records
from local_aws.containers.json_path import FilterError, record_filter
from local_aws.containers.transfer import InputObject, S3Uri, objects_under

_ONLY = {
    ("TransformInput", "CompressionType"): {"None"},
    ("TransformInput", "SplitType"): {"Line"},
    ("TransformInput", "ContentType"): {"text/csv"},
    ("TransformOutput", "Accept"): {"text/csv"},
    ("TransformOutput", "AssembleWith"): {"Line"},
}


@dataclass(frozen=True)
class Plan:
    """A transform job's settings.

    Attributes:
        source: The prefix of the input.
        target: The prefix of the output.
        input_filter: JSONPath of what the model gets.
        output_filter: JSONPath of what is written.
        joined: Whether the input's cells stand before the prediction.
    """

    source: S3Uri
    target: S3Uri
    input_filter: str
    output_filter: str
    joined: bool

    @classmethod
    def of(cls, job: Mapping[str, Any]) -> Plan:
        """The settings of a `CreateTransformJob` request.

        Raises:
            ContainerError: The job asks for something that the local AWS does not do.
        """
        for (section, key), allowed in _ONLY.items():
            value = job[section].get(key)
            if value is not None and value not in allowed:
                raise ContainerError(
                    f"the local AWS does not do {section}.{key} {value}, only {', '.join(allowed)}"
                )
        source = job["TransformInput"]["DataSource"]["S3DataSource"]
        if source["S3DataType"] != "S3Prefix":
            raise ContainerError(
                f"the local AWS does not do S3DataType {source['S3DataType']}, only S3Prefix"
            )
        if (
            job["TransformInput"].get("SplitType") != "Line"
            or job["TransformOutput"].get("AssembleWith") != "Line"
        ):
            raise ContainerError("the local AWS does SplitType Line with AssembleWith Line only; set both")
        processing = job.get("DataProcessing", {})
        return cls(
            source=S3Uri.parse(source["S3Uri"]),
            target=S3Uri.parse(job["TransformOutput"]["S3OutputPath"]),
            input_filter=processing.get("InputFilter", "$"),
            output_filter=processing.get("OutputFilter", "$"),
            joined=processing.get("JoinSource", "None") == "Input",
        )


def run_transform(s3: Any, job: Mapping[str, Any], model: Mapping[str, Any]) -> list[str]:
    """The job's log lines; its output lies in S3.

    Args:
        s3: A boto3 client of S3.
        job: The `CreateTransformJob` request.
        model: What `DescribeModel` says.

    Raises:
        ContainerError: The job fails, with its reason.
    """
    plan = Plan.of(job)
    container = model["PrimaryContainer"]
    stands_for = container_of(container["Image"])
    if stands_for.load_model is None:
        raise ContainerError(f"what stands for the image {container['Image']} here serves no model")
    items = objects_under(s3, plan.source)
    environment = {**container.get("Environment", {}), **job.get("Environment", {})}
    log = [f"local AWS: scoring {len(items)} objects with {container['ModelDataUrl']}"]
    with tempfile.TemporaryDirectory(prefix="model-") as folder:
        unpack_model(s3, S3Uri.parse(container["ModelDataUrl"]), Path(folder))
        score = stands_for.load_model(Path(folder), environment)
        for item in items:
            lines = _transformed(s3, item, plan, score)
            target = plan.target / f"{item.path}.out"
            body = "".join(f"{line}\n" for line in lines).encode()
            s3.put_object(Bucket=target.bucket, Key=target.key, Body=body, ContentType="text/csv")
            log.append(f"{item.uri}: {len(lines)} records scored into {target}")
    return log


def unpack_model(s3: Any, uri: S3Uri, folder: Path) -> None:
    """The model.tar.gz is unpacked in the folder.

    Args:
        s3: A boto3 client of S3.
        uri: Where the model.tar.gz lies.
        folder: An empty folder.

    Raises:
        ContainerError: It is not there, or not a complete tar file compressed with gzip.
    """
    try:
        content = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket) as error:
        raise ContainerError(f"ClientError: Could not find model data at {uri}.") from error
    try:
        # All of it first: tarfile stops at the archive's end and would not miss gzip's checksum.
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content)), mode="r:") as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        reason = f"Unable to unpack model data {uri}: not a complete model.tar.gz ({error})"
        raise ContainerError(f"ClientError: {reason}") from error


def _transformed(s3: Any, item: InputObject, plan: Plan, score: Scorer) -> list[str]:
    """The lines of one object's output.

    Raises:
        ContainerError: With the object's URI and, where one is to blame, the line.
    """
    content = s3.get_object(Bucket=item.uri.bucket, Key=item.uri.key)["Body"].read()
    try:
        found = records(content)
        if not found:
            return []
        return _assembled(found, _scored(found, plan.input_filter, score), plan)
    except (RecordError, FilterError, ContainerError, IndexError) as error:
        raise ContainerError(f"ClientError: {item.uri}: {error}") from error


def _scored(found: list[Record], input_filter: str, score: Scorer) -> list[str]:
    keep = record_filter(input_filter)
    predictions = score([keep(record.values()) for record in found])
    if len(predictions) != len(found):
        raise ContainerError(f"the model answered {len(predictions)} lines to {len(found)} records")
    return predictions


def _assembled(found: list[Record], predictions: list[str], plan: Plan) -> list[str]:
    """Input and prediction joined as the job says; the input's cells stay exactly as they were written."""
    if plan.output_filter == "$":  # cells joined with commas are their line again
        if not plan.joined:
            return predictions
        return [f"{record.line},{line}" for record, line in zip(found, predictions, strict=True)]
    if plan.joined:
        joined = [[*record.cells, *cells(line)] for record, line in zip(found, predictions, strict=True)]
    else:
        joined = [cells(line) for line in predictions]
    keep = record_filter(plan.output_filter)
    return [",".join(keep(row)) for row in joined]
