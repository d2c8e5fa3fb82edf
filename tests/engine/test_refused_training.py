"""Arguments of `compile`, `fit` and their like that real Keras refuses or takes."""

from __future__ import annotations

import pytest

from kfix.findings.training_refused import TrainingRefused
from kfix.report.sentences import message
from tests.verdicts import check_refused, check_right, findings, keras_refuses

TWO = """
    x = Input((4,), name="x")
    a = layers.Dense(1, name="a")(x)
    b = layers.Dense(2, name="b")(x)
    model = Model(x, [a, b])
    model.compile("sgd", {loss}{more})
    model.{call}
"""
FIT = "fit(np.zeros((6, 4)), [np.zeros((6, 1)), np.zeros((6, 2))], verbose=0)"


def two(loss: str = '"mse"', more: str = "", call: str = FIT) -> str:
    """Return a program of a model with two outputs, "a" and "b"."""
    return TWO.format(loss=loss, more=more and f", {more}", call=call)


@pytest.mark.parametrize(
    ("loss", "more"),
    [
        ('["mse"]', ""),
        ('["mse", "mae"]', ""),
        ('{"b": "mae", "a": "mse"}', ""),
        ('"mse"', 'metrics=["mae", "mse"]'),
        ('"mse"', 'metrics=[["mae"], ["mse", "mae"]]'),
        ('"mse"', 'metrics={"b": "mae"}'),
        ('"mse"', 'metrics=[None, ["mae"]]'),
        ('["mse", "mae"]', "loss_weights=[1.0, 2.0]"),
        ('{"a": "mse", "b": "mae"}', 'loss_weights={"a": 1.0, "b": 2.0}'),
    ],
)
def test_losses_and_metrics_of_two_outputs_that_keras_takes(loss: str, more: str) -> None:
    check_right(two(loss, more))


@pytest.mark.parametrize(
    ("loss", "more"),
    [
        ('{"a": "mse"}', ""),
        ('{"a": "mse", "c": "mse"}', ""),
        ('["mse", "mse", "mse"]', ""),
        ('"mse"', 'metrics="mae"'),
        ('"mse"', 'metrics=["mae"]'),
        ('"mse"', 'metrics={"c": "mae"}'),
        ('"mse"', "loss_weights=[1.0, 2.0]"),
        ('["mse", "mae"]', "loss_weights=[1.0]"),
        ('["mse", "mae"]', "loss_weights=2"),
    ],
)
def test_losses_and_metrics_of_two_outputs_that_keras_refuses(loss: str, more: str) -> None:
    check_refused(two(loss, more), "KFX613")


@pytest.mark.parametrize(
    ("labels", "is_right"),
    [
        ("[np.zeros((6, 1)), np.zeros((6, 2))]", True),
        ("(np.zeros((6, 1)), np.zeros((6, 2)))", True),
        ("{'b': np.zeros((6, 2)), 'a': np.zeros((6, 1))}", True),
        ("{'a': np.zeros((6, 1)), 'c': np.zeros((6, 2))}", False),
        ("{'a': np.zeros((6, 1))}", False),
    ],
)
def test_the_structure_of_labels(labels: str, is_right: bool) -> None:
    program = two(call=f"evaluate(np.zeros((6, 4)), {labels}, verbose=0)")
    if is_right:
        check_right(program)
    else:
        assert keras_refuses(program) is not None
        assert {found.code for found in findings(program)} <= {"KFX610", "KFX613"}
        assert findings(program)


ONE = """
    model = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile({compile})
    model.{call}
"""
LABELS = "np.array([0, 1, 2, 0])"
SPARSE = '"sgd", "sparse_categorical_crossentropy"'
OF_ONE = f"fit(np.zeros((4, 4)), {LABELS}, verbose=0)"


def one(compiled: str = SPARSE, call: str = OF_ONE) -> str:
    """Return a program of a model with one output of three classes."""
    return ONE.format(compile=compiled, call=call)


