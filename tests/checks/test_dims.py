"""How Keras compares the dims of outputs and labels."""

from __future__ import annotations

import pytest

from kfix.checks.dims import Dims, agree, alike, as_wanted, broadcast, one_each
from kfix.model.target import ANY
from kfix.model.unknown import Unknown

OPEN = Unknown("a parameter")


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ((5, 3), (5, 3), True),
        ((5, None), (5, 3), True),
        ((5, OPEN), (5, 3), True),
        ((5, 4), (5, 3), False),
        ((5,), (5, 3), False),
        ((), (), True),
    ],
)
def test_only_integers_differ(one: Dims, other: Dims, agrees: bool) -> None:
    assert agree(one, other) is agrees
    assert agree(other, one) is agrees


def test_a_last_axis_of_one_is_squeezed_or_added() -> None:
    assert alike((1,), ())
    assert alike((), (1,))
    assert alike((5, 1), (5,))
    assert not alike((5, 2), (5,))


def test_one_label_for_each_row_of_classes() -> None:
    assert one_each((10,), ())
    assert one_each((10,), (1,))
    assert one_each((7, 10), (7,))
    assert not one_each((7, 10), (10,))


def test_an_axis_of_one_is_broadcast() -> None:
    assert broadcast((5, 1), (5, 3))
    assert not broadcast((5, 2), (5, 3))
    assert not broadcast((5,), (5, 1))


def test_an_unknown_dim_is_wanted_of_any_size() -> None:
    assert as_wanted((None, 3, OPEN)) == (None, 3, ANY)
