"""Values of every kind, passed to every rule: a shape, a refusal or unknown, never an exception.

`scripts/fuzz_rules.py` does the same at length.
"""

from __future__ import annotations

from itertools import islice

import pytest

from kfix.findings import Finding
from kfix.model.graph import Array, Library, Symbol
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import Tracer, signatures
from kfix.shapes.operations import operation
from tests.shapes.build import layer
from tests.shapes.odd_values import (
    Seeded,
    ask_application,
    ask_layer,
    ask_operation,
    draw_odd_application,
    draw_odd_layer,
    draw_operation,
    paths,
)

CALLS = 12
"""Calls of each layer and operation; the script makes many more."""


@pytest.mark.parametrize("part", range(8))
def test_operations_answer_whatever_they_are_given(part: int) -> None:
    asked = 0
    for path in islice(paths(), part, None, 8):
        draw = Seeded(path)
        for _ in range(CALLS):
            asked += 1
            assert ask_operation(path, draw_operation(draw)) is None
    assert asked > 1_000


@pytest.mark.parametrize(
    ("path", "args"),
    [
        ("keras.ops.pad", [Array((2, 3)), "same"]),
        ("keras.ops.concatenate", [[]]),
        ("keras.ops.max_pool", [Array((None, 8, 8, 3)), (0, 0)]),
        ("keras.ops.conv", [Array((None, 8, 8, 3)), Array((3,))]),
        ("operator.matmul", [Array(()), Array((2, 3))]),
        ("keras.ops.image.resize", [Array((8, 8, 3)), None]),
    ],
)
def test_what_keras_refuses_is_refused(path: str, args: list[object]) -> None:
    with pytest.raises(Finding):
        operation(path, [(None, value) for value in args])


@pytest.mark.parametrize(
    ("path", "args"),
    [
        ("numpy.pad", [Array((2, 3)), Symbol("f")]),
        ("numpy.split", [Array((10**6, 3)), 10**6]),
        ("keras.ops.max_pool", [Array((None, 8, 8, 3)), 2, 2, Symbol("f")]),
    ],
)
def test_what_is_computed_elsewhere_is_unknown(path: str, args: list[object]) -> None:
    with pytest.raises(UnknownUsed):
        operation(path, [(None, value) for value in args])


@pytest.mark.parametrize("name", signatures.application_names())
def test_applications_answer_whatever_they_are_given(name: str) -> None:
    draw = Seeded(name)
    for _ in range(CALLS):
        assert ask_application(*draw_odd_application(draw, name)) is None


@pytest.mark.parametrize("cls", signatures.layer_names())
def test_layers_answer_whatever_they_are_given(cls: str) -> None:
    draw = Seeded(cls)
    for _ in range(CALLS):
        assert ask_layer(draw_odd_layer(draw, cls)) is None


def test_a_string_of_the_program_leads_to_no_file() -> None:
    model = layer("MobileNet", weights=None, include_top=False, alpha="/../MobileNet")
    model = replace(model, library=Library.APPLICATION)
    assert isinstance(Tracer().application_layers(model), Unknown)
