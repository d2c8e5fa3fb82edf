"""Programs that real Keras runs: kfix reports no error and no warning."""

from __future__ import annotations

import pytest

from tests.verdicts import check_right

CONCRETE = """
    class Shift(layers.Layer):
        def __init__(self):
            super().__init__()
            self.scale = layers.Dense(8)

        def call(self, x):
            return self.scale(ops.roll(x, 1, axis=1))


    inputs = Input((12, 8))
    steps = {tensor}
    outputs = layers.Dense(1)(inputs + steps)
    model = Model(inputs, outputs)
    model.predict(np.zeros((2, 12, 8)), verbose=0)
"""


@pytest.mark.parametrize(
    "tensor",
    [
        "layers.Embedding(12, 8)(np.arange(12))",
        "layers.Embedding(12, 8)(ops.arange(12))",
        "layers.Embedding(12, 8)(tf.range(12))",
        "Shift()(ops.ones((1, 12, 8)))",
        "Shift()(keras.Variable(np.ones((1, 12, 8), 'float32')))",
        "layers.Dense(8)(tf.constant(np.ones((1, 12, 3))))",
        "layers.Concatenate()([np.ones((1, 12, 3)), np.ones((1, 12, 5))])",
        "Sequential([layers.Dense(8)])(np.ones((1, 12, 3)))",
    ],
)
def test_a_layer_called_on_a_concrete_tensor_is_no_input_of_the_model(tensor: str) -> None:
    check_right(CONCRETE.format(tensor=tensor))


def test_a_dict_keeps_its_order_into_a_layer() -> None:
    check_right("""
        class Mix(layers.Layer):
            def __init__(self):
                super().__init__()
                self.widen = layers.Dense(7)

            def call(self, given):
                return self.widen(given["query"]) + given["key"]


        query, key = Input((3,)), Input((7,))
        model = Model([query, key], Mix()({"query": query, "key": key}))
    """)


def test_a_dict_into_a_model_goes_by_its_keys() -> None:
    check_right("""
        b, a = Input((3,)), Input((5,))
        inner = Model({"small": b, "large": a}, layers.Dense(5)(b) + a)
        large, small = Input((5,)), Input((3,))
        model = Model([large, small], inner({"small": small, "large": large}))
    """)


@pytest.mark.parametrize(
    "step",
    [
        "layers.Conv2D(4, 3, data_format='channels_first')",
        "layers.BatchNormalization(axis=1)",
        "layers.MaxPooling2D(data_format='channels_first')",
    ],
)
def test_a_note_on_a_step_of_a_pipeline_is_no_refusal(step: str) -> None:
    check_right(f"""
        block = layers.Pipeline([{step}, layers.ReLU()])
        model = Sequential([Input((1, 12, 12)), block, layers.Flatten(), layers.Dense(2)])
    """)


DECORATED = """
    import functools

    {decorator}

    class Block(layers.Layer):
        def call(self, x):
            return helper(x)


    @{name}
    def helper(x):
        {body}


    inputs = Input((8, 8, 3))
    model = Model(inputs, layers.Dense(5)(layers.Flatten()(Block()(inputs))))
"""

TWICE = """
    def twice(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            return ops.concatenate([function(*args, **kwargs)] * 2, axis=-1)
        return inner
"""

REGISTER = """
    KNOWN = {}

    def register(name):
        def keep(function):
            KNOWN[name] = function
            return function
        return keep
"""


@pytest.mark.parametrize(
    ("name", "decorator", "body"),
    [
        ("tf.custom_gradient", "", "return tf.identity(x), lambda upstream: -upstream"),
        ("tf.function", "", "return x * 2"),
        ("twice", TWICE, "return x"),
        ("register('helper')", REGISTER, "return x"),
    ],
)
def test_decorators_of_functions(name: str, decorator: str, body: str) -> None:
    check_right(DECORATED.format(name=name, decorator=decorator, body=body))


def test_code_behind_the_raise_of_its_own_guard_is_not_judged() -> None:
    check_right("""
        class Tagger:
            def __init__(self, words=None):
                self.words = words
                if self.words is None:
                    raise ValueError("how many words?")

            def build(self):
                tokens = Input((None,))
                x = layers.Embedding(self.words, 8)(tokens)
                return Model(tokens, layers.Dense(self.words)(layers.LSTM(4)(x)))


        def build(units=None):
            if units is None:
                raise ValueError("how many units?")
            return Sequential([Input((4,)), layers.Dense(units)])
    """)


