"""What the corridor decides before anything is searched for."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project
from tests.shapes.judge import keras

NAMED = """\
import keras
from keras import Sequential, layers

{teach}
model = Sequential([layers.Input((4,)), layers.Dense(3, {named})])
"""
REGISTERED = 'keras.utils.get_custom_objects()["swoosh"] = lambda x, dtype=None: x'
NAMES = [
    *(f'{one}="swoosh"' for one in ("kernel_initializer", "activation", "bias_constraint")),
    'kernel_regularizer="swoosh"',
]


def codes(code: str) -> list[str]:
    result = run_file(Project({"m.py": code.encode()}), "m.py", Settings(search=False))
    return [found.finding.code for outcome in result.models for found in outcome.findings]


@pytest.mark.parametrize("named", NAMES)
def test_names_that_the_program_registers(named: str) -> None:
    """Keras looks up initializers alone among them."""
    with keras().saving.custom_object_scope({"swoosh": lambda x, dtype=None: x}):
        try:
            keras().layers.Dense(3, **{named.partition("=")[0]: "swoosh"})
            refused = False
        except ValueError:
            refused = True
    assert (codes(NAMED.format(teach=REGISTERED, named=named)) == ["KFX303"]) == refused
    assert codes(NAMED.format(teach="", named=named)) == ["KFX303"]


def test_names_that_another_module_registers() -> None:
    files = {
        "m.py": NAMED.format(teach="import own", named='kernel_initializer="swoosh"').encode(),
        "own.py": f"import keras\n{REGISTERED}\n".encode(),
    }
    result = run_file(Project(files), "m.py", Settings(search=False))
    assert not [outcome.findings for outcome in result.models if outcome.findings]


POPPED = """import keras
from keras import layers

def build():
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3),
        layers.Dense(10),
    ])
    model.add(layers.Dense(20))
    {pop}
    return model


net = build()
"""


@pytest.mark.parametrize(
    "pop",
    [
        "model.pop()\n    model.pop()  # the head",
        "model.pop(); model.pop()",
        "for _ in range(2):\n        model.pop()",
        "head = model.pop()\n    last = model.pop()",
    ],
)
def test_a_new_head_comes_after_the_old_one_was_popped(pop: str) -> None:
    before = POPPED.format(pop=pop)
    result = run_file(Project({"m.py": before.encode()}), "m.py", Settings(target="10"))
    sign = "; " if ";" in pop else "\n    "
    new = f"{pop}{sign}model.add(layers.Flatten()){sign}model.add(layers.Dense(10))"
    assert result.files["m.py"].decode() == POPPED.format(pop=new)
    again = run_file(Project({"m.py": result.files["m.py"]}), "m.py", Settings(target="10"))
    assert not again.changed
    assert not again.models[0].left


UNSEEN = """import numpy as np
import keras
from keras import layers

x = np.load("pictures.npy")
start = keras.Input({shape})
y = layers.Conv2D(8, 3, padding="same")(start)
{rest}
model = keras.Model(start, y)
"""


def unseen(shape: str, rest: str, target: str, **more: Any) -> FileResult:
    before = UNSEEN.format(shape=shape, rest=rest)
    return run_file(Project({"m.py": before.encode()}), "m.py", Settings(target=target, **more))


@pytest.mark.parametrize("shape", ["x.shape[1:]", "(*x.shape[1:3], 3)", "(x.shape[1], 28, 1)"])
def test_the_rank_is_enough_to_be_wrong(shape: str) -> None:
    result = unseen(shape, "y = layers.Dense(32)(y)\ny = layers.Dense(10)(y)", "10")
    assert [
        found.finding.code
        for found in result.models[0].findings
        if found.finding.severity == "error"
    ] == ["KFX101"]
    assert "+y = layers.Flatten()(y)\n y = layers.Dense(32)(y)" in result.diff
    assert (
        result.models[0].repairs[0].repair.safety == "unsafe"
    )  # Flatten may be too large, for all that is known


def test_a_map_of_unseen_size_into_an_lstm() -> None:
    result = unseen("(*x.shape[1:3], 3)", "y = layers.LSTM(4)(y)", "4")
    assert "+y = layers.TimeDistributed(layers.Flatten())(y)" in result.diff


def test_a_base_for_pictures_of_unseen_size() -> None:
    base = (
        "y = keras.applications.VGG16(include_top=False, input_shape={})(start)\n"
        "y = layers.Dense(10)(y)"
    )
    for shape in ("x.shape[1:]", "(*x.shape[1:3], 3)"):
        result = unseen(shape, base.format(shape), "10")
        assert "+y = layers.GlobalAveragePooling2D()(y)" in result.diff
        assert result.models[0].repairs[0].repair.safety == "safe"
        assert result.models[0].repairs[0].traces[0].params == 14_714_688 + 5_130


def test_sizes_that_nobody_can_tell_are_taken_to_be_right() -> None:
    result = unseen("(*x.shape[1:3], 3)", "y = layers.Conv2D(3, 1)(y)", "64,64,1")
    assert "+y = layers.Conv2D(1, 1)(y)" in result.diff
    assert "cannot infer whether" in result.models[0].remarks[0]


def test_what_may_be_right_is_left() -> None:
    for shape in ("(*x.shape[1:3], 3)", "x.shape[1:]"):
        result = unseen(shape, "y = layers.Conv2D(1, 1)(y)", "64,64,1")
        assert [found.finding.code for found in result.models[0].findings] == ["KFX102"]
        assert result.files == {}


PARTS = """\
from keras import Model, layers

class Block(Model):
    def __init__(self, filters):
        super().__init__()
        self.first = layers.Conv2D(filters, 3)

    def call(self, x):
        return x + self.first(x)

class Net(Model):
    def __init__(self):
        super().__init__()
        self.one, self.two = Block(3), Block(3)

    def call(self, x):
        return self.two(self.one(x))

net = Net()
net.build((None, 8, 8, 3))
"""


def test_what_is_repaired_inside_a_part_is_no_error_left() -> None:
    result = run_file(Project({"m.py": PARTS.encode()}), "m.py", Settings())
    assert b"same" in result.files["m.py"]
    assert [outcome.left for outcome in result.models] == [0, 0, 0]
    unmended = run_file(Project({"m.py": PARTS.encode()}), "m.py", Settings(search=False))
    assert sum(outcome.left for outcome in unmended.models) > 1
