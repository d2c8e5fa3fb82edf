"""Where nothing cheap reaches: adapters before every refused layer, asked for with `--unsafe`."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project

HEAD = "import keras\nfrom keras import layers, ops\n\n"

PROGRAMS = {
    "ranks that have nothing in common": """\
a, b, c = keras.Input((12, 12, 3)), keras.Input((7,)), keras.Input((4, 4, 4, 2))
x = ops.concatenate([a, b, c], axis=-1)
model = keras.Model([a, b, c], layers.Dense(3)(x))
""",
    "two maps of other sizes beside a vector, and four more faults": """\
a, b, c = keras.Input((8,)), keras.Input((16, 16, 3)), keras.Input((24, 24, 1))
x = a
x = layers.Add()([layers.Dense(13)(x), x])
x = layers.Multiply()([layers.Dense(9)(x), x])
x = layers.Add()([layers.Dense(13)(x), x])
x = layers.Add()([layers.Dense(9)(x), x])
x = layers.Concatenate()([x, layers.Conv2D(4, 3)(b), layers.Conv2D(5, 3)(c)])
model = keras.Model([a, b, c], layers.Dense(3)(x))
""",
    "a map added to a sequence": """\
a, b = keras.Input((12, 12, 3)), keras.Input((7, 5))
model = keras.Model([a, b], layers.Dense(3)(layers.Flatten()(layers.Add()([a, b]))))
""",
    "an operator": """\
a, b = keras.Input((12, 3)), keras.Input((7, 4))
model = keras.Model([a, b], layers.Dense(3)(layers.Flatten()(a * b)))
""",
    "layers of all ranks in a row": """\
model = keras.Sequential([
    layers.Input((5,)),
    layers.Conv2D(4, 3),
    layers.LSTM(4),
    layers.Conv3D(3, 3),
    layers.Conv1D(4, 3),
    layers.MaxPooling2D(2),
    layers.Dense(3),
])
""",
    "a function that is called twice": """\
def block(x):
    return layers.MaxPooling2D(2)(layers.Conv2D(4, 3)(x))


a = keras.Input((6,))
x = block(a)
x = layers.LSTM(5)(x)
x = block(x)
model = keras.Model(a, layers.Dense(3)(layers.Flatten()(x)))
""",
    "a layer of the program": """\
class Both(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one = layers.Conv2D(4, 3)
        self.two = layers.LSTM(3)

    def call(self, x):
        return self.two(self.one(x))


a = keras.Input((9, 4))
model = keras.Model(a, layers.Dense(3)(Both()(a)))
""",
}


def result_of(name: str, unsafe: bool) -> FileResult:
    project = Project({"m.py": (HEAD + PROGRAMS[name]).encode()})
    return run_file(project, "m.py", Settings(target="3", unsafe=unsafe))


@pytest.mark.parametrize("name", PROGRAMS)
def test_there_is_always_an_answer(name: str) -> None:
    import keras

    result = result_of(name, unsafe=True)
    made: dict[str, keras.Model] = {}
    exec(result.files["m.py"].decode(), made)
    assert made["model"].output_shape == (None, 3)


@pytest.mark.parametrize("name", ["an operator", "layers of all ranks in a row"])
def test_it_is_shown_as_a_bridge_and_made_when_asked_for(name: str) -> None:
    [outcome] = result_of(name, unsafe=True).models
    assert outcome.applied is not None
    assert outcome.applied.repair.safety == "unsafe"
    assert "a bridge to" in outcome.applied.repair.why
    assert not result_of(name, unsafe=False).files
