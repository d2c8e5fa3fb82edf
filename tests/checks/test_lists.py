"""Python lists where Keras takes arrays."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.findings import Finding
from kfix.project.project import Project

FIT = """\
import numpy as np
import keras
from keras import layers

net = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
net.compile(loss="mse")
net.fit({x}, {y})
"""
ROWS = "[np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)]"


def listed(x: str, y: str) -> list[Finding]:
    text = FIT.format(x=x, y=y).encode()
    [model] = run_file(Project({"net.py": text}), "net.py", Settings(search=False)).models
    return [found.finding for found in model.findings if found.finding.code == "KFX608"]


@pytest.mark.parametrize(
    ("x", "y", "severities"),
    [
        ("np.zeros((4, 3))", "np.zeros((4, 1))", []),
        ("np.zeros((4, 3))", "[1, 2, 3, 4]", ["warning"]),
        (ROWS, "np.zeros((4, 1))", ["error"]),
        (ROWS, "[1, 2, 3, 4]", ["error"]),
    ],
)
def test_a_list_of_arrays_is_graver_than_one_of_numbers(
    x: str, y: str, severities: list[str]
) -> None:
    assert [finding.severity for finding in listed(x, y)] == severities


def test_the_length_of_the_list_is_reported() -> None:
    [finding] = listed("np.zeros((4, 3))", "[1, 2, 3, 4]")
    assert finding.actual == "a Python list of 4 as y"
