"""What is said of a value that stands where a tensor belongs: what it is, and where it is made."""

from __future__ import annotations

import pytest

from kfix.model.unknown import Unknown
from tests.source.traced import reading

SETUP = """
def head(x):
    return layers.Dense(2)(x)
class Net:
    pass
start = keras.Input((3,))
dense = layers.Dense(3)
inner = keras.Sequential([dense])
"""


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        ("head", ["the function `head` is not a tensor", "it is defined here"]),
        ("layers.Dense", ["`keras.layers.Dense` is not a tensor"]),
        ("Net", ["the class `Net` is not a tensor"]),
        ("Net()", ["an object of the class `Net` is not a tensor", "it is made here"]),
        ("[None]", ["None is not a tensor"]),
        ("'x'", ["the str 'x' is not a tensor"]),
        ("keras.ops.ones((2, 3))", ["an array of shape (2, 3) is not a tensor"]),
        ("[]", ["an empty list is not a tensor"]),
    ],
)
def test_a_model_of_what_is_not_a_tensor(value: str, reasons: list[str]) -> None:
    _, traces = reading(f"{SETUP}model = keras.Model(start, {value})\n")
    found = traces[-1].outputs[0]
    assert isinstance(found, Unknown)
    assert [link.why for link in found.chain()] == reasons
    if len(reasons) > 1:
        lines = [link.site for link in found.chain()]
        assert lines[0] != lines[1]


@pytest.mark.parametrize("value", ["dense", "inner"])
def test_a_model_of_a_layer_that_was_not_called_is_refused(value: str) -> None:
    _, traces = reading(f"{SETUP}model = keras.Model(start, {value})\n")
    refusal = traces[-1].refusal
    assert refusal is not None
    assert refusal.code == "KFX216"
