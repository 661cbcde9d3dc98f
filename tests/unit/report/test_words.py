from __future__ import annotations

import pytest

from drift_engine.report.tables import tables_fit, text_table
from drift_engine.report.words import change, columns, distance, number, percent, shown
from tests.unit.report.reports import NASTY


@pytest.mark.parametrize("name", NASTY)
def test_what_is_shown_has_no_invisible_character_and_fits_any_encoding(name: str) -> None:
    assert shown(name).isprintable()
    shown(name).encode()


def test_a_mark_that_turns_the_writing_is_shown_as_its_escape() -> None:
    assert shown("a\u202eb\x07\ud800") == r"a\u202eb\x07\ud800"


def test_letters_of_any_script_stay() -> None:
    assert shown("مرحبا 温度 température") == "مرحبا 温度 température"


def test_a_long_name_is_cut_and_its_length_said() -> None:
    assert shown("n" * 5000, 10) == "nnnnnnnnnn… (5,000 characters)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (12345.0, "12,345"),
        (-12.5, "-12.5"),
        (0.031234567, "0.03123"),
        (1.23456e-7, "1.235e-07"),
        (1.7e308, "1.700e+308"),
        (None, ""),
    ],
)
def test_a_number_has_four_digits(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_distance_has_three_decimals_and_a_statistic_none_too_many() -> None:
    assert (distance(0.5316), distance(4321.987), distance(None)) == ("0.532", "4,322", "")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (1e-5, "<0.1%"),
        (0.012, "1.2%"),
        (0.5, "50%"),
        (0.9612, "96.1%"),
        (0.99999, ">99.9%"),
        (1.0, "100%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_small_change_shows_one_more_decimal() -> None:
    assert change(0.364, 0.356) == "36.4% → 35.6%"
    assert change(0.3, 0.3) == "30%"


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert [columns(text) for text in ("abc", "größe", "都市", "e\u0301", "")] == [3, 5, 4, 1, 0]


def test_a_table_with_wide_characters_is_aligned() -> None:
    lines = text_table([("feature", "type"), ("都市", "String"), ("größe", "Fractional")]).splitlines()
    assert [
        columns(line[: line.index(word)]) for line, word in zip(lines, ("type", "S", "F"), strict=True)
    ] == [9, 9, 9]


def test_a_wide_name_is_cut_to_the_columns_there_are() -> None:
    with tables_fit(20):
        lines = text_table([("name",), ("都" * 30,)]).splitlines()
    assert columns(lines[1]) <= 20
    assert lines[1].endswith("都…")


def test_shares_that_add_up_to_one_but_for_the_last_digit_are_the_whole() -> None:
    assert percent(sum([0.1] * 10)) == percent(1.0) == "100%"
    assert percent(1.0 - 1e-9) == ">99.9%"
    assert percent(1e-9) == "<0.1%"