def test_what_a_file_holds_is_not_a_variable_dim() -> None:
    check_right("""
        def load(path):
            return tf.cast(tf.io.decode_png(tf.io.read_file(path)), tf.float32)


        tf.io.write_file("one.png", tf.io.encode_png(tf.zeros((16, 16, 3), tf.uint8)))
        stem = Sequential([layers.Conv2D(4, 3), layers.ReLU()])
        stem(tf.expand_dims(load("one.png"), 0))
    """)


def test_outside_of_a_data_set_a_tensor_is_concrete() -> None:
    check_right("""
        data = keras.utils.timeseries_dataset_from_array(
            np.zeros((60, 5), "float32"), None, sequence_length=9, batch_size=4
        )
        head = Sequential([layers.Flatten(), layers.Dense(2)])
        for window in data:
            head(window)
    """)


@pytest.mark.parametrize("outcome", ["x.set_shape((None, 9, None))", "x.set_shape([None, 9, 4])"])
def test_set_shape_merges_with_what_is_known(outcome: str) -> None:
    check_right(f"""
        def split(window):
            x, y = window[:, :9, :], window[:, 9:, 0]
            {outcome}
            y.set_shape((None, 2))
            return x, y


        data = keras.utils.timeseries_dataset_from_array(
            np.zeros((60, 4), "float32"), None, sequence_length=11, batch_size=4
        ).map(split)
        model = Sequential([layers.Flatten(), layers.Dense(2)])
        model.compile("adam", "mse")
        model.fit(data, verbose=0)
    """)


def test_a_sequential_inside_a_layer_is_built_by_its_call() -> None:
    check_right("""
        class Block(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.inner = Sequential([layers.Dense(units), layers.Dense(units)])

            def call(self, x):
                return x + self.inner(x)


        class Outer(layers.Layer):
            def __init__(self):
                super().__init__()
                self.block = Block(6)

            def call(self, x):
                return self.block(x)


        inputs = Input((6,))
        model = Model(inputs, Outer()(inputs))
    """)


@pytest.mark.parametrize(
    "call",
    [
        "layers.MultiHeadAttention(2, 4)(steps, steps)",
        "layers.MultiHeadAttention(2, 4)(query=steps, value=steps, key=steps)",
        "layers.MultiHeadAttention(2, 4)(Input((5, 8)), steps)",
        "Attend()(steps, steps, steps)",
    ],
)
def test_an_array_is_a_tensor_wherever_a_call_has_it(call: str) -> None:
    check_right(f"""
        class Attend(layers.Layer):
            def __init__(self):
                super().__init__()
                self.inner = layers.MultiHeadAttention(2, 4)

            def call(self, query, value, key):
                return self.inner(query=query, value=value, key=key)


        steps = np.ones((3, 5, 8), "float32")
        result = {call}
    """)


def test_a_layer_is_called_on_scalars() -> None:
    check_right("""
        class Scale(layers.Layer):
            def call(self, step, limit):
                return ops.expand_dims(ops.convert_to_tensor(step), axis=0)


        scale = Scale()
        scale(ops.convert_to_tensor(1), ops.convert_to_tensor(4))
        number = Input(batch_shape=())
        model = Model(number, number * 2.0)
        model(ops.ones(()))
    """)


def test_an_unknown_base_is_not_the_identity() -> None:
    check_right("""
        def build(base):
            inputs = Input((12, 12, 3))
            pyramid = Model(base.inputs, base.pyramid)
            outputs = layers.Conv2D(3, 1)(pyramid(inputs)["P2"])
            return Model(inputs, outputs)


        image = Input((12, 12, 3))
        maps = layers.Conv2D(4, 3)(image)
        base = Model(image, maps)
        base.pyramid = {"P2": maps}
        exec("model = build(base)")  # where kfix does not know the base
    """)


def test_an_unknown_first_argument_is_not_another_one() -> None:
    check_right("""
        class Head(layers.Layer):
            def build(self, inputs_shape, places_shape=None):
                self.dense = layers.Dense(inputs_shape[-1])

            def call(self, inputs, places=None):
                return self.dense(inputs)


        def build(base):
            places = Input((None,))
            return Model(places, Head()(base(places), places))


        base = layers.Embedding(10, 4)
        exec("model = build(base)")
    """)
