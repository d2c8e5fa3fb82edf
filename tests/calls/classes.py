"""The models of drawn programs that need more than layers.

Classes of a program, losses of layers, states, numbers of units that the labels decide.
"""

from __future__ import annotations

from tests.calls.drawing import Draw, Input, Output
from tests.calls.models import Drawn, head_layer

KINDS = ("subclassed", "own step", "own loss", "states", "numpy units", "layer argument")
"""What these models have."""


def draw_special(draw: Draw, kind: str) -> Drawn:
    """Draw a model of a kind of `KINDS`."""
    drawn = _MODELS[kind](draw)
    return drawn._replace(kind=kind)


def _task(draw: Draw) -> Output:
    task = draw.choice(("classes", "binary", "values"))
    units = {"classes": draw.number(2, 4), "binary": 1, "values": draw.number(1, 3)}[task]
    return Output("out_a", (units,), task)


def _subclassed(draw: Draw) -> Drawn:
    """Draw a subclass of `Model`, called with one tensor, a list or a dictionary."""
    output = _task(draw)
    head = head_layer(output)
    form = draw.choice(("one", "one", "list", "dict"))
    inputs = (Input("in_a", (draw.choice((4, 6)),)),)
    joined = "x"
    if form != "one":
        inputs += (Input("in_b", (draw.choice((3, 5)),)),)
        keys = ("'in_a'", "'in_b'") if form == "dict" else ("0", "1")
        joined = f"keras.ops.concatenate([x[{keys[0]}], x[{keys[1]}]], axis=-1)"
    wrong = draw.has("own class")
    body = draw.choice(("layers.Flatten()", "layers.LSTM(4)")) if wrong else "layers.Dense(4)"
    text = (
        "class Net(Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        f"        self.body = {body}\n"
        f"        self.head = {head}\n\n"
        "    def call(self, x, training=False):\n"
        f"        return self.head(self.body({joined}))\n\n\n"
        "model = Net()"
    )
    return Drawn(text, inputs, (output,), named=False, keyed=form == "dict")


def _own_step(draw: Draw) -> Drawn:
    """Draw a functional model of a class with a `train_step` of its own."""
    output = _task(draw)
    loss = draw.choice(
        (
            "self.compute_loss(y=y, y_pred=y_pred)",
            "self.compute_loss(x, y, y_pred)",
            "keras.ops.mean(keras.ops.square(y_pred))",
        )
    )
    unpacked = "x, y = data"
    if draw.has("own class"):
        unpacked = draw.choice(("x, y, w = data", "x = data", "(x, y), w = data"))
    text = (
        "class Trained(Model):\n"
        "    def train_step(self, data):\n"
        f"        {unpacked}\n"
        "        with tf.GradientTape() as tape:\n"
        "            y_pred = self(x, training=True)\n"
        f"            loss = {loss}\n"
        "        grads = tape.gradient(loss, self.trainable_variables)\n"
        "        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))\n"
        "        return {'loss': loss}\n\n\n"
        "in_a = Input((4,))\n"
        f"model = Trained(in_a, {head_layer(output)}(layers.Dense(5)(in_a)))"
    )
    return Drawn(text, (Input("in_a", (4,)),), (output,), named=False)


def _own_loss(draw: Draw) -> Drawn:
    """Draw a model with a layer that adds a loss."""
    output = _task(draw)
    value = "keras.ops.mean(keras.ops.square(x))"
    if draw.has("own class"):
        value = draw.choice(("keras.ops.mean(x - self.other)", "x", "keras.ops.sum(x, axis=-1)"))
    text = (
        "class Rated(layers.Layer):\n"
        "    def __init__(self, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        f"        self.other = keras.ops.ones(({draw.choice((5, 6))},))\n\n"
        "    def call(self, x):\n"
        f"        self.add_loss({value})\n"
        "        return x\n\n\n"
        f"model = Sequential([Input((4,)), layers.Dense(5), Rated(), {head_layer(output)}])"
    )
    return Drawn(text, (Input("", (4,)),), (output,), named=False)


