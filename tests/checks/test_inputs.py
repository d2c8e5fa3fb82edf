"""The input of a model against the data of its calls."""

from __future__ import annotations

import pytest

from kfix.checks.inputs import (
    DeclaredRank,
    InputMismatch,
    NamedInputMismatch,
    SampleForBatch,
    UndeclaredInput,
    declared,
    input_faults,
)
from tests.checks.subjects import subject

NET = """
    net = Sequential([{first}, layers.Dense(1)])
    net.compile(loss="mse")
    {calls}
"""


def kinds(first: str, calls: str) -> list[type]:
    return [type(fault) for fault in input_faults(subject(NET.format(first=first, calls=calls)))]


@pytest.mark.parametrize(
    ("first", "calls", "found"),
    [
        ("Input((4,))", "net.fit(np.zeros((8, 4)), np.zeros(8))", []),
        ("Input((4,))", "net.fit(np.zeros((8, 5)), np.zeros(8))", [InputMismatch]),
        ("Input((4,))", "net.predict(np.zeros((4,)))", [SampleForBatch]),
        ("Input((4, 1))", "net.fit(np.zeros((8, 4)), np.zeros(8))", []),
        ("Input(())", "net.fit(np.zeros((8, 5)), np.zeros(8))", []),
        ("layers.Conv1D(2, 3)", "net.fit(np.zeros((8, 9)), np.zeros(8))", [UndeclaredInput]),
        ("layers.Conv1D(2, 3, input_shape=(9,))", "net.fit(np.zeros((8, 9)), 0)", []),
        (
            "layers.Conv1D(2, 3, input_shape=(9,))",
            "net.fit(np.zeros((8, 9, 2)), np.zeros((8, 7, 1)))",
            [InputMismatch],
        ),
    ],
)
def test_samples_are_compared_with_the_input(first: str, calls: str, found: list[type]) -> None:
    assert kinds(first, calls) == found


def test_a_refused_rank_is_that_of_the_declaration() -> None:
    first = "layers.LSTM(2, input_shape=(9,))"
    [fault] = input_faults(
        subject(NET.format(first=first, calls="net.fit(np.zeros((8, 9, 1)), np.zeros(8))"))
    )
    assert isinstance(fault, DeclaredRank)
    assert fault.dims == (9, 1)


def test_what_fits_before_and_behind_is_kept_apart() -> None:
    calls = """net.fit(np.zeros((8, 5)), np.zeros(8))
    net.predict(np.zeros((2, 4)))"""
    [fault] = input_faults(subject(NET.format(first="Input((4,))", calls=calls)))
    assert isinstance(fault, InputMismatch)
    assert (fault.dims, fault.met, fault.met_elsewhere) == ((5,), False, True)


def test_each_of_several_inputs_has_its_own_data() -> None:
    program = """
        one, two = Input((3,), name="one"), Input((5,), name="two")
        net = Model([one, two], layers.Dense(1)(layers.concatenate([one, two])))
        net.compile(loss="mse")
        net.fit([np.zeros((8, 3)), np.zeros((8, 5))], np.zeros(8))
        net.predict({"one": np.zeros((8, 3)), "two": np.zeros((8, 6))})
    """
    [fault] = input_faults(subject(program))
    assert isinstance(fault, NamedInputMismatch)
    assert (fault.input.name, fault.entry, fault.data, fault.met) == ("two", (5,), (8, 6), True)
    assert (fault.finding.subject, fault.finding.input) == ("net", "two")


@pytest.mark.parametrize(
    ("first", "is_declared"),
    [
        ("Input((4,))", True),
        ("layers.Dense(2)", False),
        ("layers.Dense(2, input_shape=(4,))", True),
        ("Sequential([Input((4,))])", True),
        ("Sequential([layers.Dense(2)])", False),
        ("keras.applications.VGG16(include_top=False)", True),
    ],
)
def test_an_input_is_declared_where_the_source_says_its_shape(
    first: str, is_declared: bool
) -> None:
    assert declared(subject(NET.format(first=first, calls="")).model) is is_declared
