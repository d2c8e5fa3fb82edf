"""The loss of each output, as the calls of `compile` give it."""

from __future__ import annotations

import pytest

from kfix.checks.heads import loss_at
from tests.checks.subjects import subject

NET = """
    entry = Input((4,))
    ends = [layers.Dense(1, name="one")(entry), layers.Dense(2, name="two")(entry)]
    net = Model(entry, ends)
    {calls}
"""


@pytest.mark.parametrize(
    ("calls", "kinds"),
    [
        ("net.compile('adam', 'mse')", ["distance", "distance"]),
        ("net.compile(loss=['mse', 'binary_crossentropy'])", ["distance", "binary"]),
        ("net.compile(loss={'two': 'categorical_crossentropy'})", [None, "categorical"]),
        ("net.compile(loss=['mse'])", [None, None]),
        ("net.compile(loss='my_own')", [None, None]),
        ("net.compile(loss='mse'); net.compile(loss='mae')", [None, None]),
        ("net.compile(loss='mse'); net.compile(loss='mse')", ["distance", "distance"]),
        ("", [None, None]),
    ],
)
def test_each_output_has_its_loss(calls: str, kinds: list[str | None]) -> None:
    found = subject(NET.format(calls=calls))
    losses = [loss_at(found.model, found.program, number) for number in range(2)]
    assert [getattr(loss, "kind", None) for loss in losses] == kinds


def test_the_last_call_of_compile_counts() -> None:
    found = subject(NET.format(calls="net.compile(loss='mse'); net.compile(loss='mse')"))
    loss = loss_at(found.model, found.program, 0)
    assert loss is not None
    assert loss.compile is found.program.compiles[-1]