def _states(draw: Draw) -> Drawn:
    """Draw an encoder and a decoder that takes its states."""
    output = _task(draw)
    cell = draw.choice(("LSTM", "GRU", "SimpleRNN"))
    units = draw.number(2, 4)
    names = ["h", "c"] if cell == "LSTM" else ["h"]
    wrong = draw.has("states")
    given, other = list(names), units
    if wrong:
        how = draw.choice(("count", "units", "none", "right", "one"))
        if how == "count":
            given = given[:-1] if len(given) > 1 else [*given, "h"]
        other += how == "units"
    state = "[" + ", ".join(given) + "]"
    if len(given) == 1 and draw.chance(50):
        state = given[0]
    text = (
        "in_a = Input((5, 3))\n"
        f"y, {', '.join(names)} = layers.{cell}({units}, return_state=True)(in_a)\n"
        "in_b = Input((4, 2))\n"
        f"z = layers.{cell}({other})(in_b, initial_state={state})\n"
        f"model = Model([in_a, in_b], {head_layer(output)}(z))"
    )
    inputs = (Input("in_a", (5, 3)), Input("in_b", (4, 2)))
    return Drawn(text, inputs, (output,), named=False)


def _numpy_units(draw: Draw) -> Drawn:
    """Draw a model whose number of classes is counted in the labels."""
    most = draw.number(1, 3)
    labels = draw.shuffled([*range(most + 1), *(draw.number(0, most) for _ in range(7 - most))])
    right = (
        *("int(np.max(labels)) + 1", "int(labels.max() + 1)", "len(np.unique(labels))"),
        *("len(set(labels.tolist()))", "int(np.max(labels) + 1)", "max(labels.tolist()) + 1"),
    )
    wrong = (
        *("np.max(labels) + 1", "labels.max() + 1", "np.int64(4)", "np.unique(labels).size"),
        *("np.amax(labels) + 1", "max(labels) + 1", "4.0", "8 / 2", "np.ceil(3.5)"),
        *("np.array(4)", "len(labels) / 2", "np.prod([2, 2])"),
    )
    units = draw.choice(wrong if draw.has("numpy units") else right)
    layer = draw.choice(("Dense({})", "Dense(units={})"))
    text = (
        f"labels = np.array({labels})\n"
        "model = Sequential([\n"
        "    Input((4,)),\n"
        f"    layers.{layer.format(units)[:-1]}, activation='softmax'),\n])"
    )
    output = Output("", (max(labels) + 1,), "classes")
    return Drawn(text, (Input("", (4,)),), (output,), named=False)


def _layer_argument(draw: Draw) -> Drawn:
    """Draw a model with arguments of layers by names that they may not have."""
    output = _task(draw)
    right = (
        *("layers.Dense(units=4, activation='relu')", "layers.Dense(4, name='mid')"),
        *("layers.Dense(4, kernel_initializer='zeros')", "layers.Dense(4, use_bias=False)"),
        *("layers.Dense(4, kernel_regularizer=keras.regularizers.l2(0.1))", "layers.Dropout(0.5)"),
    )
    wrong = (
        *("layers.Dense(unit=4)", "layers.Dense(4, activations='relu')", "layers.Dense(4, 5, 6)"),
        *("layers.Dense(4, 'rleu')", "layers.Dense(4, kernel_initialiser='zeros')"),
        *("layers.Dense(4, bias=False)", "layers.Dropout(rates=0.5)", "layers.Dropout(5)"),
        *("layers.Dense(4, kernel_regularizer='l3')", "layers.Dense('4')", "layers.Dense(0)"),
        *("layers.Dense(4, kernel_initializer='glorot')", "layers.Dense(4, trainable=False)"),
        *("layers.Dense(4, dtype='float32')", "layers.Dense(4, Name='a')", "layers.Dense()"),
        *("layers.Dense(4, kernel_regularizer=keras.regularizers.l2)", "layers.Dense(-3)"),
        *("layers.Dense(4, activation='Relu')", "layers.Dense(4, activation=keras.ops.relu)"),
        *("layers.Dense(4, name='a/b')", "layers.Dense(4, input_shape=(4,))"),
        *("layers.Dense(4, activation='relu', activation_='relu')", "layers.Dense(4, units=4)"),
    )
    layer = draw.choice(wrong if draw.has("layer argument") else right)
    if "units=4" in layer and layer.startswith("layers.Dense(4"):
        layer = "layers.Dense(**{'units': 4, 'unit': 3})"
    if "activation_" in layer:
        layer = "layers.BatchNormalization(axes=-1)"
    text = f"model = Sequential([\n    Input((4,)),\n    {layer},\n    {head_layer(output)},\n])"
    return Drawn(text, (Input("", (4,)),), (output,), named=False)


_MODELS = {
    "subclassed": _subclassed,
    "own step": _own_step,
    "own loss": _own_loss,
    "states": _states,
    "numpy units": _numpy_units,
    "layer argument": _layer_argument,
}
