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
    found = {found.finding.code for outcome in result.models for found in outcome.findings}
    assert sorted(found) == expected
    (model,) = [outcome.model for outcome in result.models if outcome.model.name == "model"]
    assert model is not None


def test_a_layer_of_another_library_takes_what_it_takes() -> None:
    text = """
import tensorflow_hub as hub

embed = hub.KerasLayer("https://tfhub.dev/google/nnlm-en-dim128/2")
embed(["a text", "another"])
"""
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert [found for outcome in result.models for found in outcome.findings] == []


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


def test_arguments_of_compile_that_are_spread() -> None:
    check_right("""
        import os


        class Wrapper:
            def __init__(self, model):
                self.model = model

            def prepare(self, optimizer, loss, **more):
                self.model.compile(optimizer=optimizer, loss=loss, **more)


        def settings():
            return {"metrics": ["mae"], "loss_weights": None, **dict.fromkeys(())}


        model = Sequential([Input((3,)), layers.Dense(1)])
        Wrapper(model).prepare("sgd", "mse", **(settings() if os.environ.get("HOME") else {}))
        model.fit(np.zeros((4, 3)), np.zeros((4, 1)), verbose=0)
    """)


def test_code_that_a_test_expects_to_be_refused() -> None:
    check_right("""
        import unittest

        case = unittest.TestCase()
        model = Sequential([Input((4,)), layers.Dense(2)])
        model.compile("sgd", "mse")
        with case.assertRaises(ValueError):
            broken = Sequential([Input((4,)), layers.Conv2D(3, 2)])
        with case.assertRaisesRegex(ValueError, "incompatible"):
            model.fit(np.zeros((3, 5)), np.zeros((3, 2)), verbose=0)
        with case.assertRaises(ValueError):
            raise ValueError
        model.fit(np.zeros((3, 4)), np.zeros((3, 2)), verbose=0)
    """)


def test_a_tensor_that_a_layer_keeps_in_its_call() -> None:
    check_right("""
        class Attention(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
                self.scores = None

            def call(self, x):
                self.scores = ops.softmax(self.dense(x))
                return self.scores


        attention = Attention()
        attention(tf.random.normal((2, 3)))
        total = tf.reduce_sum(attention.scores, axis=-1)
    """)


def test_labels_in_batches_of_an_object() -> None:
    check_right("""
        from keras.utils import PyDataset


        class Rows(PyDataset):
            def __init__(self, x, y=None, size=4):
                super().__init__()
                self.x, self.size = x, size
                self.y = y if y is not None else None

            def __len__(self):
                return 2

            def __getitem__(self, number):
                part = slice(number * self.size, (number + 1) * self.size)
                labels = self.y[part] if self.y is not None else float("nan")
                return self.x[part], labels


        model = Sequential([Input((3,)), layers.Dense(5)])
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        labels = np.array([int(one) for one in "01234012"])
        model.fit(Rows(np.zeros((8, 3)), labels), verbose=0)
    """)


def test_names_of_inputs() -> None:
    check_right("""
        def tagger(tokens, features):
            if tokens.name.split(":")[0] != "tokens":
                tokens = layers.Identity(name="tokens")(tokens)
            labels = Input((None,), dtype="int32", name="labels")
            total = layers.Lambda(lambda both: ops.sum(both[0], -1) + ops.cast(both[1], "float32"))
            ends = {"tags": features, "total": total([features, labels])}
            return Model({"tokens": tokens, "labels": labels}, ends)


        tokens = Input((6,), name="tokens")
        model = tagger(tokens, layers.Embedding(9, 4)(tokens))
        model.predict({"tokens": np.zeros((2, 6)), "labels": np.zeros((2, 6))}, verbose=0)
    """)


