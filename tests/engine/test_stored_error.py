"""The traceback in the output of a cell: read by itself where the cells are as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from kfix.engine.stored_error import stored_error

MESSAGE = (
    "Arguments `target` and `output` must have the same rank (ndim). Received: "
    "target.shape=(None,), output.shape=(None, 4)"
)
TRACEBACK = [
    "\x1b[31m-----------\x1b[39m",
    "\x1b[31mValueError\x1b[39m                  Traceback (most recent call last)",
    "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[7]\x1b[39m\x1b[32m, line 2\x1b[39m\n"
    '\x1b[32m      1\x1b[39m model.compile("adam", "categorical_crossentropy")\n'
    "\x1b[32m----> \x1b[39m\x1b[32m2\x1b[39m model.fit(x, y)\n",
    "\x1b[36mFile \x1b[39m\x1b[32m~/lib/site-packages/keras/src/x.py:122\x1b[39m, in f(*args)\n"
    "--> 122     raise e\n",
    f"\x1b[31mValueError\x1b[39m: {MESSAGE}",
]


def notebook(last: str, output: dict[str, Any] | None = None) -> bytes:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": MESSAGE,
        "traceback": TRACEBACK,
    }
    load = 'import numpy as np\nimport keras\nfrom keras import layers\nx = np.load("x.npy")\n'
    make = (
        'y = np.load("y.npy")\nmodel = keras.Sequential([layers.Input((12,)), '
        'layers.Dense(4, activation="softmax")])\n'
    )
    cells = [
        {"cell_type": "code", "execution_count": 5, "source": load + make, "outputs": []},
        {
            "cell_type": "code",
            "execution_count": 7,
            "source": last,
            "outputs": [error if output is None else output],
        },
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


LAST = 'model.compile("adam", "categorical_crossentropy")\nmodel.fit(x, y)\n'


def run(data: bytes) -> FileResult:
    result = run_file(Project({"a.ipynb": data}), "a.ipynb", Settings())
    assert result.error is None
    return result


def test_the_traceback_of_a_cell_is_evidence() -> None:
    result = run(notebook(LAST))
    assert result.evidence is not None
    assert result.evidence.status == "used"
    assert result.evidence.log == "the output of cell 2"
    assert result.evidence.place is not None
    assert (result.evidence.place.cell, result.evidence.place.line) == (1, 2)
    assert b'\\"sparse_categorical_crossentropy\\"' in result.files["a.ipynb"]


def test_a_cell_that_was_edited_since_leaves_it_out() -> None:
    result = run(notebook(LAST.replace("fit(x, y)", "fit(x, labels)")))
    assert result.evidence is None
    assert not result.files


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": None},
        {"output_type": "error", "traceback": {"ename": 3}},
        {"output_type": "stream", "text": ["ename traceback"]},
    ],
)
def test_other_outputs_make_no_difference(output: dict[str, Any]) -> None:
    result = run(notebook(LAST, output))
    assert result.evidence is None
    assert result.notes == []


def test_only_notebooks_that_hold_an_error_are_looked_through() -> None:
    assert stored_error("a.py", notebook(LAST)) is None
    assert stored_error("a.ipynb", b'{"cells": []}') is None
    assert stored_error("a.ipynb", b'"traceback" "ename" {') is None
    assert stored_error("a.ipynb", b'{"cells": 3, "traceback": 1, "ename": 2}') is None
