"""Calls of models whose class trains in its own way, and batches: as real Keras refuses them."""

from __future__ import annotations

import textwrap

import pytest

from tests.verdicts import errors_of, findings, keras_refuses

STEP = """
class Trained(Model):
    def train_step(self, data):
        {unpacked} = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = {loss}
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {{"loss": loss}}

inputs = Input((4,))
model = Trained(inputs, layers.Dense(3, activation="softmax")(inputs))
model.compile("sgd", {compiled})
"""
SQUARE = "ops.mean(ops.square(y_pred))"
NET = """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(3, activation="softmax")

    def call(self, x):
        return {result}

model = Net()
"""
RATED = """
class Rated(layers.Layer):
    def call(self, x):
        self.add_loss(ops.mean(x))
        return x
"""
SEQUENTIAL = """
model = Sequential([Input((4,)), layers.Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["mse"])
"""
UNDECLARED = """
model = Sequential([layers.Dense(6), layers.Dense(4, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(np.zeros((4, 4)), np.zeros((4,)), verbose=0)
"""
X, Y = "np.zeros((8, 4))", "np.zeros((8,))"


def step(call: str, unpacked: str = "x, y", loss: str = SQUARE, compiled: str = "'mse'") -> str:
    return STEP.format(unpacked=unpacked, loss=loss, compiled=compiled) + call


def net(rest: str, result: str = "self.head(x)") -> str:
    return NET.format(result=result) + textwrap.dedent(rest)


