"""Models that a program saves and makes again: the same model once more.

What another program saved is not known.
"""

from __future__ import annotations

from typing import Any

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.model.program import Program
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.shapes import Trace, Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load
from tests.real_keras import weightless

HEAD = "import keras\nfrom keras import layers\n"
CHAIN = (
    "model = keras.Sequential([keras.Input((8,)), layers.Dense(6), layers.Dense(5), "
    "layers.Dense(4)])\n"
)
GRAPH = (
    "start = keras.Input((8,))\nx = layers.Dense(6)(start)\n"
    "model = keras.Model(start, layers.Dense(4)(x))\n"
)
END = "again = keras.Model(m.inputs, layers.Dense(2)(m.layers[-2].output))\n"


def reading(text: str) -> tuple[Program, list[Trace]]:
    tracer = Tracer()
    program = read(load("m.py", (HEAD + text).encode()), tracer)
    return program, [tracer.trace(model) for model in program.models]


WAYS = {
    "a file": "model.save('m.keras')\nm = keras.models.load_model('m.keras', compile=False)\n",
    "a path by its name": "PATH = './out/m.h5'\nmodel.save(PATH)\n"
    "m = keras.saving.load_model('out/m.h5')\n",
    "a function": "def put(it, path):\n    keras.models.save_model(it, path + '.keras')\n"
    "put(model, 'best')\nm = keras.models.load_model('best.keras')\n",
    "a checkpoint": "best = keras.callbacks.ModelCheckpoint('best.keras', save_best_only=True)\n"
    "model.fit(x, y, callbacks=[best])\nm = keras.models.load_model('best.keras')\n",
    "what was there already": "import os\nif not os.path.exists('a.keras'):\n"
    "    model.save('a.keras')\n"
    "m = keras.models.load_model('a.keras')\n",
    "a text": "m = keras.models.model_from_json(model.to_json())\n",
    "a text in a file": "text = model.to_json()\n"
    "with open('model.json', 'w') as f:\n    f.write(text)\n"
    "file = open('model.json')\nread = file.read()\nfile.close()\n"
    "m = keras.models.model_from_json(read)\n",
    "a config": "m = {kind}.from_config(model.get_config())\n",
    "a copy": "m = keras.models.clone_model(model)\n",
}


@pytest.mark.parametrize("made", [CHAIN, GRAPH], ids=["chain", "graph"])
@pytest.mark.parametrize("way", WAYS)
def test_it_is_that_model(way: str, made: str) -> None:
    kind = "keras.Sequential" if made == CHAIN else "keras.Model"
    program, traces = reading(made + WAYS[way].replace("{kind}", kind) + END)
    assert traces[-1].inputs == [(None, 8)]
    assert traces[-1].outputs == [(None, 2)]
    wide = 5 if made == CHAIN else 6
    assert traces[-1].params == (54 + 35 + 12 if made == CHAIN else 54 + 2 * wide + 2)
    assert len(program.models) == 2 + (way == "a copy")


def test_real_keras_gives_the_same() -> None:
    names: dict[str, Any] = {}
    with weightless():
        exec(HEAD + CHAIN + WAYS["a config"].replace("{kind}", "keras.Sequential") + END, names)
    assert names["again"].count_params() == 54 + 35 + 12


def test_what_is_fitted_is_the_first_model() -> None:
    program, _ = reading(CHAIN + WAYS["a file"] + "m.compile(loss='mse')\nm.fit(x, y)\n")
    assert [fit.model for fit in program.fits] == [program.models[0].uid]


def test_one_that_is_changed_is_a_model_of_its_own() -> None:
    _, (first, second) = reading(CHAIN + WAYS["a file"] + "m.pop()\nm.add(layers.Dense(3))\n")
    assert first.outputs == [(None, 4)]
    assert second.outputs == [(None, 3)]


def test_it_is_the_model_as_it_was_saved() -> None:
    _, traces = reading(CHAIN + "model.save('a')\nmodel.pop()\nm = keras.models.load_model('a')\n")
    assert [trace.outputs for trace in traces] == [[(None, 5)], [(None, 4)]]


OF_OTHERS = {
    "a file": "m = keras.models.load_model('m.keras')\n",
    "another file": "model.save('a.keras')\nm = keras.models.load_model('b.keras')\n",
    "a file that was saved later": "m = keras.models.load_model('a.keras')\n"
    "model.save('a.keras')\n",
    "weights alone": "best = keras.callbacks.ModelCheckpoint('b.weights.h5', "
    "save_weights_only=True)\n"
    "model.fit(x, y, callbacks=[best])\nm = keras.models.load_model('b.weights.h5')\n",
    "a text of a file": "m = keras.models.model_from_json(open('model.json').read())\n",
    "a changed config": "c = model.get_config()\nc['layers'][1]['config']['units'] = 3\n"
    "m = keras.Sequential.from_config(c)\n",
    "a saved model": "import tensorflow as tf\nm = tf.saved_model.load('dir')\n",
}


@pytest.mark.parametrize("way", OF_OTHERS)
def test_what_is_not_known_stays_so_without_an_alarm(way: str) -> None:
    text = (
        OF_OTHERS[way] + "m.layers.pop()\nm.trainable = False\nfor layer in m.layers[:-3]:\n"
        "    layer.trainable = False\n"
    )
    text += (
        "x = layers.Flatten()(m.layers[-2].output)\n"
        "head = keras.Model(m.input, layers.Dense(2)(x))\n"
    )
    text += "around = keras.Sequential([m, layers.Dense(7)])\nm.add(layers.Dense(9))\nm.fit(a, b)\n"
    text += (
        "far = keras.Model(m.get_layer('x').input, keras.layers.Add()([m.output, "
        "m(m.inputs[0])]))\n"
    )
    result = run_file(
        Project({"m.py": (HEAD + CHAIN + text).encode()}), "m.py", Settings(search=False)
    )
    assert result.error is None
    assert not [found.finding for outcome in result.models for found in outcome.findings]
    head, around = (
        next(outcome.trace for outcome in result.models if outcome.model.name == name)
        for name in ("head", "around")
    )
    assert all(isinstance(trace.params, Unknown) for trace in (head, around))
    why = head.params.reasons() if isinstance(head.params, Unknown) else ""
    assert "not known" in why


def test_the_reason_is_reported() -> None:
    _, (trace,) = reading(
        "m = keras.models.load_model('m.h5')\n"
        "head = keras.Model(m.input, layers.Dense(2)(m.output))\n"
    )
    assert isinstance(trace.params, Unknown)
    assert "load_model('m.h5')" in trace.params.reasons()
