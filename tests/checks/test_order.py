"""Data in another order than the inputs of its model."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kfix.checks.order import is_unique, matching
from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import ModelResult
from kfix.model.graph import Shape

PROGRAM = """
    import numpy as np
    from keras import Input, Model, layers

    sizes = [{sizes}]
    inputs = [Input((size,)) for size in sizes]
    outputs = layers.Dense(1)(layers.Concatenate()(inputs))
    model = Model(inputs, outputs)
    model.compile("adam", "mse")
    model.fit([{data}], np.zeros((20, 1)))
    """


def result(sizes: list[int], given: list[int]) -> ModelResult:
    """Return what is said of a model with inputs of these sizes that is given arrays of those."""
    data = ", ".join(f"np.zeros((20, {size}))" for size in given)
    text = dedent(PROGRAM).format(sizes=", ".join(map(str, sizes)), data=data)
    project = Project({"m.py": text.encode()})
    return run_file(project, "m.py", Settings(search=True)).models[0]


def exact(number: int, shape: Shape) -> bool:
    return shape[1] == (3, 4, 5, 6, 7)[number]


@pytest.mark.parametrize("places", [(1, 0, 2, 3, 4), (4, 3, 2, 1, 0), (1, 2, 3, 4, 0)])
def test_the_one_order_is_found(places: tuple[int, ...]) -> None:
    shapes: list[Shape] = [(20, 0)] * 5
    for number, place in enumerate(places):
        shapes[place] = (20, (3, 4, 5, 6, 7)[number])
    assert matching(exact, shapes) == places
    assert is_unique(exact, shapes, places)


def test_no_order() -> None:
    assert matching(exact, [(20, 3), (20, 4), (20, 5), (20, 6), (20, 6)]) is None


def test_arrays_that_two_inputs_take_have_more_than_one_order() -> None:
    def takes(number: int, shape: Shape) -> bool:
        return shape[1] == (3, 4, 4)[number]

    shapes: list[Shape] = [(20, 4), (20, 3), (20, 4)]
    order = matching(takes, shapes)
    assert order is not None
    assert all(takes(number, shapes[place]) for number, place in enumerate(order))
    assert not is_unique(takes, shapes, order)


def test_two_of_six_inputs_are_exchanged() -> None:
    found = result([2, 3, 4, 5, 6, 7], [2, 3, 6, 5, 4, 7])
    assert [edit.edit.kind for edit in found.repairs[0].edits] == ["swap-data"]
    assert found.repairs[0].applied


def test_two_pairs_are_exchanged() -> None:
    found = result([2, 3, 4, 5, 6], [3, 2, 4, 6, 5])
    assert [edit.edit.kind for edit in found.repairs[0].edits] == ["swap-data", "swap-data"]


def test_what_has_more_than_one_order_is_reported_and_left() -> None:
    found = result([2, 3, 3], [3, 2, 3])
    assert [one.finding.code for one in found.findings if one.finding.fails] == ["KFX610"]
    assert [proven.advice for proven in found.repairs] == [True]


def test_the_right_order_is_right_though_there_is_another() -> None:
    assert result([3, 3, 2], [3, 3, 2]).findings == []
