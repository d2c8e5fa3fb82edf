"""One page for people, which needs no network: models as graphs, findings, repairs to compare.

page.html is the frame, page.css and the scripts are written into it; the Content-Security-Policy
allows these and nothing else. All that comes from the program is in one block of JSON, which the
page shows as text. The library that lays out the graphs is in vendor/, with its licence.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from kfix.report.formats import Run
from kfix.report.formats.html.content import content

_FOLDER = Path(__file__).parent
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}
"""What would end a block of JSON in HTML, or begin a comment there."""


def render(run: Run) -> str:
    """Return the page."""
    style = _text("page.css")
    scripts = [_text(name) for name in ("vendor/dagre.min.js", "graph.js", "page.js")]
    policy = (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; "
        f"style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "data": json.dumps(content(run)).translate(_ESCAPES),
        "scripts": "".join(f"<script>{script}</script>\n" for script in scripts),
    }
    # Each part is put in once: no part is searched for the marks of another.
    first, *rest = _text("page.html").split("{{")
    pieces = (piece.split("}}", 1) for piece in rest)
    return first + "".join(parts[name] + text for name, text in pieces)


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