@pytest.mark.parametrize(
    ("compiled", "meant"),
    [
        ('"sgd", "sparse_categorical_cross_entropy"', "sparse_categorical_crossentropy"),
        ('"adamm", "sparse_categorical_crossentropy"', "adam"),
        (SPARSE + ', metrics=["categorical_acuracy"]', "categorical_accuracy"),
        (SPARSE + ', metric=["accuracy"]', "metrics"),
        (f"keras.optimizers.SGD(learning_rat=0.1), {SPARSE[7:]}", "learning_rate"),
    ],
)
def test_misspelt_names_are_refused_with_the_name_that_is_meant(compiled: str, meant: str) -> None:
    program = one(compiled)
    check_refused(program, "KFX613")
    [found] = findings(program)
    assert f"did you mean `{meant}`?" in message(found)


@pytest.mark.parametrize(
    "compiled",
    [
        '"SGD", "SparseCategoricalCrossentropy"',
        'keras.optimizers.Adam(0.1, beta_1=0.5), "crossentropy"',
        SPARSE + ', metrics=["Accuracy", "sparse_top_k_categorical_accuracy"]',
        SPARSE + ", metrics=[keras.metrics.SparseCategoricalAccuracy()]",
        SPARSE + ", loss_weights=[2.0]",
    ],
)
def test_names_and_objects_that_keras_takes(compiled: str) -> None:
    check_right(one(compiled))


@pytest.mark.parametrize(
    "compiled",
    ["keras.optimizers.SGD, 'mse'", "3, 'mse'", "None, 'mse'", "'sgd'", "'sgd', [None]"],
)
def test_what_is_no_optimizer_or_no_loss(compiled: str) -> None:
    check_refused(one(compiled, "fit(np.zeros((4, 4)), np.zeros((4, 3)), verbose=0)"), "KFX613")


def test_a_metric_that_labels_do_not_fit() -> None:
    check_refused(one(SPARSE + ", metrics=['mae']"), "KFX612")
    check_right(one(SPARSE + ", metrics=['accuracy']"))


@pytest.mark.parametrize(
    ("more", "is_right"),
    [
        ("class_weight={0: 1.0, 1: 2.0}", True),
        ("class_weight='balanced'", False),
        ("class_weight=[1.0, 2.0, 3.0]", False),
        ("class_weight={0: 1.0}, sample_weight=np.ones(4)", False),
        ("sample_weight=np.ones(4)", True),
        ("sample_weight=np.ones(5)", False),
        ("sample_weight=np.ones((4, 3))", False),
        ("sample_weight=[1.0] * 4", False),
        ("epoch=1", False),
        ("validation_data=(np.zeros((2, 4)),)", False),
        ("validation_data=(np.zeros((2, 4)), np.array([0, 1]), np.ones(2))", True),
    ],
)
def test_arguments_of_fit(more: str, is_right: bool) -> None:
    program = one(call=f"fit(np.zeros((4, 4)), {LABELS}, {more}, verbose=0)")
    if is_right:
        check_right(program)
    else:
        check_refused(program, "KFX613")


def test_a_model_that_is_not_compiled() -> None:
    model = 'model = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])\n'
    check_refused(model + f"model.{OF_ONE}", "KFX613")
    check_right(model + "model.predict(np.zeros((4, 4)), verbose=0)")


SLICES = "evaluate(tf.data.Dataset.from_tensor_slices({}).batch(2), verbose=0)"


@pytest.mark.parametrize(
    ("tensors", "is_right"),
    [
        (f"(np.zeros((4, 4)), {LABELS})", True),
        ("(np.zeros((4, 4)), np.zeros(3))", False),
        (f"(np.zeros((4, 4)), [{LABELS}, {LABELS}])", False),
        ("([np.zeros((4, 4)), np.zeros((4, 3))], np.zeros(4))", False),
    ],
)
def test_tensors_of_a_data_set(tensors: str, is_right: bool) -> None:
    program = one(call=SLICES.format(tensors))
    if is_right:
        check_right(program)
    else:
        check_refused(program, "KFX613")


@pytest.mark.parametrize(
    ("x", "with_input", "is_right"),
    [
        ("[np.zeros((4, 4))]", True, True),
        ("[np.zeros((4, 4)), np.zeros((4, 4))]", True, True),
        ("[np.zeros((4, 4))]", False, False),
        ("{'x': np.zeros((4, 4))}", True, False),
    ],
)
def test_structures_into_a_sequential(x: str, with_input: bool, is_right: bool) -> None:
    entry = "Input((4,)), " if with_input else ""
    program = f"""
    model = Sequential([{entry}layers.Dense(3)])
    model.compile("sgd", "mse")
    model.fit({x}, np.zeros((4, 3)), verbose=0)
    """
    if is_right:
        check_right(program)
    else:
        check_refused(program, "KFX613")


