"""Numbers and weights of calls, as Keras takes or refuses them."""

from __future__ import annotations

import pytest

from tests.calls.judging import keras_refuses
from tests.verdicts import findings, text_of

PROGRAM = """
x, y = np.zeros((6, 3)), np.zeros((6, 2))
rows = tf.data.Dataset.from_tensor_slices((x, np.array([0, 1, 1, 0, 1, 0]))).batch(3)
model = Sequential([Input((3,)), layers.Dense(2)])
model.compile(keras.optimizers.SGD({rate}), {loss!r})
model.{call}
"""
CALLS = {
    "no steps": ("fit(x, y, steps_per_epoch=0)", False),
    "negative steps": ("fit(x, y, steps_per_epoch=-1)", True),
    "negative steps of a batch size": ("fit(x, y, batch_size=2, steps_per_epoch=-1)", False),
    "no batch size": ("fit(x, y, batch_size=0)", False),
    "a negative batch size": ("evaluate(x, y, batch_size=-2)", True),
    "negative steps of predict": ("predict(x, steps=-1)", True),
    "negative steps of a data set": ("fit(rows, steps_per_epoch=-1)", False),
    "a split of a data set": ("fit(rows, validation_split=1.5)", True),
    "validation never": ("fit(x, y, validation_data=(x, y), validation_freq=0)", True),
    "negative batches of validation": (
        "fit(x, y, validation_data=(x, y), validation_batch_size=-1)",
        True,
    ),
    "weights of one batch": ("train_on_batch(x, y, sample_weight=np.ones(6))", False),
    "other weights of one batch": ("train_on_batch(x, y, sample_weight=np.ones(5))", True),
    "one weight of one batch": ("train_on_batch(x, y, sample_weight=np.ones(1))", False),
    "weights in a dictionary": ("fit(x, y, sample_weight={'y': np.ones(6)})", True),
    "weights of all classes": ("fit(rows, class_weight={0: 1.0, 1: 2.0})", False),
    "weights of classes from 1 on": ("fit(rows, class_weight={1: 1.0, 2: 2.0})", False),
    "weights of named classes": ("fit(rows, class_weight={'a': 1.0})", True),
}


@pytest.mark.parametrize("name", CALLS)
def test_numbers_and_weights_are_refused_as_by_keras(name: str) -> None:
    call, refused = CALLS[name]
    loss = "sparse_categorical_crossentropy" if "rows" in call else "mse"
    text = text_of(PROGRAM.format(call=call, loss=loss, rate="0.1"))
    assert bool(keras_refuses(text, eager=True)) == refused
    assert any(one.severity == "error" for one in findings(text)) == refused


@pytest.mark.parametrize(
    ("rate", "refused"),
    [("'auto'", True), ("None", True), ("1", True), ("0.1", False), ("lambda: 0.1", False)],
)
def test_a_learning_rate_is_a_float_or_a_schedule(rate: str, refused: bool) -> None:
    text = text_of(PROGRAM.format(call="predict(x)", loss="mse", rate=rate))
    assert bool(keras_refuses(text, eager=True)) == refused
    assert any(one.severity == "error" for one in findings(text)) == refused
