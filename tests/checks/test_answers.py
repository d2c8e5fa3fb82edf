"""The targets that labels give, and whether an output meets them."""

from __future__ import annotations

import pytest

from kfix.checks.outputs import output_faults
from kfix.model.target import Target
from tests.checks.subjects import subject

NET = """
    x = np.zeros((8, {size}))
    net = Sequential([Input(({size},)), layers.Dense({units}, activation={activation!r})])
    net.compile(loss={loss!r})
    net.fit(x, {labels})
"""


def target(
    labels: str, units: int, loss: str = "mse", size: int = 4, activation: str | None = None
) -> tuple[Target | None, list[str]]:
    program = NET.format(labels=labels, units=units, loss=loss, size=size, activation=activation)
    wanted: dict[int, Target] = {}
    faults = list(output_faults(subject(program), wanted, {}))
    return wanted.get(0), [type(fault).__name__ for fault in faults]


def test_rows_ask_for_as_many_units() -> None:
    found, faults = target("np.zeros((8, 3))", 2)
    assert found is not None
    assert (found.dims, found.weight) == ((3,), "strong")
    assert faults == ["OtherLabels"]


def test_an_output_that_serves_has_no_fault() -> None:
    found, faults = target("np.zeros((8, 3))", 3)
    assert found is not None
    assert found.met_by((None, 3))
    assert not faults


def test_labels_that_are_the_data_ask_for_the_input() -> None:
    found, faults = target("x", 3)
    assert found is not None
    assert found.same_as_input
    assert not faults


@pytest.mark.parametrize(
    ("labels", "loss", "fault"),
    [
        ("np.array([0, 1, 2, 0, 1, 2, 0, 1])", "categorical_crossentropy", "LabelForm"),
        ("keras.utils.to_categorical([0, 1, 2] * 2 + [0, 1])", "sparse_categorical_crossentropy",
         "LabelForm"),
    ],
)  # fmt: skip
def test_labels_of_the_other_form_are_a_problem_of_the_loss(
    labels: str, loss: str, fault: str
) -> None:
    _, faults = target(labels, 3, loss, activation="softmax")
    assert fault in faults


def test_labels_that_keras_broadcasts_may_be_meant() -> None:
    found, faults = target("np.zeros((8,))", 3)
    assert found is not None
    assert (found.dims, found.weight) == ((1,), "weak")
    assert "LabelTarget" in faults
