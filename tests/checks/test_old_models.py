"""Models that are made with `input=` and `output=`."""

from __future__ import annotations

from kfix.checks.old_models import old_ends
from kfix.model.record import replace
from kfix.shapes import Tracer
from tests.checks.subjects import subject

OLD = """
    a = Input((4,))
    inner = Model(input=a, output=layers.Dense(3)(a))
"""
OUTER = """
    b = Input((4,))
    outer = Model(b, layers.Dense(2)(inner(b)))
"""


def test_a_model_with_old_names_is_reported_itself() -> None:
    [fault] = old_ends(subject(OLD))
    assert fault.finding is not None
    assert fault.finding.actual == ["input", "output"]
    assert len(fault.models) == 1


def test_a_model_around_it_has_the_fault_without_a_finding() -> None:
    [fault] = old_ends(subject(OLD + OUTER))
    assert fault.finding is None
    assert len(fault.models) == 1


def test_keras_2_takes_old_names() -> None:
    found = subject(OLD)
    tracer = Tracer()
    tracer.keras = 2
    assert not list(old_ends(replace(found, tracer=tracer)))


def test_other_models_have_no_fault() -> None:
    assert not list(old_ends(subject("a = Input((4,))\nnet = Model(a, layers.Dense(3)(a))")))
