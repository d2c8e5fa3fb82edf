"""The ends of models."""

from __future__ import annotations

import pytest

from kfix.checks.heads import end_of, head_of, input_name, output_name
from kfix.engine.reading import read
from kfix.engine.results import Group
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.checks.subjects import subject


def group(text: str) -> Group:
    head = "import keras\nfrom keras import layers\n"
    project = Project({"net.py": (head + text).encode()})
    return read(project, "net.py", Settings()).groups[-1]


def sequential(layers: str) -> Group:
    return group(f"net = keras.Sequential([layers.Input((6, 6, 2)), {layers}])\n")


@pytest.mark.parametrize(
    ("layers", "dims", "units", "activation"),
    [
        ("layers.Flatten(), layers.Dense(3, activation='softmax')", (3,), 3, "softmax"),
        ("layers.Flatten(), layers.Dense(3), layers.Softmax()", (3,), 3, "softmax"),
        ("layers.Flatten(), layers.Dense(3), layers.Activation('tanh')", (3,), 3, "tanh"),
        ("layers.Dense(3, 'sigmoid'), layers.Dropout(0.5)", (6, 6, 3), 3, "sigmoid"),
        ("layers.Conv2D(2, 1, activation='tanh'), layers.Reshape((36, 2))", (36, 2), 2, "tanh"),
        ("layers.Flatten()", (72,), 72, None),
    ],
)
def test_the_last_units_and_activation(
    layers: str, dims: tuple[int, ...], units: int, activation: str | None
) -> None:
    found = sequential(layers)
    head = head_of(found.models[0], found.traces[0], 0)
    assert head is not None
    assert (head.dims, head.units, head.activation) == (dims, units, activation)


def test_a_refused_model_has_units_and_no_dims() -> None:
    found = sequential("layers.Conv2D(4, 9), layers.Flatten(), layers.Dense(3)")
    head, _ = end_of(found.models[0], found.traces[0], 0)
    assert head is not None
    assert (head.dims, head.units) == (None, 3)


def test_the_names_of_inputs_and_outputs() -> None:
    found = group(
        "a, b = layers.Input((3,), name='left'), layers.Input((3,))\n"
        "net = keras.Model([a, b], [layers.Dense(1, name='price')(a), layers.Dense(2)(b)])\n"
    )
    [model] = found.models
    assert [input_name(model, number) for number in (0, 1)] == ["left", ""]
    assert [output_name(model, number) for number in (0, 1)] == ["price", ""]


def test_keys_are_the_names_where_there_are_any() -> None:
    found = group(
        "a = layers.Input((3,), name='left')\n"
        "net = keras.Model({'x': a}, {'y': layers.Dense(1, name='price')(a)})\n"
    )
    [model] = found.models
    assert (input_name(model, 0), output_name(model, 0)) == ("x", "y")


def test_a_model_of_scalars_has_an_end() -> None:
    program = """
        entry = Input(())
        net = Model(entry, entry @ entry @ entry)
        net.compile(loss="mse")
    """
    found = subject(program)
    head, _ = end_of(found.model, found.trace, 0)
    assert head is None or head.units is None
