"""What public repositories do that was taken for a fault: real Keras runs it, kfix reports
nothing.
"""

from __future__ import annotations

import pytest

from tests.verdicts import check_refused, check_right, errors_of, findings, keras_refuses

CHOSEN = """
    import os

    data = np.zeros((10, 28, 28, 1))
    images, labels = np.zeros((10, 28, 28)), np.zeros((10,))
    chosen = int(os.environ.get("FOLD", "1"))
    for fold in range(3):
        if fold == chosen:
            images = data[fold:]
            {leave}
    model = Sequential([Input(images.shape[1:]), layers.Conv2D(2, 3)])
"""


@pytest.mark.parametrize("leave", ["break", "continue"])
def test_what_is_assigned_before_a_loop_is_left_stands_behind_it(leave: str) -> None:
    check_right(CHOSEN.format(leave=leave))


def test_a_model_that_is_made_where_no_file_holds_one() -> None:
    check_right("""
        import os


        def build():
            model = Sequential([Input((6,)), layers.Dense(3, activation="softmax")])
            model.compile(loss="sparse_categorical_crossentropy")
            return model


        def load():
            if not os.path.exists("model.keras"):
                model = build()
                model.fit(np.zeros((4, 6)), np.zeros((4,)), verbose=0)
                model.save("model.keras")
            return keras.models.load_model("model.keras")


        load().predict(np.zeros((2, 6)), verbose=0)
    """)


def test_a_tuple_of_unknown_length_before_a_number() -> None:
    check_right("""
        import json


        def build(size):
            shape = (*size, 3)
            image = Input(shape)
            rows, columns = shape[0] // 8, shape[1] // 8
            small = layers.Conv2D(4, 3, strides=8, padding="same")(image)
            again = layers.Resizing(rows, columns)(image)
            return Model(image, layers.Conv2D(2, 1)(layers.Concatenate()([small, again])))


        build(json.loads("[16, 16]"))
    """)


def test_a_sequential_inside_another_has_an_input() -> None:
    check_right("""
        inner = Sequential([layers.Dense(4, input_shape=(10,)), layers.Dense(4)])
        outer = Sequential([inner, layers.Dense(1)])
        model = Model(inner.input, layers.Dense(1)(inner.output))
    """)


BUILT = """
    class Mix(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = {layer}

        def build(self, input_shape):
            self.inner.build(input_shape)

        def call(self, x):
            batch, steps = ops.shape(x)[:2]
            return self.inner(ops.reshape(x, (batch, steps, -1)))

        def compute_output_shape(self, input_shape):
            return input_shape


    steps = Input((None, 4))
    model = Model(steps, Mix()(steps))
    model.predict(np.ones((2, 3, 4)), verbose=0)
"""


@pytest.mark.parametrize(
    "layer",
    ["layers.Dense(4)", "layers.Conv1D(4, 1)", 'layers.EinsumDense("abc,cd->abd", (None, 4))'],
)
def test_a_layer_that_was_built_takes_a_variable_dim(layer: str) -> None:
    check_right(BUILT.format(layer=layer))


def test_a_step_of_another_backend() -> None:
    check_right("""
        class Net(Model):
            def train_step(self, state, data):
                trained, others, of_optimizer, of_metrics = state
                x, y = data
                return {}, state


        def with_jax():
            entry = Input((3,))
            model = Net(entry, layers.Dense(2)(entry))
            model.compile(optimizer="adam")
            model.fit(np.zeros((4, 3)), np.zeros((4, 2)))
    """)


def test_a_sequential_with_a_call_of_its_own_takes_a_list() -> None:
    check_right("""
        class Double(layers.Layer):
            def call(self, x):
                return x * 2


        class Masked(Sequential):
            def __init__(self, layers, **more):
                super().__init__(layers, **more)

            def call(self, inputs, training=None, mask=None):
                return super().call(inputs[0] * inputs[1], training=training)


        model = Masked([Double(), layers.Dense(3)])
        model.compile(loss="mse")
        x = np.ones((4, 3))
        model.evaluate([x, x], x, verbose=0)
        model.predict([x, x], verbose=0)
    """)


