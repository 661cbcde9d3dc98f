from __future__ import annotations

import re
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from drift_engine import check, make_baseline
from drift_engine.errors import ReportError
from drift_engine.report import FORMS, Report, form_of, write
from drift_engine.report.picture import farthest_first, picture
from drift_engine.states import Profile
from drift_engine.verdicts import FeatureVerdict
from drift_engine.verdicts.verdict import Word
from tests.tables import profile
from tests.unit.report.reports import NASTY, drifted, nasty, report

WITHOUT = find_spec("matplotlib") is None
NO_PICTURE = pytest.mark.skipif(WITHOUT, reason="matplotlib, which only the PNG needs, is not installed")
ALL = [pytest.param(name, marks=[NO_PICTURE] if name == "png" else []) for name in FORMS]
ODD: dict[str, tuple[list[str | None], list[str | None]]] = {
    "huge": ([repr(x * 3.4e306) for x in range(-50, 50)], [repr(x * 3.4e306) for x in range(-30, 50)]),
    "next to each other": (
        [repr(1 + x * 2.3e-16) for x in range(100)],
        [repr(1 + x * 2.3e-16) for x in range(50, 150)],
    ),
    "denormal": ([repr(x * 5e-324) for x in range(100)], [repr(x * 5e-324) for x in range(50, 150)]),
    "epoch": (
        [str(1_700_000_000_000 + x) for x in range(900)],
        [str(1_700_000_000_000 + 3 * x) for x in range(900)],
    ),
    "constant": (["5"] * 9, ["5"] * 9),
    "now missing": (["5"] * 9, [None] * 9),
    "never there": ([None] * 9, ["5"] * 9),
    "retyped": (["5", "6"] * 9, ["a", "b"] * 9),
    "mixed": (["5", "6"] * 9, [*(["5"] * 17), "oops"]),
    "one row": (["5"], ["6"]),
}


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("column", ODD)
def test_every_form_shows_an_odd_column(form: str, column: str) -> None:
    baseline, current = ODD[column]
    subject = report({column: baseline}, {column: current})
    assert len(FORMS[form].render(subject)) > 20


@pytest.mark.parametrize("form", ALL)
def test_every_form_shows_a_table_without_columns(form: str) -> None:
    assert FORMS[form].render(Report((), (), Profile(0, ()), Profile(0, ())))


@pytest.mark.parametrize("form", ALL)
def test_every_form_shows_a_check_whose_baseline_is_not_known(form: str) -> None:
    assert FORMS[form].render(Report((), (), profile({"x": ["1"]}), None))


@NO_PICTURE
def test_the_picture_is_a_png_of_the_size_that_is_said() -> None:
    for subject in (drifted(), nasty()):
        content = picture(subject)
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", content[16:24]) == (1200, 630)
        assert content == picture(subject)


def test_without_matplotlib_the_picture_is_an_error_that_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from tests.unit.report.reports import drifted\n"
        "from drift_engine.report.picture import picture\n"
        "from drift_engine.errors import ReportError\n"
        "try: picture(drifted())\n"
        "except ReportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "a PNG needs matplotlib: pip install 'drift-engine[report]'"


def test_reports_need_no_matplotlib_until_a_picture_is_wanted() -> None:
    code = "import sys, drift_engine.report; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_ending_of_the_name_chooses_the_form() -> None:
    assert {name: form_of(f"a/b{form.suffix.upper()}").name for name, form in FORMS.items()} == {
        name: name for name in FORMS
    }


def test_an_unknown_ending_is_one_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ReportError, match=r"out\.docx: .*\.html.*\.sarif"):
        form_of("out.docx")


def test_a_report_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    write(drifted(), FORMS["markdown"], tmp_path / "new" / "m.md")
    assert (tmp_path / "new" / "m.md").read_text(encoding="utf-8").startswith("### 2 of 7")


def test_a_name_may_be_as_long_as_the_file_system_takes(tmp_path: Path) -> None:
    # 3 bytes each: 249 in all, of 255.
    file = tmp_path / f"{'数' * 82}.md"
    write(drifted(), FORMS["markdown"], file)
    assert [*tmp_path.iterdir()] == [file]


def test_a_place_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="can't be written"):
        write(drifted(), FORMS["markdown"], tmp_path)


def test_in_a_notebook_no_name_is_markup_or_acts() -> None:
    train = pd.DataFrame({name.replace("\ud800", ""): range(1000) for name in NASTY})
    moved = (train + 900).assign(more=[NASTY[index % 4] for index in range(1000)])
    baseline = make_baseline(train.assign(more=["a", "b"] * 500))
    for text in (baseline._repr_html_(), check(moved, baseline)._repr_html_()):
        assert not re.search(r"<(?!/?(p|table|thead|tbody|tr|th|td|ul|li)>)", text)
        assert all(char.isprintable() for char in text)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert len(text) < 60_000


def test_the_picture_has_identifiers_last() -> None:
    order: list[tuple[str, Word, float | None]] = [
        ("id", "not comparable", 0.9),
        ("a", "drifted", 0.2),
        ("b", "ok", 0.1),
        ("none", "not comparable", None),
    ]
    verdicts = [
        FeatureVerdict(name, "Integral", distance=far, threshold=0.1, verdict=word)
        for name, word, far in order
    ]
    assert [each.name for each in farthest_first(verdicts)] == ["a", "b", "id"]