def test_inputs_nested_in_a_dictionary() -> None:
    check_right("""
        boxes = {"boxes": Input((3, 4)), "classes": Input((3,))}
        inputs = {"images": Input((8, 8, 3)), "bounding_boxes": boxes}
        ends = [layers.Flatten()(one) for one in tf.nest.flatten(inputs)]
        model = Model(inputs, layers.Concatenate()(ends))
        arrays = {"boxes": np.zeros((2, 3, 4)), "classes": np.zeros((2, 3))}
        model.predict({"images": np.zeros((2, 8, 8, 3)), "bounding_boxes": arrays}, verbose=0)
    """)


def test_a_model_split_at_a_layer() -> None:
    check_right("""
        def split(model, number):
            [start], [end] = tf.nest.flatten(model.inputs), tf.nest.flatten(model.outputs)
            middle = tf.nest.flatten(list(model.layers)[number].output)[0]
            return Model(inputs=start, outputs=middle), Model(inputs=middle, outputs=end)


        start = Input((2, 2, 1))
        hidden = layers.Conv2D(2, 1)(start)
        whole = Model(start, layers.Dense(3)(layers.Flatten()(hidden)))
        before, after = split(whole, 1)
        after(before(np.zeros((1, 2, 2, 1))))
    """)


def test_a_variable_dim_in_a_call_is_a_number() -> None:
    check_right("""
        class First(layers.Layer):
            def call(self, x, mask=None):
                lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
                return ops.shape(x)[1] - lengths


        x, tokens = Input((None, 3)), Input((None,), dtype="int32")
        model = Model([x, tokens], First()(x, mask=ops.not_equal(tokens, 0)))
    """)


def test_a_branch_for_a_model_that_has_an_attribute() -> None:
    check_right("""
        class Wrapper(Model):
            def __init__(self, first):
                super().__init__()
                self.first = first
                self.last = layers.Dense(1)

            def prepare(self, data):
                if hasattr(self.first, "build_preprocessor"):
                    self.first.build_preprocessor(data)
                elif not hasattr(self.first, "inputs"):
                    self.first(data)

            def call(self, data):
                return self.last(self.first(data[0]))

            def fit(self, x, y, **more):
                self.prepare(x)
                return super().fit(x, y, **more)


        start = Input((3,))
        model = Wrapper(Model(start, layers.Dense(2)(start)))
        model.compile("sgd", "mse")
        model.fit([np.zeros((4, 3)), np.zeros((4, 2))], np.zeros((4, 1)), verbose=0)
    """)


def test_a_branch_for_tensors_of_a_rank() -> None:
    check_right("""
        import os


        def head(x):
            x = layers.GlobalAveragePooling2D()(x) if len(x.shape) == 4 else x
            return layers.Dense(3)(x)


        def build(flat):
            start = Input((8, 8, 3))
            x = layers.Conv2D(4, 3)(start)
            if flat:
                x = layers.Flatten()(x)
            return Model(start, head(x))


        model = build(os.environ.get("FLAT", ""))
    """)


def test_a_tensor_that_is_none_on_another_way() -> None:
    check_right("""
        import os


        def joined(numbers, words):
            if numbers and words:
                return layers.Concatenate()([*numbers, *words])
            if numbers:
                return numbers[0]
            if not os.environ.get("HOME"):
                return None
            return words[0]


        a, b = Input((3,)), Input((4,))
        keys = os.environ.get("KEYS", "a b").split()
        parts = [one for key, one in (("a", a), ("b", b)) if key in keys]
        model = Model([a, b], layers.Reshape((1, -1))(joined(parts[:1], parts[1:])))
    """)


def test_images_in_a_column() -> None:
    check_right("""
        import pandas as pd

        table = pd.DataFrame({"path": ["a", "b", "c", "d"], "kind": [0, 1, 0, 1]})
        table = pd.concat([table[table["kind"] == 0], table[table["kind"] == 1]])
        table["image"] = table["path"].map(lambda path: np.zeros((8, 8, 3)))
        images = np.asarray(table["image"].tolist()) / 255.0
        model = Sequential([Input((8, 8, 3)), layers.Flatten(), layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(images, keras.utils.to_categorical(table["kind"], 2), verbose=0)
    """)


