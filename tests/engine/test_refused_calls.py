"""Calls of `fit`, `evaluate` and `predict` that real Keras refuses, from every source of data."""

from __future__ import annotations

import pytest

from tests.verdicts import check_refused, check_right

FIT = """
    model = Sequential([Input((6,)), layers.Dense({units}, activation="sigmoid")])
    model.compile("sgd", "{loss}")
    model.fit(np.zeros((40, 6)), np.zeros({labels}), verbose=0)
"""


@pytest.mark.parametrize(
    ("units", "loss", "labels", "code"),
    [
        (50, "mse", (40,), "KFX612"),
        (3, "mae", (40, 2), "KFX101"),
        (3, "binary_crossentropy", (40, 2), "KFX101"),
        (3, "categorical_crossentropy", (40, 5), "KFX101"),
    ],
)
def test_labels_that_a_loss_refuses(units: int, loss: str, labels: tuple[int], code: str) -> None:
    check_refused(FIT.format(units=units, loss=loss, labels=labels), code)


@pytest.mark.parametrize(
    ("units", "loss", "labels"),
    [(1, "mse", (40,)), (3, "mse", (40, 3)), (1, "binary_crossentropy", (40,))],
)
def test_labels_that_a_loss_takes(units: int, loss: str, labels: tuple[int]) -> None:
    check_right(FIT.format(units=units, loss=loss, labels=labels))


def test_a_met_target_does_not_hide_refused_labels() -> None:
    check_refused(
        """
        model = Sequential([Input((6,)), layers.Dense(3, activation="softmax")])  # kfix: target=3
        model.compile("sgd", "categorical_crossentropy")
        model.fit(np.zeros((4, 6)), np.eye(5)[[0, 1, 2, 3]])
        """,
        "KFX612",
    )


MAPS = """
    model = Sequential([Input((8, 8, 3)), layers.Conv2D(4, 3, padding="same")])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(np.zeros((2, 8, 8, 3)), np.zeros({labels}, "int32"), verbose=0)
"""


def test_class_maps_of_another_size_than_the_output() -> None:
    check_refused(MAPS.format(labels=(2, 4, 4, 1)), "KFX612")
    check_right(MAPS.format(labels=(2, 8, 8, 1)))


OTHER = """
    model = Sequential([Input((6,)), layers.Dense(3)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 6)), np.zeros((8, 3)), validation_data={validation}, verbose=0)
    {after}
"""

ARRAYS = "(np.zeros({x}), np.zeros({y}))"
DATA_SET = "tf.data.Dataset.from_tensor_slices((np.zeros({x}), np.zeros({y}))).batch(4)"


@pytest.mark.parametrize("source", [ARRAYS, DATA_SET])
@pytest.mark.parametrize(
    ("x", "y", "code"),
    [((4, 7), (4, 3), "KFX601"), ((4, 6), (4, 2), "KFX612")],
)
def test_validation_data_of_another_form(
    source: str, x: tuple[int], y: tuple[int], code: str
) -> None:
    validation = source.format(x=x, y=y)
    check_refused(OTHER.format(validation=validation, after=""), code)


@pytest.mark.parametrize("source", [ARRAYS, DATA_SET])
def test_validation_data_of_the_same_form(source: str) -> None:
    check_right(OTHER.format(validation=source.format(x=(4, 6), y=(4, 3)), after=""))


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("model.evaluate(np.zeros((4, 6)), np.zeros((4, 2)), verbose=0)", "KFX612"),
        ("model.evaluate(np.zeros((4, 5)), np.zeros((4, 3)), verbose=0)", "KFX601"),
        ("model.predict(np.zeros((4, 5)), verbose=0)", "KFX601"),
        ("model.train_on_batch(np.zeros((4, 6)), np.zeros((4, 2)))", "KFX612"),
    ],
)
def test_other_calls_after_a_right_one(after: str, code: str) -> None:
    check_refused(OTHER.format(validation="None", after=after), code)


GENERATOR = """
    a, b = Input((4,)), Input((2,))
    model = Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))
    model.compile("sgd", "mse")


    def batches():
        while True:
            yield {x}, np.zeros((8, 1))


    model.fit(batches(), steps_per_epoch=2, verbose=0)
"""


def test_a_generator_yields_tuples() -> None:
    arrays = "np.zeros((8, 4)), np.zeros((8, 2))"
    check_refused(GENERATOR.format(x=f"[{arrays}]"), "KFX610")
    check_right(GENERATOR.format(x=f"({arrays})"))


STATEFUL = """
    model = Sequential(
        [Input(batch_shape=(3, 2, 1)), layers.LSTM(4, stateful=True), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    model.fit(np.zeros((9, 2, 1)), np.zeros((9, 1)), batch_size=3, verbose=0)
    model.predict(np.zeros(({count}, 2, 1)), batch_size={count}, verbose=0)
"""


def test_batches_of_a_stateful_model() -> None:
    check_refused(STATEFUL.format(count=1), "KFX611")
    check_right(STATEFUL.format(count=3))


METRICS = """
    x = Input((4,))
    model = Model(x, [layers.Dense(1)(x), layers.Dense(2)(x)])
    model.compile("sgd", loss=["mse", "mse"], metrics={metrics})
    model.fit(np.zeros((8, 4)), [np.zeros((8, 1)), np.zeros((8, 2))], verbose=0)
"""


def test_metrics_of_several_outputs() -> None:
    check_refused(METRICS.format(metrics=["mae"]), "KFX613")
    check_right(METRICS.format(metrics=["mae", "mae"]))
    check_right(METRICS.format(metrics=[["mae"], []]))


STATES = """
    a, b = Input((5,)), Input((7, 5))
    h = layers.Dense(8)(a)
    model = Model([a, b], layers.Dense(1)(layers.{layer}(8)(b, initial_state={states})))
    model.predict([np.zeros((6, 5)), np.zeros((6, 7, 5))], verbose=0)
"""


def test_how_many_initial_states_a_layer_takes() -> None:
    check_refused(STATES.format(layer="LSTM", states="h"), "KFX503")
    check_right(STATES.format(layer="LSTM", states="[h, h]"))
    check_right(STATES.format(layer="GRU", states="h"))


def test_a_constant_that_fixes_the_batch() -> None:
    program = """
        x = Input((5, 8))
        table = layers.Embedding(5, 8)(np.arange(5))
        model = Model(x, layers.Add()([x, {table}]))
        model.predict(np.zeros((4, 5, 8)), verbose=0)
    """
    check_refused(program.format(table="table"), "KFX205")
    check_right(program.format(table="table[None]"))
