"""Open programs: texts in the place of files, reuse between questions, shapes and why."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import kfix
from kfix.api import Place, Workspace

ROOT = Path(__file__).parents[2]
NET = """from keras import Input, Model, layers

inputs = Input((28, 28, 1))
x = layers.Conv2D(32, 3)(inputs)
y = layers.Conv2D(32, 3)(inputs)
x = layers.Add()([x, y])
x = layers.Flatten()(x)
model = Model(inputs, layers.Dense(10)(x))
"""
PARTS = (
    "from keras import Sequential, layers\n\ndef build(n):\n"
    "    return Sequential([layers.Input((8, 8, 3)), layers.Dense(n)])\n"
)
MAIN = """import numpy as np
from parts import build

model = build(10)
model.compile(loss="categorical_crossentropy")
model.fit(np.zeros((9, 8, 8, 3)), np.zeros((9, 10)))
"""


def test_calls_have_places_shapes_and_reasons(tmp_path: Path) -> None:
    workspace = Workspace()
    path = str(tmp_path / "net.py")
    workspace.put(path, NET)
    (model,) = workspace.check(path).models
    assert [(call.name, call.place.line, call.output_shapes) for call in model.calls] == [
        ("InputLayer", 3, ((None, 28, 28, 1),)),
        ("Conv2D", 4, ((None, 26, 26, 32),)),
        ("Conv2D", 5, ((None, 26, 26, 32),)),
        ("Add", 6, ((None, 26, 26, 32),)),
        ("Flatten", 7, ((None, 21632),)),
        ("Dense", 8, ((None, 10),)),
    ]
    conv = model.calls[1]
    assert conv.params == 320
    assert conv.why[0].startswith("axes 1 and 2: 26, from 28 by kernel_size=3, strides=(1, 1)")
    assert conv.why[1] == "axis 3: 32, from filters=32"
    assert model.calls[4].why == ("axis 1: 21632, the elements of 26 × 26 × 32",)


def test_unknown_shapes_say_why(tmp_path: Path) -> None:
    workspace = Workspace()
    path = str(tmp_path / "net.py")
    workspace.put(path, NET.replace("Dense(10)", "Dense(read_it())"))
    dense = workspace.check(path).models[0].calls[-1]
    assert dense.output_shapes == ((None, "?"),)
    assert dense.unknown[0].place.line == 8
    assert "read_it" in dense.unknown[0].text


def test_an_unsaved_module_counts_where_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text(PARTS.replace("Dense(n)", "Flatten(), layers.Dense(n)"))
    main = str(tmp_path / "main.py")
    workspace = Workspace([str(tmp_path)])
    workspace.put(main, MAIN)
    assert workspace.check(main).ok
    workspace.put(str(tmp_path / "parts.py"), PARTS)
    report = workspace.check(main)
    (error,) = [found for found in report.findings if found.fails]
    assert error.code == "KFX101"
    assert [one.place.line for one in error.related if one.place.path == main] == [6]
    assert str(tmp_path / "parts.py") in workspace.modules(main)
    (repair,) = workspace.fix(main).repairs
    assert list(repair.changes) == [str(tmp_path / "parts.py")]
    workspace.drop(str(tmp_path / "parts.py"))
    assert workspace.check(main).ok


def test_only_the_model_at_a_place_is_fixed(tmp_path: Path) -> None:
    wrong = "from keras import Sequential, layers\n" + "\n".join(
        f"m{n} = Sequential([layers.Input((8, 8)), layers.LSTM(4), layers.LSTM(4)])"
        for n in range(3)
    )
    path = str(tmp_path / "net.py")
    workspace = Workspace()
    workspace.put(path, wrong + "\n")
    fixed = workspace.fix(path, at=Place(path, None, 3, 1, 3))
    assert [model.place.line for model in fixed.models] == [3]
    changes = fixed.models[0].repairs[0].changes[path]
    assert {change.line for change in changes} == {3}


def test_changes_of_a_notebook_are_given_by_cell(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Net"},
        {"cell_type": "code", "source": ["from keras import Sequential, layers\n", "%time 1"]},
        {
            "cell_type": "code",
            "source": "m = Sequential([layers.Input((8, 8)), layers.LSTM(4), layers.LSTM(4)])",
        },
    ]
    path = str(tmp_path / "net.ipynb")
    workspace = Workspace()
    workspace.put(path, json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    (repair,) = workspace.fix(path).repairs
    (cell,) = repair.cells[path]
    assert cell == 2
    assert [change.text for change in repair.cells[path][2]] == [", return_sequences=True"]


def test_pyproject_counts_and_is_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "net.py")
    workspace = Workspace()
    workspace.put(path, NET)
    assert workspace.check(path).ok
    (tmp_path / "pyproject.toml").write_text('[tool.kfix]\ntargets = {"net.py" = 7}\n')
    with pytest.raises(kfix.Error, match="no file"):
        workspace.check(path)
    (tmp_path / "net.py").write_text("")
    (tmp_path / "pyproject.toml").write_text('[tool.kfix]\ntargets = {"net.py" = 77}\n')
    assert not workspace.check(path).ok


def _said(report: kfix.Report) -> object:
    calls = [(c.name, c.place, c.output_shapes) for model in report.models for c in model.calls]
    return report.findings, calls, report.notes


@pytest.mark.parametrize("seed", range(4))
def test_the_answer_after_edits_is_that_of_a_fresh_start(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    path = str(tmp_path / "net.py")
    lines = ["# a net", "import numpy as np", *NET.splitlines(), "print(model)"]
    workspace = Workspace()
    for _ in range(40):
        number = rng.randrange(len(lines))
        edit = rng.choice(["delete", "copy", "swap", "digit"])
        if edit == "delete" and len(lines) > 8:
            del lines[number]
        elif edit == "copy":
            lines.insert(number, rng.choice(lines))
        elif edit == "swap":
            other = rng.randrange(len(lines))
            lines[number], lines[other] = lines[other], lines[number]
        else:
            lines[number] = lines[number].replace("3", rng.choice("1357"))
        text = "\n".join(lines) + "\n"
        workspace.put(path, text)
        fresh = Workspace()
        fresh.put(path, text)
        assert _said(workspace.check(path)) == _said(fresh.check(path))
