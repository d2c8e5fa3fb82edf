"""Where comments for kfix are written: what they ignore, kfix no longer reports."""

from __future__ import annotations

import pytest

import kfix
from kfix.api import Change
from kfix.lsp import comments

HEAD = "from keras import Sequential, layers\n"


def applied(text: str, change: Change | None) -> str:
    """Apply a change of one line."""
    assert change is not None
    lines = text.split("\n")
    line = lines[change.line - 1]
    lines[change.line - 1] = line[: change.column - 1] + change.text + line[change.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("m = Sequential([layers.Input((8,)), layers.LSTM(4)])\n", 2),
        ("m = Sequential([layers.Input((8,)),\n    layers.LSTM(4),\n])\n", 3),
        ("m = Sequential([layers.Input((8,)), layers.LSTM(4)])  # a net\n", 2),
        ("m = Sequential([layers.Input((8,)), layers.LSTM(4)])  # kfix: ignore[KFX999]\n", 2),
        ("m = Sequential([layers.Input((8,)), layers.LSTM(4)]); s = '''\n'''\n", 2),
        ("if True:\n    m = Sequential([layers.Input((8,)), layers.LSTM(4)], \\\n        )\n", 3),
        ("m = Sequential([layers.Input((8,)), layers.LSTM(4)])   \n", 2),
    ],
)
def test_what_is_ignored_is_not_reported(body: str, line: int) -> None:
    text = HEAD + body
    (error,) = [found for found in kfix.check(text).findings if found.fails]
    assert error.place.line == line
    ignored = applied(text, comments.ignored(text, line, error.code))
    assert not [found for found in kfix.check(ignored).findings if found.fails]


def test_a_target_is_declared_once() -> None:
    text = (
        HEAD
        + "def build():\n    m = Sequential([layers.Input((8,)), layers.Dense(4)])\n    return m\n"
    )
    declared = applied(text, comments.declared(text, 3, "7"))
    assert "    # kfix: target=7\n    m = Seq" in declared
    assert [found.code for found in kfix.check(declared).findings if found.fails] == ["KFX101"]
    assert comments.declared(declared, 4, "7") is None
