from __future__ import annotations

import json

import pytest

from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.loading import load


def notebook(*cells: str | list[str], indent: int | None = 1) -> bytes:
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Héllo"]},
        *(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [{"x": [1.50]}],
                "source": cell,
            }
            for cell in cells
        ),
    ]
    return (
        json.dumps({"cells": made, "nbformat": 4}, indent=indent, ensure_ascii=False) + "\n"
    ).encode()


def test_cells_are_units() -> None:
    document = load("n.ipynb", notebook(["a = 1\n", "b = 2"], "c = 3\n"))
    assert [(unit.cell, unit.text) for unit in document.units] == [
        (1, "a = 1\nb = 2"),
        (2, "c = 3\n"),
    ]


@pytest.mark.parametrize("indent", [1, None])
def test_only_touched_lines_change(indent: int | None) -> None:
    data = notebook(["a = 1\n", "b = 2\n", "c = 3"], "d = 4\ne = 5", indent=indent)
    document = load("n.ipynb", data)
    assert document.replace({}) == data
    assert document.replace({unit.cell: unit.text for unit in document.units}) == data
    new = document.replace({1: "a = 1\nb = 20\nx = 'é'\nc = 3", 2: "d = 4"})
    expected = notebook(["a = 1\n", "b = 20\n", "x = 'é'\n", "c = 3"], "d = 4", indent=indent)
    assert new == expected


def test_magics_are_passed_by_and_come_back() -> None:
    text = (
        "%matplotlib inline\n!pip install a \\\n   b\nimport os\nif os:\n    !ls\nfiles = !ls\n"
        "os?\nx = 1 % 2"
    )
    data = notebook([text])
    document = load("n.ipynb", data)
    (unit,) = document.units
    assert "import os" in unit.text
    assert "%matplotlib" not in unit.text
    assert len(unit.text.splitlines()) == len(text.splitlines())
    new = document.replace({1: unit.text.replace("x = 1 % 2", "x = 3")})
    assert json.loads(new)["cells"][1]["source"] == text.replace("x = 1 % 2", "x = 3").splitlines(
        keepends=True
    ) or ("".join(json.loads(new)["cells"][1]["source"]) == text.replace("x = 1 % 2", "x = 3"))


def test_a_cell_of_another_language_and_a_broken_one() -> None:
    document = load("n.ipynb", notebook("%%bash\nls -l", "a = = 1", "b = 1", "%%time\nc = 1"))
    assert [unit.cell for unit in document.units] == [3, 4]
    assert [error.cell for error in document.skipped] == [2]


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b'{"cells": 3}',
        b'{"a": 1}',
        b"\xff",
        b'{"cells": [' + b"[" * 100000,
        b'{"a": ' + b"9" * 9999 + b"}",
    ],
)
def test_no_notebook(data: bytes) -> None:
    with pytest.raises(SourceError):
        load("n.ipynb", data)


def test_after_an_edit_only_the_cells_that_changed_are_parsed() -> None:
    data = notebook("%matplotlib inline\na = 1\n", "b = 2\n", "c = 3\n", "that is no Python")
    document = load("n.ipynb", data)
    again = document.edited(document.replace({2: "b = 20\n"}))
    assert [unit.text for unit in again.units] == [document.units[0].text, "b = 20\n", "c = 3\n"]
    same = [old.module is new.module for old, new in zip(document.units, again.units, strict=True)]
    assert same == [True, False, True]
    assert [error.cell for error in again.skipped] == [4]
    # Magics come back as they were in what is written next.
    assert again.replace({1: again.units[0].text.replace("1", "7")}) == notebook(
        "%matplotlib inline\na = 7\n", "b = 20\n", "c = 3\n", "that is no Python"
    )


