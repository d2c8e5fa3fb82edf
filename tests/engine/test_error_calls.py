"""What an error states of a call of `fit` or its like."""

from __future__ import annotations

import pytest

from kfix.engine.error_calls import call_at, entry_of, with_last_axis
from kfix.engine.error_places import Spot
from kfix.engine.reading import read
from kfix.engine.results import Reading
from kfix.engine.settings import Settings
from kfix.evidence.log import Frame
from kfix.evidence.reading import Dims
from kfix.project.project import Project

TEXT = b"""\
import keras
from keras import layers

net = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
net.fit(load(), load())
net.predict(load())
"""


@pytest.fixture
def reading() -> Reading:
    return read(Project({"net.py": TEXT}), "net.py", Settings())


def spot(line: int) -> Spot:
    return Spot("net.py", None, line, Frame("net.py", None, line, "<module>", "", 1))


@pytest.mark.parametrize(("line", "method"), [(5, "fit"), (6, "predict")])
def test_the_call_at_a_line(reading: Reading, line: int, method: str) -> None:
    call = call_at([spot(line)], reading, training=False)
    assert call is not None
    assert call.method == method


def test_without_a_line_the_only_call_that_trains(reading: Reading) -> None:
    call = call_at([], reading, training=True)
    assert call is not None
    assert call.method == "fit"
    assert call_at([], reading, training=False) is None
    assert call_at([spot(1)], reading, training=True) is None


def test_the_one_input_of_a_model(reading: Reading) -> None:
    [trace] = reading.traces
    assert entry_of(trace.model.uid, reading) == (None, 28, 28, 1)
    assert entry_of(-7, reading) is None


@pytest.mark.parametrize(
    ("data", "expected", "whole"),
    [
        ((32, 28, 28), (None, 28, 28, 1), (32, 28, 28, 1)),
        ((32, 28, 28), (None, 28, 28, 3), (32, 28, 28)),
        ((32, 28, 28), (None, 28, 28), (32, 28, 28)),
        ((32, 28, 28), None, (32, 28, 28)),
    ],
)
def test_the_last_axis_of_one_that_keras_leaves_out(
    data: Dims, expected: Dims | None, whole: Dims
) -> None:
    assert with_last_axis(data, expected) == whole
