"""What calls of a model are given as a whole."""

from __future__ import annotations

import pytest

from kfix.checks.calls import has_states, sample_counts, state_count, wrong_parts
from kfix.model.program import Role
from tests.checks.subjects import codes, subject

TWO = """
    one, two = Input((3,), name="one"), Input((5,), name="two")
    joined = layers.concatenate([one, two])
    ends = [layers.Dense(1, name="first")(joined), layers.Dense(2, name="second")(joined)]
    net = Model([one, two], ends)
    net.compile(loss={loss})
    net.fit({x}, {y})
"""
X = "[np.zeros((8, 3)), np.zeros((8, 5))]"
Y = "[np.zeros((8, 1)), np.zeros((8, 2))]"


@pytest.mark.parametrize(
    ("x", "y", "roles"),
    [
        (X, Y, []),
        ("[np.zeros((8, 3))]", Y, ["x"]),
        (X, "[np.zeros((8, 1))] * 3", ["y"]),
        ("{'one': np.zeros((8, 3)), 'two': np.zeros((8, 5))}", Y, []),
        ("{'one': np.zeros((8, 3)), 'other': np.zeros((8, 5))}", Y, ["x"]),
        (X, "{'first': np.zeros((8, 1)), 'other': np.zeros((8, 2))}", ["y"]),
        (X, "{'first': np.zeros((8, 1))}", []),
    ],
)
def test_parts_are_counted_and_named(x: str, y: str, roles: list[Role]) -> None:
    program = TWO.format(loss="'mse'", x=x, y=y)
    assert [fault.role for fault in wrong_parts(subject(program))] == roles


def test_an_output_without_a_loss_takes_no_labels() -> None:
    program = TWO.format(loss="{'first': 'mse'}", x=X, y="np.zeros((8, 1))")
    assert not [fault for fault in wrong_parts(subject(program)) if fault.role == "y"]


def test_every_call_of_other_counts_is_found() -> None:
    program = """
        net = Sequential([Input((3,)), layers.Dense(1)])
        net.compile(loss="mse")
        net.fit(np.zeros((8, 3)), np.zeros((8, 1)))
        net.fit(np.zeros((8, 3)), np.zeros((9, 1)))
        net.evaluate(np.zeros((7, 3)), np.zeros((6, 1)))
    """
    several = [*sample_counts(subject(program))]
    assert [fault.fit.method for fault in several] == ["fit", "evaluate"]


@pytest.mark.parametrize(
    ("shape", "stateful", "count"),
    [("(4, 9, 2)", True, 4), ("(4, 9, 2)", False, 0), ("(None, 9, 2)", True, 0)],
)
def test_states_are_kept_for_each_sample(shape: str, stateful: bool, count: int) -> None:
    program = f"""
        net = Sequential([Input(batch_shape={shape}), layers.LSTM(3, stateful={stateful})])
    """
    found = subject(program)
    assert has_states(found) is stateful
    assert state_count(found) == count


def test_only_the_first_of_several_is_reported() -> None:
    program = """
        net = Sequential([Input((3,)), layers.Dense(1)])
        net.compile(loss="mse")
        net.fit(np.zeros((8, 3)), np.zeros((9, 1)))
        net.fit(np.zeros((8, 3)), np.zeros((10, 1)))
    """
    assert codes(program) == ["KFX609"]
