"""A model with the places of its layers, those of nested models too."""

from __future__ import annotations

from textwrap import dedent

from kfix.engine.description import describe
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project

NESTED = """
    import numpy as np
    from keras import Sequential, layers
    inner = Sequential([layers.Input((4,)), layers.Dense(3)])
    outer = Sequential([
        inner,
        layers.Dense(2),
    ])
    outer.compile(loss="mse")
    for _ in range(2):
        outer.fit(np.zeros((8, 4)), np.zeros((8, 2)))
"""


def test_layers_of_nested_models_have_places() -> None:
    reading = read(Project({"net.py": dedent(NESTED).encode()}), "net.py", Settings())
    [group] = [group for group in reading.groups if group.models[0].name == "outer"]
    described = describe(group, reading.program)
    assert {place.line for place in described.places.values()} == {4, 6, 7}


def test_a_call_in_a_loop_is_described_once() -> None:
    reading = read(Project({"net.py": dedent(NESTED).encode()}), "net.py", Settings())
    [group] = [group for group in reading.groups if group.models[0].name == "outer"]
    [(fit, place)] = describe(group, reading.program).fits
    assert (fit.method, place.line) == ("fit", 11)
