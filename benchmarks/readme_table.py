"""README's table of what was measured, out of docs/calibration.md and docs/benchmarks.md.

`python -m benchmarks.readme_table` writes it between its two marks in README.md; nothing in it is typed by
hand. `tests/docs/test_readme.py` holds it against the two pages.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- measured: python -m benchmarks.readme_table -->", "<!-- end of measured -->"
_CELL = ("independent", "1,000 / 100")


def tables(page: str) -> dict[str, list[list[str]]]:
    """The rows of a page's tables, heads included, by the heading above them."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not line.startswith(("|-", "| -")):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found.setdefault(heading, []).append(cells)
    return found


def measured() -> str:
    """The table."""
    calibration = tables("calibration.md")
    alarms = next(row for row in calibration["False alarms"] if tuple(row[:2]) == _CELL)
    power = [row for row in calibration["Power: a normal column, shifted"] if tuple(row[:2]) == _CELL]
    flights = calibration["Real flights"][1:]
    rows = [
        ["measured", "this engine", "Model Monitor's rule, Simple", "Robust, its default"],
        ["---"] * 4,
        ["healthy batches that alarm (20 columns, 100 rows against 1,000)", *alarms[3:]],
        ["one column shifted by half a standard deviation is found", *(row[-1] for row in power)],
        ["halves of one month of real flights alarm against each other", *(row[1] for row in flights)],
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    speed = {row[0]: row for heading in tables("benchmarks.md").values() for row in heading if len(row) == 6}
    lines += ["", "| measured | against | processor time |", "| --- | --- | --- |"]
    for what in ("check, CSV, 10,000,000 x 16", "baseline and check, CSV, two files of 1,000,000 x 16"):
        lines.append(f"| {what} | {speed[what][1]} | {speed[what][4]} |")
    return "\n".join([*lines, "", *_beside_others()])


def _beside_others() -> list[str]:
    """Time and memory of each tool on the same two files; a tool that did not get there says so."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    files = next(line for line in page.splitlines() if line.startswith("Two files of ")).partition(";")[0]
    tools = [row for row in tables("benchmarks.md")["Beside other tools"][1:] if row[0] != "plain read"]
    rows = [
        [files, *((name.rpartition(" ")[0] or name).partition(",")[0] for name, *_ in tools)],
        ["---"] * (len(tools) + 1),
        ["seconds", *(row[1].partition(" s")[0] or row[5].partition(":")[0] for row in tools)],
        ["peak memory, MB", *(row[3].partition(" MB")[0] or "-" for row in tools)],
    ]
    return [f"| {' | '.join(row)} |" for row in rows]


def placed(readme: str) -> str:
    """The README with the table of now."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n{measured()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    README.write_text(placed(README.read_text(encoding="utf-8")), encoding="utf-8")
