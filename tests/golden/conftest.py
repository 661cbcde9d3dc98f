"""Says at the end how many numbers of the reference data were found equal."""

from __future__ import annotations

import pytest

from tests.golden.reference import CHURN, EQUAL


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not EQUAL:
        return
    absent = "" if CHURN.is_dir() else f"; churn: skipped, there is no {CHURN}"
    numbers = "; ".join(f"{reference}: {count:,} numbers equal" for reference, count in sorted(EQUAL.items()))
    terminalreporter.write_line(f"golden: {numbers}{absent}")