def test_a_sequential_is_no_functional() -> None:
    check_right("""
        from keras.src import Functional


        def graph_of(model):
            if isinstance(model, Functional):
                return model
            return Model(model.inputs, model.outputs)


        net = graph_of(Sequential([Input((3,)), layers.Dense(2)]))
        ends = Model(net.inputs, layers.Dense(1)(net.outputs[0]))
        assert issubclass(Sequential, Model) and not issubclass(Sequential, Functional)
    """)


def test_a_model_on_a_tensor_without_the_last_axis_of_its_input() -> None:
    check_right("""
        time = Input((1,))
        embed = Model(time, layers.Dense(4)(time))
        step = Input(())
        model = Model(step, embed(step))
        model(np.ones((2,)))
        several = Sequential([Input((5, 1)), layers.LSTM(3)])
        row = Input((5,))
        Model(row, several(row)).predict(np.ones((2, 5)), verbose=0)
    """)


def test_what_a_model_has_with_another_backend() -> None:
    check_right("""
        def gradients(images):
            import torch

            model = keras.applications.MobileNet(weights=None)
            net = Model(model.inputs, model.output)
            was_training = net.training
            net.eval()
            net.zero_grad()
    """)


def test_a_default_that_stands_for_nothing() -> None:
    check_right("""
        def block(x, filters=0, depth=0):
            for _ in range(depth):
                x = layers.Dense(4)(x)
            return layers.Conv2D(filters, 1)(x)
    """)


def test_tests_that_are_skipped() -> None:
    check_right("""
        import unittest


        class Cases(unittest.TestCase):
            def test_wrong(self):
                self.skipTest("not yet")
                Sequential([Input((3,)), layers.Conv2D(3, 3)])
    """)


def test_slices_up_to_the_end() -> None:
    check_right("""
        row = Input((7, 2))
        end = ops.slice(row, [0, 2, 0], [-1, -1, 1])
        model = Model(row, layers.Reshape((5,))(end))
        assert model.output_shape == (None, 5)
    """)


def test_several_tensors_in_one_argument_have_one_shape_parameter() -> None:
    check_right("""
        class Many(layers.Layer):
            def __init__(self):
                super().__init__()
                self.convs = [layers.Conv2D(filters, 1) for filters in (4, 8)]

            def call(self, inputs, training=None):
                return [conv(x) for conv, x in zip(self.convs, inputs)]

            def compute_output_shape(self, input_shape):
                return input_shape


        image = Input((9, 9, 3))
        maps = Many()([layers.Conv2D(4, 1)(image), layers.Conv2D(8, 1)(image)], training=True)
        model = Model(image, layers.Concatenate()([image, maps[1]]))
    """)


def test_a_query_that_is_a_weight() -> None:
    check_right("""
        class Attend(layers.Layer):
            def call(self, query, value):
                return query + ops.mean(value, axis=1, keepdims=True)

            def compute_output_shape(self, query_shape, value_shape):
                return query_shape


        class Pool(layers.Layer):
            def __init__(self):
                super().__init__()
                self.query = self.add_weight(shape=(1, 1, 16))
                self.attend = Attend()

            def call(self, x):
                return self.attend(query=self.query, value=x)

            def compute_output_shape(self, shape):
                return (shape[0], 1, 16)


        steps = Input((9, 16))
        model = Model(steps, layers.Flatten()(Pool()(steps)))
        model.predict(np.zeros((2, 9, 16)), verbose=0)
    """)


