"""The origin of an array: what it gives with another literal is what the program gives with it."""

from __future__ import annotations

import pytest

from kfix.model.graph import Array
from kfix.model.origin import Omitted, deciding, evaluate, literals
from tests.source.library.evaluating import value_of

IMAGE = "keras.utils.img_to_array(keras.utils.load_img('a.png', target_size=({}, 30)))"

EXPRESSIONS = {
    "numpy.zeros(({}, 3))": (4, 5),
    "numpy.arange({})": (4, 5),
    "numpy.zeros((4, 9))[:, 2:{}]": (7, 5),
    "numpy.zeros((4, 9))[:2, {}:]": (7, 5),
    "numpy.zeros(24).reshape(2, {}, -1)": (3, 4),
    "numpy.expand_dims(numpy.zeros((4, 3)), {})": (0, 2),
    "numpy.concatenate([numpy.zeros((4, 3)), numpy.ones((4, {}))], axis=1) / 255": (2, 5),
    "keras.utils.to_categorical(numpy.arange(9) % 3, {})": (3, 4),
    "keras.utils.pad_sequences([[1, 2], [3]], maxlen={})": (3, 4),
    f"numpy.expand_dims({IMAGE}, axis=0) / 255.0": (20, 40),
    "numpy.array(PIL.Image.open('a.png').convert('L').resize(({}, 8)))": (20, 40),
    "sklearn.model_selection.train_test_split(numpy.zeros((10, {})))[0]": (3, 4),
    "sklearn.preprocessing.StandardScaler().fit_transform(numpy.zeros((10, {})))": (3, 4),
}


def array(expression: str) -> Array:
    value = value_of(expression)
    assert isinstance(value, Array)
    return value


@pytest.mark.parametrize(
    "expression",
    [pytest.param(one, marks=[pytest.mark.keras] * ("keras." in one)) for one in EXPRESSIONS],
)
def test_another_literal_gives_another_shape(expression: str) -> None:
    number, other = EXPRESSIONS[expression]
    made = array(expression.format(number))
    assert made.origin is not None
    sites = [one.site for one in literals(made.origin) if one.value == number]
    assert evaluate(made.origin, {}) == made.shape
    assert evaluate(made.origin, {sites[-1]: other}) == array(expression.format(other)).shape


@pytest.mark.keras
def test_a_default_is_a_place_too() -> None:
    made = array("keras.utils.pad_sequences([[1, 2], [3]])")
    assert made.origin is not None
    [place] = [one for one in deciding(made.origin) if isinstance(one, Omitted)]
    assert (place.name, place.value) == ("maxlen", None)
    assert evaluate(made.origin, {place: 9}) == (2, 9)


def test_a_function_of_the_program_is_not_run_again() -> None:
    made = value_of("numpy.apply_along_axis(lambda row: row, 0, numpy.zeros((3, 4)))")
    assert getattr(made, "origin", None) is None
