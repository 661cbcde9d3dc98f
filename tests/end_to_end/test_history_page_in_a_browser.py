"""The page of a history as a browser shows it, opened from disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from drift_engine.checks import suggest
from drift_engine.history import timeline
from drift_engine.history.html import history_page
from tests.end_to_end.browser import needs_chromium, opened_from_disk, serious_faults, started
from tests.tables import Columns, numbers, profile
from tests.unit.report.reports import NASTY

pytestmark = needs_chromium
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


def page_of(batches: int, names: tuple[str, ...] = ("amount", "steady", "rare")) -> str:
    """The first feature moves in the last third of the batches; each second batch has a report."""
    baseline = profile({name: numbers(400) for name in names})
    named = []
    for batch in range(batches):
        moved: Columns = {
            name: numbers(400, start=300 * (index == 0 and batch >= batches - batches // 3))
            for index, name in enumerate(names)
        }
        named.append((f"2026-{1 + batch // 28:02}-{1 + batch % 28:02}", profile(moved)))
    found = timeline(named, baseline, suggest(baseline))
    links = tuple(f"./runs/{batch}/report.html" if batch % 2 else "" for batch in range(batches))
    return history_page(found, links, "against a baseline of 400 rows")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    """Opens a page from disk; fails where the console has an error or anything else is fetched."""

    def open_page(text: str, **options: Any) -> AbstractContextManager[Page]:
        path = tmp_path / "history.html"
        path.write_text(text, encoding="utf-8")
        return opened_from_disk(browser, path, **options)

    return open_page


def names(page: Page) -> list[str]:
    return page.locator("#map tbody th").locator("visible=true").all_inner_texts()


def test_a_cell_says_what_happened_and_leads_to_the_batchs_report(opened: Open) -> None:
    with opened(page_of(12)) as page:
        cell = page.locator("#f0 .cell").nth(9)
        assert cell.inner_text() == "▲"
        said = cell.get_attribute("aria-label") or ""
        assert said.startswith("amount, 2026-01-10: drifted; 75% of the rows moved; distance 0.")
        assert cell.get_attribute("href") == "./runs/9/report.html"
        assert page.locator("#f0 .cell").nth(8).get_attribute("href") is None
        cell.hover()
        assert page.locator("#read").inner_text() == said
        turned = page.locator("#f0 .turn").get_attribute("aria-label") or ""
        assert "2026-01-09: drifted" in turned
        assert "changed from here on" in turned


def test_the_arrows_move_through_the_map_and_beyond_what_is_shown(opened: Open) -> None:
    focused = "document.activeElement.getAttribute('aria-label')"
    with opened(page_of(60), width=700) as page:
        page.locator("#search").focus()
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate(focused):
                break
        assert page.evaluate(focused).startswith("amount, 2026-03-04")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused).startswith("steady, 2026-03-04")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(focused).startswith("steady, 2026-03-03")
        page.keyboard.press("Home")
        assert page.evaluate(focused).startswith("steady, 2026-01-01")
        assert page.locator("#older").is_disabled()
        page.keyboard.press("End")
        assert page.evaluate(focused).startswith("steady, 2026-03-04")


def test_older_and_newer_batches_are_turned_to(opened: Open) -> None:
    with opened(page_of(60), width=700) as page:
        shown = page.locator("#shown")
        assert shown.inner_text().endswith("to 60 of 60")
        page.get_by_role("button", name="Older").click()
        assert not shown.inner_text().endswith("to 60 of 60")
        page.get_by_role("button", name="Newer").click()
        assert shown.inner_text().endswith("to 60 of 60")


def test_features_are_searched_filtered_and_ordered(opened: Open) -> None:
    with opened(page_of(12)) as page:
        assert names(page) == ["amount", "steady", "rare"]
        page.get_by_role("button", name="drifted in the last batch 1").click()
        assert names(page) == ["amount"]
        page.get_by_role("button", name="all 3").click()
        page.get_by_label("Search features").fill("AR")
        assert names(page) == ["rare"]
        page.get_by_label("Search features").fill("")
        page.get_by_label("Order").select_option("name")
        assert names(page) == ["amount", "rare", "steady"]


@pytest.mark.parametrize("width", [360, 768, 1600])
def test_no_width_needs_scrolling_sideways(opened: Open, width: int) -> None:
    with opened(page_of(40, NASTY), width=width) as page:
        assert page.locator(".cell").count() > 30
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_that_do_harm_elsewhere_are_text_here(opened: Open) -> None:
    with opened(page_of(6, NASTY)) as page:
        assert page.locator("img, iframe").count() == 0
        assert "<script>alert(1)</script>" in names(page)
        assert "\u202e" not in page.locator("#map").inner_text()


def test_500_features_over_a_year_stay_usable(opened: Open) -> None:
    text = page_of(9, tuple(f"feature {index}" for index in range(500)))
    assert len(text.encode()) < 1_000_000
    with opened(text) as page:
        assert page.evaluate("document.querySelectorAll('*').length") < 10_000
        page.get_by_label("Search features").fill("feature 499")
        assert names(page) == ["feature 499"]
        page.locator("#f499 .cell").first.wait_for()


def test_without_a_script_features_and_batches_can_be_read(opened: Open) -> None:
    with opened(page_of(12), java_script_enabled=False) as page:
        assert names(page) == ["amount", "steady", "rare"]
        assert "4 of 12" in page.locator("#f0").inner_text()
        assert page.locator("#batches a").count() == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(opened: Open, scheme: str, width: int) -> None:
    with opened(page_of(40), width=width, color_scheme=scheme) as page:
        page.locator("#f0 .cell").last.hover()
        assert serious_faults(page) == []
