"""What values answer by themselves: truth, elements, keys and indices."""

from __future__ import annotations

import pytest

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol, TensorRef
from kfix.model.origin import Fixed
from kfix.model.unknown import Unknown
from kfix.source.interpreter.array_subscripts import _from_the_front
from kfix.source.interpreter.containers import Const, DictV, ListV, RangeV
from kfix.source.interpreter.conversion import from_plain, plain
from kfix.source.interpreter.partial_values import IntegerV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import (
    Window,
    any_of,
    array_index,
    identical,
    key_of,
    plain_index,
    with_elements,
)
from kfix.source.interpreter.values import Choice, SliceV, TensorV

WHY = Unknown("for a test")
OPEN_LIST = ListV([], unknown=WHY)


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (Const(0), False),
        (Const("a"), True),
        (ListV([]), False),
        (ListV([Const(0)]), True),
        (OPEN_LIST, None),
        (DictV({"a": Const(1)}), True),
        (RangeV(range(0), (Fixed(0), Fixed(1))), False),
        (Choice([((), Const(1)), ((), Const(2))]), True),
        (Choice([((), Const(1)), ((), Const(0))]), None),
        (WHY, None),
        (Array((3,)), None),
        (TensorV(TensorRef(0)), None),
        (Symbol("keras.layers.Dense"), True),
        (Symbol("keras.layers.Dense", called=True), None),
    ],
)
def test_truth(value: AbstractValue, truth: bool | None) -> None:
    assert value.truth() is truth


def test_elements_are_those_of_python() -> None:
    for thing in ([1, "a"], (1, (2, 3)), {"a": 1, 2: None}, "text", range(1, 9, 3)):
        elements = from_plain(thing).elements()
        assert elements is not None
        assert [plain(one) for one in elements] == list(thing)  # type: ignore[call-overload]
    assert OPEN_LIST.elements() is None
    assert Const(3).elements() is None
    assert WHY.elements() is None


def test_keys() -> None:
    layer = TensorV(TensorRef(0))
    assert key_of(from_plain((1, "a"))) == (1, "a")
    assert key_of(layer) is layer
    assert key_of(from_plain([1])) is MISSING
    assert key_of(WHY) is MISSING


def test_identity_of_what_is_not_known_is_not_known() -> None:
    assert identical(Const(None), Const(None)) is True
    assert identical(Const(None), Array((3,))) is False
    assert identical(Const(None), WHY) is None


def test_indices() -> None:
    cut = SliceV([Const(1), Const(5), None])
    assert plain_index(cut) == slice(1, 5)
    assert plain_index(SliceV([WHY, None, None])) is MISSING
    turn = IntegerV(WHY)
    window = array_index(SliceV([turn.plus(-5), turn, None]))
    assert isinstance(window, Window)
    assert window.length == 5
    assert array_index(turn) == 0
    assert array_index(ListV([cut, Const(None)], "tuple")) == (slice(1, 5), None)
    assert isinstance(array_index(Const("name")), Unknown)


def test_any_of_several_is_what_they_have_in_common() -> None:
    assert any_of([Const(3), Const(3)], WHY).truth() is True
    assert isinstance(any_of([Const(3), Const(4)], WHY), IntegerV)
    assert any_of([Const(3), Const("a")], WHY) is WHY
    assert any_of([Array((3, 4)), Array((3, 4), "int64")], WHY) == Array((3, 4))
    assert any_of([Array((3, 4)), Array((3, 5))], WHY) is WHY


@pytest.mark.parametrize(
    ("cut", "outcome"),
    [
        (slice(None, 8), True),
        (slice(2, 8, 2), True),
        (slice(None, None), False),
        (slice(-3, 8), False),
        (slice(0, 8, 0), False),
        (slice(0, 10**30), False),
    ],
)
def test_a_slice_that_counts_from_the_front(cut: slice, outcome: bool) -> None:
    assert _from_the_front(cut) is outcome


@pytest.mark.parametrize(
    ("array", "place", "value", "greatest"),
    [
        (Array((9,), greatest=3), slice(3), ListV([Const(1), Const(2), Const(3)]), 3),
        (Array((9,), greatest=3), slice(2, 5), Const(0), 3),
        # So many were set, one is greater, nobody knows which, or the array is a literal.
        (Array((9,), greatest=3), slice(None), Const(0), None),
        (Array((9,), greatest=3), slice(3), Const(4), None),
        (Array((9,), greatest=3), slice(2.5), Const(0), None),
        (Array((9,), greatest=3), slice(0, 3, 0), Const(0), None),
        (Array((9,), greatest=3), Array((9,), "bool"), Const(0), None),
        (Array((3,), greatest=3, numbers=(1, 2, 3)), slice(1), Const(1), None),
    ],
)
def test_the_greatest_of_an_array_some_elements_of_which_were_set(
    array: Array, place: object, value: AbstractValue, greatest: int | None
) -> None:
    assert with_elements(array, place, value).greatest == greatest
