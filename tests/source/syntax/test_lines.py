"""Lines end where Python's tokenizer ends them, in every place that counts them."""

from __future__ import annotations

import json

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.source.syntax.lines import first_lines, line_starts, position, split_lines

ODD = ["\x0c", "\x0b", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
"""What `str.splitlines` takes for the end of a line, and Python does not."""


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    text = "a\nb\rc\r\n\nd" + "".join(ODD) + "e"
    lines = ["a\n", "b\r", "c\r\n", "\n", "d" + "".join(ODD) + "e"]
    assert split_lines(text) == lines
    assert split_lines("") == []
    assert split_lines("a\n") == ["a\n"]
    assert line_starts(text) == [0, 2, 4, 7, 8]
    assert position(text.encode(), 8) == (5, 1)
    assert position(b"a\r\nbc", 4) == (2, 2)
    assert first_lines(b"a\rb\r\nc\n", 2) == [b"a", b"b"]


TWO = """\
from keras import Input, Sequential, layers
# {odd}
a = Sequential([Input((28, 28, 1)), layers.Conv2D(2, 3), layers.Dense(10)])

# kfix: target=10
b = Sequential([Input((28, 28, 1)), layers.Conv2D(2, 3), layers.Dense(10)])
"""


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["m.py", "m.ipynb"])
def test_a_comment_is_for_the_model_below_it(odd: str, name: str) -> None:
    text = TWO.format(odd=odd)
    if name.endswith(".ipynb"):
        cells = [{"cell_type": "code", "source": f"!ls {odd}\n{text}"}]
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    result = run_file(Project({name: text.encode()}), name, Settings())
    assert result.error is None
    assert [bool(outcome.repairs) for outcome in result.models] == [False, True]
    fixed = result.files[name].decode()
    assert fixed.count("Flatten") == 1
    assert fixed.index("Flatten") > fixed.index("target=10")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_that_quiets_is_for_its_own_line(odd: str, end: str) -> None:
    text = (
        f"from keras import Input, Sequential, layers\n# {odd}\n"
        "a = Sequential([Input((4,)), layers.LSTM(3)])\n"
        "b = Sequential([Input((4,)), layers.LSTM(3)])  # kfix: ignore\n"
    ).replace("\n", end)
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    lines = [found.place.line for outcome in result.models for found in outcome.findings]
    assert lines == [3]
