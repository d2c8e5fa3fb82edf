"""Labels of images beside an output that has all pixels along one axis."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of

PIXELS = """\
x = np.zeros((4, 6, 8, 3))
y = {labels}
image = Input((6, 8, 3))
pixels = layers.Reshape((48, 2))(layers.Conv2D(2, 1)(image))
model = Model(image, layers.Softmax()(pixels))
model.compile("adam", "{loss}", metrics=["accuracy"])
model.fit(x, y, verbose=0)
"""

ROWS = {
    "class indices": Row(
        PIXELS.format(
            labels="np.random.randint(0, 2, (4, 6, 8))", loss="categorical_crossentropy"
        ),
        [("fit(x, y,", "fit(x, np.reshape(y, (-1, 48)),"), ('"categ', '"sparse_categ')],
        True,
    ),
    "class indices in a channel, under their loss": Row(
        PIXELS.format(
            labels="np.random.randint(0, 2, (4, 6, 8, 1))", loss="sparse_categorical_crossentropy"
        ),
        [("fit(x, y,", "fit(x, np.reshape(y, (-1, 48)),")],
        True,
    ),
    "one-hot rows": Row(
        PIXELS.format(
            labels="keras.utils.to_categorical(np.random.randint(0, 2, (4, 6, 8)), 2)",
            loss="categorical_crossentropy",
        ),
        [("fit(x, y,", "fit(x, np.reshape(y, (-1, 48, 2)),")],
        True,
    ),
    "zeros in their place": Row(
        PIXELS.format(labels="np.zeros((4, 6, 8))", loss="categorical_crossentropy"),
        [("fit(x, y,", "fit(x, np.reshape(y, (-1, 48)),"), ('"categ', '"sparse_categ')],
        True,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_labels_are_laid_out_as_the_output(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_trains_the_repaired_program(row: Row) -> None:
    assert_trained(row)


def test_real_numbers_are_no_classes() -> None:
    program = PIXELS.format(
        labels="np.random.randint(0, 9, (4, 6, 8)) / 9", loss="categorical_crossentropy"
    )
    [outcome] = result_of(program).models
    assert "safe" not in {proven.repair.safety for proven in outcome.repairs}
