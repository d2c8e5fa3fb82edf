"""Integers of NumPy as arguments of layers, judged by real Keras."""

from __future__ import annotations

import pytest

from kfix.shapes.formatting import show_value
from tests.verdicts import check_refused, check_right, fixed, keras_refuses

PROGRAM = """
    y = np.array([0, 2, 1, 3])
    model = Sequential([Input((4, 2)), layers.{layer}])
"""

REFUSED = (
    *("Dense(np.max(y) + 1)", "Dense(units=y.max() + 1)", "Dense(np.int64(4))", "LSTM(max(y))"),
    *("Embedding(np.amax(y) + 1, 3)", "Embedding(8, y[3])", "Dense(1 + np.prod([2, 2]))"),
    *("GRU(y[1])", "MultiHeadAttention(np.int32(2), 2)", "Dense(np.argmax(y))"),
)


@pytest.mark.parametrize("layer", REFUSED)
def test_an_integer_of_numpy_is_refused(layer: str) -> None:
    check_refused(PROGRAM.format(layer=layer), "KFX303")


@pytest.mark.parametrize("layer", [one for one in REFUSED if "Attention" not in one])
def test_it_becomes_one_of_python(layer: str) -> None:
    written = fixed(PROGRAM.format(layer=layer))
    assert "int(" in written
    assert keras_refuses(written) is None


@pytest.mark.parametrize(
    "layer",
    [
        *("Dense(int(np.max(y)) + 1)", "Dense(max(y.tolist()))", "Dense(len(y))", "Dense(y.size)"),
        *("Dense(y.tolist()[1])", "Conv1D(np.max(y), 1)", "Reshape((np.int64(8),))"),
        *("Dense(int(np.ceil(3.5)))", "Dense(y.shape[0])", "Dense(y[1].item())"),
    ],
)
def test_what_keras_takes(layer: str) -> None:
    check_right(PROGRAM.format(layer=layer))


def test_an_integer_that_python_does_not_write_is_shown_in_words() -> None:
    assert show_value((2**20_000, -(2**20_000), 2**70)) == (
        f"(a huge integer, a huge integer, {2**70})"
    )
