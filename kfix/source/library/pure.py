"""Call Python's own functions on known values."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.conversion import from_plain, is_plain, plain
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.python_functions import result_of


def pure(python: Any, call: Call) -> AbstractValue:
    """Return what a function of Python makes of the arguments of a call.

    The result is unknown where an argument is, where the result would be too large, and where
    Python raises an error.
    """
    values = call.positional
    if len(values) == len(call.given) and all(map(is_plain, values)):
        return compute(call.context, python, values)
    keywords = {one.keyword: one.value for one in call.given if one.keyword is not None}
    if {"*", "**"} & keywords.keys() or not all(map(is_plain, [*values, *keywords.values()])):
        return call.unknown()
    plainly, named = [*map(plain, values)], {name: plain(v) for name, v in keywords.items()}
    return from_plain(result_of(call.context, python, plainly, named))
