"""The dtypes of arrays that operations make, held against NumPy."""

from __future__ import annotations

import numpy
import pytest

from kfix.model.attributes import FRACTIONS
from kfix.model.graph import Array
from tests.source.library.evaluating import value_of

FLOATS = [
    "numpy.arange(6) / 5",
    "numpy.arange(6) * 0.5",
    "numpy.arange(6) - numpy.mean(numpy.arange(6))",
    "numpy.array([2, 3]) / numpy.std([2, 3])",
    "(numpy.zeros(3) - numpy.arange(3).mean()) / numpy.arange(3).std()",
    "numpy.sqrt(numpy.arange(4))",
    "numpy.log(numpy.ones(4) + 1)",
    "1.5 - numpy.arange(4)",
    "(numpy.arange(4) / 2)[1:]",
]
KEPT = {
    "numpy.zeros(4)[1:]": "float64",
    "numpy.zeros(4, 'float32') * 0.5": "float32",
    "numpy.arange(6) * 2": "int64",
    "numpy.arange(6) // 2": "int64",
    "numpy.zeros(4).astype(float)": "float64",
    "(numpy.arange(6) / 5).astype('int32')": "int32",
}


@pytest.mark.parametrize("text", FLOATS)
def test_what_is_worked_out_is_no_class_index(text: str) -> None:
    made = value_of(text)
    assert isinstance(made, Array)
    assert made.dtype == FRACTIONS
    assert eval(text, {"numpy": numpy}).dtype.kind == "f"


@pytest.mark.parametrize("text", KEPT)
def test_other_dtypes_are_those_of_numpy(text: str) -> None:
    made = value_of(text)
    assert isinstance(made, Array)
    assert made.dtype == KEPT[text] == eval(text, {"numpy": numpy}).dtype.name
