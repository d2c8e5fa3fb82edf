"""What setting an argument means, however it is written."""

from __future__ import annotations

import pytest

from kfix.edits.set_argument import SetArgument


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [(2, (2, 2), True), (2, [2, 2, 2], True), (2, (2, 1), False), ("same", "valid", False)],
)
def test_one_number_is_that_number_on_each_axis(one: object, two: object, alike: bool) -> None:
    meanings = [SetArgument((), "strides", value).meaning() for value in (one, two)]
    assert (meanings[0] == meanings[1]) == alike
