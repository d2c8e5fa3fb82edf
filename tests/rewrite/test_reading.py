"""Edits at the places that the reader gives, read again: the layers are the intended ones."""

from __future__ import annotations

import pytest

from kfix.edits.base import Edit
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.document import Document
from tests.rewrite.helpers import block, load, written

PROGRAMS = {
    "list": """\
from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(8, 3),  # conv
    # head
    layers.Dense(10)
])
""",
    "add": """\
from keras.models import Sequential
from keras.layers import Conv2D, Dense
def build():
    model = Sequential()
    model.add(Conv2D(8, 3, input_shape=(28, 28, 1)))
    # head
    model.add(Dense(10)); model.add(Dense(3))
    return model
m = build()
""",
    "list bound before": """\
import keras
L = keras.layers
stack = [L.Conv2D(8, 3, input_shape=(28, 28, 1))]
stack.append(L.ReLU())
stack += [L.Dense(10), L.Dense(3)]
model = keras.Sequential(stack)
""",
    "put together": """\
from keras import models
from keras.layers import (Conv2D,
                          Dense)
a = [Conv2D(8, 3, input_shape=(28, 28, 1))]
model = models.Sequential(a + [Dense(10)] + [*[Dense(3)]], name='m')
""",
    "functional": """\
from keras.layers import Input, Conv2D, Dense
from keras import Model
inputs = Input((28, 28, 1))
x = Conv2D(8, 3)(inputs)
y = Dense(10)(x)
outputs = Dense(3)(y)
model = Model(inputs, outputs)
""",
    "functional, nested calls": """\
import tensorflow as tf
i = tf.keras.Input((28, 28, 1))
d = tf.keras.layers.Dense(3)
x = tf.keras.layers.Conv2D(8, 3)(i)
model = tf.keras.Model(inputs=i, outputs=d(tf.keras.layers.Dense(10)(x)))
""",
    "method": """\
from keras import layers, Sequential
class Net:
    def __init__(self):
        self.model = Sequential(layers=(
            layers.Conv2D(8, 3, input_shape=(28, 28, 1)), layers.Dense(10),
            layers.Dense(3)))
Net()
""",
}
NEW = NewLayer("ReLU", (("name", "new"),))


def models(text: str) -> tuple[Document, Program, Model]:
    document = load(text)
    program = read(document, Tracer())
    return document, program, program.models[0]


def classes(model: Model) -> list[str]:
    return [
        node.layer.cls + (node.layer.name or "")
        for node in model.nodes
        if node.layer.cls != "Input"
    ]


def nodes(model: Model) -> list[int]:
    """Return the numbers of the nodes that are no inputs."""
    return [number for number, node in enumerate(model.nodes) if node.layer.cls != "Input"]


def reread(document: Document, *edits: Edit) -> list[str]:
    return classes(models(written(document, *edits))[2])


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("where", ["before", "after"])
def test_insert(name: str, where: str) -> None:
    document, _, model = models(PROGRAMS[name])
    old = classes(model)
    assert len(old) >= 3 - (name == "list")
    for place, number in enumerate(nodes(model)):
        new = reread(document, InsertLayer(model.nodes[number].site, where, NEW))
        at = place + (where == "after")
        assert new == [*old[:at], "ReLUnew", *old[at:]]


@pytest.mark.parametrize("name", PROGRAMS)
def test_remove(name: str) -> None:
    document, _, model = models(PROGRAMS[name])
    old = classes(model)
    for place, number in enumerate(nodes(model)):
        assert (
            reread(document, RemoveLayer(model.nodes[number].site))
            == old[:place] + old[place + 1 :]
        )


@pytest.mark.parametrize(
    "name", [name for name in PROGRAMS if name not in {"list bound before", "put together"}]
)
def test_move(name: str) -> None:
    document, _, model = models(PROGRAMS[name])
    old = classes(model)
    first, second = nodes(model)[:2]
    edit = MoveLayer(model.nodes[second].site, model.nodes[first].site, "before")
    assert reread(document, edit) == [old[1], old[0], *old[2:]]


@pytest.mark.parametrize("name", PROGRAMS)
def test_set_an_argument_of_every_layer(name: str) -> None:
    document, _, model = models(PROGRAMS[name])
    slots = tuple(Slot(model.nodes[number].layer.site) for number in nodes(model))
    new = models(written(document, SetArgument(slots, "use_bias", False)))[2]
    assert [new.nodes[number].layer.argument("use_bias") is not None for number in nodes(new)] == [
        True
    ] * len(slots)


def test_append_at_the_tail() -> None:
    for text in (
        "m = Sequential()\n",
        "m = Sequential([])\n",
        block("""
            stack = []
            m = Sequential(stack)
            """),
    ):
        document, _, model = models("from keras import Sequential\n" + text)
        assert model.tail is not None
        assert reread(document, InsertLayer(model.tail, "after", NEW)) == ["ReLUnew"]


def test_arguments_out_of_a_dict() -> None:
    text = block("""
            from keras.layers import *
            from keras import Sequential
            kw = {'padding': 'valid', 'strides': (2,2)}
            m = Sequential([Conv2D(8, 3, **kw), Conv2D(8, 3, **dict(padding='valid'))])
            """)
    document, _, model = models(text)
    slots = []
    for node in model.nodes:
        given = node.layer.argument("padding")
        assert given is not None
        slots.append(Slot(node.layer.site, given.site))
    assert written(document, SetArgument(tuple(slots), "padding", "same")) == text.replace(
        "valid", "same"
    )
