from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    ["drift_engine.run", "drift_engine.monitor_files.layout", "drift_engine.evaluation.metric_names"],
)
def test_the_examples_in_the_documentation_hold(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0
