"""What is known of the numbers that labels are."""

from __future__ import annotations

import pytest

from kfix.checks.numbers import are_fractions
from kfix.model.attributes import FRACTIONS
from kfix.model.graph import Array


@pytest.mark.parametrize(
    ("dtype", "fractions"), [(FRACTIONS, True), ("float32", False), ("int64", False), (None, False)]
)
def test_real_numbers_are_no_class_indices(dtype: str | None, fractions: bool) -> None:
    assert are_fractions(Array((8,), dtype)) is fractions
