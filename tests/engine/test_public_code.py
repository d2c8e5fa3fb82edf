"""What public code does that looks like a fault: real Keras runs it, kfix reports nothing."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.verdicts import check_right


def test_a_model_called_on_elements_of_a_data_set() -> None:
    check_right("""
        resize = Sequential([layers.Resizing(18, 18), layers.Rescaling(1 / 255)])
        flip = Sequential([layers.RandomFlip()])
        data = tf.data.Dataset.from_tensor_slices((np.zeros((8, 20, 24, 3)), np.zeros((8,))))
        data = data.map(lambda x, y: (resize(x), y)).batch(4)
        data = data.map(lambda x, y: (flip(x, training=True), y))
        model = Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(data, verbose=0)
    """)


def test_columns_that_a_loop_over_a_file_makes() -> None:
    check_right("""
        import pandas as pd

        table = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "c": [0, 1]})
        table.to_csv("rows.csv", index=False)
        rows = pd.read_csv("rows.csv")
        rows.pop("c")
        inputs = {}
        for name, column in rows.items():
            inputs[name] = Input((1,), name=name)
        numbers = {name: given for name, given in inputs.items() if given.dtype == "float32"}
        model = Model(inputs, layers.Concatenate()(list(numbers.values())))
        arrays = {name: np.array(value) for name, value in rows.items()}
        model({name: value[:1].reshape(1, 1) for name, value in arrays.items()})
    """)


def test_a_class_is_asked_what_it_derives_from() -> None:
    check_right("""
        class Bounded(layers.Dense):
            def __init__(self, units, bound=None):
                super().__init__(units)
                self.bound = bound


        def build(kind, arguments, shape=None):
            if issubclass(kind, Sequential):
                return kind(**arguments)
            start = Input(shape=shape)
            if issubclass(kind, Bounded):
                arguments["bound"] = 1
            return Model(start, kind(**arguments)(start))


        build(layers.Dense, {"units": 3}, (4,))
        build(Bounded, {"units": 3}, (4,))
        build(Sequential, {"layers": [Input((4,)), layers.Dense(3)]})
    """)


def test_a_parameter_that_is_none_by_default_is_given_a_tensor_by_others() -> None:
    check_right("""
        class Net:
            def __init__(self, units=4):
                self.gate = layers.Dense(units)

            def __call__(self, x=None, scale=None):
                return self.gate(x) * x + scale


        def weigh(x, by=None):
            return layers.Dense(4)(x) * by
    """)


@pytest.mark.parametrize(
    "lines",
    [
        # of each layer, not of the model
        """
        model = Sequential([
            Input((6, 3)),
            layers.LSTM(8),  # output.shape = (batch, 8)
            layers.RepeatVector(5),  # output.shape = (batch, steps, 8)
            layers.Dense(2),  # output.shape = (batch, steps, dims)
        ])
        """,
        # of the input
        """
        model = Sequential()
        model.add(layers.Dense(1, input_shape=(2,),  # a layer with one neuron
                               activation="sigmoid"))  # the input has the size (batch_size, 2)
        """,
    ],
)
def test_a_comment_that_is_not_of_the_output(lines: str) -> None:
    check_right(lines)


def test_a_sequential_may_wait_for_its_data() -> None:
    program = """
        def head(units):
            return Sequential([layers.Dense(units), layers.Dense(2)])


        head(3)(np.ones((4, 5)))
        model = Sequential([layers.Dense(3), layers.Dense(2)])
    """
    check_right(program)


@pytest.mark.parametrize(
    "lines",
    [
        "other = x if other is None else other",
        "other = other if other is not None else x",
        "if other is None:\n            other = x",
        "if not (other is None):\n            pass\n        else:\n            other = x",
    ],
)
def test_a_tensor_that_may_be_none_is_one_where_it_was_asked(lines: str) -> None:
    check_right(f"""
    import os

    def attend(x, other=None):
        {lines}
        return layers.Dense(4)(x) + layers.Dense(4)(other)


    start = Input((5, 3))
    context = Input((5, 7)) if os.environ.get("WITH" + os.name) else None
    model = Model([start] if context is None else [start, context], attend(start, context))
    """)


def test_long_tests_that_begin_alike_are_two() -> None:
    check_right("""
    import os

    major, minor = (int(part) for part in os.environ.get("OF" + os.name, "2.3").split("."))
    scale = None
    if major >= 2 and major + minor >= 4 and major + minor + 1 >= 9 and minor > 2:
        raise ValueError("too new")
    elif major >= 2 and major + minor >= 4 and major + minor + 1 >= 6 and minor > 2:
        scale = layers.Rescaling(2.0)
    start = Input((5, 3))
    model = Model(start, layers.Dense(2)(scale(start)))
    """)


LEGACY = """
import os

{setting}
import tensorflow as tf
from tensorflow.keras import Input, Model, layers

start = Input((4,))
scaled = tf.expand_dims(layers.Dense(3, name="head/dense")(start), -1)
model = Model(start, scaled)
"""


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ('os.environ["TF_USE_LEGACY_KERAS"] = "1"', []),
        ('os.environ.setdefault("TF_USE_LEGACY_KERAS", "True")', []),
        ('if os.getpid() > 9:\n    os.environ["TF_USE_LEGACY_KERAS"] = "1"', []),
        ('os.environ["TF_USE_LEGACY_KERAS"] = "0"', ["KFX213", "KFX303"]),
        ('os.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport keras', ["KFX213", "KFX303"]),
    ],
)
def test_tf_keras_may_be_keras_2_by_the_environment(setting: str, expected: list[str]) -> None:
    text = LEGACY.format(setting=setting)
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    found = {found.finding.code for told in result.models for found in told.findings}
    assert sorted(found) == expected
    (model,) = [told.model for told in result.models if told.model.name == "model"]
    assert model is not None


def test_a_layer_of_another_library_takes_what_it_takes() -> None:
    text = """
import tensorflow_hub as hub

embed = hub.KerasLayer("https://tfhub.dev/google/nnlm-en-dim128/2")
embed(["a text", "another"])
"""
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert [found for told in result.models for found in told.findings] == []


def test_a_model_of_unknown_inputs_may_take_a_list_of_arrays() -> None:
    check_right("""
        def dump(model, rows, outputs=()):
            part = Model(model.inputs, [layer.output for layer in model.layers[2:]])
            return part.predict(rows, verbose=0)


        one, two = Input((4,)), Input((4,))
        whole = Model([one, two], layers.Dense(2)(layers.Concatenate()([one, two])))
        whole.save("whole.keras")
        pictures = np.zeros((30, 4))
        dump(keras.models.load_model("whole.keras"), [pictures[0:10, :], pictures[0:10, :]])
    """)
