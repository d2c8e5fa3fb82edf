"""Outputs held against the targets of a model."""

from __future__ import annotations

import pytest

from kfix.engine.diagnosis import (
    expectations_of_group,
    may_meet,
    met,
    missed,
    unknown_output,
    unknown_target_output,
)
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.model.target import parse_target
from kfix.project.project import Project
from kfix.shapes import Trace

MODEL = """\
import keras
from keras import layers

def build(n=None):
    return keras.Sequential([
        layers.Input((8, 8, 3)),
        {layers}
    ])

net = build({given})
"""


def traces(layers: str, given: str = "") -> list[Trace]:
    text = MODEL.format(layers=layers, given=given).encode()
    reading = read(Project({"net.py": text}), "net.py", Settings())
    return reading.groups[0].traces


@pytest.mark.parametrize(
    ("layers", "target", "is_met", "may_be"),
    [
        ("layers.Flatten(), layers.Dense(4),", "4", True, True),
        ("layers.Flatten(), layers.Dense(4),", "5", False, False),
        ("layers.Dense(4),", "4", False, False),
        ("layers.Conv2D(3, 1),", "input", True, True),
        ("layers.Flatten(), layers.Dense(int(input())),", "4", False, True),
        ("layers.Conv2D(4, 9), layers.Flatten(), layers.Dense(4),", "4", False, True),
    ],
)
def test_an_output_meets_its_target(layers: str, target: str, is_met: bool, may_be: bool) -> None:
    found, wanted = traces(layers), {0: parse_target(target)}
    assert met(found, wanted) is is_met
    assert may_meet(found, wanted) is may_be
    assert (missed(found[0], wanted) is None) is is_met


def test_a_model_without_that_output_misses_the_target() -> None:
    wanted = {1: parse_target("4")}
    number, target = missed(traces("layers.Flatten(),")[0], wanted) or (None, None)
    assert (number, target) == (1, wanted[1])


def test_an_unknown_dim_keeps_from_comparing_only_where_the_rest_may_be_right() -> None:
    vector = traces("layers.Flatten(), layers.Dense(int(input())),")
    on_a_map = traces("layers.Dense(int(input())),")
    wanted = {0: parse_target("4")}
    assert unknown_target_output(vector, wanted) is unknown_output(vector) is not None
    assert unknown_target_output(on_a_map, wanted) is None


def test_nothing_is_expected_of_a_model_that_is_not_used() -> None:
    text = MODEL.format(layers="layers.Flatten(),", given="").encode()
    reading = read(Project({"net.py": text}), "net.py", Settings())
    expectations = expectations_of_group(reading.groups[0], reading)
    assert expectations.silent
    assert (expectations.wanted, expectations.faults, expectations.findings) == ({}, [], [])


PARTS = """\
import numpy as np
from keras import Input, Model, layers

x = Input((8,))
encoder = Model(x, layers.Dense(3)(x))
code = Input((3,))
decoder = Model(code, layers.Dense(8)(code))
whole = Model(x, decoder(encoder(x)))
whole.compile("adam", "mse")
whole.fit(np.zeros((5, 8)), np.zeros((5, 8)))
decoder.predict(np.zeros((2, {width})))
"""


@pytest.mark.parametrize(("width", "codes"), [(3, []), (4, ["KFX601"])])
def test_a_part_that_is_used_by_itself_has_data_of_its_own(width: int, codes: list[str]) -> None:
    text = PARTS.format(width=width).encode()
    reading = read(Project({"net.py": text}), "net.py", Settings())
    found = [
        one.code
        for group in reading.groups
        for one in expectations_of_group(group, reading).findings
    ]
    assert found == codes
