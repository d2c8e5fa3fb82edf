"""What Python raises on the values of a program makes them unknown.

An error of kfix itself is reported.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import CRASH, Settings, run_file
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.source.library import lookup
from tests.source.library.evaluating import value_of

RAISING = {
    "1 // 0": "ZeroDivisionError",
    "2.0 ** 10000": "OverflowError",
    "1 + 'a'": "TypeError",
    "int('a')": "ValueError",
    "int('a', base=3)": "ValueError",
    "'{0.b}'.format(1)": "AttributeError",
    "'{1}'.format(1)": "IndexError",
    "'a'.encode('no such code')": "LookupError",
    "math.sqrt(-1)": "ValueError",
}

PROGRAM = """
import math
from tensorflow import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(int(math.sqrt(9)))])
"""


@pytest.mark.parametrize("expression", RAISING)
def test_error_of_python_is_the_reason(expression: str) -> None:
    value = value_of(expression)
    assert isinstance(value, Unknown)
    assert RAISING[expression] in value.reasons()


@pytest.mark.parametrize("error", [ArithmeticError, KeyError, TypeError, ValueError])
def test_error_of_kfix_is_reported(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(call: object) -> None:
        raise error("a rule of the library is wrong")

    assert lookup.function_of("math.sqrt") is not None
    monkeypatch.setitem(lookup.FUNCTIONS, "math.sqrt", fails)
    result = run_file(Project({"m.py": PROGRAM.encode()}), "m.py", Settings())
    assert result.error is not None
    assert CRASH in result.error
    assert "a rule of the library is wrong" in result.error
