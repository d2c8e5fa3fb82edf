"""Batch sizes of stateful models and of noise, and constants that the data is cut with."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of
from tests.verdicts import keras_refuses, text_of

STATEFUL = """\
model = Sequential([Input(batch_shape=(8, 4, 1)), layers.LSTM(3, stateful=True), layers.Dense(1)])
model.compile("adam", "mse")
x, y = np.random.rand(32, 4, 1), np.random.rand(32, 1)
"""
UNDECLARED = STATEFUL.replace("Input(batch_shape=(8, 4, 1))", "Input((4, 1))")
HELD = """\
x, y, batch = np.random.rand(12, 4, 1), np.random.rand(12, 1), 4
model = Sequential()
model.add(layers.GRU(3, stateful=True, input_shape=(x.shape[1], 1)))
model.add(layers.Dense(1))
model.compile("adam", "mse")
model.fit(x, y, batch_size=batch, verbose=0)
"""

JOINED = """\
one, two = Input((4,)), Input((4,))
x = {joined}
model = Model([one, two], layers.Dense(1)(x))
model.compile("sgd", "mse")
model.fit([np.zeros((6, 4)), np.zeros((6, 4))], np.zeros(6), verbose=0)
"""

REDUCED = """\
x = Input((6, 3))
model = Model(x, layers.Dense(1)(ops.max(layers.GRU(3, return_sequences=True)(x), axis=0)))
model.compile("sgd", "mse")
model.fit(np.zeros((4, 6, 3)), np.zeros((4, 1)), verbose=0)
"""

NOISE = """\
class Noisy(layers.Layer):
    def call(self, inputs):
        mean, spread = inputs
        noise = 0.1 * keras.random.normal(shape=(4, 2))
        return mean + ops.exp(spread) * noise

x = Input((3,))
mean, spread = layers.Dense(2)(x), layers.Dense(2)(x)
model = Model(x, {layer}([mean, spread]))
model.compile("sgd", "mse", run_eagerly=True)
model.{call}
"""

DECLARED = "layers.Lambda(lambda z: z[0] + keras.random.normal((4, 2)), output_shape=(2,))"

ROWS = {
    "noise of a last batch": Row(
        NOISE.format(
            layer="Noisy()", call="fit(np.zeros((6, 3)), np.zeros((6, 2)), batch_size=4, verbose=0)"
        ),
        [("(4, 2)", "(ops.shape(spread)[0], 2)")],
        True,
    ),
    "noise of predict, in a Lambda with its shape": Row(
        NOISE.format(layer=DECLARED, call="predict(np.zeros((3, 3)), verbose=0)"),
        [("normal((4, 2))", "normal((ops.shape(z[0])[0], 2))")],
        True,
    ),
    "joined by a layer": Row(
        JOINED.format(joined="layers.Concatenate(axis=0)([one, two])"),
        [("axis=0", "axis=-1")],
        True,
    ),
    "joined by a function": Row(
        JOINED.format(joined="ops.concatenate([one, two], axis=0)"),
        [("axis=0", "axis=-1")],
        True,
    ),
    "reduced by a function": Row(
        REDUCED, [("axis=0", "axis=1")], False
    ),
    "of fit": Row(
        STATEFUL + "model.fit(x, y, batch_size=16, verbose=0)\n",
        [("batch_size=16", "batch_size=8")],
        True,
    ),
    "the default of fit": Row(
        STATEFUL + "model.fit(x, y, verbose=0)\n",
        [("verbose=0", "verbose=0, batch_size=8")],
        True,
    ),
    "of predict": Row(
        STATEFUL + "model.fit(x, y, batch_size=8, verbose=0)\nmodel.predict(x, verbose=1)\n",
        [("verbose=1", "verbose=1, batch_size=8")],
        True,
    ),
    "that the Input does not declare": Row(
        UNDECLARED + "model.fit(x, y, batch_size=8, verbose=0)\n",
        [("Input((4, 1))", "Input((4, 1), batch_size=8)")],
        True,
    ),
    "that the first layer does not declare, by its name": Row(
        HELD,
        [
            ("model.add(layers.GRU", "model.add(BATCH)\nmodel.add(layers.GRU"),
            (", input_shape=(x.shape[1], 1)))", "))"),
            ("BATCH", "layers.Input(shape=(x.shape[1], 1), batch_size=batch)"),
        ],
        True,
    ),
}


def test_a_smaller_last_batch_is_not_refused() -> None:
    program = """
x, y = np.zeros((36, 4)), np.zeros((36, 1))
model = Sequential([Input((4,)), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
"""
    assert not any(outcome.findings for outcome in result_of(program).models)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_call_takes_batches_of_the_states(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_trains_the_repaired_program(row: Row) -> None:
    assert_trained(row)


def test_noise_for_full_batches_is_no_error() -> None:
    call = "fit(np.zeros(({count}, 3)), np.zeros(({count}, 2)), batch_size=4{more})"
    program = NOISE.format(layer="Noisy()", call=call)
    for count, more in ((8, ""), (6, ", steps_per_epoch=1")):
        result = result_of(program.format(count=count, more=more))
        assert not any(outcome.findings for outcome in result.models)


LAST = STATEFUL.replace("32,", "30,") + "model.fit(x, y, batch_size=8, verbose=0)\n"


def test_samples_are_left_for_a_last_batch() -> None:
    result = result_of(LAST)
    [found] = [one for one in result.models[0].findings if one.finding.severity == "error"]
    assert found.finding.code == "KFX611"
    assert not result.files


@pytest.mark.parametrize("part", ["validation_split=0.2", "steps_per_epoch=3"])
def test_samples_that_are_not_taken_are_not_counted(part: str) -> None:
    result = result_of(LAST.replace("verbose=0", part))
    assert all(one.finding.severity != "error" for one in result.models[0].findings)


@pytest.mark.keras
def test_keras_refuses_the_last_batch() -> None:
    assert keras_refuses(LAST) is not None
    assert keras_refuses(LAST.replace("30,", "24,")) is None


def test_a_constant_that_the_data_is_cut_with_stays() -> None:
    program = """\
    steps, ahead = 20, 5
    series = np.arange(400.0)
    x = np.stack([series[i : i + steps, None] for i in range(30)])
    y = np.stack([series[i : i + ahead, None] for i in range(30)])
    model = Sequential([
        Input((steps, 1)),
        layers.LSTM(4, return_sequences=True),
        layers.Dense(1),
    ])
    model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    """
    project = Project({"m.py": text_of(program).encode()})
    for unsafe in (False, True):
        result = run_file(project, "m.py", Settings(unsafe=unsafe))
        text = result.files.get("m.py", text_of(program).encode())
        assert b"steps, ahead = 20, 5" in text


@pytest.mark.parametrize("more", ["", ", epochs=2, verbose=0"])
def test_a_batch_size_that_the_program_does_not_state_is_not_declared(more: str) -> None:
    result = result_of(UNDECLARED + f"model.fit(x, y{more})\n")
    assert [one.finding.code for one in result.models[0].findings] == ["KFX203"]
    assert not result.files
