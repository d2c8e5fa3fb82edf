"""Positions in the units of the client, and the lines of an earlier text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from kfix.lsp.lines import Moved
from kfix.lsp.texts import WIDTHS, Text

LETTERS = st.text(st.sampled_from("aé€😀\n\r\x0c\u2028 "), max_size=30)


@given(text=LETTERS, encoding=st.sampled_from(sorted(WIDTHS)), data=st.data())
def test_positions_and_offsets_are_inverse(text: str, encoding: str, data: st.DataObject) -> None:
    known = Text("a", text, 1, encoding)
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset]
    if before.endswith("\r") and text[offset : offset + 1] == "\n":
        return
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    position = known.position(len(lines), len(lines[-1]) + 1)
    assert known.offset(position) == offset
    assert known.place(position) == (len(lines), len(lines[-1]) + 1)


@given(text=LETTERS, new=LETTERS, data=st.data())
def test_changes_are_applied_where_the_client_says(
    text: str, new: str, data: st.DataObject
) -> None:
    known = Text("a", text, 1)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    positions = [known.position(*_place(text, offset)) for offset in (start, end)]
    if any(known.offset(p) != o for p, o in zip(positions, (start, end), strict=True)):
        return  # between the two signs of one line end, where no position is
    known.apply(lsp.TextDocumentContentChangePartial(text=new, range=lsp.Range(*positions)))
    assert known.text == text[:start] + new + text[end:]


def _place(text: str, offset: int) -> tuple[int, int]:
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def test_a_position_behind_the_end_is_the_end() -> None:
    text = Text("a", "ab\ncd", 1)
    assert text.offset(lsp.Position(0, 99)) == 2
    assert text.offset(lsp.Position(9, 9)) == 5
    assert text.position(9, 1) == lsp.Position(1, 2)


@pytest.mark.parametrize(
    ("after", "places"),
    [
        ("a\nb\nc\nd", [1, 2, 3, 4]),
        ("new\na\nb\nc\nd", [2, 3, 4, 5]),
        ("a\nX\nc\nd", [1, None, 3, 4]),
        ("a\nd", [1, None, None, 2]),
        ("a\nb\nb\nc\nd", [1, 2, 4, 5]),
    ],
)
def test_lines_outside_of_the_change_move(after: str, places: list[int | None]) -> None:
    moved = Moved("a\nb\nc\nd", after)
    assert [moved.line(number) for number in (1, 2, 3, 4)] == places
    there = range(1, after.count("\n") + 2)
    assert [moved.before(number) for number in there if number in places] == [
        places.index(number) + 1 for number in there if number in places
    ]
    assert not any(moved.before(number) for number in there if number not in places)