def test_a_declared_size_that_nothing_depends_on_is_no_error() -> None:
    program = """
        class Half(layers.Layer):
            def __init__(self):
                super().__init__()
                self.conv = layers.Conv2D(4, 3, strides=2, padding="same")

            def build(self, shape):
                self.conv.build(shape)

            def call(self, x):
                return self.conv(x)

            def compute_output_shape(self, shape):
                return (shape[0], shape[1] // 2, shape[2] // 2, 4)


        image = Input((9, 9, 3))
        row = layers.{pooling}()(Half()(image))
        model = Model(image, layers.Dense(2)(row))
        model.predict(np.zeros((4, 9, 9, 3)), verbose=0)
    """
    kept, flat = program.format(pooling="GlobalMaxPooling2D"), program.format(pooling="Flatten")
    assert keras_refuses(kept) is None
    assert keras_refuses(flat) is not None
    severities = [[found.severity for found in findings(text)] for text in (kept, flat)]
    assert severities == [["warning"], ["error"]]


def test_results_of_metrics_that_are_refused() -> None:
    program = """
        entry = Input((4,))
        model = Model(entry, [layers.Dense(1)(entry) for _ in range(3)])
        model.compile(loss="mse", metrics=["acc", "mae"])
        x, y = np.zeros((8, 4)), np.zeros((8, 1))
        model.fit(x, [y] * 3, verbose=0)
        last = model.evaluate(x, [y] * 3, verbose=0)[9]
    """
    assert keras_refuses(program) is not None
    assert [found.code for found in findings(program)] == ["KFX613"]


def test_a_layer_that_is_called_in_two_ways() -> None:
    check_right("""
        class Block(layers.Layer):
            def __init__(self):
                super().__init__()
                self.first = layers.Dense(4)
                self.last = layers.Dense(8)

            def build(self, x_shape, more_shape=None):
                self.first.build(x_shape)
                self.last.build(x_shape)

            def call(self, x, more=None, ends=False):
                return self.last(x) if ends else self.first(x) + more


        class Twice(layers.Layer):
            def __init__(self):
                super().__init__()
                self.block = Block()

            def build(self, x_shape, more_shape):
                self.block.build(x_shape, more_shape)

            def call(self, x, more):
                return self.block(self.block(x, more=more), more=[more, more], ends=True)


        x, more = Input((4,)), Input((4,))
        model = Model([x, more], Twice()(x, more))
        model.predict([np.zeros((2, 4))] * 2, verbose=0)
    """)


def test_a_single_number_is_a_batch_of_one() -> None:
    check_right("""
        class Broadcast(layers.Layer):
            def call(self, x, time):
                return ops.broadcast_to(time, ops.shape(x)[:1])


        x = Input((3,))
        times = Broadcast()(x, ops.ones((1,)))
        model = Model(x, times)
        model.predict(np.zeros((2, 3)), verbose=0)
    """)


def test_a_comment_that_states_the_input() -> None:
    check_right("""
        model = Sequential()  # (N, 5, 5, 1)
        model.add(layers.Conv2D(10, 2, input_shape=(5, 5, 1)))  # (N, 4, 4, 10)
        model.add(layers.Flatten())
        model.add(layers.Dense(1, activation="sigmoid"))
    """)


def test_arguments_in_a_dictionary_that_is_left_out() -> None:
    check_right("""
        def wrapped(x, options):
            options["activation"] = "linear"
            return layers.Conv2D(**options)(x)


        def smaller(x, options=None, of_dense=None):
            known = options if options else {}
            known.update({"strides": 2})
            return layers.Dense(**(of_dense or {}))(wrapped(x, known))
    """)


def test_what_build_adds_is_added_once() -> None:
    check_right("""
        class Head(layers.Layer):
            def __init__(self):
                super().__init__()
                self.ways = [Sequential(), Sequential()]
                self.blocks = []

            def build(self, input_shape):
                for number, way in enumerate(self.ways):
                    way.add(layers.Conv2D(4, 1, name=f"conv_{number}"))
                    way.build(input_shape)
                    self.blocks.append(layers.Conv2D(4, 1))

            def call(self, x):
                first, last = [way(x) for way in self.ways]
                for block in self.blocks:
                    last = block(last)
                return first + last


        head = Head()
        head.build((None, 8, 8, 3))
        for size in (8, 16):
            image = Input((size, size, 3))
            model = Model(image, head(image))
    """)


