"""Weights of samples that are not as many as the samples: what they are made of is exchanged."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of
from tests.verdicts import keras_refuses, text_of

PROGRAM = """\
x_train, y_train = np.zeros((6, 4)), np.zeros((6, 1))
x_test, y_test = np.zeros((2, 4)), np.zeros((2, 1))
{before}
model = Sequential([Input((4,)), layers.Dense(1)])
model.compile("sgd", "mse", run_eagerly=True)
model.fit(x_train, y_train, sample_weight={weights}, verbose=0)
"""

ROWS = {
    "of their length": Row(
        PROGRAM.format(before="weights = np.ones(len(x_test))", weights="weights"),
        [("len(x_test)", "len(x_train)")],
        False,
    ),
    "of their labels, in the call": Row(
        PROGRAM.format(before="", weights="np.where(y_test[:, 0] > 0, 2.0, 1.0)"),
        [("(y_test[", "(y_train[")],
        False,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_weights_are_made_of_the_data_that_they_weigh(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_takes_them(row: Row) -> None:
    assert_trained(row)


@pytest.mark.parametrize("weights", ["np.ones(5)", "np.ones((6, 2))", "np.ones(len(x_test)) * y_test"])
def test_what_is_not_known_to_be_meant_stays(weights: str) -> None:
    result = result_of(PROGRAM.format(before="", weights=weights))
    assert "KFX613" in [found.finding.code for found in result.models[0].findings]
    assert not result.files


def test_data_that_is_made_later_is_not_taken() -> None:
    first, second, *rest = PROGRAM.format(before="", weights="weights").splitlines()
    program = [second, "weights = np.ones(len(x_test))", first, *rest]
    assert not result_of("\n".join(program)).files
