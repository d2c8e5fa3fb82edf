"""Functions and methods of libraries, called with values of every kind: none raises an exception.

A small part of what `scripts/fuzz_library.py` does.
"""

from __future__ import annotations

from scripts.fuzz_library import failure, functions

CALLS = 4


def test_no_function_raises_an_exception() -> None:
    failures = {name: failure(table, name, CALLS, seed=2) for table, name in functions()}
    assert {name: text for name, text in failures.items() if text is not None} == {}


def test_each_kind_of_object_is_among_the_values() -> None:
    assert len(list(functions())) > 1000