def test_parts_of_a_result_that_are_not_known() -> None:
    check_right("""
        class Pair(Model):
            def call(self, x):
                first, last = keras.tree.map_structure(lambda part: part, (x, x))
                return {"first": first, "last": last, "x": x}


        model = Pair()
        model(np.zeros((2, 4)))
    """)


def test_a_call_for_data_of_another_type() -> None:
    check_right("""
        class Auto(Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)

            def call(self, x):
                return self.dense(x)

            def predict(self, data, **more):
                if hasattr(data, "__iter__") and "Dataset" in str(type(data)):
                    return [self(batch, training=False) for batch in data]
                return self(data, training=False)


        model = Auto()
        model.predict(np.array([[1.0, 2, 3], [4, 5, 6]]))
    """)


def test_what_an_unknown_layer_makes_of_an_element_may_be_several() -> None:
    check_right("""
        class Prepare(layers.Layer):
            def call(self, x, y=None):
                x, y = eval("x, x[..., :1]")
                return keras.utils.pack_x_y_sample_weight(x, y)


        prepare = Prepare()
        data = tf.data.Dataset.from_tensor_slices(np.zeros((8, 4))).batch(2)
        model = Sequential([Input((4,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(data.map(lambda x: prepare(x)), verbose=0)
    """)


def test_a_list_of_a_layer_that_holds_itself_has_an_end() -> None:
    check_right("""
        class Held(layers.Layer):
            def __init__(self):
                super().__init__()
                self.parts = []

            def build(self, shape):
                self.dense = layers.Dense(3)

            def call(self, x):
                return self.dense(x)


        held = Held()
        held.kept = rows = []
        rows.append(rows)
        inputs = Input((5,))
        Model(inputs, held(inputs))
    """)


def test_a_step_of_training_has_the_batches_of_training() -> None:
    check_right("""
        class Trained(Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(1)

            def call(self, x):
                return self.dense(x)

            def train_step(self, data):
                x, y = data
                sums = tf.cast(x, "float32") + tf.ones((16, 5))
                return {"loss": self.compute_loss(sums, y, self(x))}


        data = tf.data.Dataset.from_tensor_slices((np.zeros((32, 5)), np.zeros((32, 1))))
        model = Trained()
        model.compile("adam", "mse")
        held_out = np.zeros((64, 5)), np.zeros((64, 1))
        model.fit(data.batch(16, drop_remainder=True), validation_data=held_out, verbose=0)
    """)


def test_a_method_of_the_program_that_is_called_skip_ends_nothing() -> None:
    check_refused(
        """
        class Maker:
            def skip(self, count):
                return count

            def make(self):
                self.skip(1)
                return Sequential([Input((5, 5)), layers.Conv2D(3, 3)])


        Maker().make()
        """,
        "KFX201",
    )


def test_what_stands_for_a_parameter_that_is_left_out_stays_known_elsewhere() -> None:
    program = """
        DEFAULTS = {"units": 3}


        def first(settings=None):
            settings = settings or DEFAULTS
            return layers.Dense(settings["units"])


        def second():
            depth = 4 if "depth" not in DEFAULTS else 5
            return Sequential([Input((5,)), layers.Dense(depth), layers.Reshape((3, 3))])
    """
    assert errors_of(program) == {"KFX204"}


@pytest.mark.parametrize(
    "line", ["from torch import optim", "os.environ['KERAS_BACKEND'] = 'torch'"]
)
def test_what_a_model_of_the_pytorch_backend_has(line: str) -> None:
    program = f"""
        import os
        {line}
        model = Sequential([Input((5,)), layers.Dense(3)])
        print(model.parameters())
    """
    assert findings(program) == []
