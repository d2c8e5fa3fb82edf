"""Labels of another form or length than the model takes: edited where they are made."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import FOLDERS, Row, assert_repaired, assert_trained, result_of
from tests.verdicts import keras_refuses

CLASSIFIER = """\
model = Sequential([
    Input((16, 16, 3)),
    layers.Conv2D(2, 3),
    layers.Flatten(),
    layers.Dense(2, activation="softmax"),
])
"""
DETECTOR = CLASSIFIER.replace('2, activation="softmax"', '1, activation="sigmoid"')
TABLE = """\
model = Sequential([Input((6,)), layers.Dense(4), layers.Dense(5, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
x, classes = np.random.rand(20, 6), np.random.randint(0, 5, 20)
"""

MEASURED = """\
model = Sequential([Input((6,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "mse", metrics=[keras.metrics.F1Score(threshold=0.5)])
x, y = np.random.rand(12, 6), np.random.randint(0, 2, 12)
model.fit(x, y, verbose=0)
model.evaluate(x, y, verbose=0)
"""


def loaded(model: str, loss: str, mode: str, test_mode: str | None = None) -> str:
    """Return a program that loads its labels in a mode, "" for the default."""
    train, test = (
        f'{name} = load("{name}", image_size=(16, 16), batch_size=2{written})\n'
        for name, written in (("train", mode), ("test", mode if test_mode is None else test_mode))
    )
    fit = f'model.compile("adam", "{loss}")\nmodel.fit(train, validation_data=test, verbose=0)\n'
    return FOLDERS + train + test + model + fit


BINARY, ONE_HOT = ', label_mode="binary"', ', label_mode="categorical"'
CATEGORICAL, SPARSE = "categorical_crossentropy", "sparse_categorical_crossentropy"

ROWS = {
    "one number for each sample, where a metric takes rows": Row(
        MEASURED, [("(x, y,", "(x, np.reshape(y, (-1, 1)),")], True
    ),
    "integers by default: the loss": Row(
        loaded(CLASSIFIER, CATEGORICAL, ""),
        [(f'"{CATEGORICAL}"', f'"{SPARSE}"')],
        True,
    ),
    "one-hot rows that are asked for: the loss": Row(
        loaded(CLASSIFIER, SPARSE, ONE_HOT),
        [(f'"{SPARSE}"', f'"{CATEGORICAL}"')],
        True,
    ),
    "two classes for a model of several: the mode": Row(
        loaded(CLASSIFIER, CATEGORICAL, BINARY),
        [("binary", "categorical")],
        True,
    ),
    "one-hot rows for one unit: the mode": Row(
        loaded(DETECTOR, "binary_crossentropy", ONE_HOT),
        [("categorical", "binary")],
        True,
    ),
    "labels for validation in another mode": Row(
        loaded(CLASSIFIER, CATEGORICAL, ONE_HOT, ""),
        [
            (
                'load("test", image_size=(16, 16), batch_size=2',
                'load("test", image_size=(16, 16), batch_size=2, label_mode="categorical"',
            )
        ],
        False,
    ),
    "labels for validation of more classes": Row(
        TABLE
        + """\
y = keras.utils.to_categorical(classes, 5)
y_test = keras.utils.to_categorical(classes, 6)
model.fit(x, y, validation_data=(x, y_test), verbose=0)
""",
        [("(classes, 6)", "(classes, 5)")],
        False,
    ),
    "rows that are shorter than the labels have classes": Row(
        TABLE + "model.fit(x, tf.one_hot(classes, depth=4), verbose=0)\n",
        [("depth=4", "depth=5")],
        False,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_labels_are_edited_where_they_are_made(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_trains_the_repaired_program(row: Row) -> None:
    assert_trained(row)


def test_masks_have_the_channels_of_the_output() -> None:
    program = """\
    def mask(path):
        return keras.utils.img_to_array(keras.utils.load_img(path, target_size=(8, 8)))

    x = np.random.rand(4, 8, 8, 3)
    y = np.stack([mask("a.png"), mask("b.png"), mask("c.png"), mask("d.png")])
    model = Sequential([Input((8, 8, 3)), layers.Conv2D(1, 1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.fit(x, y, verbose=0)
    """
    result = result_of(program)
    assert 'color_mode="grayscale"' in result.files["m.py"].decode()
    first, second = result.models[0].repairs[:2]
    assert first.repair.safety == "unsafe"
    assert [edit.edit.kind for edit in second.edits] == ["set-argument"]


def test_labels_of_more_units_are_right_first() -> None:
    program = TABLE + "model.fit(x, keras.utils.to_categorical(classes, 7), verbose=0)\n"
    first, second = result_of(program).models[0].repairs[:2]
    assert first.edits[0].edit.kind == "set-argument"
    assert second.repair.in_data


FROM_ONE = """\
x, y = np.random.rand(40, 6), np.random.randint(1, 6, 40)
model = Sequential([Input((6,)), layers.Dense(4), layers.Dense(5, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y, verbose=0)
"""


def test_classes_are_counted_from_zero() -> None:
    text = result_of(FROM_ONE).files["m.py"].decode()
    assert "fit(x, y - 1," in text
    assert f'"{SPARSE}"' in text


@pytest.mark.keras
def test_keras_trains_on_classes_from_zero() -> None:
    assert keras_refuses(FROM_ONE) is not None
    assert keras_refuses(FROM_ONE.replace('"categ', '"sparse_categ')) is not None
    repaired = FROM_ONE.replace('"categ', '"sparse_categ').replace("(x, y,", "(x, np.subtract(y, 1),")
    assert keras_refuses(repaired) is None


def test_rows_have_a_place_for_each_class() -> None:
    program = TABLE.replace("0, 5, 20", "0, 9, 20") + (
        "model.fit(x, keras.utils.to_categorical(classes), verbose=0)\n"
    )
    [outcome] = result_of(program).models
    kinds = [edit.edit.kind for one in outcome.repairs for edit in one.edits]
    assert kinds[0] == "set-argument"
    assert "set-option" not in kinds


ROWS_FROM_ONE = """\
x, y = np.random.rand(6, 6), np.array([1, 2, 3, 1, 2, 3])
rows = keras.utils.to_categorical(y{classes})
model = Sequential([Input((6,)), layers.Dense(3, activation="softmax")])
model.compile("sgd", "categorical_crossentropy")
model.fit(x, rows, verbose=0)
"""


def test_rows_for_classes_from_one_are_made_of_classes_from_zero() -> None:
    result = result_of(ROWS_FROM_ONE.format(classes=", 3"))
    assert "to_categorical(y - 1, 3)" in result.files["m.py"].decode()
    assert [one.repair.safety for one in result.models[0].repairs] == ["safe"]


@pytest.mark.parametrize("labels", ["y", "[1, 2, 3, 1, 2, 3]"])
def test_lists_of_labels_are_not_made_one_less(labels: str) -> None:
    program = ROWS_FROM_ONE.format(classes=", 3").replace("to_categorical(y", f"to_categorical({labels}")
    result = result_of(program.replace("np.array([1, 2, 3, 1, 2, 3])", "[1, 2, 3, 1, 2, 3]"))
    assert [one.finding.code for one in result.models[0].findings] == ["KFX613"]
    assert not result.files


def test_classes_from_zero_stand_beside_one_more_unit() -> None:
    [model] = result_of(ROWS_FROM_ONE.format(classes="")).models
    kinds = [one.edits[0].edit.kind for one in model.repairs[:2]]
    assert kinds == ["count-from-zero", "set-argument"]
    assert model.repairs[0].repair.safety == "unsafe"


def test_rows_of_labels_are_data() -> None:
    program = ROWS_FROM_ONE.format(classes="").replace("[1, 2, 3, 1, 2, 3]", "[[1], [2], [3]] * 2")
    [model] = result_of(program).models
    kinds = {edit.edit.kind for one in model.repairs for edit in one.edits}
    assert kinds and "set-literal" not in kinds


@pytest.mark.parametrize("labels", ["[0, 1, 2, 3]", "[0, 1, 3, 3]", "[1, 1, 3, 3]", "[1, 1, 3, 10**9]"])
def test_labels_with_other_classes_stay(labels: str) -> None:
    program = ROWS_FROM_ONE.format(classes=", 3").replace("[1, 2, 3, 1, 2, 3]", labels)
    assert not result_of(program.replace("rand(6,", "rand(4,")).files


@pytest.mark.keras
def test_keras_has_no_place_for_the_greatest_class() -> None:
    assert keras_refuses(ROWS_FROM_ONE.format(classes=", 3")) is not None
    assert keras_refuses(ROWS_FROM_ONE.format(classes=", 3").replace("(y,", "(y - 1,")) is None


def test_masks_of_an_unknown_size_have_the_channels_of_the_output() -> None:
    program = """\
    from glob import glob

    load = keras.utils.load_img
    y = np.stack([keras.utils.img_to_array(load(p)) for p in sorted(glob("masks/*.png"))]) / 255
    model = Sequential([Input((8, 8, 3)), layers.Conv2D(1, 1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.fit(np.load("x.npy"), y, verbose=0)
    """
    first, second = result_of(program).models[0].repairs[:2]
    assert [edit.edit.kind for edit in first.edits] == ["set-option"]
    assert first.repair.safety == "unsafe"
    assert [edit.edit.kind for edit in second.edits] == ["set-argument"]
