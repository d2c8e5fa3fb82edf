from __future__ import annotations

import libcst as cst
import pytest

from kfix.source.syntax.document import Document
from kfix.source.syntax.errors import SourceError

TEXT = (
    "import keras\n\nmodel = keras.Sequential([\n    keras.layers.Dense(10),  # ten\n"
    "    (  -3 ),\n])\nx = 1\n"
)


def calls(document: Document) -> list[cst.Call]:
    found: list[cst.Call] = []

    class Visitor(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:
            found.append(node)

    for unit in document.units:
        unit.module.visit(Visitor())
    return found


def test_places_spans_and_paths() -> None:
    document = Document.load("m.py", TEXT.encode())
    (unit,) = document.units
    outer, inner = calls(document)
    site = unit.site(inner)
    assert unit.site(inner) == site
    assert unit.node(site) is inner
    start, end = unit.span(site)
    assert unit.text[start:end] == "keras.layers.Dense(10)"
    place = unit.place(unit.site(outer))
    assert (place.line, place.column, place.end_line) == (3, 9, 6)
    path = unit.path_to(site)
    assert path[0] is unit.module
    assert path[-1] is inner
    assert outer in path


def test_span_is_without_parentheses() -> None:
    document = Document.load("m.py", TEXT.encode())
    unit = document.units[0]
    element = calls(document)[0].args[0].value.elements[1]  # type: ignore[attr-defined]
    start, end = unit.span(unit.site(element.value))
    assert unit.text[start:end] == "-3"


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\r\nb = 2\r\n",
        b"\xef\xbb\xbfa = 1\nb = 2",
        "# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1"),
        b"\x0ca = 1\n\x0c\nb = 2\n\n\n  \n",
        b"a = 1\rb = 2\r",
        b"if a:\n \tif c:\n         d = '\t'\nb = 2\n",
    ],
)
def test_replace_keeps_every_byte(data: bytes) -> None:
    document = Document.load("m.py", data)
    unit = document.units[0]
    assert document.replace({None: unit.text}) == data
    last = unit.module.body[-1].body[0]  # type: ignore[union-attr, index]
    start, end = unit.span(unit.site(last))  # type: ignore[arg-type]
    assert unit.text[start:end] in ("b = 2", "s = 'é'")


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"if a:\n\tb = 1\n        c = 2\n", 3, 1),
        (b"a = 1\nb = = 2\n", 2, 5),
        (b"a = '\xff'\n", 1, 6),
        (b"a = 1\0\n", 1, 6),
    ],
)
def test_what_is_no_program(data: bytes, line: int, column: int) -> None:
    with pytest.raises(SourceError) as caught:
        Document.load("m.py", data)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "encoding",
    ["zlib", "rot13", "punycode", "undefined", "unicode_escape", "utf-7", "cp037"],
)
def test_encodings_in_which_no_program_is_written(encoding: str) -> None:
    with pytest.raises(SourceError):
        Document.load("m.py", f"# coding: {encoding}\nx = '\\x41 +AGE- b'\n".encode())


@pytest.mark.parametrize("text", ["x = 'A'\n", f"x = '{'a' * 70}'\n", "x = '\xdf'\n"])
def test_a_text_in_idna_is_kept_byte_for_byte_or_refused(text: str) -> None:
    data = b"# coding: idna\n" + text.encode("latin-1")
    try:
        document = Document.load("m.py", data)
    except SourceError:
        return
    assert document.replace({None: document.units[0].text}) == data


def test_unknown_encoding() -> None:
    with pytest.raises(SourceError, match="encoding"):
        Document.load("m.py", b"# coding: klingon\n")


@pytest.mark.parametrize("end", ["   # less\n", "  # less", "    # more\n# least\n"])
def test_a_comment_at_the_end_that_is_indented_less_moves_nothing(end: str) -> None:
    data = f"if a:\n    if c:\n        b = f(1)\n{end}".encode()
    document = Document.load("m.py", data)
    unit = document.units[0]
    site = unit.site(calls(document)[0])
    assert unit.text[slice(*unit.span(site))] == "f(1)"
    assert unit.place(site).line == 3
    assert document.replace({None: unit.text}) == data