def test_the_place_and_the_sentence() -> None:
    [found] = findings(one('"sgd", "sparse_categorical_cross_entropy"'))
    assert isinstance(found, TrainingRefused)
    assert (found.method, found.argument, found.actual) == (
        "compile",
        "`loss`",
        "'sparse_categorical_cross_entropy'",
    )


@pytest.mark.parametrize("classes", ["[1, 2, 3, 1]", "[0, 1, 2, 3]"])
def test_classes_counted_from_one(classes: str) -> None:
    labels = f"np.array({classes})"
    check_refused(one(call=f"fit(np.zeros((4, 4)), {labels}, verbose=0)"), "KFX613")
    one_hot = '"sgd", "categorical_crossentropy"'
    rows = f"keras.utils.to_categorical({labels})"
    check_refused(one(one_hot, f"fit(np.zeros((4, 4)), {rows}, verbose=0)"), "KFX101")
    rows = "keras.utils.to_categorical(np.array([0, 2, 2, 0]))"
    check_right(one(one_hot, f"fit(np.zeros((4, 4)), {rows}, verbose=0)"))


def test_weights_in_another_structure_than_the_outputs() -> None:
    labels = "{'a': np.zeros((6, 1)), 'b': np.zeros((6, 2))}"
    weighted = f"fit(np.zeros((6, 4)), {labels}, sample_weight=np.ones(6), verbose=0)"
    check_refused(two(call=weighted), "KFX613")
    check_right(two(call=weighted.replace("sample_weight=np.ones(6), ", "")))


def test_a_confusion_metric_counts_elements() -> None:
    compiled = SPARSE + ", metrics=[keras.metrics.AUC()]"
    check_refused(one(compiled), "KFX612")
    rows = "fit(np.zeros((4, 4)), np.zeros((4, 3)), verbose=0)"
    check_right(one('"sgd", "mse", metrics=["AUC"]', rows))


def test_inputs_by_names_that_no_input_has() -> None:
    check_refused(
        """
        a, b = Input((4,)), Input((4,))
        model = Model([a, b], layers.Add()([a, b]))
        model.predict({"a": np.zeros((2, 4)), "b": np.zeros((2, 4))}, verbose=0)
        """,
        "KFX610",
    )


def test_labels_that_a_distance_broadcasts_are_a_warning() -> None:
    program = one('"sgd", "mse"', "fit(np.zeros((4, 4)), np.array([[0], [1], [2], [0]]))")
    assert keras_refuses(program) is None
    assert [found.severity for found in findings(program)] == ["warning"]


FITTED = """
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0, {more})
"""


@pytest.mark.parametrize(
    "more",
    [
        "callbacks=[keras.callbacks.EarlyStopping('loss', patience=2), keras.callbacks.History()]",
        "callbacks=keras.callbacks.TerminateOnNaN()",
        "callbacks=[keras.callbacks.CSVLogger(filename='log.csv')]",
        "callbacks=[]",
        "epochs=1, steps_per_epoch=1",
        "validation_split=0.5",
        "validation_split=0.01",
    ],
)
def test_callbacks_and_numbers_that_keras_takes(more: str) -> None:
    check_right(FITTED.format(more=more))


@pytest.mark.parametrize(
    "more",
    [
        "callbacks=[keras.callbacks.EarlyStopping(patients=2)]",
        "callbacks=[keras.callbacks.EarlyStop()]",
        "callbacks=[keras.callbacks.CSVLogger()]",
        "callbacks=['EarlyStopping']",
        "callbacks=[keras.callbacks.History]",
        "epochs=1.0",
        "epochs='1'",
        "steps_per_epoch=1.0",
        "batch_size='2'",
        "validation_split=1.0",
    ],
)
def test_callbacks_and_numbers_that_keras_refuses(more: str) -> None:
    check_refused(FITTED.format(more=more), "KFX613")
