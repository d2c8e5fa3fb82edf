"""Misspelt names of losses, metrics, optimizers and arguments: the repaired program runs."""

from __future__ import annotations

import pytest

from tests.verdicts import HEAD, fixed, keras_refuses

PROGRAM = """
model = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
model.compile({compile})
model.fit(np.zeros((4, 4)), np.array([0, 1, 2, 0]), {fit}verbose=0)
"""
LOSS = '"sparse_categorical_crossentropy"'


@pytest.mark.parametrize(
    ("compiled", "fit", "expected"),
    [
        ('"sgd", loss="sparse_categorical_cross_entropy"', "", LOSS),
        (f'"adamm", {LOSS}', "", '"adam"'),
        (f'"sgd", {LOSS}, metric=["accuracy"]', "", 'metrics=["accuracy"]'),
        (f'"sgd", {LOSS}, metrics=["acuracy"]', "", 'metrics=["accuracy"]'),
        (f'"sgd", {LOSS}', "epoch=2, ", "epochs=2"),
    ],
)
def test_the_name_that_is_meant_is_written(compiled: str, fit: str, expected: str) -> None:
    program = PROGRAM.format(compile=compiled, fit=fit)
    assert keras_refuses(program) is not None
    text = fixed(program)
    assert expected in text
    assert keras_refuses(text) is None
    assert HEAD not in text


def test_a_name_that_is_hardly_alike_is_left_to_a_person() -> None:
    program = PROGRAM.format(compile='"sgd", "crossentropy_of_classes"', fit="")
    assert keras_refuses(program) is not None
    with pytest.raises(KeyError):  # no file is written
        fixed(program)
