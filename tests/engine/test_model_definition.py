"""The names, outputs and places of the models of a file."""

from __future__ import annotations

from kfix.engine.model_definition import Definition, definitions
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project

TEXT = b"""\
import keras
from keras import layers

def make():
    x = inputs = layers.Input((6,))
    return keras.Model(inputs, [layers.Dense(4, name="head")(x), layers.Dense(2)(x)])

net = make()
outer = keras.Sequential([layers.Input((6,)), net])
"""


def found() -> list[Definition]:
    return definitions(read(Project({"net.py": TEXT}), "net.py", Settings()), "net.py")


def test_a_model_has_the_names_of_the_variables_that_hold_it() -> None:
    names = [one.names for one in found()]
    assert any({"make", "net"} & set(one) for one in names)


def test_outputs_are_named_by_their_layers_or_their_numbers() -> None:
    assert ["head", "1"] in [one.output_names for one in found()]


def test_a_model_ends_with_the_model_that_gives_its_output() -> None:
    two, outer = found()
    assert outer.ends == {two.model.uid}
    assert not two.ends


def test_a_model_stands_at_the_lines_of_its_layers() -> None:
    two, outer = found()
    assert two.output == (None, 4)
    assert two.owns((0, 6))
    assert not two.owns((0, 9))
    assert outer.owns((0, 9))
    assert two.start < outer.start
