"""What is asked of a model that it does not have: attributes, results, weights, as Keras says."""

from __future__ import annotations

import pytest

from tests.calls.judging import keras_refuses
from tests.verdicts import errors_of, text_of

X, Y = "np.zeros((4, 3))", "np.zeros((4, 2))"
MODEL = """
model = Sequential([Input((3,)), layers.Dense(2)])
model.compile("sgd", "mse"{compiled})
"""
TWO = """
a = Input((3,))
model = Model(a, [layers.Dense(2, name="p")(a), layers.Dense(2, name="q")(a)])
model.compile("sgd", "mse"{compiled})
"""
FIT = f"history = model.fit({X}, {Y}, verbose=0)\n"
TESTED = f"model.evaluate({X}, {Y}, verbose=0)"
TESTED_TWO = f"model.evaluate({X}, [{Y}, {Y}], verbose=0)"
ACCURACY = ", metrics=['accuracy']"
OTHER = """
model = Sequential([Input((3,)), layers.Dense(4), layers.Dense(4)])
other = Sequential([Input((3,)), {layers}])
model.save_weights("a.weights.h5")
"""
LOAD = "other.load_weights('a.weights.h5')"
SET = "other.set_weights(model.get_weights())"


def model(rest: str, compiled: str = "", text: str = MODEL) -> str:
    return text.format(compiled=compiled) + rest


def other(given: str, rest: str) -> str:
    return OTHER.format(layers=given) + rest


PROGRAMS: dict[str, tuple[str, str]] = {
    "a misspelt method": (model("model.summery()"), "KFX214"),
    "an attribute of Keras 2": (model("model.to_yaml()"), "KFX214"),
    "an attribute of its own": (model("model.mine = 3\nprint(model.mine)"), ""),
    "a caught attribute": (model("try:\n    model.mine\nexcept AttributeError:\n    pass"), ""),
    "an attribute that is asked for": (model("if hasattr(model, 'mine'):\n    model.mine()"), ""),
    "a metric that is not there": (model(FIT + "history.history['mae']"), "KFX614"),
    "the loss": (model(FIT + "history.history['loss']"), ""),
    "a metric": (model(FIT + "history.history['accuracy']", ACCURACY), ""),
    "no validation": (model(FIT + "history.history['val_loss']"), "KFX614"),
    "a split": (
        model(f"model.fit({X}, {Y}, validation_split=0.5, verbose=0).history['val_loss']"),
        "",
    ),
    "an item of a History": (model(FIT + "history['loss']"), "KFX614"),
    "a History taken apart": (model(f"a, b = model.fit({X}, {Y}, verbose=0)"), "KFX614"),
    "no name of an output": (
        model(
            f"model.fit({X}, [{Y}, {Y}], verbose=0).history['accuracy']",
            ", metrics=[['mae'], []]",
            TWO,
        ),
        "KFX614",
    ),
    "the name of an output": (
        model(
            f"model.fit({X}, [{Y}, {Y}], verbose=0).history['p_mae']",
            ", metrics=[['mae'], []]",
            TWO,
        ),
        "",
    ),
    "a number taken apart": (model(f"loss, accuracy = {TESTED}"), "KFX614"),
    "two numbers": (model(f"loss, accuracy = {TESTED}", ACCURACY), ""),
    "two numbers for three": (model(f"a, b, c = {TESTED}", ACCURACY), "KFX614"),
    "an item of a number": (model(f"{TESTED}[0]"), "KFX614"),
    "an item of two": (model(f"{TESTED}[1]", ACCURACY), ""),
    "losses of two outputs": (model(f"a, p, q = {TESTED_TWO}", text=TWO), ""),
    "losses and a metric of two outputs": (
        model(f"a, p, q = {TESTED_TWO}", ", metrics={'p': ['mae']}", TWO),
        "KFX614",
    ),
    "weights of the same layers": (other("layers.Dense(4), layers.Dense(4)", LOAD), ""),
    "weights beside layers without any": (
        other("layers.Dense(4), layers.Dropout(0.1), layers.Dense(4)", LOAD),
        "",
    ),
    "weights by name": (
        other("layers.Dense(4)", "other.load_weights('a.weights.h5', by_name=True)"),
        "KFX613",
    ),
    "weights of more layers in a file": (other("layers.Dense(4)", LOAD), ""),
    "weights of more layers": (other("layers.Dense(4)", SET), "KFX613"),
    "weights of fewer layers": (
        other("layers.Dense(4), layers.Dense(4), layers.Dense(4)", LOAD),
        "KFX613",
    ),
    "weights of other units": (other("layers.Dense(4), layers.Dense(5)", LOAD), "KFX613"),
    "weights of another class": (
        other("layers.Dense(4), layers.LayerNormalization()", SET),
        "KFX613",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_a_model_does_not_have_is_an_error(name: str) -> None:
    program, code = PROGRAMS[name]
    assert bool(keras_refuses(text_of(program), eager=True)) == bool(code)
    assert errors_of(program) == {code} - {""}
