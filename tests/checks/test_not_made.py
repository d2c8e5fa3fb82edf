"""Data and labels that the program fails to make."""

from __future__ import annotations

import pytest

from tests.checks.subjects import codes

ENCODED = """
    y = np.array({labels}){more}
    rows = keras.utils.to_categorical(y, 3)
    net = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
    net.compile(loss="categorical_crossentropy")
    net.fit(np.zeros((4, 4)), rows)
"""


@pytest.mark.parametrize(
    ("labels", "more", "found"),
    [
        ("[0, 1, 2, 2]", "", []),
        ("[1, 2, 3, 3]", "", ["KFX613"]),
        ("[0, 1, 7, 7]", "", ["KFX613"]),
        ("[1, 2, 3, 3]", " - 1", []),
        ("[1, 2, 3, 3]", " % 3", []),
    ],
)
def test_rows_have_a_place_for_each_class(labels: str, more: str, found: list[str]) -> None:
    assert codes(ENCODED.format(labels=labels, more=more)) == found
