"""Ways that exclude each other: what is built on one is not met on the other.

Each function builds models under tests of its parameters; real Keras builds all of them.
"""

from __future__ import annotations

import inspect
import itertools
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project

HEAD = "from keras import Input, Model, layers\n\n\n"
VALUES = {"a": (True, False), "b": (True, False), "c": (True, False)}
VALUES |= {"mode": ("one", "two", None), "n": (1, 3, 4)}

PARTS = """
def build(a, b, c):
    inp = Input((8,))
    x = inp
    if a and b and c:
        x = layers.Dense(4)(inp)
    y = layers.Dense(4)(inp)
    if a and b:
        if c:
            y = layers.Add()([x, y])
    return Model(inp, y)
"""
LONGER = """
def build(a, b, c):
    inp = Input((8,))
    x = inp
    if a and b:
        x = layers.Reshape((2, 4))(inp)
    if c and b and a:
        x = layers.LSTM(3)(x)
    return Model(inp, x)
"""
NOTHING = """
def build(a, b):
    inp = Input((8,))
    x = None
    if not a and b:
        x = layers.Dense(4)(inp)
    y = layers.Dense(4)(inp)
    if not (a or not b):
        y = layers.Concatenate()([x, y])
    return Model(inp, y)
"""
EITHER = """
def build(a, b):
    inp = Input((8,))
    x = inp
    if a:
        x = layers.Reshape((2, 4))(inp)
    elif b:
        x = layers.Reshape((4, 2))(inp)
    if a or b:
        return Model(inp, layers.LSTM(3)(x))
    return Model(inp, layers.Dense(3)(x))
"""
EQUAL = """
def build(mode):
    inp = Input((8,))
    if mode == "one":
        x = layers.Reshape((2, 4))(inp)
    elif mode == "two":
        x = layers.Reshape((2, 2, 2))(inp)
    else:
        x = inp
    if mode in ("one", "two"):
        x = layers.Permute((2, 1))(x) if mode == "one" else layers.Conv2D(2, 1)(x)
    if mode != "two":
        return Model(inp, layers.Dense(3)(x))
    return Model(inp, layers.Flatten()(layers.Conv2D(2, 2)(x)))
"""
ORDERED = """
def build(n):
    inp = Input((8,))
    x = inp
    if n > 3:
        x = layers.Reshape((2, 4))(inp)
    if n <= 3:
        return Model(inp, x)
    return Model(inp, layers.LSTM(3)(x))
"""
NAMED = """
def build(a, b):
    inp = Input((8,))
    x = inp
    long = a and b
    if long:
        x = layers.Reshape((2, 4))(inp)
    if a:
        if b:
            x = layers.LSTM(3)(x)
    return Model(inp, x)
"""
CALLED = """
def build(a, b):
    def head(x, pooled):
        if not pooled:
            return layers.Dense(2)(x)
        return layers.LSTM(3)(x)

    inp = Input((8,))
    x = inp
    if a and not b:
        x = layers.Reshape((2, 4))(inp)
    return Model(inp, head(x, a and not b))
"""
GUARD = """
def build(a, mode):
    inp = Input((8,))
    x = inp if mode is None else layers.Reshape((2, 4))(inp)
    if mode is None and a:
        return Model(inp, layers.Dense(3)(x))
    if not mode:
        return Model(inp, x)
    return Model(inp, layers.LSTM(3)(x))
"""
MATCHED = """
def build(mode):
    inp = Input((8,))
    match mode:
        case "one":
            x = layers.Reshape((2, 4))(inp)
        case _:
            x = inp
    if mode == "one":
        x = layers.LSTM(3)(x)
    return Model(inp, layers.Dense(3)(x))
"""
OPTIONS = """
def build(a, b):
    inp = Input((8,))
    x = layers.Reshape((2, 4))(inp) if a else None
    if x is not None and b:
        x = layers.LSTM(3)(x)
    if a and not b:
        x = layers.Permute((2, 1))(x)
    return Model(inp, inp if x is None else layers.Dense(3)(x))
"""

PROGRAMS = {
    name.lower(): text for name, text in list(globals().items()) if "def build(" in str(text)
}


def run(text: str) -> FileResult:
    return run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings(search=False))


def refused(result: FileResult) -> list[str]:
    return [found.finding.code for outcome in result.models for found in outcome.findings]


@pytest.mark.parametrize("name", PROGRAMS)
def test_ways_that_exclude_each_other_are_not_mixed(name: str) -> None:
    result = run(PROGRAMS[name])
    assert result.models
    assert refused(result) == []
    for outcome in result.models:
        assert outcome.trace is not None
        assert "?" not in str(outcome.trace.outputs), outcome.trace.outputs


@pytest.mark.keras
@pytest.mark.parametrize("name", PROGRAMS)
def test_keras_builds_a_model_of_each_way(name: str) -> None:
    names: dict[str, Any] = {}
    exec(HEAD + PROGRAMS[name], names)
    build: Callable[..., Any] = names["build"]
    parameters = inspect.signature(build).parameters
    for values in itertools.product(*(VALUES[one] for one in parameters)):
        build(*values)


@pytest.mark.parametrize(
    "text",
    [
        """
        def build(a):
            inp = Input((8,))
            x = layers.Reshape((2, 4))(inp) if a else inp
            a = other()
            if a:
                x = layers.LSTM(3)(x)
            return Model(inp, x)
        """,
        """
        def build(a):
            inp = Input((8,))
            x = inp
            if roll() > 0.5:
                x = layers.Reshape((2, 4))(inp)
            if roll() > 0.4:
                x = layers.LSTM(3)(x)
            return Model(inp, x)
        """,
    ],
)
def test_another_value_is_another_test(text: str) -> None:
    assert refused(run(textwrap.dedent(text))) == ["KFX201"]
