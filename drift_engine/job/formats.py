"""`dataset_format`: what the data is, in either spelling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from drift_engine.errors import ArgumentError
from drift_engine.readers import ReadOptions

Format: TypeAlias = Literal["csv", "json", "parquet", "profile", "capture"]

_FORMATS: Mapping[str, Format] = {
    "csv": "csv",
    "json": "json",
    "parquet": "parquet",
    "profile": "profile",
    "sagemakercapturejson": "capture",
}
_OUTPUTS = ("endpointOutput", "batchTransformOutput")
_INPUTS = ("endpointInput", "batchTransformInput")


@dataclass(frozen=True)
class DataFormat:
    """The data's format.

    Attributes:
        name: `capture` is what an endpoint's data capture writes.
        options: how files are to be read; of captures, the files that are made of them.
        sides: of captures: the sides of a record that become columns, in this order.
    """

    name: Format
    options: ReadOptions
    sides: tuple[str, ...] = ()


def data_format(text: str) -> DataFormat:
    """The format in either spelling: the analyzer's `{"csv": {"header": true}}` or the API's capitals.

    Raises:
        ArgumentError: it is no JSON object that names one format, or says something impossible of it.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArgumentError(f"dataset_format: {text!r} is not JSON: {error}") from error
    if not isinstance(document, dict) or len(document) != 1:
        raise ArgumentError(f"dataset_format: {text!r} doesn't name one format")
    ((spelling, given),) = document.items()
    name = _FORMATS.get(spelling.lower())
    if name is None:
        known = "csv, json, parquet, sagemakerCaptureJson"
        raise ArgumentError(f"dataset_format: {spelling!r} is none of {known}")
    said = {key.lower(): value for key, value in given.items()} if isinstance(given, dict) else {}
    if name == "csv":
        return DataFormat(name, ReadOptions(format="csv", header=_header(said.get("header", False))))
    if name == "capture":
        return DataFormat(name, ReadOptions(format="csv", header=False), _sides(said))
    return DataFormat(name, ReadOptions(format=name))


def _header(header: Any) -> bool:
    if isinstance(header, str) and header.lower() in {"true", "false"}:
        return header.lower() == "true"
    if not isinstance(header, bool):
        raise ArgumentError(f"dataset_format: csv.header: {header!r} is neither true nor false")
    return header


def _sides(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The sides that are asked for. Outputs stand first: AWS's baselines have the label first."""
    position = str(said.get("output_columns_position") or "START").upper()
    if position not in {"START", "END"}:
        raise ArgumentError(f"dataset_format: output_columns_position: {position!r} is neither START nor END")
    order = (*_OUTPUTS, *_INPUTS) if position == "START" else (*_INPUTS, *_OUTPUTS)
    wanted = said.get("captureindexnames") or list(order)
    if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(order):
        known = ", ".join(order)
        raise ArgumentError(f"dataset_format: captureIndexNames: {wanted!r} is no list of these: {known}")
    return tuple(side for side in order if side in wanted)