def test_an_operation_that_keras_does_not_have() -> None:
    text = """
import keras
from keras import layers, ops


class Positions(layers.Layer):
    def __init__(self, count, width):
        super().__init__()
        self.count = count
        self.embed = layers.Embedding(count, width)

    def call(self, x):
        return x + self.embed(ops.range(start=0, limit=self.count, delta=1))


start = keras.Input((16, 8))
model = keras.Model(start, Positions(16, 8)(start))
"""
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert [found for outcome in result.models for found in outcome.findings] == []


def test_a_shape_that_takes_too_many_steps_to_compute() -> None:
    text = """
import keras
from keras import layers


class Slow(layers.Layer):
    def call(self, x):
        return x

    def compute_output_shape(self, shape):
        total = 0
        for a in range(400):
            for b in range(400):
                total = total + (a * b) % 7
        return (*shape[:-1], total)


start = keras.Input((16, 8))
model = keras.Model(start, Slow()(start))
"""
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert result.error is None


def test_ends_of_a_model_in_a_dictionary_of_one() -> None:
    check_right("""
        class Backbone(Model):
            def __init__(self, **more):
                tokens = Input((7,), name="tokens")
                last = layers.Embedding(5, 4)(tokens)
                super().__init__(inputs={"tokens": tokens}, outputs={"last": last}, **more)


        backbone = Backbone(name="backbone")
        span = layers.Dense(2)(backbone.output["last"])
        model = Model(backbone.input, {"start": span[:, :, 0], "end": span[:, :, 1]})
        layers.Dense(3)(backbone.outputs[0])
    """)


def test_ends_of_a_model_whose_graph_is_not_known() -> None:
    check_right("""
        import os

        first = Input((8, 8, 3))


        class Backbone(Model):
            def __init__(self, stages, **more):
                start = Input((8, 8, 3))
                x = layers.Conv2D(64, 3)(start)
                super().__init__(inputs=start, outputs=[x] if stages else x, **more)


        backbone = Backbone(os.environ.get("STAGES", ""))
        layers.GroupNormalization()(backbone.output)
    """)


def test_a_layer_that_takes_texts() -> None:
    check_right("""
        class Preprocessing(layers.Layer):
            def __init__(self, **more):
                super().__init__(**more)
                self._convert_input_args = False
                self._allow_non_tensor_positional_args = True


        class Lengths(Preprocessing):
            def call(self, texts):
                return ops.convert_to_tensor([len(text) for text in texts])


        Lengths()(["a text", "another"])
    """)


def test_a_layer_that_adds_to_the_dictionary_it_is_given() -> None:
    check_right("""
        class Encode(layers.Layer):
            def call(self, inputs):
                boxes = inputs["targets"]["boxes"]
                for name in ("first", "second"):
                    inputs[name] = {"heat": boxes + 1, "top": boxes * 2}
                return inputs


        Encode()({"targets": {"boxes": np.zeros((2, 3)), "mask": np.zeros((2,))}})
    """)


def test_a_branch_for_models() -> None:
    check_right("""
        class Pair(Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(2)

            def call(self, x):
                return self.dense(x["a"]) + self.dense(x["b"])


        def run(layer, data):
            if isinstance(layer, Model):
                return layer(data)
            return layer(**data)


        run(Pair(), {"a": np.zeros((2, 3)), "b": np.zeros((2, 3))})
    """)


def test_a_model_that_is_written_to_a_text_and_read_again() -> None:
    check_right("""
        from keras.models import model_from_json

        model = Sequential([Input((4,)), layers.Dense(1)])
        with open("model.json", "w") as file:
            file.write(model.to_json())
        text = open("model.json", "r").read()
        again = model_from_json(text)
        first = again.predict(np.ones((1, 4)), verbose=0)[0, 0]
    """)
