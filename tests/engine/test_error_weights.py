"""Data that makes another input of a layer than the one that its weights are for."""

from __future__ import annotations

import pytest

from tests.engine.test_evidence import HEAD, run, status, text, traceback

BUILT = (
    "Input 0 with name 'None' of layer 'dense' is incompatible with the layer: expected axis -1 of "
    "input shape to have value {}, but received input with shape (None, {})"
)


@pytest.mark.parametrize(
    ("layer", "shape", "built", "given", "fixed"),
    [
        ("Conv1D", "(100, 1)", 98 * 8, 185 * 8, "(187, 1)"),
        ("Conv1D", "(100, 4)", 98 * 8, 185 * 8, "(187, 4)"),
        ("Conv2D", "(32, 32, 3)", 30 * 30 * 8, 62 * 62 * 8, "(64, 64, 3)"),
    ],
)
def test_the_size_of_the_data_follows_from_what_the_layers_make_of_it(
    layer: str, shape: str, built: int, given: int, fixed: str
) -> None:
    program = HEAD + (
        f"model = keras.Sequential([layers.Input({shape}), layers.{layer}(8, 3), "
        "layers.Flatten(), layers.Dense(1)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    log = traceback(10, "model.fit(x, y)", BUILT.format(built, given))
    result = run(program, log, pick=1)
    assert status(result) == "used"
    assert fixed in text(result)


def test_a_size_that_layers_round_is_left_open() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Input((32, 32, 3)), layers.MaxPooling2D(4), "
        "layers.Flatten(), layers.Dense(1)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    log = traceback(10, "model.fit(x, y)", BUILT.format(8 * 8 * 3, 16 * 16 * 3))
    result = run(program, log)
    assert status(result) == "used"
    assert not result.files
