"""What Keras refuses of `compile` and of one call of `fit` or its like."""

from __future__ import annotations

import pytest

from kfix.findings.training_refused import TrainingRefused
from tests.checks.subjects import findings

NET = """
    net = Sequential([Input((4,)), layers.Dense(1)])
    net.compile({compile})
    net.fit(np.zeros((8, 4)), {fit})
"""


def refused(compile_with: str, fit: str) -> list[tuple[str, str]]:
    several = findings(NET.format(compile=compile_with, fit=fit))
    return [(one.method, one.argument) for one in several if isinstance(one, TrainingRefused)]


@pytest.mark.parametrize(
    ("compile_with", "fit", "found"),
    [
        ("loss='mse'", "np.zeros(8)", []),
        ("loss='mean_square'", "np.zeros(8)", [("compile", "`loss`")]),
        ("loss='mse'", "np.zeros(8), class_weight=3", [("fit", "`class_weight`")]),
        ("loss='mse'", "np.zeros(8), epochs=2, callbacks=3", [("fit", "`callbacks`")]),
        ("optimizer=None, loss='mse'", "np.zeros(8)", [("compile", "`optimizer`")]),
        ("loss={'nowhere': 'mse'}", "np.zeros(8)", [("compile", "`loss`")]),
    ],
)
def test_a_refusal_names_the_call_and_the_argument(
    compile_with: str, fit: str, found: list[tuple[str, str]]
) -> None:
    assert refused(compile_with, fit) == found


def test_a_model_must_be_compiled() -> None:
    program = """
        net = Sequential([Input((4,)), layers.Dense(1)])
        net.fit(np.zeros((8, 4)), np.zeros(8), epochs=1)
    """
    [found] = [one for one in findings(program) if isinstance(one, TrainingRefused)]
    assert (found.argument, found.expected) == ("the call", "a compiled model")


def test_a_dictionary_needs_named_inputs() -> None:
    program = """
        net = Sequential([Input((4,), name="{name}"), layers.Dense(1)])
        net.compile(loss="mse")
        net.fit({{"given": np.zeros((8, 4))}}, np.zeros(8))
    """
    [found] = [one for one in findings(program.format(name="own")) if one.fails]
    assert (found.expected, found.actual) == ("one array", "a dictionary")
    assert not [one for one in findings(program.format(name="given")) if one.fails]
