"""What turns one text into another."""

from __future__ import annotations

import pytest

from kfix.report.changes import Change, cell_changes, changes, program_text


def applied(old: bytes, found: list[Change]) -> str:
    """Make the changes as an editor does: the last one first."""
    text = program_text(old)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for one in reversed(found):
        start = starts[one.line - 1] + one.column - 1
        end = starts[one.end_line - 1] + one.end_column - 1
        text = text[:start] + one.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a = 1\nb = 2\n", b"a = 1\nb = 20\n"),
        (b"a = 1\nb = 2\n", b"a = 1\nx = 9\nb = 2\n"),
        (b"a = 1\nb = 2\nc = 3\n", b"a = 1\nc = 3\n"),
        (b"a = 1", b"a = 1\nb = 2"),
        (b"a = 1\r\nb = 2\r\n", b"a = 1\r\nc = 3\r\nb = 2\r\n"),
        (b"", b"a = 1\n"),
        (b"same\n", b"same\n"),
        ("größe = 1\n".encode(), "größe = 2\n".encode()),
    ],
)
def test_the_changes_make_the_new_text(old: bytes, new: bytes) -> None:
    assert applied(old, changes(old, new)) == new.decode()


def test_a_change_is_as_small_as_it_can_be() -> None:
    [change] = changes(b"layers.Dense(10)\n", b"layers.Dense(12)\n")
    assert change == Change(1, 15, 1, 16, "2")
    assert changes(b"same\n", b"same\n") == []


def test_the_cells_of_a_notebook_change_one_by_one() -> None:
    old = b'{"cells": [{"source": ["a = 1\\n", "b = 2"]}, {"source": "c = 3"}]}'
    new = b'{"cells": [{"source": ["a = 1\\n", "b = 5"]}, {"source": "c = 3"}]}'
    assert cell_changes(old, new) == {0: (Change(2, 5, 2, 6, "5"),)}
