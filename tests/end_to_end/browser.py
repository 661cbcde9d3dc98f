"""A page of ours in Debian's chromium, opened from disk and watched.

`.ci/run` installs the browser; where there is none the tests that need it are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium on this machine: apt-get install chromium"
)


@dataclass
class Watched:
    """What went wrong while a page was open, and what it asked for."""

    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def started() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened_from_disk(
    browser: Browser, path: Path, width: int = 1280, fragment: str = "", **options: Any
) -> Iterator[Page]:
    """The page; fails where the console has an error or anything but the file is fetched."""
    watched = Watched()
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.on("console", lambda message: watched.faults.append(message.text))
    page.on("pageerror", lambda error: watched.faults.append(str(error)))
    page.on("dialog", lambda dialog: watched.faults.append(dialog.message))
    page.on("request", lambda request: watched.requests.append(request.url))
    page.goto(path.as_uri() + fragment)
    yield page
    page.wait_for_timeout(50)
    context.close()
    assert watched.faults == []
    assert watched.requests == [path.as_uri()]


def serious_faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds that is serious or worse: rule, impact, element."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(f"() => {{ {axe} }}")
    found = page.evaluate("axe.run()")["violations"]
    said = [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found]
    return [each for each in said if each[1] in ("serious", "critical")]
