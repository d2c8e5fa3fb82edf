"""Where a misspelt name of a refused call is written."""

from __future__ import annotations

from kfix.checks.refused_call import Misspelt, Refused
from kfix.checks.training import of_compile
from tests.checks.subjects import subject

NET = """
    name = "adm"
    net = Sequential([Input((4,)), layers.Dense(2)])
    net.compile({arguments})
"""


def fault(arguments: str) -> Refused:
    found = subject(NET.format(arguments=arguments))
    [one] = of_compile(found.model, found.program)
    assert isinstance(one, Refused)
    return one


def test_a_misspelt_string_has_its_literal() -> None:
    for arguments in ("'adm', 'mse'", "optimizer='adm'", "name", "optimizer=name"):
        one = fault(arguments)
        assert isinstance(one, Misspelt)
        assert (one.meant.name, one.argument, len(one.literals)) == ("adam", "optimizer", 1)
        assert one.slot is None


def test_a_misspelt_keyword_has_its_slot() -> None:
    one = fault("'adam', 'mse', metric=['mae']")
    assert isinstance(one, Misspelt)
    assert one.meant.name == "metrics"
    assert one.slot is not None
    assert not one.literals


def test_a_name_that_is_near_to_none_is_refused_alone() -> None:
    assert not isinstance(fault("'zzzzzz'"), Misspelt)
    assert not isinstance(fault("3"), Misspelt)
