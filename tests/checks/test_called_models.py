"""Models that are called on one another."""

from __future__ import annotations

import pytest

from kfix.checks.called_models import contradicted
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.model.graph import Shape
from kfix.model.program import Feed
from kfix.model.record import replace
from kfix.project.project import Project

GAN = b"""\
import keras
from keras import layers

made = keras.Sequential([layers.Input((10,)), layers.Dense(49), layers.Reshape((7, 7, 1))])
judge = keras.Sequential([layers.Input((7, 7, 1)), layers.Flatten(), layers.Dense(1)])
noise = layers.Input((10,))
both = keras.Model(noise, judge(made(noise)))
"""


@pytest.mark.parametrize(
    ("shape", "is_contradicted"),
    [
        ((32, 7, 7, 1), False),
        ((32, 14, 7, 1), True),
        ((32, 7, 7), True),
        ((None, None, 7, 1), False),
    ],
)
def test_data_of_another_shape_contradicts(shape: Shape, is_contradicted: bool) -> None:
    reading = read(Project({"net.py": GAN}), "net.py", Settings())
    made, judge, both = reading.program.models
    program = replace(reading.program, feeds=(Feed(judge.uid, shape),))
    assert contradicted(both, program, reading.tracer) is is_contradicted
    assert not contradicted(judge, program, reading.tracer)
    others = replace(program, feeds=(Feed(made.uid, shape),))
    assert not contradicted(both, others, reading.tracer)
