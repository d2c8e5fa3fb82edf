"""What Keras refuses of the data of a call, whatever its source."""

from __future__ import annotations

import pytest

from tests.checks.subjects import codes

NET = """
    net = Sequential([Input(batch_shape=(4, 6, 2)), layers.LSTM(3, stateful=True), layers.Dense(1)])
    net.compile(loss="mse")
    net.fit(np.zeros(({count}, 6, 2)), np.zeros({count}), batch_size={batch}{more})
"""


@pytest.mark.parametrize(
    ("count", "batch", "more", "found"),
    [
        (8, 4, "", []),
        (8, 2, "", ["KFX611"]),
        (9, 4, "", ["KFX611"]),
        (9, 4, ", steps_per_epoch=2", []),
    ],
)
def test_a_stateful_layer_takes_batches_of_one_size(
    count: int, batch: int, more: str, found: list[str]
) -> None:
    assert codes(NET.format(count=count, batch=batch, more=more)) == found


def test_validation_data_goes_through_the_same_steps() -> None:
    program = """
        net = Sequential([Input((4,)), layers.Dense(1)])
        net.compile(loss="mse")
        net.fit(
            np.zeros((8, 4)), np.zeros(8), validation_data=(np.zeros((8, {size})), np.zeros(8))
        )
    """
    assert codes(program.format(size=4)) == []
    assert codes(program.format(size=5)) == ["KFX601"]


def test_what_lies_behind_an_error_is_not_reported() -> None:
    program = """
        net = Sequential([Input((4,)), layers.Dense(3)])
        net.compile(loss="no_such_loss")
        net.fit(np.zeros((8, 4)), np.zeros((8, 2)))
    """
    assert codes(program) == ["KFX613"]
