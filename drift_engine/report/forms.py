"""The forms in which a report can be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from drift_engine.errors import ReportError, local_path
from drift_engine.report.html import html_report
from drift_engine.report.junit import junit
from drift_engine.report.markdown import markdown
from drift_engine.report.message import message
from drift_engine.report.model import Report
from drift_engine.report.picture import picture
from drift_engine.report.sarif import sarif
from drift_engine.report.verdicts_form import verdicts_json


@dataclass(frozen=True)
class Form:
    """A row of `FORMS`.

    Attributes:
        name: how flags call it.
        suffix: the ending of a file of this form.
        render: a report in, the file's text or bytes out.
        summary: one sentence for the user.
    """

    name: str
    suffix: str
    render: Callable[[Report], str | bytes]
    summary: str


_ROWS = (
    Form("report", ".html", html_report, "one HTML page that needs no network"),
    Form("png", ".png", picture, "a picture of 1,200 by 630 pixels for chat and mail; needs matplotlib"),
    Form("junit", ".xml", junit, "JUnit's XML for CI: a test case a feature"),
    Form("sarif", ".sarif", sarif, "SARIF 2.1.0 for code scanning: an alert a finding"),
    Form("markdown", ".md", markdown, "GitHub's Markdown for a pull request"),
    Form("verdicts", ".json", verdicts_json, "every verdict with its numbers, as JSON for machines"),
    Form("message", ".txt", message, "a short plain text for a chat or a topic"),
)
FORMS: Mapping[str, Form] = MappingProxyType({row.name: row for row in _ROWS})


def form_of(path: str | Path) -> Form:
    """The form that a file's ending asks for.

    Raises:
        ReportError: no form has this ending.
    """
    suffix = Path(path).suffix.lower()
    for form in FORMS.values():
        if form.suffix == suffix:
            return form
    raise ReportError(f"{path}: a report's name ends in one of {', '.join(f.suffix for f in FORMS.values())}")


def write(report: Report, form: Form, path: str | Path) -> None:
    """Write a report; folders are made where they are missing.

    Raises:
        ReportError: the file can't be written, or the form needs a package that isn't there.
    """
    content = form.render(report)
    _write(content.encode() if isinstance(content, str) else content, path)


def write_text(text: str, path: str | Path) -> None:
    """Write a page; folders are made where they are missing, and nothing half-written is left.

    Raises:
        ReportError: the file can't be written.
    """
    _write(text.encode(), path)


def _write(content: bytes, path: str | Path) -> None:
    target = local_path(path, ReportError, names_file=True)
    unfinished = target.with_name(f".{_cut(target.name)}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            # A pipe or a device, as /dev/stdout: there is nothing to rename.
            target.write_bytes(content)
            return
        unfinished.write_bytes(content)
        unfinished.replace(target)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise ReportError(f"{path}: can't be written: {error.strerror}") from error


def _cut(name: str) -> str:
    """A name's beginning, so short that more fits beside it: file systems count bytes, 255 a name."""
    return os.fsencode(name)[:200].decode(errors="ignore")
