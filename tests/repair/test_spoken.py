"""Numbers that an edit writes, by the names that the program has for them."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.model.code import Name, Number
from kfix.model.program import AtHand
from kfix.model.words import counts_outputs, may_be_width
from kfix.repair.spoken import dims_named, output_name, width_name

SAYS = [
    "num_classes",
    "N_ACTIONS",
    "action_size",
    "self.output_dim",
    "vocabSize",
    "num_decoder_tokens",
    "labels",
]
SAYS_NOT = [
    "batch_size",
    "size",
    "n",
    "output",
    "first_class",
    "out_width",
    "class_names",
    "max_words",
    "hidden_units",
]


def name_of(number: int | Number) -> str | None:
    spelling = number.spelling if isinstance(number, Number) else None
    return spelling.text if isinstance(spelling, Name) else None


@pytest.mark.parametrize("name", SAYS)
def test_a_name_that_counts_outputs(name: str) -> None:
    found = output_name({name: AtHand(10, False), "batch_size": AtHand(10, False)}, 10)
    assert counts_outputs(name)
    assert found == Number(10, Name(name))
    assert name_of(output_name({name: AtHand(9, False)}, 10)) is None


@pytest.mark.parametrize("name", SAYS_NOT)
def test_a_name_that_does_not(name: str) -> None:
    assert name_of(output_name({name: AtHand(10, True)}, 10)) is None


def test_of_two_names_that_of_classes_counts_and_of_two_such_none() -> None:
    at_hand = {"out_dim": AtHand(10, True), "num_classes": AtHand(10, True)}
    found = output_name(at_hand, 10)
    assert name_of(found) == "num_classes"
    assert name_of(output_name(at_hand | {"n_labels": AtHand(10, True)}, 10)) is None


def test_a_parameter_comes_before_the_attribute_of_the_same_name() -> None:
    found = output_name({"action_size": AtHand(2, True), "self.action_size": AtHand(2, True)}, 2)
    assert name_of(found) == "action_size"


def test_a_width_is_a_name_of_the_function_around() -> None:
    found = width_name({"embed_dim": AtHand(64, True), "ff_dim": AtHand(32, True)}, 64)
    assert name_of(found) == "embed_dim"
    assert name_of(width_name({"embed_dim": AtHand(64, False)}, 64)) is None
    assert (
        name_of(width_name({"embed_dim": AtHand(64, True), "units": AtHand(64, True)}, 64)) is None
    )
    assert not may_be_width("num_heads")
    assert name_of(width_name({"batch_size": AtHand(64, True)}, 64)) is None


AGENT = """import numpy as np
from keras import Sequential, layers

class Agent:
    def __init__(self, state_size, action_size):
        self.state_size = state_size
        self.action_size = action_size
        self.model = self.build()

    def build(self):
        model = Sequential([
            layers.Input((self.state_size,)),
            layers.Dense(24),
            layers.Dense(self.state_size),
        ])
        model.compile("adam", "mse")
        return model

    def learn(self):
        self.model.fit(np.zeros((32, self.state_size)), np.zeros((32, self.action_size)))

agent = Agent(4, 2)
agent.learn()
"""
BLOCK = """from keras import Input, Model, layers

def block(x, embed_dim, num_heads, ff_dim):
    attended = layers.MultiHeadAttention(num_heads, embed_dim)(x, x)
    y = layers.Add()([x, attended])
    y = layers.Dense(ff_dim)(y)
    return layers.Add()([x, layers.Dense(ff_dim)(y)])

inputs = Input((50, 32))
model = Model(inputs, block(inputs, 32, 4, 64))
"""
TWICE = """from keras import Input, Model, layers

def head(x, units):
    return layers.Dense(5)(x)

inputs = Input((8,))
first = Model(inputs, head(inputs, 10))
second = Model(inputs, head(inputs, 20))
"""


def diff(text: str, **settings: object) -> str:
    return run_file(Project({"m.py": text.encode()}), "m.py", Settings(**settings)).diff  # type: ignore[arg-type]


def test_an_attribute_of_the_object_that_builds_the_model() -> None:
    assert "+            layers.Dense(self.action_size)," in diff(AGENT)


def test_the_other_arm_of_a_block() -> None:
    assert "+    return layers.Add()([x, layers.Dense(embed_dim)(y)])" in diff(BLOCK)


def test_names_that_mean_another_number_at_each_call_are_none() -> None:
    text = TWICE.replace("units", "num_classes")
    assert "+    return layers.Dense(10)(x)" in diff(text, target="10", model="first")
    one = text.replace("second = Model(inputs, head(inputs, 20))\n", "")
    assert "+    return layers.Dense(num_classes)(x)" in diff(one, target="10")


def test_a_name_that_is_given_its_number_below_is_none() -> None:
    text = (
        "from keras import Sequential, layers\n"
        "m = Sequential([layers.Input((4,)), layers.Dense(3)])\nn_classes = 10\n"
    )
    assert "+m = Sequential([layers.Input((4,)), layers.Dense(10)])" in diff(text, target="10")


def test_a_new_dim_of_data_is_the_one_name_that_says_a_size() -> None:
    at_hand = {"img_width": AtHand(120, False), "img_height": AtHand(40, False)}
    at_hand |= {"batch_size": AtHand(40, False), "kernel_size": AtHand(3, False)}
    found = dims_named(at_hand, (120, 40, 3), (120, 120, 3))
    assert found == (120, Number(40, Name("img_height")), 3)
    assert dims_named(at_hand | {"depth_size": AtHand(40, False)}, (40,), (9,)) == (40,)
