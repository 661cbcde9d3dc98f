"""The HTML report as a browser shows it, opened from disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from drift_engine.report import PastRun, Report
from drift_engine.report.html import html_report
from tests.end_to_end.browser import needs_chromium, opened_from_disk, serious_faults, started
from tests.tables import Columns, numbers
from tests.unit.report.reports import by_tests, drifted, nasty, report

pytestmark = needs_chromium
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    """Opens a report from disk; fails where the console has an error or anything else is fetched."""

    def open_report(subject: Report, **options: Any) -> AbstractContextManager[Page]:
        path = tmp_path / "report.html"
        path.write_text(html_report(subject), encoding="utf-8")
        return opened_from_disk(browser, path, **options)

    return open_report


def names(page: Page) -> list[str]:
    """The features that can be seen, from top to bottom."""
    return page.locator(".line .name").locator("visible=true").all_inner_texts()


def many(features: int) -> Report:
    baseline: Columns = {f"feature {index}": numbers(300, step=index + 1) for index in range(features)}
    current: Columns = {
        f"feature {index}": numbers(300, start=150 * (index % 7 == 0) * (index + 1), step=index + 1)
        for index in range(features)
    }
    return report(baseline, current)


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_the_order(opened: Open) -> None:
    with opened(drifted()) as page:
        heading = page.get_by_role("columnheader", name="Feature")
        heading.get_by_role("button").click()
        assert names(page) == ["amount", "colour", "empty", "gone", "retyped", "steady", "words"]
        assert heading.get_attribute("aria-sort") == "ascending"
        heading.get_by_role("button").click()
        assert names(page)[0] == "words"
        assert heading.get_attribute("aria-sort") == "descending"
        distance = page.get_by_role("columnheader", name="Distance")
        distance.get_by_role("button").click()
        assert names(page)[:3] == ["amount", "colour", "steady"]
        assert distance.get_attribute("aria-sort") == "descending"
        assert heading.get_attribute("aria-sort") is None


def test_where_tests_decide_the_column_of_effects_sorts_and_names_the_distance(opened: Open) -> None:
    past = tuple(PastRun(f"2026-0{month}", {}) for month in (4, 5))
    with opened(replace(by_tests(), history=past)) as page:
        effect = page.get_by_role("columnheader", name="Effect")
        effect.get_by_role("button").click()
        assert names(page) == ["flag", "age", "still", "day"]
        effect.get_by_role("button").click()
        assert names(page)[-1] == "flag"
        flag = page.locator("#f0")
        assert "50% moved, p < 1e-15" in flag.inner_text()
        assert "distance 0.000 of 0.100" in flag.inner_text()
        flag.locator(".name").click()
        assert "Model Monitor's distance, and the verdict" in flag.inner_text()
        assert page.get_by_role("img", name="Effect of flag in past runs").count() == 1


def test_a_filter_shows_the_features_of_one_verdict(opened: Open) -> None:
    with opened(drifted()) as page:
        page.get_by_role("button", name="not comparable 4").click()
        assert names(page) == ["gone", "empty", "retyped", "words"]
        assert page.get_by_role("status").inner_text() == "4 of 7 shown"
        page.get_by_role("button", name="all 7").click()
        assert len(names(page)) == 7


def test_search_finds_parts_of_names_and_says_when_there_is_none(opened: Open) -> None:
    with opened(drifted()) as page:
        page.get_by_label("Search features").fill("OU")
        assert names(page) == ["amount", "colour"]
        page.get_by_label("Search features").fill("no such thing")
        assert names(page) == []
        assert page.get_by_text("No feature is called that.").is_visible()


def test_a_click_opens_a_feature_with_its_pictures_formula_and_numbers(opened: Open) -> None:
    with opened(drifted()) as page:
        page.locator("#f0 .line .far").click()
        detail = page.locator("#d0")
        assert detail.get_by_role("img", name="Distribution of amount").is_visible()
        described = detail.get_by_role("img", name="Distribution functions of amount").locator("desc")
        assert "90% of the baseline and 0% of the batch" in (described.text_content() or "")
        assert "0.8195 > threshold 0.1: drifted" in detail.inner_text()
        assert detail.get_by_role("row", name="median 499 1,399").is_visible()


def test_a_curve_can_be_read_off_under_the_pointer(opened: Open) -> None:
    with opened(drifted()) as page:
        page.locator("#f0 .name").click()
        page.get_by_role("img", name="Distribution functions of amount").hover()
        read = page.locator(".reader + text")
        assert read.is_visible()
        assert (read.text_content() or "").startswith("≤ 9")


def test_categories_open_with_the_new_one_first(opened: Open) -> None:
    with opened(drifted()) as page:
        page.get_by_role("button", name="colour").click()
        rows = page.locator("#d1 .shares tbody tr").all_inner_texts()
        assert [row.split() for row in rows] == [
            ["green", "new", "0%", "50%"],
            ["blue", "gone", "50%", "0%"],
            ["red", "50%", "50%"],
        ]


def test_the_keyboard_alone_opens_and_closes_a_feature(opened: Open) -> None:
    with opened(drifted()) as page:
        button = page.get_by_role("button", name="amount")
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert page.evaluate("document.activeElement.textContent") == "amount"


def test_a_link_to_a_feature_opens_it(opened: Open) -> None:
    with opened(drifted(), fragment="#f1") as page:
        assert page.locator("#d1").is_visible()
        assert not page.locator("#d0").is_visible()


def test_the_theme_follows_the_system_until_it_is_chosen(opened: Open) -> None:
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    with opened(drifted(), color_scheme="dark") as page:
        assert page.evaluate(paper) == "rgb(20, 23, 26)"
        page.get_by_role("button", name="Light theme").click()
        assert page.evaluate(paper) == "rgb(255, 255, 255)"
        assert page.get_by_role("button", name="Dark theme").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1600])
def test_no_width_needs_scrolling_sideways(opened: Open, width: int) -> None:
    with opened(nasty(), width=width) as page:
        for position in range(10):
            page.locator(f"#f{position} .name").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_that_do_harm_elsewhere_are_text_here(opened: Open) -> None:
    with opened(nasty()) as page:
        for position in range(10):
            page.locator(f"#f{position} .name").click()
        assert page.locator("img, iframe").count() == 0
        assert "<script>alert(1)</script>" in names(page)


def test_500_features_can_be_sorted_searched_and_opened(opened: Open) -> None:
    with opened(many(500)) as page:
        assert page.evaluate("document.querySelectorAll('*').length") < 20_000
        assert page.locator(".small").count() < 100
        page.get_by_role("columnheader", name="Feature").get_by_role("button").click()
        page.get_by_label("Search features").fill("feature 499")
        assert names(page) == ["feature 499"]
        page.get_by_role("button", name="feature 499").click()
        assert page.get_by_role("img", name="Distribution of feature 499").is_visible()


def test_small_pictures_are_drawn_when_they_come_into_view(opened: Open) -> None:
    with opened(many(60)) as page:
        last = page.locator("tbody .pic").last
        assert last.locator("svg").count() == 0
        last.scroll_into_view_if_needed()
        last.locator("svg").wait_for()


def test_past_runs_are_drawn(opened: Open) -> None:
    subject = drifted()
    past = tuple(
        PastRun(f"2026-0{month}", {each.name: each for each in subject.verdicts}) for month in (4, 5, 6)
    )
    with opened(replace(subject, history=past)) as page:
        page.locator("#f0 .name").click()
        drawn = page.get_by_role("img", name="Distance of amount in past runs")
        assert "2026-04: 0.820" in (drawn.locator("desc").text_content() or "")
        assert "drifted since 2026-04 (4 runs)" in page.locator("#d0").inner_text()


def test_paper_has_the_drifted_features_opened_and_no_controls(opened: Open) -> None:
    with opened(drifted()) as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#d0 svg").first.is_visible()
        assert not page.get_by_label("Search features").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert not page.locator("#d0").is_visible()


def test_without_a_script_the_table_can_be_read(opened: Open) -> None:
    with opened(drifted(), java_script_enabled=False) as page:
        assert names(page)[:2] == ["amount", "colour"]
        assert "≤ 899: 90% → 0%" in page.locator("#f0").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(opened: Open, scheme: str, width: int) -> None:
    with opened(drifted(), width=width, color_scheme=scheme) as page:
        for position in range(7):
            page.locator(f"#f{position} .name").click()
        assert serious_faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious_where_tests_decided(opened: Open, scheme: str, width: int) -> None:
    with opened(by_tests(), width=width, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious_faults(page) == []
