"""What a program expects of the models of one definition, in the order of Keras."""

from __future__ import annotations

from kfix.checks.definitions import expectations_of
from kfix.checks.expectations import Expectations
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load
from tests.checks.subjects import text_of

LOOP = """
    for size in {sizes}:
        net = Sequential([Input((4,)), layers.Dense(2)])
        net.compile("sgd", "mse")
        net.fit(np.zeros((8, 4)), np.zeros((8, size)))
"""
NET = """
    net = Sequential([Input((4,)), layers.Dense(2)])
    net.compile("sgd", "mse")
    {call}
"""


def expectations(program: str) -> Expectations:
    tracer = Tracer()
    found = read(load("net.py", text_of(program)), tracer)
    traces = [tracer.trace(model) for model in found.models]
    return expectations_of(found.models, traces, found, tracer, {})


def test_models_that_are_given_different_things_say_nothing() -> None:
    assert not expectations(LOOP.format(sizes="(3, 5)")).wanted
    [target] = expectations(LOOP.format(sizes="(3, 3)")).wanted.values()
    assert target.dims == (3,)


def test_one_sample_in_the_place_of_a_batch_explains_the_number_of_samples() -> None:
    found = expectations(NET.format(call="net.fit(np.zeros((4,)), np.zeros((2,)))"))
    assert [finding.code for finding in found.findings].count("KFX611") == 0


def test_keras_stops_at_its_first_error() -> None:
    calls = [f"net.fit(np.zeros((8, 4)), np.zeros(({count}, 2)))" for count in (9, 7)]
    call = "; ".join(calls)
    codes = [finding.code for finding in expectations(NET.format(call=call)).findings]
    assert len(codes) == 1
