"""Inputs, against real Keras."""

from __future__ import annotations

import pytest

from kfix.findings import Finding
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import (
    embedding_length,
    first_layer_shape,
    input_layer_shape,
    standardize_shape,
)
from tests.shapes.build import layer
from tests.shapes.judge import Case, keras, kfix_layer

CASES = [
    Case("Input", ((28, 28, 1),), {}),
    Case("Input", ([28, None],), {}),
    Case("Input", ((),), {}),
    Case("Input", ((True,),), {}),
    Case("Input", ((0,),), {}),
    Case("Input", (28,), {}),
    Case("Input", (28, 28, 1), {}),
    Case("Input", ((-1,),), {}),
    Case("Input", ((2.0,),), {}),
    Case("Input", ("ab",), {}),
    Case("Input", (("3",),), {}),
    Case("Input", (), {}),
    Case("Input", (None,), {}),
    Case("Input", ((28,), 4), {}),
    Case("Input", ((28,), 4.0), {}),
    Case("Input", ((28,), 0), {}),
    Case("Input", ((28,), 4, "int32"), {}),
    Case("Input", ((28,), 4, "foo"), {}),
    Case("Input", (), {"batch_shape": (None, 4)}),
    Case("Input", (), {"batch_shape": (2, 4), "shape": (4,)}),
    Case("Input", (), {"batch_shape": (2, 4), "batch_size": 4}),
    Case("Input", (), {"shape": (4,), "name": "a"}),
    Case("Input", (), {"shape": (4,), "name": 3}),
    Case("Input", (), {"shape": (4,), "no_such": 3}),
    Case("Input", (), {"input_shape": (4,)}),
    Case("InputLayer", (), {"input_shape": (4,)}),
    Case("InputLayer", (), {"batch_input_shape": (2, 4)}),
    Case("InputLayer", ((4,),), {"no_such": (2, 4)}),
    Case("InputLayer", (), {"shape": (4,), "dtype": "int32", "sparse": None}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_inputs_are_what_keras_makes_of_them(case: Case) -> None:
    try:
        made = getattr(keras().layers, case.cls)(*case.args, **case.kwargs)
    except Exception:
        with pytest.raises(Finding):
            input_layer_shape(kfix_layer(case))
    else:
        truth = made.shape if case.cls == "Input" else made.batch_shape
        assert input_layer_shape(kfix_layer(case)) == tuple(truth)


def test_what_is_unknown_stays_unknown() -> None:
    unknown = Unknown("`n` is a parameter")
    shape = input_layer_shape(layer("Input", (unknown, 3)))
    assert shape == (None, unknown, 3)
    assert input_layer_shape(layer("Input", unknown)) is unknown
    assert isinstance(standardize_shape(Array((3,)), "Input"), Unknown)


def test_an_input_shape_on_a_layer() -> None:
    assert first_layer_shape(layer("Dense", 3, input_shape=(4, 5))) == (None, 4, 5)
    assert first_layer_shape(layer("Dense", 3, input_dim=4)) == (None, 4)
    assert first_layer_shape(layer("Dense", 3)) is None
    assert first_layer_shape(layer("Dense", 3, batch_input_shape=(2, 4))) == (2, 4)
    assert first_layer_shape(layer("LSTM", 3, input_dim=4, input_length=7)) == (None, 7, 4)


def test_the_vocabulary_of_an_embedding_is_no_input_shape() -> None:
    embedding = layer("Embedding", input_dim=100, output_dim=4, input_length=7)
    assert first_layer_shape(embedding, 3) is None
    assert first_layer_shape(embedding, 2) == (None, 7)


@pytest.mark.parametrize(
    ("length", "outcome"), [(7, (None, 7)), ((7, 3), (None, 7, 3)), (None, None), ((None,), None)]
)
def test_the_length_that_an_embedding_is_given(length: object, outcome: object) -> None:
    assert embedding_length(layer("Embedding", 100, 4, input_length=length)) == outcome
    assert embedding_length(layer("LSTM", 4, input_length=7)) is None
