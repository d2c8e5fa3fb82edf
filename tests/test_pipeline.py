"""What the corridor decides before anything is searched for."""

from __future__ import annotations

import pytest

from kfix.pipeline import Settings, run_file
from kfix.project import Project

ACTIVATION = """\
from keras import Sequential, layers
from keras.utils import get_custom_objects

{teach}
model = Sequential([layers.Input((4,)), layers.Dense(3, activation="swoosh")])
"""


def codes(code: str) -> list[str]:
    result = run_file(Project({"m.py": code.encode()}), "m.py", Settings(search=False))
    return [found.finding.code for told in result.models for found in told.findings]


def test_a_name_that_the_program_teaches_keras_is_no_fault() -> None:
    assert codes(ACTIVATION.format(teach='get_custom_objects().update({"swoosh": lambda x: x})')) == []
    unknown = ACTIVATION.replace("from keras.utils import get_custom_objects\n", "").format(teach="")
    assert codes(unknown) == ["KFX303"]


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
