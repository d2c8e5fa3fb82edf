"""What an error states of a call by number: samples, arrays, batches."""

from __future__ import annotations

import pytest

from tests.engine.test_evidence import HEAD, run, status, traceback

OPEN = HEAD + (
    "model = keras.Sequential([layers.Input(x.shape[1:]), layers.Flatten(), layers.Dense(1)])\n"
    'model.compile("adam", "mse")\n'
    "model.fit(x, y)\n"
)


@pytest.mark.parametrize("entry", ["x.shape[1:]", "(5,)"])
def test_numbers_of_samples_need_no_input_shape(entry: str) -> None:
    message = (
        "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples."
        "'x' sizes: 40\n'y' sizes: 10"
    )
    program = OPEN.replace("x.shape[1:]", entry)
    result = run(program, traceback(10, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert [one.finding.code for one in result.findings if one.finding.fails] == ["KFX609"]
    assert not result.files


def test_one_array_for_two_inputs() -> None:
    program = HEAD + (
        "a, b = layers.Input(x.shape[1:]), layers.Input(y.shape[1:])\n"
        "model = keras.Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))\n"
        "model.predict(x)\n"
    )
    message = (
        "Layer \"functional\" expects 2 named input(s) with keys ['a', 'b'], but it received 1 "
        "input tensors. Pass inputs as a dict, e.g. `layer({'a': ..., 'b': ...})`."
    )
    result = run(program, traceback(10, "model.predict(x)", message))
    assert status(result) == "used"
    assert [one.finding.code for one in result.findings if one.finding.fails] == ["KFX610"]


STATES = (
    "Exception encountered when calling LSTM.call().\n\nIf an RNN is stateful, the batch size of "
    "the input sequences must be the same as the batch size of the initial state. \n"
    "- Expected batch size: 8\n- Received batch size: 1\n\nArguments received by LSTM.call():\n"
    "  • sequences=tf.Tensor(shape=(1, 5, 2), dtype=float32)\n  • initial_state=None"
)
OLDER = (
    "Error when checking : expected lstm_input_1 to have shape (8, 5, 2) but got array with shape "
    "(1, 5, 2)"
)


@pytest.mark.parametrize("message", [STATES, OLDER])
def test_a_batch_of_another_size_than_that_of_the_states(message: str) -> None:
    program = HEAD + (
        "model = keras.Sequential([keras.Input(batch_shape=(8, 5, 2)), "
        "layers.LSTM(4, stateful=True)])\n"
        "model.predict(x[:1])\n"
    )
    result = run(program, traceback(9, "model.predict(x[:1])", message))
    assert status(result) == "used"
    assert [one.finding.code for one in result.findings if one.finding.fails] == ["KFX611"]


def test_a_last_axis_of_one_is_said_to_be_that_of_an_older_keras() -> None:
    message = (
        "Error when checking input: expected conv2d_1_input to have 4 dimensions, but got array "
        "with shape (315, 72, 128)"
    )
    program = OPEN.replace("x.shape[1:]", "(72, 128, 1)")
    result = run(program, traceback(10, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert not result.files
    assert any("older Keras" in note for note in result.notes)
