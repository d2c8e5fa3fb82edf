"""A model in the place of an input tensor."""

from __future__ import annotations

from kfix.checks.whole_models import whole_inputs
from tests.checks.subjects import subject

BASE = "base = Sequential([Input((4,)), layers.Dense(3)])\n"


def test_a_model_is_no_input() -> None:
    [fault] = whole_inputs(subject(BASE + "net = Model(inputs=base, outputs=base.outputs[0])"))
    assert fault.finding is not None
    assert fault.finding.site == fault.given.site


def test_its_inputs_are() -> None:
    program = BASE + "net = Model(inputs=base.inputs, outputs=base.outputs)"
    assert not list(whole_inputs(subject(program)))
