from __future__ import annotations

import json

import pytest

from kfix.source.errors import SourceError
from kfix.source.loading import load


def notebook(*cells: str | list[str], indent: int | None = 1) -> bytes:
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Héllo"]},
        *(
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [{"x": [1.50]}], "source": cell}
            for cell in cells
        ),
    ]
    return (json.dumps({"cells": made, "nbformat": 4}, indent=indent, ensure_ascii=False) + "\n").encode()


def test_cells_are_units() -> None:
    document = load("n.ipynb", notebook(["a = 1\n", "b = 2"], "c = 3\n"))
    assert [(unit.cell, unit.text) for unit in document.units] == [(1, "a = 1\nb = 2"), (2, "c = 3\n")]


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
    text = "%matplotlib inline\n!pip install a \\\n   b\nimport os\nif os:\n    !ls\nfiles = !ls\nos?\nx = 1 % 2"
    data = notebook([text])
    document = load("n.ipynb", data)
    (unit,) = document.units
    assert "import os" in unit.text
    assert "%matplotlib" not in unit.text
    assert len(unit.text.splitlines()) == len(text.splitlines())
    new = document.replace({1: unit.text.replace("x = 1 % 2", "x = 3")})
    assert json.loads(new)["cells"][1]["source"] == text.replace("x = 1 % 2", "x = 3").splitlines(keepends=True) or (
        "".join(json.loads(new)["cells"][1]["source"]) == text.replace("x = 1 % 2", "x = 3")
    )


def test_a_cell_of_another_language_and_a_broken_one() -> None:
    document = load("n.ipynb", notebook("%%bash\nls -l", "a = = 1", "b = 1", "%%time\nc = 1"))
    assert [unit.cell for unit in document.units] == [3, 4]
    assert [error.cell for error in document.skipped] == [2]


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells": 3}', b'{"a": 1}', b"\xff", b'{"cells": [' + b"[" * 100000])
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
