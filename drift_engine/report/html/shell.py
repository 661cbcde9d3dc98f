"""What every page of ours is: one HTML file, its style and script inside, and nothing else let in."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from drift_engine.report.html.escape import text

# What could end a script element, start a comment or a line in some parser, stands as an escape.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class Parts:
    """What a page is put together from.

    Attributes:
        title: plain text.
        body: HTML, every name in it escaped.
        data: what the script reads, for JSON.
        style: the style sheet.
        script: the script, a function's body.
    """

    title: str
    body: str
    data: object
    style: str
    script: str


def whole_page(parts: Parts) -> str:
    """The file.

    A policy in the page lets the browser run our script and our style, known by their digests, and fetch
    nothing: what a column's name could smuggle in would not run.
    """
    script = f'(() => {{\n"use strict";\n{parts.script}}})();'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(parts.style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(parts.title)}</title><style>{parts.style}</style></head><body><main>"
        f"{parts.body}</main>"
        f'<script type="application/json" id="data">{embedded(parts.data)}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def assets(package: str, *names: str) -> str:
    """The text of files beside the code, one after the other."""
    return "\n".join((files(package) / name).read_text(encoding="utf-8") for name in names)


def embedded(document: object) -> str:
    """The document as JSON without a character that means something to HTML."""
    said = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return said.translate(_ESCAPES)


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
