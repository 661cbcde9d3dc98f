from __future__ import annotations

import json

import pytest

from drift_engine.checks import Finding
from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import description, read_violations, violations_json, violations_of


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (
            Finding("x", "data_type_check", 0.9964592817400101, 1.0, expected_type="Integral"),
            "Data type match requirement is not met. Expected data type: Integral, Expected match: 100.0%. "
            "Observed: Only 99.64592817400101% of data is Integral.",
        ),
        (
            Finding("x", "completeness_check", 0.008919722497522299, 1.0),
            "Data completeness requirement is not met. Expected: 100.0%. Observed: Only 0.8919722497522299%.",
        ),
        (
            Finding("x", "baseline_drift_check", 0.9293200129316993, 0.1),
            "Baseline drift distance: 0.9293200129316993 exceeds threshold: 0.1",
        ),
        (
            Finding("x", "baseline_drift_check", 0.0005, 0.0001),
            "Baseline drift distance: 5.0E-4 exceeds threshold: 1.0E-4",
        ),
        (
            Finding("x", "categorical_values_check", 0.009009009009009009, 1.0),
            "Value: 0.009009009009009009 does not meet the constraint requirement! ",
        ),
        (
            Finding("Extra columns", "extra_column_check", 4178, 60, columns=("a",)),
            "There are extra columns in current dataset. Number of columns in current dataset: 4178, "
            "Number of columns in baseline constraints: 60",
        ),
        (
            Finding("Missing columns", "missing_column_check", 8, 9),
            "There are missing columns in current dataset. Number of columns in current dataset: 8, "
            "Number of columns in baseline constraints: 9",
        ),
        (
            Finding("Missing columns", "missing_column_check", 9, 9, columns=("a", "b")),
            "There are missing columns in current dataset. Number of columns in current dataset: 9, "
            "Number of columns in baseline constraints: 9. Missing: a, b",
        ),
    ],
)
def test_the_texts_are_the_services(finding: Finding, text: str) -> None:
    assert description(finding) == text


def test_the_file_is_laid_out_as_the_service_lays_it_out() -> None:
    finding = Finding("x", "baseline_drift_check", 0.5, 0.1)
    text = violations_json(violations_of([finding]))
    assert text == (
        '{\n  "violations" : [ {\n    "feature_name" : "x",\n'
        '    "constraint_check_type" : "baseline_drift_check",\n'
        '    "description" : "Baseline drift distance: 0.5 exceeds threshold: 0.1"\n  } ]\n}'
    )


def test_the_numbers_of_a_drift_violation_are_read() -> None:
    finding = Finding("x", "baseline_drift_check", 0.00012, 22000000.0)
    (violation,) = read_violations(violations_json(violations_of([finding])).encode()).violations
    assert (violation.distance, violation.threshold) == (0.00012, 22000000.0)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Numerical distance: 0.27 exceeds numerical threshold: 0", (0.27, 0.0)),
        ("Categorical distance: 0.5 exceeds categorical threshold: 0.1", (0.5, 0.1)),
        ("Baseline drift distance: a lot exceeds threshold: a little", (None, None)),
        ("Value: 0.98 does not meet the constraint requirement! ", (None, None)),
    ],
)
def test_other_wordings_are_read_where_they_hold_numbers(text: str, numbers: tuple[object, object]) -> None:
    entry = {"feature_name": "x", "constraint_check_type": "baseline_drift_check", "description": text}
    (violation,) = read_violations(json.dumps({"violations": [entry]}).encode()).violations
    assert (violation.distance, violation.threshold) == numbers


def test_unknown_checks_and_keys_are_kept() -> None:
    entry = {"feature_name": "x", "constraint_check_type": "new_check", "description": "?", "severity": 3}
    document = {"version": 1.0, "violations": [entry]}
    assert json.loads(violations_json(read_violations(json.dumps(document).encode()))) == document


def test_a_damaged_file_is_one_error_that_says_where() -> None:
    with pytest.raises(MonitorFileError, match=r"violations\[0\]\.description: is missing"):
        read_violations(b'{"violations": [{"feature_name": "x"}]}')
