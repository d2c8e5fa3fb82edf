"""What Keras takes for a batch, and what for one sample."""

from __future__ import annotations

import pytest

from kfix.checks.samples import (
    fitting,
    gives_one_sample,
    one_by_one,
    one_sample,
    other_colors,
    same_count,
)
from kfix.model.graph import Array, Shape
from kfix.model.program import Part
from kfix.model.unknown import Unknown
from tests.checks.subjects import subject

UNKNOWN = Unknown("a file")
NET = """
    net = Sequential([Input({entry}), layers.Dense(2)])
    net.compile("sgd", "mse")
    net.{call}
"""


@pytest.mark.parametrize(
    ("entry", "shape", "is_one"),
    [
        ((8, 3), (8, 3), True),
        ((8, 8, 1), (8, 8), True),
        ((4,), (4,), True),
        ((1, 4), (4,), True),
        ((1, 1, 4), (4,), True),
        ((1, 4), (1,), False),
        ((1, 1), (), False),
        ((1,), (1,), False),
        ((8, 3), (5, 8, 3), False),
    ],
)
def test_one_sample_has_the_shape_of_the_input(
    entry: tuple[int, ...], shape: Shape, is_one: bool
) -> None:
    assert one_sample(entry, shape) is is_one


@pytest.mark.parametrize(
    ("entry", "shape", "is_other"),
    [
        ((8, 8, 1), (8, 8, 3), True),
        ((8, 8, 3), (8, 8), True),
        ((8, 8, 3), (8, 8, 4), True),
        ((8, 8, 1), (8, 8), False),
        ((8, 8, 3), (8, 8, 3), False),
        ((8, 8, 3), (8, 8, 5), False),
        ((8, 8, 3), (9, 8, 1), False),
        ((8, 3), (8, 1), False),
        ((8, 8, 1), (8, 8, 3, 1), False),
    ],
)
def test_an_image_may_have_other_colors(
    entry: tuple[int, ...], shape: Shape, is_other: bool
) -> None:
    assert other_colors(entry, shape) is is_other


@pytest.mark.parametrize(
    ("call", "entry", "is_one"),
    [
        ("predict(np.zeros((4,)))", "(4,)", True),
        ("predict(np.zeros((1, 4)))", "(4,)", False),
        ("fit(np.zeros((4,)), np.zeros(()))", "(4,)", True),
        ("fit(np.zeros((4,)), np.zeros((4,)))", "(4,)", False),
    ],
)
def test_a_call_gives_one_sample(call: str, entry: str, is_one: bool) -> None:
    [fit] = subject(NET.format(entry=entry, call=call)).fits
    assert gives_one_sample(fit, (4,)) is is_one


@pytest.mark.parametrize(
    ("shape", "is_one"), [((8, 3), True), ((5, 8, 3), False), ((8, None), False)]
)
def test_an_element_of_a_data_set_may_be_one_sample(shape: Shape, is_one: bool) -> None:
    assert one_by_one((8, 3), Part("x", None, Array(shape), None, "dataset")) is is_one


def test_a_last_axis_of_one_fits() -> None:
    assert fitting((8, 8, 1), (8, 8))
    assert not fitting((8, 8, 1), (8, 7))


def test_an_unknown_number_of_samples_is_any() -> None:
    assert same_count(UNKNOWN, 5)
    assert same_count(5, 5)
    assert not same_count(5, 6)
