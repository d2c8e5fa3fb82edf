"""Weights of samples, data for validation and steps of the program's own, as Keras takes them."""

from __future__ import annotations

import pytest

from tests.verdicts import errors_of, keras_refuses

X, Y = "np.zeros((4, 4))", "np.zeros((4, 2))"
MODEL = """
model = Sequential([Input((4,)), layers.Dense(2)])
model.compile("sgd", {compiled})
"""
STEP = """
class Tested(Model):
    def {name}(self, data):
        {body}

inputs = Input((4,))
model = Tested(inputs, layers.Dense(2)(inputs))
model.compile("sgd", "mse", metrics={metrics})
"""
NET = """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(2)

    def call(self, x):
        return self.head(x)

def own(y_true, y_pred):
    return keras.losses.mse(y_true, y_pred)

model = Net()
model.compile("sgd", own)
"""
TABLE = """
class Place(layers.Layer):
    def __init__(self):
        super().__init__()
        self.table, self.sum = layers.Embedding(5, 3), layers.Add()

    def call(self, x):
        return self.sum([x, self.table(ops.arange(5))])

inputs = Input((5, 3))
model = Model(inputs, Place()(inputs))
"""
NAMED = """
inputs = Input((4,), name="a")
model = Model(inputs, layers.Dense(2, name="b")(inputs))
model.compile("sgd", "mse")
"""
GENERATOR = """
def held_out():
    yield {yielded}
"""


def fit(more: str = "", compiled: str = "'mse'", before: str = "") -> str:
    call = f"model.fit({X}, {Y}, {more}verbose=0)"
    return before + MODEL.format(compiled=compiled) + call


def aside(weights: str) -> str:
    return fit(f"validation_data=({X}, {Y}, {weights}), ")


def step(
    call: str, name: str = "test_step", body: str = "x, y = data", metrics: str = "None"
) -> str:
    result = "return self(x)" if name == "predict_step" else "return {'loss': ops.mean(self(x))}"
    text = f"{body}\n        {result}"
    return STEP.format(name=name, body=text, metrics=metrics) + call


EVALUATED = f"model.evaluate({X}, {Y}, verbose=0)"
STOPPING = "callbacks=[keras.callbacks.EarlyStopping({})], "


def lossless(result: str) -> str:
    return fit(compiled="own", before=f"def own(a, b):\n    return {result}\n")


def of_set(key: str) -> str:
    data = f"tf.data.Dataset.from_tensor_slices(({{'{key}': {X}}}, {Y}))"
    return NAMED + f"model.fit({data}.batch(2), verbose=0)"


PROGRAMS: dict[str, tuple[str, str]] = {
    "weights for validation": (aside("np.ones(4)"), ""),
    "weights of other samples": (aside("np.ones(5)"), "KFX613"),
    "weights of other validation samples": (
        fit(f"sample_weight=np.ones(4), validation_data=({X}, {Y}, np.ones(5)), "),
        "KFX613",
    ),
    "weights that fit no loss": (aside("np.ones((4, 3))"), "KFX613"),
    "a generator for validation": (
        fit("validation_data=held_out(), ", before=GENERATOR.format(yielded=f"{X}, {Y}")),
        "",
    ),
    "a generator of other labels": (
        fit("validation_data=held_out(), ", before=GENERATOR.format(yielded=f"{X}, {Y}[:3]")),
        "KFX613",
    ),
    "a step of evaluate": (step(EVALUATED), ""),
    "a step that takes too many": (step(EVALUATED, body="x, y, w = data"), "KFX613"),
    "a step without the metrics": (step(EVALUATED, metrics="['mae']"), "KFX613"),
    "a step without metrics": (step(EVALUATED, metrics="[]"), "KFX613"),
    "a step for a batch": (step(f"model.test_on_batch({X}, {Y})"), "KFX613"),
    "a list for one input in call": (
        step(f"model.test_on_batch([{X}, {X}], {Y})", body="x = data[0]").replace(
            "self(x)", "self.call(x)"
        ),
        "",
    ),
    "a step for validation": (
        step(f"model.fit({X}, {Y}, validation_data=({X}, {Y}), verbose=0)", metrics="['mae']"),
        "",
    ),
    "a step of predict": (
        step(f"model.predict({X})", "predict_step", "x = data[0]"),
        "KFX201",
    ),
    "a loss of a subclassed model": (NET + EVALUATED, "KFX214"),
    "a loss that returns nothing": (lossless("None"), "KFX613"),
    "a loss of NumPy": (lossless("np.mean(a - b)"), "KFX613"),
    "a loss of Keras's functions": (lossless("ops.mean(a - b)"), ""),
    "a monitored loss": (fit(STOPPING.format("monitor='val_loss'")), ""),
    "a name that nothing has": (fit(STOPPING.format("monitor='val_los'")), "KFX613"),
    "a metric whose name is not that of its class": (
        fit(
            STOPPING.format("monitor='fbeta_score'"),
            compiled="'mse', metrics=[keras.metrics.FBetaScore()]",
        ),
        "",
    ),
    "a name that evaluate never looks for": (
        MODEL.format(compiled="'mse'")
        + f"model.evaluate({X}, {Y}, {STOPPING.format(repr('dice'))}verbose=0)",
        "",
    ),
    "rows of another number than samples": (
        "inputs = Input((6,))\nModel(inputs, ops.reshape(inputs, (-1, 4)))(np.ones((2, 6)))",
        "",
    ),
    "a name with its direction": (fit(STOPPING.format("monitor='dice', mode='max'")), ""),
    "labels of ones": (
        MODEL.format(compiled="'sparse_categorical_crossentropy'").replace("(2)", "(1)")
        + f"model.fit({X}, np.ones(4), verbose=0)",
        "KFX613",
    ),
    "a table that is added": (TABLE + "model.predict(np.zeros((5, 5, 3)), verbose=0)", ""),
    "a table in the place of samples": (
        TABLE + "model.predict(np.zeros((4, 5, 3)), verbose=0)",
        "KFX205",
    ),
    "names of a data set": (of_set("a"), ""),
    "another name of a data set": (of_set("x"), "KFX610"),
    "a layer by its name": (NAMED + "model.get_layer('b')", ""),
    "no layer of a name": (NAMED + "model.get_layer('bb')", "KFX613"),
    "no layer of Keras": ("Sequential([Input((4, 4, 3)), layers.Conv2d(1, 3)])", "KFX214"),
    "an array of objects": (
        MODEL.format(compiled="'mse'") + f"model.predict({X}.astype(object), verbose=0)",
        "KFX613",
    ),
    "no steps in a run": (fit(compiled="'mse', steps_per_execution=0"), "KFX613"),
    "a second tensor": (NAMED + f"model({X}, {Y})", "KFX211"),
    "a tensor for an axis": (NAMED + "Model(inputs, ops.concatenate(inputs, inputs))", "KFX303"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_are_refused(name: str) -> None:
    program, code = PROGRAMS[name]
    assert errors_of(program) == {code} - {""}


@pytest.mark.keras
@pytest.mark.graphs
@pytest.mark.parametrize("name", PROGRAMS)
def test_keras_refuses_the_same(name: str) -> None:
    program, code = PROGRAMS[name]
    said = keras_refuses(program)
    assert bool(said) == bool(code), said
