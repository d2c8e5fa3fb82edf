"""`--summary` against what Keras's own `summary()` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.report.summary import summary
from tests.cli.test_main import run
from tests.shapes.judge import keras

START = "import keras\nfrom keras import layers\n"
CHAIN = (
    "model = keras.Sequential([keras.Input((4,)), layers.Dense(3), "
    "layers.BatchNormalization(), layers.Dense(2)])\n"
)
INNER = (
    "base = keras.Sequential([keras.Input((4,)), layers.Dense(3), "
    "layers.BatchNormalization()], name='base')\n"
)
OUTER = "model = keras.Sequential([keras.Input((4,)), base, layers.Dense(2)], name='net')\n"
BLOCK = """class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.norm = layers.BatchNormalization()

    def build(self, shape):
        self.scale = self.add_weight(shape=(4,))
        self.steps = self.add_weight(shape=(7,), trainable=False)

    def call(self, x):
        return self.norm(x * self.scale)


block = Block()
start = keras.Input((4,))
model = keras.Model(start, layers.Dense(2)(block(start)))
"""
APPLICATION = (
    "base = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(32, 32, "
    "3), alpha=0.25)\n"
)
PROGRAMS = {
    "plain": CHAIN,
    "a layer": CHAIN + "model.layers[0].trainable = False\n",
    "a layer by name": CHAIN + "model.get_layer(index=2).trainable = False\n",
    "by its constructor": CHAIN.replace("Dense(2)", "Dense(2, trainable=False)"),
    "off and on": CHAIN + "model.trainable = False\nmodel.trainable = True\n",
    "the whole": CHAIN + "model.trainable = False\n",
    "the whole, and one on": CHAIN + "model.trainable = False\nmodel.layers[0].trainable = True\n",
    "all but the last": CHAIN + "for layer in model.layers[:-1]:\n    layer.trainable = False\n",
    "by class": CHAIN
    + "for layer in model.layers:\n    if isinstance(layer, layers.BatchNormalization):\n"
    + "        layer.trainable = False\n",
    "a base": INNER + "base.trainable = False\n" + OUTER,
    "a base, one layer on": INNER
    + "base.trainable = False\nbase.layers[0].trainable = True\n"
    + OUTER,
    "a base, more added": INNER + "base.trainable = False\nbase.add(layers.Dense(5))\n" + OUTER,
    "the model of a base": INNER + OUTER + "model.trainable = False\n",
    "a base by its constructor": INNER.replace("name=", "trainable=False, name=") + OUTER,
    "a layer of the program": BLOCK,
    "a layer of the program, off": BLOCK + "block.trainable = False\n",
    "wrapped": INNER
    + "base.trainable = False\n"
    + "model = keras.Sequential([keras.Input((5, 4)), layers.TimeDistributed(base), "
    + "layers.Bidirectional(layers.LSTM(3, trainable=False)), layers.Dense(2)])\n",
    "a function": CHAIN
    + "def freeze(net):\n    for layer in net.layers:\n        layer.trainable = False\n"
    "freeze(model)\n",
    "never called": CHAIN + "def freeze():\n    model.trainable = False\n",
    "lora": CHAIN.replace("Dense(3)", "Dense(3, lora_rank=2)"),
    "data": "model = keras.Sequential([keras.Input((4,)), layers.Normalization(), layers.Dense(2, "
    "dtype='float16')])\n",
    **{
        f"the policy {policy}": f"keras.mixed_precision.set_global_policy({policy!r})\n"
        + "model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2, "
        "dtype='float32')])\n"
        for policy in ("float16", "mixed_float16", "float64", "bfloat16")
    },
    "a policy by its object": "keras.config.set_dtype_policy(keras.DTypePolicy('float64'))\n"
    + CHAIN,
    "many": "model = keras.Sequential([keras.Input((4,))])\nfor _ in range(70):\n"
    "    model.add(layers.Dense(4))\n"
    + "for layer in model.layers[:-1]:\n    layer.trainable = False\n",
    "an application": APPLICATION
    + "base.trainable = False\nmodel = keras.Sequential([base, layers.Dense(2)])\n",
    "its layers": APPLICATION + "for layer in base.layers:\n    layer.trainable = False\n"
    "model = keras.Sequential([base, layers.Dense(2)])\n",
    "an application unrolled": APPLICATION
    + "model = keras.Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)))\n"
    + "for layer in model.layers[:-1]:\n    layer.trainable = False\n",
    "some of its layers": APPLICATION
    + "for layer in base.layers[:-4]:\n    layer.trainable = False\n"
    + "model = keras.Sequential([base, layers.Dense(2)])\n",
    "its last layer alone": APPLICATION
    + "base.trainable = False\nbase.layers[-3].trainable = True\n"
    "model = keras.Sequential([base, layers.Dense(2)])\n",
    "all but its last layers": APPLICATION
    + "base.trainable = True\nfor layer in base.layers[:-5]:\n    layer.trainable = False\n"
    + "x = base(keras.Input((32, 32, 3)), training=False)\n"
    + "model = keras.Sequential([base, layers.Flatten(), layers.Dense(2)])\n",
    "one of its layers": APPLICATION + "base.get_layer('conv1').trainable = False\n"
    "model = keras.Sequential([base, layers.Dense(2)])\n",
    "those with a name": APPLICATION
    + "for layer in base.layers:\n    if 'bn' in layer.name:\n        layer.trainable = False\n"
    + "model = keras.Sequential([base, layers.Dense(2)])\n",
    "those of a class": APPLICATION
    + "for layer in base.layers:\n    if not isinstance(layer, layers.BatchNormalization):\n"
    + "        layer.trainable = False\nmodel = keras.Sequential([base, layers.Dense(2)])\n",
    "those of a class by its name": APPLICATION
    + "for layer in base.layers:\n    if layer.__class__.__name__ == 'BatchNormalization':\n"
    + "        layer.trainable = False\nmodel = keras.Sequential([base, layers.Dense(2)])\n",
    "those behind a number": APPLICATION
    + "for i, layer in enumerate(base.layers):\n    layer.trainable = i > 9\n"
    + "model = keras.Sequential([base, layers.Dense(2)])\n",
    "those behind a name": APPLICATION
    + "on = False\nfor layer in base.layers:\n    if layer.name == 'conv_dw_11':\n"
    "        on = True\n"
    + "    layer.trainable = on\nmodel = keras.Sequential([base, layers.Dense(2)])\n",
    **{
        f"unrolled: {name}": APPLICATION
        + "model = keras.Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)))\n"
        + lines
        for name, lines in {
            "the first": "for layer in model.layers[:30]:\n    layer.trainable = False\n",
            "the last": "for layer in model.layers[-9:]:\n    layer.trainable = False\n",
            "one": "model.layers[7].trainable = False\n",
            "by name": "model.get_layer('conv1').trainable = False\n",
            "of a class": "for layer in model.layers:\n"
            "    if not isinstance(layer, layers.Dense):\n        layer.trainable = False\n",
            "beside the base": "base.trainable = False\nfor layer in model.layers[-12:]:\n"
            "    layer.trainable = True\n",
        }.items()
    },
    "two branches": APPLICATION
    + "side = keras.Input((3,))\ny = layers.Dense(4)(side)\ny = layers.Dense(4)(y)\n"
    + "x = layers.concatenate([layers.Flatten()(base.output), y])\n"
    + "model = keras.Model([base.input, side], layers.Dense(2)(x))\n"
    + "for layer in model.layers[:-7]:\n    layer.trainable = False\n",
    "an application as it is": APPLICATION + "model = keras.Sequential([base, layers.Dense(2)])\n",
}


def totals(text: str) -> list[str]:
    return re.findall(r"^ ((?:Total|Trainable|Non-trainable) params: .*)$", text, re.MULTILINE)


def ours(tmp_path: Path, program: str) -> tuple[str, Any]:
    """Return the summary of `model`, and its entry in the JSON."""
    path = tmp_path / "model.py"
    path.write_text(START + program)
    text = next(
        part for part in run(path, "--summary").stdout.split("\n\n") if "`model` at" in part
    )
    found = json.loads(run(path, "--summary", "--output-format", "json").stdout)["files"][0][
        "models"
    ]
    return text, next(entry for entry in found if entry["name"] == "model")


def theirs(program: str, line_length: int | None = 200) -> tuple[str, Any]:
    """Return what Keras prints, and the model."""
    real = keras()
    real.backend.clear_session()
    real.config.set_dtype_policy("float32")
    space: dict[str, Any] = {}
    try:
        exec(START + program, space)
    finally:
        real.config.set_dtype_policy("float32")
    lines: list[str] = []
    space["model"].summary(print_fn=lines.append, line_length=line_length)
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines)), space["model"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROGRAMS)
def test_totals(name: str, tmp_path: Path) -> None:
    text, entry = ours(tmp_path, PROGRAMS[name])
    truth, model = theirs(PROGRAMS[name])
    assert totals(text) == totals(truth)
    assert len(totals(text)) == 3
    title = re.match(r'Model: "(.*?)"', text)
    assert title is not None
    assert title[1] == model.name
    assert entry["trainable_params"] == sum(
        int(weight.value.numpy().size) for weight in model.trainable_weights
    )


@pytest.mark.parametrize(
    "lines",
    [
        "import sys\nif sys.argv[1] == 'x':\n    base.trainable = False\n",
    ],
)
def test_what_is_not_known(lines: str, tmp_path: Path) -> None:
    text, entry = ours(
        tmp_path, APPLICATION + lines + "model = keras.Sequential([base, layers.Dense(2)])\n"
    )
    assert totals(text)[1:] == ["Trainable params: ?", "Non-trainable params: ?"]
    assert " ? trainable: " in text
    assert entry["trainable_params"] == "?"
    assert isinstance(entry["params"], int)


@pytest.mark.parametrize(
    "lines",
    [
        "for layer in base.layers[:-4]:\n    layer.trainable = False\n",
        "base.layers[-1].trainable = False\n",
        "base.get_layer('conv1').trainable = False\n",
        "for layer in base.layers:\n    if 'bn' in layer.name:\n        layer.trainable = False\n",
    ],
)
@pytest.mark.parametrize(
    "model", ["Sequential([base, layers.Dense(2)])", "Model(base.input, base.output)"]
)
def test_layers_of_an_application_that_is_not_seen_into(
    lines: str, model: str, tmp_path: Path
) -> None:
    base = APPLICATION.replace("alpha=0.25", "alpha=0.3")
    assert "alpha=0.3" in base
    text, _ = ours(tmp_path, base + lines + f"model = keras.{model}\n")
    assert totals(text)[1:] == ["Trainable params: ?", "Non-trainable params: ?"]


def test_names_are_those_of_keras(tmp_path: Path) -> None:
    program = (
        INNER
        + "start = keras.Input((4,))\nx = layers.Dense(8)(base(start))\nx = layers.Dense(8)(x)\n"
    )
    program += "model = keras.Model(start, keras.Sequential([layers.Dense(2)])(x))\n"
    text, _ = ours(tmp_path, program)
    real = theirs(program)[1]
    shown = re.findall(r"^│ (\w+) \((\w+)\)", text, re.MULTILINE)
    assert [cls for _, cls in shown] == [type(layer).__name__ for layer in real.layers]
    assert [name for name, _ in shown][1:] == [layer.name for layer in real.layers][1:]
    assert "(`model` at " in text


GRAPHS = {
    "a skip": "x = keras.Input((8, 8, 3))\na = layers.Conv2D(3, 3, padding='same')(x)\n"
    + "model = keras.Model(x, layers.Dense(2)(layers.Flatten()(layers.Add()([a, x]))))\n",
    "operators": "x = keras.Input((4,))\na = layers.Dense(4)(x)\nb = (a + x) * 2 - a / x\n"
    + "model = keras.Model(x, layers.Dense(2)(b[:, 1:] ** 2))\n",
    "functions": "x = keras.Input((4, 6))\n"
    "y = keras.ops.concatenate([x, keras.ops.expand_dims(x[:, 0], 1)], axis=1)\n"
    + "model = keras.Model(x, keras.ops.mean(y, axis=-1))\n",
    "two inputs": "a, b = keras.Input((4,), name='a'), keras.Input((3,))\n"
    + "model = keras.Model([a, b], layers.Dense(1)(layers.concatenate([layers.Dense(2)(a), b])))\n",
    "two outputs": "a = keras.Input((4,))\nx = layers.Dense(3)(a)\n"
    + "model = keras.Model(a, [layers.Dense(1)(x), layers.Dense(5, name='aux')(x)])\n",
    "shared": "a, b = keras.Input((4,)), keras.Input((4,))\nshared = layers.Dense(3)\n"
    + "model = keras.Model([a, b], layers.Dot(1)([shared(a), shared(b)]))\n",
    "nested": INNER + "a = keras.Input((4,))\n"
    "model = keras.Model(a, layers.Concatenate()([base(a), base(layers.Dense(4)(a))]))\n",
    "states": "a = keras.Input((5, 4))\nx, h, c = layers.LSTM(3, return_state=True)(a)\n"
    + "model = keras.Model(a, layers.LSTM(3)(a, initial_state=[h, c]))\n",
    "attention": "a = keras.Input((5, 4))\n"
    "b = layers.MultiHeadAttention(2, 3)(a, layers.Dense(4)(a))\n" + "model = keras.Model(a, b)\n",
    "functions of layers": "x = keras.Input((8,))\n"
    "y = layers.multiply([layers.Dense(8)(x), x], name='excite')\n"
    "y = layers.add([y, x], name='join')\n"
    "model = keras.Model(x, layers.concatenate([y, x], name='both'))\n",
    "a part up to a named sum": "x = keras.Input((8,))\n"
    "y = layers.add([layers.Dense(8)(x), x], name='join')\n"
    "whole = keras.Model(x, layers.Dense(2)(y))\n"
    "model = keras.Model(x, whole.get_layer('join').output)\n",
    "a layer twice in a Sequential": "shared = layers.Dense(8)\n"
    "model = keras.Sequential([keras.Input((8,)), shared, shared, layers.Dense(3)])\n",
    "the layers of an application": APPLICATION
    + "x = layers.GlobalAveragePooling2D()(base.output)\n"
    "model = keras.Model(base.input, layers.Dense(2)(x))\n",
    "a chain": "a = keras.Input((4,))\n"
    "model = keras.Model(a, layers.Dense(2)(layers.Dense(3)(a)))\n",
}


def cells(text: str) -> list[list[str]]:
    """Return the table without its rules and the space around its cells."""
    lines = [line for line in text.splitlines() if line[:1] in "┃│"]
    return [[" ".join(cell.split()) for cell in re.split("[┃│]", line)[1:-1]] for line in lines]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", GRAPHS)
def test_the_table_of_a_graph_is_that_of_keras(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    text, _ = ours(tmp_path, GRAPHS[name])
    truth, _ = theirs(GRAPHS[name])
    assert cells(text)[0] == cells(truth)[0]
    assert cells(text) == cells(truth)
    assert totals(text) == totals(truth)


LONG = """a, b = keras.Input((4,), name="measurements_of_the_first_sensor"), keras.Input((3,))
x = layers.concatenate([layers.BatchNormalization()(a), b, a], name="both")
head = layers.Dense(200_000, name="a_head_whose_name_is_longer_than_its_column")
model = keras.Model([a, b], head(x))
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("program", "columns"),
    [(LONG, 60), (LONG, 80), (LONG, 90), (GRAPHS["the layers of an application"], 60)],
)
def test_long_cells_are_shortened_as_keras_does(
    program: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    result = run_file(
        Project({"model.py": (START + program).encode()}), "model.py", Settings(search=False)
    )
    text = summary([result], columns)
    truth, _ = theirs(program, line_length=None)
    assert len(_table(text)) > 10
    assert _table(text) == _table(truth)
    assert program is not LONG or "…" in text


def _table(text: str) -> list[str]:
    return [line for line in text.splitlines() if line[:1] in "┏┃┡│├└"]
