"""The names of layers and models."""

from __future__ import annotations

import pytest

from kfix.model.graph import Argument
from kfix.model.naming import given_name, snake_case


@pytest.mark.parametrize(
    ("cls", "start"),
    [("Conv2D", "conv2d"), ("LSTM", "lstm"), ("MaxPooling2D", "max_pooling2d"), ("ReLU", "re_lu")],
)
def test_the_beginning_of_a_made_up_name(cls: str, start: str) -> None:
    assert snake_case(cls) == start


def test_a_given_name_is_a_string() -> None:
    assert given_name([Argument("units", 3), Argument("name", "head")]) == "head"
    assert given_name([Argument("name", None), Argument(None, "head")]) is None
    assert given_name([]) is None
