from __future__ import annotations

import pytest

from drift_engine.monitor_files.layout import java_double, pretty


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (0.1, "0.1"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (0.00012345, "1.2345E-4"),
        (9999999.0, "9999999.0"),
        (10000000.0, "1.0E7"),
        (22000000.0, "2.2E7"),
        (-38000000.0, "-3.8E7"),
        (123456789.125, "1.23456789125E8"),
        (1e100, "1.0E100"),
        (5e-324, "5.0E-324"),
        (0.8919722497522299, "0.8919722497522299"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
    ],
)
def test_numbers_read_as_java_prints_them(value: float, text: str) -> None:
    assert java_double(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_has_no_number_for_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no JSON number"):
        java_double(value)


def test_the_layout_is_jacksons() -> None:
    document = {"a": [{"b": 1, "c": [1.0, 2e7]}, {"d": [[0.5], []]}], "e": {}, "f": True, "g": None}
    assert pretty(document) == (
        '{\n  "a" : [ {\n    "b" : 1,\n    "c" : [ 1.0, 2.0E7 ]\n  }, {\n    "d" : [ [ 0.5 ], [ ] ]\n  } ],\n'
        '  "e" : { },\n  "f" : true,\n  "g" : null\n}'
    )


def test_texts_keep_their_characters_and_a_half_surrogate_is_escaped() -> None:
    assert pretty({"größe": 'a"b\\\n'}) == '{\n  "größe" : "a\\"b\\\\\\n"\n}'
    assert pretty("\ud800") == '"\\uD800"'
