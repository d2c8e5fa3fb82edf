"""What reaches a terminal: kfix's own colours, and no control character of the user's files."""

from __future__ import annotations

import click
import pytest

from kfix.report.style import diff, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[8mhidden", r"\x1b[8mhidden"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("one\rtwo", r"one\x0dtwo"),
        ("back\b\x7f", r"back\x08\x7f"),
        ("\x9b2J", r"\x9b2J"),
        ("x = '\u202e'", r"x = '\u202e'"),
        ("\ud800 \udcff", r"\ud800 \udcff"),
        ("a\tb\r\nc\n", "a\tb\r\nc\n"),
        ("für – 数 ×", "für – 数 ×"),
    ],
)
def test_control_characters_are_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_colours_of_kfix_stay() -> None:
    text = diff("--- a\n+++ b\n@@ -1 +1 @@\n-\x1b[2Jx\n+y\n") + click.style("dim", dim=True)
    assert visible(text) == text.replace("\x1b[2J", r"\x1b[2J")
