"""A model that is checked, and the arrays that its calls are given."""

from __future__ import annotations

from kfix.model.record import replace
from tests.checks.subjects import subject

NET = """
    net = Sequential([Input((4,)), layers.Dense(2)])
    net.compile("sgd", "mse")
    aside = (np.zeros((2, 4)), np.zeros((2, 2)))
    net.fit(np.zeros((8, 4)), np.load("y.npy"), validation_data=aside)
    other = Sequential([Input((4,)), layers.Dense(2)])
    other.predict(np.zeros((3, 4)))
"""


def test_the_calls_are_those_of_the_model_alone() -> None:
    found = subject(NET)
    assert found.name == "other"
    assert [fit.method for fit in found.fits] == ["predict"]


def test_given_arrays_have_known_dims() -> None:
    found = subject(NET.split("    other")[0])
    shapes = [(given.part.role, given.part.aside, given.shape) for given in found.given]
    assert shapes == [("x", False, (8, 4)), ("x", True, (2, 4)), ("y", True, (2, 2))]
    assert len(list(found.parts)) == 4
    assert all(given.site for given in found.given)


def test_a_model_without_a_name_is_called_the_model() -> None:
    found = subject("net = Sequential([Input((4,)), layers.Dense(2)])")
    assert replace(found, model=replace(found.model, name="")).name == "the model"


def test_an_input_of_an_unknown_layer_is_a_guess() -> None:
    known = "a = Input((4,))\nnet = Model(a, layers.Dense(2)(a))"
    assert not subject(known).inputs_unknown