SPARSE = "model.compile('sgd', 'sparse_categorical_crossentropy')\n"
PROGRAMS: dict[str, tuple[str, bool]] = {
    "weights come third": (step(f"model.fit({X}, {Y}, sample_weight=np.ones(8))"), True),
    "weights of classes": (step(f"model.fit({X}, {Y}, class_weight={{0: 1.0}})"), True),
    "three without weights": (step(f"model.fit({X}, {Y})", "x, y, w"), True),
    "three with weights": (
        step(f"model.fit({X}, {Y}, sample_weight=np.ones(8))", "x, y, w"),
        False,
    ),
    "two": (step(f"model.fit({X}, {Y})"), False),
    "train_on_batch gives three": (step(f"model.train_on_batch({X}, {Y})"), True),
    "rows of a tensor": (step(f"model.fit({X}, {Y})", "(x, y), w"), True),
    "another count of samples": (step(f"model.fit({X}, np.zeros((9,)))"), True),
    "a float as steps": (step(f"model.fit({X}, {Y}, steps_per_epoch=1.0)"), True),
    "labels that the step does not look at": (step(f"model.fit({X}, np.zeros((8, 7)))"), False),
    "labels of evaluate": (step(f"model.evaluate({X}, np.zeros((8, 7)))"), True),
    "validation is a step of evaluate": (
        step(f"model.fit({X}, {Y}, validation_data=({X}, np.zeros((8, 7))))"),
        True,
    ),
    "labels of compute_loss": (
        step(f"model.fit({X}, {Y})", loss="self.compute_loss(y=y, y_pred=y_pred)"),
        True,
    ),
    "a subclass without a loss": (
        net(f"model.compile('sgd')\nmodel.fit({X}, {Y}, verbose=0)"),
        True,
    ),
    "a generator of other counts": (
        "def batches():\n    while True:\n        yield np.zeros((6, 4)), np.zeros((9, 2))\n"
        + SEQUENTIAL.replace("sparse_categorical_crossentropy", "mse")
        + "model.fit(batches(), steps_per_epoch=1, verbose=0)",
        True,
    ),
    "labels of compute_loss by position": (
        step(f"model.fit({X}, np.zeros((8, 3)))", loss="self.compute_loss(x, y, y_pred)"),
        False,
    ),
    "rows that the step takes": (
        step(f"model.fit({X}, {Y})", loss="self.compute_loss(y=ops.ones((8, 3)), y_pred=y_pred)"),
        False,
    ),
    "metrics that the step leaves out": (
        step(f"model.fit({X}, {Y})", compiled="'mse', metrics=['mae']"),
        True,
    ),
    "metrics that were built before": (
        step(
            f"model.evaluate({X}, np.zeros((8, 3)))\nmodel.fit({X}, {Y})",
            compiled="'mse', metrics=['mae']",
        ),
        False,
    ),
    "weights of an image": (
        "model = Sequential([Input((8, 8, 3)), layers.Dense(2)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.zeros((4, 8, 8, 3)), [np.zeros((4, 8, 8, 2))], sample_weight=np.ones(4))",
        True,
    ),
    "weights in a data set": (
        step(
            f"data = tf.data.Dataset.from_tensor_slices(({X}, {Y}, np.ones(8))).batch(2)\n"
            "model.fit(data)",
            "x, y, w",
        ),
        False,
    ),
    "weights in a data set that are not taken": (
        step(
            f"data = tf.data.Dataset.from_tensor_slices(({X}, {Y}, np.ones(8))).batch(2)\n"
            "model.fit(data)"
        ),
        True,
    ),
    "class weights of a data set": (
        step(
            f"data = tf.data.Dataset.from_tensor_slices(({X}, {Y})).batch(2)\n"
            "model.fit(data, class_weight={0: 1.0})",
            "x, y, w",
        ),
        False,
    ),
    "three that a generator yields": (
        step(
            f"def batches():\n    while True:\n        yield {X}, {Y}, np.ones(8)\n\n"
            "model.fit(batches(), steps_per_epoch=1)",
            "x, y, w",
        ),
        False,
    ),
    "a dictionary for train_on_batch": (
        step(f"model.train_on_batch({{'x': {X}}}, {Y})"),
        True,
    ),
    "two inputs": (step(f"model.fit([{X}, {X}], {Y})"), True),
    "a loss of no such name": (step(f"model.fit({X}, {Y})", compiled="'mean_square'"), False),
    "a subclass and its labels": (net(f"{SPARSE}model.fit({X}, {Y})"), False),
    "labels of a subclass": (net(f"{SPARSE}model.fit({X}, np.zeros((8, 2)))"), True),
    "a subclass that gives a list": (
        net(f"{SPARSE}model.fit({X}, np.zeros((8, 2)))", "[self.head(x)]"),
        True,
    ),
    "a subclass that gives two": (
        net(
            "model.compile('sgd', ['mse', 'mse'])\n"
            f"model.fit({X}, [np.zeros((8, 3)), np.zeros((8, 3))])",
            "self.head(x), self.head(x)",
        ),
        False,
    ),
    "a loss of a layer alone": (
        RATED + "model = Sequential([Input((4,)), layers.Dense(2), Rated()])\n"
        f"model.compile('sgd')\nmodel.fit({X}, {Y})",
        False,
    ),
    "a regularizer alone": (
        "model = Sequential([Input((4,)), layers.Dense(2, activity_regularizer='l2')])\n"
        f"model.compile('sgd')\nmodel.fit({X}, {Y})",
        False,
    ),
    "no loss at all": (
        "model = Sequential([Input((4,)), layers.Dense(2)])\n"
        f"model.compile('sgd')\nmodel.fit({X}, {Y})",
        True,
    ),
    "the last batch alone is refused": (
        f"{SEQUENTIAL}model.fit(np.zeros((5, 4)), np.zeros((5,)), batch_size=2)",
        False,
    ),
    "a batch that is not broadcast": (f"{SEQUENTIAL}model.fit({X}, {Y}, batch_size=5)", True),
    "a last batch that is not broadcast": (
        SEQUENTIAL.replace("Dense(2", "Dense(5") + f"model.fit({X}, {Y}, batch_size=5)",
        True,
    ),
    "no epoch is run": (f"{SEQUENTIAL}model.fit({X}, {Y}, initial_epoch=1)", False),
    "epochs of None": (f"{SEQUENTIAL}model.fit({X}, {Y}, epochs=None)", True),
    "validation data that is never met": (
        f"{SEQUENTIAL}model.fit(np.zeros((2, 4)), np.zeros((2,)), validation_freq=2,"
        " validation_data=(np.zeros((9, 4)), np.zeros((9,))))",
        False,
    ),
    "validation data without labels": (
        f"{SEQUENTIAL}model.fit(np.zeros((2, 4)), np.zeros((2,)), validation_data={X})",
        True,
    ),
    "a last axis of one": (
        f"{UNDECLARED}model.evaluate(np.zeros((4, 4, 1)), np.zeros((4,)), verbose=0)",
        False,
    ),
    "a last axis of two": (
        f"{UNDECLARED}model.evaluate(np.zeros((4, 4, 2)), np.zeros((4,)), verbose=0)",
        True,
    ),
    "weights of classes for steps": (
        "model = Sequential([Input((5, 3)), layers.Dense(2)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.zeros((8, 5, 3)), np.zeros((8, 5, 2)), class_weight={0: 1.0, 1: 2.0})",
        True,
    ),
    "a checkpoint by another name": (
        f"{SEQUENTIAL}model.fit(np.zeros((2, 4)), np.zeros((2,)),"
        " callbacks=[keras.callbacks.ModelCheckpoint(filename='m.keras')])",
        True,
    ),
    "a callback that takes any word": (
        f"{SEQUENTIAL}model.fit(np.zeros((2, 4)), np.zeros((2,)),"
        " callbacks=[keras.callbacks.ReduceLROnPlateau(monitor='loss', patients=2)])",
        False,
    ),
    "classes that are counted": (
        "labels = np.array([3, 3, 0, 0, 1, 0])\n"
        "model = Sequential([Input((4,)), layers.Dense(len(np.unique(labels)))])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.zeros((6, 4)), np.zeros((6, 4)))",
        True,
    ),
    "classes of a list": (
        "labels = np.array([3, 3, 0, 0, 1, 0])\n"
        "model = Sequential([Input((4,)), layers.Dense(max(labels.tolist()) + 1)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.zeros((6, 4)), np.zeros((6, 4)))",
        False,
    ),
    "labels that are set later": (
        "labels = np.array([3, 1, 0, 2])\nlabels[labels == 3] = 0\n"
        "model = Sequential([Input((4,)), layers.Dense(3, activation='softmax')])\n"
        "model.compile('sgd', 'sparse_categorical_crossentropy')\n"
        "model.fit(np.zeros((4, 4)), labels)",
        False,
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_are_refused(name: str) -> None:
    program, is_refused = PROGRAMS[name]
    assert bool(errors_of(program)) == is_refused


@pytest.mark.keras
@pytest.mark.parametrize("name", PROGRAMS)
def test_keras_refuses_the_same(name: str) -> None:
    program, is_refused = PROGRAMS[name]
    said = keras_refuses(program)
    assert bool(said) == is_refused, said


JAX_STEP = """
class Trained(Model):
    def train_step(self, state, data):
        trainable, others, optimizer, metrics = state
        {unpacked} = data
        y_pred, others = self.stateless_call(trainable, others, x, training=True)
        return {{"loss": ops.mean(y_pred - y)}}, (trainable, others, optimizer, metrics)

inputs = Input((4,))
model = Trained(inputs, layers.Dense(3)(inputs))
model.compile("sgd")
model.fit(np.zeros((8, 4)), np.zeros((8, 3)))
"""


@pytest.mark.parametrize(("unpacked", "refused"), [("x, y", False), ("x, y, w", True)])
def test_a_step_of_jax_takes_its_state_first(unpacked: str, refused: bool) -> None:
    """Keras documents `train_step(self, state, data)` for JAX, which is not installed here."""
    assert bool(findings(JAX_STEP.format(unpacked=unpacked))) is refused
