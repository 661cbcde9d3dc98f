"""How large the HTML report is and how soon a browser can be used on it: `python benchmarks/report_page.py`.

Prints a line for 20 and one for 500 features: bytes, seconds to make, milliseconds until the page is
interactive, to sort and to search, elements in the page. Needs chromium and playwright.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from drift_engine import check, make_baseline
from drift_engine.report import Report
from drift_engine.report.html import html_report

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MEASURE = """() => {
  const timed = (act) => {
    const start = performance.now();
    act();
    document.body.offsetHeight;
    return performance.now() - start;
  };
  const search = document.getElementById("search");
  return {
    interactive: performance.getEntriesByType("navigation")[0].domInteractive,
    sort: timed(() => document.querySelector("thead th button").click()),
    search: timed(() => { search.value = "9"; search.dispatchEvent(new Event("input")); }),
    elements: document.querySelectorAll("*").length,
  };
}"""


def frame(features: int, rows: int, shift: float) -> pd.DataFrame:
    """Normal, lognormal, Poisson, five-level and Zipf columns in turn; every eleventh moves by `shift`."""
    rng = np.random.default_rng(3)
    columns = {}
    for index in range(features):
        moved = shift if index % 11 == 0 else 0.0
        columns[f"feature_{index}"] = (
            rng.normal(moved, 1.0, rows),
            rng.lognormal(3 + moved, 1.0, rows).round(2),
            rng.poisson(4 + 2 * moved, rows),
            rng.choice(list("abcde"), rows),
            np.char.add("code-", rng.zipf(1.4, rows).clip(0, 60).astype(str)),
        )[index % 5]
    return pd.DataFrame(columns)


def made(features: int) -> Report:
    """A report of 2,000 rows against 5,000."""
    baseline = make_baseline(frame(features, 5_000, 0.0))
    return check(frame(features, 2_000, 0.6), baseline).to_report()


def measured(browser: Browser, features: int, folder: Path) -> str:
    """A row of the table."""
    report = made(features)
    start = time.perf_counter()
    page_text = html_report(report)
    seconds = time.perf_counter() - start
    path = folder / "report.html"
    path.write_text(page_text, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    found = page.evaluate(MEASURE)
    page.close()
    return (
        f"| {features} | {len(page_text.encode()):,} | {seconds:.2f} | {found['interactive']:.0f} "
        f"| {found['sort']:.0f} | {found['search']:.0f} | {found['elements']:,} |"
    )


def main() -> None:
    """Print the table."""
    print("| features | bytes | made in s | interactive after ms | sort ms | search ms | elements |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for features in (20, 500):
            print(measured(browser, features, Path(folder)))
        browser.close()


if __name__ == "__main__":
    main()
