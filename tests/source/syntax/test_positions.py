"""Where nodes stand after an edit: what is moved from the layout before it, and what is written
anew.
"""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.model.site import Place, Site
from kfix.source.syntax import positions
from kfix.source.syntax.document import Document, Unit

TEXT = """\
# a header

import a
first = a.f(1, 2)


def g(x):
    # before
    return a.f(x)  # behind


last = [g(3), "é"]
# a footer
"""


def calls(unit: Unit) -> list[cst.CSTNode]:
    """Return the calls of a unit in order."""
    found: list[cst.CSTNode] = []

    class Finder(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:
            found.append(node)

    unit.module.visit(Finder())
    return found


def places(unit: Unit) -> list[tuple[Place, str]]:
    """Return where the calls of a unit stand, with their texts."""
    sites: list[Site] = [unit.site(node) for node in calls(unit)]
    return [(unit.place(site), unit.text[slice(*unit.span(site))]) for site in sites]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first = a.f(1, 2)\n", "first = a.f(a.g(1),\n            2)\nmore = a.f()\n"),
        ("    return a.f(x)  # behind\n", "    y = a.f(x)\n    return y\n"),
        ('last = [g(3), "é"]\n', 'last = [g(3), "é", g(4)]\n'),
        ("import a\n", "import a\nimport b\n"),
    ],
)
def test_places_after_an_edit_are_those_of_the_text_read_anew(old: str, new: str) -> None:
    before = Document.load("m.py", TEXT.encode())
    places(before.units[0])
    data = TEXT.replace(old, new).encode()
    assert data != TEXT.encode()
    edited, anew = before.edited(data), Document.load("m.py", data)
    assert places(edited.units[0]) == places(anew.units[0])
    paths = [
        [type(node) for node in unit.path_to(unit.site(node))]
        for unit in (edited.units[0], anew.units[0])
        for node in calls(unit)
    ]
    half = len(paths) // 2
    assert paths[:half] == paths[half:]
    assert edited.units[0].path_to(edited.units[0].site(calls(edited.units[0])[0]))[0] is (
        edited.units[0].module
    )


def test_only_the_statements_that_changed_are_written_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = Document.load("m.py", TEXT.encode())
    places(before.units[0])
    edited = before.edited(TEXT.replace("(1, 2)", "(1, 2, 3)").encode())

    def whole(*_: object) -> positions.Layout:
        raise AssertionError("the whole text is laid out")

    monkeypatch.setattr("kfix.source.syntax.document.lay_out", whole)
    assert [text for _, text in places(edited.units[0])] == ["a.f(1, 2, 3)", "a.f(x)", "g(3)"]


def test_a_node_that_was_not_asked_for_before_is_found() -> None:
    before = Document.load("m.py", TEXT.encode())
    unit = before.units[0]
    unit.place(unit.site(calls(unit)[0]))
    edited = before.edited(TEXT.replace("(1, 2)", "(1, 2, 3)").encode())
    assert [text for _, text in places(edited.units[0])] == ["a.f(1, 2, 3)", "a.f(x)", "g(3)"]
