"""The values that an edit writes."""

from __future__ import annotations

from kfix.edits.set_argument import SetArgument
from kfix.model.code import Multiple, Name, Number, OutputCount, Slot, plain
from kfix.model.site import Site

SLOT = (Slot(Site("m.py", None, 1)),)


def test_a_number_is_equal_by_value_and_spelling() -> None:
    assert Number(10, Name("classes")) == Number(10, Name("classes"))
    assert Number(10, Name("classes")) != Number(10, Name("labels"))
    assert Number(10, Name("classes")) != Number(12, Name("classes"))
    assert Number(10, OutputCount()) != 10


def test_edits_of_two_spellings_are_two_edits_of_one_meaning() -> None:
    one = SetArgument(SLOT, "units", Number(10, Multiple(2)))
    other = SetArgument(SLOT, "units", 10)
    assert one != other
    assert one.meaning() == other.meaning()


def test_a_layer_has_plain_values() -> None:
    assert plain(Number(10, OutputCount())) == 10
    assert plain((None, Number(10, OutputCount()))) == (None, 10)
    assert plain("same") == "same"
