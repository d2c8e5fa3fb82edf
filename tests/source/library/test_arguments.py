"""Arguments of functions as Python's values: what is out of bounds is not known."""

from __future__ import annotations

import pytest

from kfix.source.interpreter.containers import Const
from kfix.source.library.arguments import integer, number


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), (-3, -3), (True, None), (2.0, None), ("2", None), (10**30, None), (-(10**30), None)],
)
def test_an_integer_fits_into_64_bits(value: object, expected: int | None) -> None:
    assert integer(Const(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), (0.5, 0.5), (float("nan"), None), (float("inf"), None), (10**30, None)],
)
def test_a_number_is_finite(value: object, expected: float | None) -> None:
    assert number(Const(value)) == expected
