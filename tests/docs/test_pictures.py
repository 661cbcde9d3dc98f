from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "images" / "blindness.py"


@pytest.fixture(scope="module")
def blindness() -> ModuleType:
    spec = importlib.util.spec_from_file_location("blindness", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_robusts_blindness_is_what_the_data_gives(blindness: ModuleType) -> None:
    committed = Path(blindness.PICTURE).read_text(encoding="utf-8")
    assert blindness.picture() == committed


def test_the_concepts_name_the_numbers_of_the_picture(blindness: ModuleType) -> None:
    concepts = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    for number in ("0.316", "0.013", "0.084"):
        assert number in concepts
        assert number in blindness.picture()
