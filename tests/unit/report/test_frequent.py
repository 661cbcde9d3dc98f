from __future__ import annotations

from drift_engine.report.facts import facts
from drift_engine.report.frequent import NAME, frequent_lines, frequent_values
from drift_engine.states import FeatureProfile, FrequentValue, Profile, StringStatistics


def feature(*values: FrequentValue) -> FeatureProfile:
    return FeatureProfile("us\ner", "String", 1000, 0, string=StringStatistics(900.0, None, values))


def value(text: str, at_least: float = 0.0) -> FrequentValue:
    return FrequentValue(text, 0.25, at_least, 0.26)


def test_a_bound_is_said_where_there_is_one() -> None:
    assert (
        frequent_values(feature(value("a", 0.2), value("b"))) == "a, at least 20% (about 25%); b, about 25%"
    )


def test_an_empty_text_and_a_long_one_and_a_line_end_can_be_shown() -> None:
    said = frequent_values(feature(value(""), value("x\ny")))
    assert said == '"", about 25%; x\\ny, about 25%'


def test_only_the_first_five_are_listed() -> None:
    assert frequent_values(feature(*map(value, "abcdefg"))).endswith("e, about 25%; and 2 more")


def test_a_line_is_said_of_columns_that_have_frequent_values_alone() -> None:
    profile = Profile(1000, (feature(), feature(value("a", 0.2))))
    assert frequent_lines(profile) == [f"us\\ner: {NAME}: a, at least 20% (about 25%)"]


def test_the_reports_detail_has_them_of_the_side_that_knows_them() -> None:
    assert facts(feature(), feature(value("a")), None)[-1] == (NAME, "", "a, about 25%")
    assert NAME not in [name for name, *_ in facts(feature(), feature(), None)]
