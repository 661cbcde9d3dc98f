"""Where each batch's report is, as the page links to it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from drift_engine import __version__
from drift_engine.console import object_page
from drift_engine.history.batches import DatedBatch
from drift_engine.history.timeline import History
from drift_engine.readers.s3 import SCHEME, partition_of
from drift_engine.report import FORMS, Provenance, Report, SourceFile, write
from drift_engine.states import Profile
from drift_engine.verdicts import worst_first

_NAME = 100


def report_links(batches: Sequence[DatedBatch], page: str | Path) -> tuple[str, ...]:
    """For each batch the address of the `report.html` that lies beside its `statistics.json`; "" without one.

    A report on this machine is linked as it is seen from the page's folder, one in S3 by its page in the
    console.
    """
    # One client, and none where nothing lies in S3.
    partition = next((partition_of(each.report) for each in batches if each.report.startswith(SCHEME)), "")
    return tuple(_link(batch.report, page, partition) if batch.report else "" for batch in batches)


def written_reports(
    named: Sequence[tuple[str, Profile]],
    history: History,
    baseline: Profile,
    folder: str | Path,
    when: datetime | None = None,
) -> tuple[Path, ...]:
    """A report of every batch, written into a folder; the files, in the batches' order.

    Args:
        named: the batches' names and profiles, in the history's order.
        history: the verdicts on them.
        baseline: what they are compared with.
        folder: is made where it is missing.
        when: the time of the reports, in UTC.

    Raises:
        ReportError: a file can't be written.
    """
    files = []
    for index, (name, profile) in enumerate(named):
        verdicts = worst_first(feature.verdicts[index] for feature in history.features)
        source = Provenance(files=(SourceFile(name, profile.item_count),), engine=__version__, when=when)
        file = Path(folder) / f"{index:04}-{re.sub(r'[^A-Za-z0-9=._-]+', '_', name)[-_NAME:]}.html"
        write(Report(verdicts, (), profile, baseline, source), FORMS["report"], file)
        files.append(file)
    return tuple(files)


def relative(file: str | Path, page: str | Path) -> str:
    """A file's address as seen from a page, safe in an attribute: nothing in a name is a scheme."""
    seen = os.path.relpath(Path(file).resolve(), Path(page).resolve().parent)
    return f"./{quote(Path(seen).as_posix())}"


def _link(report: str, page: str | Path, partition: str) -> str:
    if not report.startswith(SCHEME):
        return relative(report, page)
    return object_page(report, partition)
