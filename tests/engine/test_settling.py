"""A second run of a repaired file changes nothing: what it would change joins the first."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from scripts.soak import applied, repaired_wrongly

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n"
PROGRAMS = {
    "the data, once the output is as declared": (
        "5,5",
        "x = keras.Input((None,))\nmodel = keras.Model(x, x[0])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.zeros((20, 10, 8)), np.zeros((20, 10, 8)))\n",
    ),
    "a call outside of the model, once its input has another rank": (
        "4,4,2",
        "x = keras.Input((None,))\ny = layers.Conv3D(2, 3)(x)\ny = layers.Permute((2, 1))(x)\n"
        "model = keras.Model(x, x[0])\n",
    ),
    "the output, once the model can be built": (
        "2,2,2,2",
        "x = keras.Input((5,))\ny = layers.Conv3D(2, 3)(x)\ny = layers.ConvLSTM2D(2, 3)(y)\n"
        "model = keras.Model(x, y)\n",
    ),
    "softmax of one unit, once there is one": (
        "1",
        "model = keras.Sequential([keras.Input((9, 4)), layers.Conv1D(4, 3)])\n"
        "model.compile('sgd', 'sparse_categorical_crossentropy')\n",
    ),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_second_run_changes_nothing(kind: str) -> None:
    target, text = PROGRAMS[kind]
    data, settings = (HEAD + text).encode(), Settings(target=target, unsafe=True)
    result = run_file(Project({"m.py": data}), "m.py", settings)
    assert result.error is None
    assert result.files
    assert list(repaired_wrongly("m.py", data, result, settings)) == []


def test_what_a_second_run_changed_is_one_repair_with_the_first() -> None:
    target, text = PROGRAMS["the data, once the output is as declared"]
    data, settings = (HEAD + text).encode(), Settings(target=target, unsafe=True)
    result = run_file(Project({"m.py": data}), "m.py", settings)
    [model] = result.models
    proven = model.applied
    assert proven is not None
    assert proven.files == result.files
    assert proven.diff == result.diff
    assert applied(proven.diff, data, "m.py") == result.files["m.py"]
    assert proven.repair.safety == "unsafe"
    assert len(proven.edits) == len(proven.repair.edits) == 4
    assert proven.repair.edits[-1].kind == "set-input-shape"


def test_the_chosen_repair_is_made_alone() -> None:
    target, text = PROGRAMS["the data, once the output is as declared"]
    project = Project({"m.py": (HEAD + text).encode()})
    [model] = run_file(project, "m.py", Settings(target=target, unsafe=True, pick=1)).models
    assert model.applied is not None
    assert len(model.applied.edits) == 3