def test_what_a_statement_goes_on_with_is_no_magic() -> None:
    text = (
        "%matplotlib inline\nprint('%d of %d'\n      % (a, b))\nx = a \\\n  % b\n"
        't = """\n!ls\n%d\n"""\n!ls (it\'s\ny = [\n  1\n  % 2]\n?x\n'
    )
    (unit,) = load("n.ipynb", notebook(text)).units
    lines = unit.text.splitlines()
    assert [n for n, line in enumerate(lines) if line.startswith("pass")] == [0, 9, 13]
    assert load("n.ipynb", notebook(text)).replace({1: unit.text}) == notebook(text)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (["a = 1\n", "b = 2"], ["a = 1\n", "b = 2\n", "c = 3"]),
        (["a = 1\n", "b = 2\n"], ["a = 1\n", "c = 3\n", "b = 2\n"]),
        (["a = '\x0c\u2028'\n", "b = 2\n"], ["a = '\x0c\u2028'\n", "b = 3\n"]),
        (["a = 1\r\n", "b = 2\r\n"], ["a = 1\r\n", "b = 3\r\n"]),
        (["a = 1\nb = 2\n", "c = 3\n"], ["a = 1\nb = 2\n", "c = 4\n"]),
        (["b = 2"], ["xb = 2"]),
        (["a = 1\n", "b = 2\n"], ["b = 2\n"]),
    ],
)
def test_only_the_strings_of_the_lines_that_change(said: list[str], says: list[str]) -> None:
    document = load("n.ipynb", notebook(said))
    assert document.replace({1: "".join(says)}) == notebook(says)


def test_one_string_keeps_what_is_the_same_as_it_was_written() -> None:
    data = (
        rb'{"cells":[{"cell_type":"code","source":"x = \"\u003cb\u003e \ud83d\ude00 \/\"\ny = '
        rb'1\n"}]}'
    )
    document = load("n.ipynb", data)
    new = document.replace({0: document.units[0].text.replace("y = 1", "y = 2é")})
    assert new == data.replace(rb"y = 1", rb"y = 2\u00e9")


def test_letters_beyond_ascii_are_written_as_the_notebook_writes_them() -> None:
    raw = notebook("a = 1")
    escaped = json.dumps(json.loads(raw)).encode()
    assert "é".encode() in load("n.ipynb", raw).replace({1: "b = 'é'"})
    assert rb"\u00e9" in load("n.ipynb", escaped).replace({1: "b = 'é'"})


def test_format_3_has_its_cells_in_worksheets() -> None:
    cell = {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python", "outputs": []}
    sheets = [
        {"cells": [{"cell_type": "heading", "source": "x"}, cell]},
        {"metadata": {}, "cells": [cell]},
    ]
    data = json.dumps({"nbformat": 3, "worksheets": sheets}, indent=2).encode()
    document = load("n.ipynb", data)
    assert [(unit.cell, unit.text) for unit in document.units] == [
        (1, "a = 1\nb = 2"),
        (2, "a = 1\nb = 2"),
    ]
    new = json.loads(document.replace({2: "a = 1\nb = 3"}))
    assert [sheet["cells"][-1]["input"][1] for sheet in new["worksheets"]] == ["b = 2", "b = 3"]


def test_of_a_key_that_is_said_twice_the_last_counts() -> None:
    data = (
        b'{"cells": [], "cells": [{"cell_type": "raw", "source": "a", "cell_type": "code", '
        b'"source": ["b = 1"]}]}'
    )
    document = load("n.ipynb", data)
    assert [unit.text for unit in document.units] == ["b = 1"]
    assert document.replace({0: "b = 2"}) == data.replace(b"b = 1", b"b = 2")


@pytest.mark.parametrize(
    "cells", ["", '{"cell_type": "markdown", "source": ["x"]}', '{"cell_type": "code"}', "3, null"]
)
def test_a_notebook_without_code_has_no_units(cells: str) -> None:
    data = f'{{"cells": [{cells}], "nbformat": 4}}'.encode()
    document = load("n.ipynb", data)
    assert document.units == []
    assert document.replace({}) == data
