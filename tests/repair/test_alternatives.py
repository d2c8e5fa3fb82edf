from __future__ import annotations

from kfix.edits.base import Edit, Repair
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import NewLayer, Slot
from kfix.model.site import Site
from kfix.repair.alternatives import alternatives, differs, leads


def site(key: int) -> Site:
    return Site("a.py", None, key)


def repair(cost: float, *edits: Edit) -> Repair:
    return Repair(edits, ((None, 10),), 0, cost, "unsafe")


FLAT = repair(1.0, InsertLayer(site(1), "before", NewLayer("Flatten")))
FLAT_ELSEWHERE = repair(1.1, InsertLayer(site(2), "after", NewLayer("Flatten")))
POOL = repair(1.3, InsertLayer(site(1), "before", NewLayer("GlobalAveragePooling2D")))
BOTH = repair(2.0, *FLAT.edits, SetArgument((Slot(site(3)),), "units", 10))
GONE = repair(1.4, RemoveLayer(site(4)))


def test_only_what_differs_in_meaning_is_kept() -> None:
    assert alternatives([FLAT, FLAT_ELSEWHERE, BOTH, POOL, GONE, BOTH]) == [FLAT, POOL, GONE]
    assert alternatives([FLAT, POOL, GONE], most=2) == [FLAT, POOL]
    assert alternatives([]) == []


def test_an_argument_and_the_constant_that_it_is_mean_the_same() -> None:
    argument = repair(1.0, SetArgument((Slot(site(3)),), "units", 10))
    constant = repair(1.15, SetLiteral((site(9),), 10, "units"))
    assert not differs(argument, constant)
    assert differs(argument, repair(1.0, SetArgument((Slot(site(3)),), "units", 11)))


def test_leads_by_a_stated_margin() -> None:
    assert leads(FLAT, None)
    assert leads(FLAT, POOL)
    assert not leads(FLAT, FLAT_ELSEWHERE)
    assert not leads(POOL, GONE)
