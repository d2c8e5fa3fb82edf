"""What a repair must keep."""

from __future__ import annotations

import pytest

from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.repair.kept import loses_batch


@pytest.mark.parametrize(
    ("entry", "layer", "loses"),
    [
        ("keras.Input((6,))", "Reshape((3, 2))", False),
        ("keras.Input(batch_shape=(4, 6))", "Reshape((3, 2))", False),
        ("keras.Input(batch_shape=(int(input()), 6))", "Reshape((3, 2))", False),
        ("keras.Input((6,))", "Lambda(lambda x: keras.ops.reshape(x, (5, 6)))", True),
    ],
)
def test_a_batch_of_any_size_stays_one(entry: str, layer: str, loses: bool) -> None:
    text = f"import keras\na = {entry}\nmodel = keras.Model(a, keras.layers.{layer}(a))\n"
    reading = read(Project({"model.py": text.encode()}), "model.py", Settings())
    assert loses_batch(list(reading.traces)) is loses
