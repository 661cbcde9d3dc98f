from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import json
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from drift_engine.report import PastRun
from drift_engine.report.html import html_report
from drift_engine.report.html.shell import embedded
from drift_engine.thresholds import Thresholds, Wish, obeyed
from drift_engine.verdicts import FeatureVerdict
from tests.tables import Columns
from tests.unit.report.reports import NASTY, by_tests, drifted, nasty, report


class _Tags(HTMLParser):
    """The elements of a page, and the text outside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def wide(features: int) -> Columns:
    """Numbers, amounts and categories in turn, with as many distinct values as real data has."""
    rng = np.random.default_rng(5)
    columns: dict[str, list[str | None]] = {}
    for index in range(features):
        if index % 4 == 3:
            columns[f"category_{index}"] = [f"code-{code}" for code in rng.integers(0, 40, 3_000)]
        else:
            values = rng.lognormal(3, 1, 3_000).round(2 if index % 2 else 0)
            columns[f"amount_{index}"] = [repr(float(value)) for value in values]
    return columns


@pytest.mark.parametrize(("features", "limit"), [(20, 300_000), (500, 1_500_000)])
def test_the_page_stays_small(features: int, limit: int) -> None:
    page = html_report(report(wide(features), wide(features)))
    assert features < page.count('role="rowgroup"')
    assert len(page.encode()) <= limit


def test_no_name_becomes_markup() -> None:
    subject = nasty()
    page = html_report(subject)
    tags = _Tags(page).tags
    assert [tag for tag, _ in tags].count("script") == 2
    assert not {"img", "iframe", "object", "link"} & {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert page.count("</script") == 2


def test_every_name_can_be_read() -> None:
    text = "".join(_Tags(html_report(nasty())).text)
    for name in NASTY[:3]:
        assert name in text
    assert r"\u202egnp.exe\u202c" in text
    assert "(5,000 characters)" in text


def test_no_invisible_character_is_in_the_page() -> None:
    page = html_report(nasty())
    assert {char for char in page if not char.isprintable()} == {"\n"}


def test_embedded_json_cannot_end_its_element_and_reads_back() -> None:
    for name in NASTY[:5]:
        text = embedded({name: [name, "\u2028"]})
        assert not set("<>&\u2028\u2029") & set(text)
        assert json.loads(text) == {name: [name, "\u2028"]}


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    page = html_report(drifted())
    metas = [attributes for tag, attributes in _Tags(page).tags if tag == "meta"]
    (policy,) = [meta["content"] or "" for meta in metas if "http-equiv" in meta]
    assert policy.startswith("default-src 'none';")
    for element in ("style", "script"):
        found = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_points_to_the_network() -> None:
    tags = _Tags(html_report(drifted())).tags
    assert not [attributes for _, attributes in tags if "src" in attributes]
    assert {attributes["href"] for _, attributes in tags if "href" in attributes} == {"#findings"}


def test_the_same_check_gives_the_same_page_but_for_the_time() -> None:
    assert html_report(drifted()) == html_report(drifted())
    page = html_report(drifted())
    timeless = dataclasses.replace(drifted().provenance, when=None)
    untimed = html_report(dataclasses.replace(drifted(), provenance=timeless))
    assert re.sub(r" · <time.*?</time>", "", page) == untimed


def test_a_bad_column_is_a_row_that_says_so() -> None:
    page = html.unescape(html_report(drifted()))
    assert "the current data has no such column" in page
    assert "the current data has no value in this column" in page
    assert "the type is Integral in the baseline and String in the current data" in page
    assert "too many distinct texts" in page


def test_where_it_comes_from_is_said() -> None:
    text = "".join(_Tags(html_report(drifted())).text)
    source = ("july.csv", "1,000 rows", "sha256 00", "Robust, threshold 0.1", "flights-3")
    for said in (*source, "2026-07-01 06:30 UTC"):
        assert said in text


def test_a_verdict_of_tomorrow_is_shown_as_it_is() -> None:
    subject = drifted()
    word: Any = "asleep"
    verdict = dataclasses.replace(subject.verdicts[0], verdict=word)
    page = html_report(dataclasses.replace(subject, verdicts=(verdict,)))
    assert '<span class="badge other"><span aria-hidden="true">•</span> asleep</span>' in page
    assert 'data-word="asleep"' in page


def test_a_report_without_a_baseline_is_a_table_without_pictures() -> None:
    page = html_report(dataclasses.replace(drifted(), baseline=None))
    assert {feature["figure"] for feature in data_of(page)["features"]} == {None}


def test_past_runs_are_a_column_with_a_point_a_run() -> None:
    past = FeatureVerdict("amount", "Integral", "numerical", "robust", 0.25, 0.1, "drifted")
    runs = tuple(PastRun(name, {"amount": past}) for name in ("2026-05", "2026-06"))
    data = data_of(html_report(dataclasses.replace(drifted(), history=runs)))
    assert data["runs"] == ["2026-05", "2026-06"]
    by_name = {feature["name"]: feature for feature in data["features"]}
    assert by_name["amount"]["past"] == [0.25, 0.25]
    assert by_name["amount"]["since"] == "drifted since 2026-05 (3 runs)"
    assert by_name["steady"]["past"] == [None, None]


def test_what_chance_allows_is_drawn_for_robust_numbers() -> None:
    features = data_of(html_report(drifted()))["features"]
    amount = next(feature["figure"] for feature in features if feature["name"] == "amount")
    assert amount["gap"] == [899, 9000, 0]
    assert amount["allowance"] == pytest.approx(10_000 * 1.8 * (2_000 / 1_000_000) ** 0.5, abs=1)


def test_the_figures_add_up() -> None:
    for feature in data_of(html_report(drifted()))["features"]:
        figure = feature["figure"]
        if figure is not None and figure["kind"] == "numbers":
            assert sum(figure["baseline"]) == pytest.approx(10_000, abs=50)
            assert sum(figure["batch"]) == pytest.approx(10_000, abs=50)


def test_a_feature_that_its_missing_cells_made_drift_says_so_where_it_moved() -> None:
    old: Columns = {"age": [str(index) for index in range(1000)]}
    new: Columns = {"age": [None if index % 4 == 0 else str(index) for index in range(1000)]}
    page = html_report(report(old, new, rule="calibrated"))
    assert '<td role="cell" class="moved"><bdi>missing cells 0% → 25%</bdi></td>' in page


def test_where_tests_decide_the_effect_is_the_column_and_the_distance_has_its_name() -> None:
    page = html_report(by_tests())
    assert "<span>Effect</span>" in page
    assert "<span>Distance</span>" not in page
    assert "Model Monitor’s distance of its threshold" in page
    flag, age = page.split("<tbody ")[1:3]
    assert '<b>50%</b><small> moved, <span class="p">p &lt; 1e-15</span></small>' in flag
    assert "<small>distance 0.000 of 0.100</small>" in flag
    assert "<b>±25%</b><small> missing" in age
    assert '<span class="none">not tested</span>' in page
    assert "exceeds its threshold" not in page
    by_distance = html_report(drifted())
    assert "<span>Distance</span>" in by_distance
    assert "<span>Effect</span>" not in by_distance
    assert "Model Monitor’s distance of its threshold" not in by_distance


def test_the_gap_that_is_drawn_is_the_effect_that_decided() -> None:
    flag = next(each for each in data_of(html_report(by_tests()))["features"] if each["name"] == "flag")
    assert flag["figure"]["gap"] == [0, 5000, 0]
    assert "distinct" not in flag["figure"]
    assert "allowance" not in flag["figure"]


def test_the_trend_of_tests_is_of_effects_and_marks_the_runs_that_drifted() -> None:
    subject = by_tests()
    quiet = report({"flag": ["0", "1"] * 500}, {"flag": ["0", "1"] * 500}, rule="calibrated")
    runs = tuple(PastRun(name, {"flag": quiet.verdicts[0]}) for name in ("2026-05", "2026-06"))
    data = data_of(html_report(dataclasses.replace(subject, history=runs)))
    by_name = {feature["name"]: feature for feature in data["features"]}
    assert data["measure"] == "Effect"
    assert (by_name["flag"]["past"], by_name["flag"]["now"]) == ([0.0, 0.0], [0.5, 0.02])
    assert by_name["flag"]["alarms"] == [0, 0, 1]
    assert (by_name["day"]["past"], by_name["day"]["now"]) == ([None, None], [None, None])


def test_a_threshold_of_its_own_shows_the_distance_that_decided() -> None:
    subject = by_tests()
    wish = Thresholds({"flag": Wish("kolmogorov_smirnov", 0.6)})
    assert subject.baseline is not None
    judged = obeyed(subject.verdicts, subject.current, subject.baseline, wish, date(2026, 7, 1))
    page = html_report(dataclasses.replace(subject, verdicts=judged))
    row = next(part for part in page.split("<tbody ") if ">flag<" in part)
    assert "<b>0.500</b><small> of 0.600</small>" in row
    assert "own threshold, kolmogorov_smirnov" in row
    assert "✓" in row
