"""Where in a program an error was raised."""

from __future__ import annotations

import json

from kfix.engine.error_places import covers, is_own, spots
from kfix.evidence.log import Frame
from kfix.evidence.reading import Error
from kfix.model.site import Place
from kfix.project.project import Project

TEXT = b"import keras\n\nmodel = keras.Sequential()\nmodel.fit(x, y)\n"


def error(*frames: Frame) -> Error:
    return Error(1, "ValueError", "", None, {}, frames)


def frame(path: str, line: int, code: str = "", cell: int | None = None) -> Frame:
    return Frame(path, cell, line, "<module>", code, 1)


def lines(text: bytes, *frames: Frame, path: str = "net.py") -> list[tuple[int, bool]]:
    return [(spot.line, spot.edited) for spot in spots(error(*frames), Project({path: text}), path)]


def test_the_innermost_line_comes_first_and_libraries_are_left_out() -> None:
    found = lines(
        TEXT,
        frame("/home/me/net.py", 3, "model = keras.Sequential()"),
        frame("/home/me/net.py", 4, "model.fit(x, y)"),
        frame("/venv/lib/python3.11/site-packages/keras/src/net.py", 4),
    )
    assert found == [(4, False), (3, False)]


def test_a_line_that_moved_is_found_by_its_text() -> None:
    assert lines(b"# new\n" + TEXT, frame("net.py", 4, "model.fit(x, y)")) == [(5, False)]


def test_a_line_that_was_edited_is_said_to_be() -> None:
    assert lines(TEXT, frame("net.py", 4, "model.fit(x, labels)")) == [(4, True)]


def test_another_file_is_not_meant() -> None:
    assert lines(TEXT, frame("other.py", 4, "model.fit(x, y)")) == []


def test_a_cell_goes_by_its_execution_count() -> None:
    cells = [
        {"cell_type": "code", "source": [text], "execution_count": count, "outputs": []}
        for text, count in (("import keras", 1), ("x = 1\ny = 2", 7))
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    [spot] = spots(
        error(frame("", 1, "x = 1", cell=7)),
        Project({"n.ipynb": notebook.encode()}),
        "n.ipynb",
    )
    assert (spot.cell, spot.line) == (1, 1)


def test_a_place_covers_its_lines() -> None:
    [spot] = spots(
        error(frame("net.py", 4, "model.fit(x, y)")), Project({"net.py": TEXT}), "net.py"
    )
    assert covers(Place("net.py", None, 3, 1, 5), spot)
    assert not covers(Place("net.py", None, 3, 1, 3), spot)
    assert not covers(Place("net.py", 0, 3, 1, 5), spot)


def test_frames_of_the_interpreter_are_not_the_programs() -> None:
    assert is_own(frame("C:\\Users\\me\\net.py", 1))
    assert not is_own(frame("<frozen importlib._bootstrap>", 1))
