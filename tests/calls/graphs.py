"""The models of drawn programs that call layers in other ways, and leave tensors unused."""

from __future__ import annotations

from tests.calls.drawing import Draw, Input, Output
from tests.calls.models import Drawn, head_layer

KINDS = ("calling", "unreached", "test step")
"""What these models have."""


def draw_graph(draw: Draw, kind: str) -> Drawn:
    """Draw a model of a kind of `KINDS`."""
    return _MODELS[kind](draw)._replace(kind=kind)


def _task(draw: Draw) -> Output:
    task = draw.choice(("classes", "binary", "values"))
    units = {"classes": draw.number(2, 4), "binary": 1, "values": draw.number(1, 3)}[task]
    return Output("out_a", (units,), task)


RIGHT_CALLS = (
    *("layers.Concatenate()([h, h])", "keras.ops.relu(h)", "layers.concatenate([h, in_a])"),
    *("layers.Lambda(lambda t: tf.square(t))(h)", "keras.ops.concatenate([h, in_a], axis=-1)"),
    *("layers.Dropout(0.1)(h, training=True)", "h * 2", "h + 1.0", "h[:, :3]", "-h", "h / 2.0"),
    *("layers.Dense(h.shape[-1])(h)", "layers.Add()([h, layers.Dense(5)(in_a)])", "h - h"),
    *("Sequential([layers.Dense(3)])(h)", "layers.Flatten()(layers.Reshape((5, 1))(h))"),
    *("keras.ops.mean(h, axis=-1, keepdims=True)", "layers.Dot(axes=1)([h, h])", "h ** 2"),
    *("Model(in_a, h)(in_a)", "keras.ops.sum(layers.RepeatVector(3)(h), axis=1)"),
    *("layers.Activation(keras.activations.relu)(h)", "layers.Concatenate(axis=1)([h, in_a])"),
)
ODD_CALLS = (
    *("tf.square(h)", "tf.reduce_mean(h, axis=-1, keepdims=True)", "tf.concat([h, h], -1)"),
    *("tf.reshape(h, (-1, 5))", "np.square(h)", "np.mean(h)", "layers.Concatenate([h, h])"),
    *("layers.Concatenate()(h, h)", "layers.concatenate(h, h)", "layers.Add()(h, h)", "tf.abs(h)"),
    *("layers.Dense(h.get_shape()[1])(h)", "layers.Dense(h._keras_shape[-1])(h)", "h.numpy()"),
    *("layers.Dropout(0.1)(h, True)", "layers.Dense(3)(h, 3)", "layers.Dense(3)([h])"),
    *("layers.Dense(3)((h,))", "layers.Dense(3)([h, h])", "layers.Concatenate()([h])"),
    *("layers.Add()([h])", "layers.Add()(h)", "Model(in_a, [h])(in_a)", "layers.Dense(3)(h)(h)"),
    *("layers.Concatenate(axis=0)([h, h])", "layers.Concatenate(axis=2)([h, h])", "tf.exp(h) + 1"),
    *("layers.Add()([h, in_a])", "layers.Dot(axes=(1, 1))([h, in_a])", "layers.Flatten(h)"),
    *("layers.Dense(3)(np.zeros((2, 5)))", "layers.Dense(3)(in_a.shape)", "layers.Dense(3, h)"),
    *("keras.ops.reshape(h, (2, 3))", "layers.Permute((2, 1))(h)", "layers.RepeatVector(3)(h)"),
    *("h @ h", "keras.ops.matmul(h, keras.ops.transpose(h))", "layers.Dense(len(h))(h)", "h.T"),
    *("layers.Dense(3)(layers.Dense(2))", "layers.Reshape((2, 3))(h)", "layers.Reshape(5)(h)"),
    *("layers.Dense(3)(inputs=h)", "layers.Dense(3)(x=h)", "layers.Dense(3)()", "h + in_a"),
    *("layers.LSTM(3)(h)", "layers.Conv1D(3, 2)(h)", "layers.Dropout(0.1)(h, train=True)"),
    *("keras.ops.concatenate(h, h)", "keras.ops.concatenate([h, in_a], axis=0)", "float(h) * h"),
    *("keras.ops.squares(h)", "layers.Densee(3)(h)", "keras.backend.square(h)", "h.reshape(-1, 5)"),
    *("layers.multiply([h, in_a])", "layers.Multiply()([h, h[:, :1]])", "layers.add(h, h)"),
    *("keras.ops.expand_dims(h, 1)[:, 0]", "keras.ops.squeeze(h, axis=1)", "h[:, 7]", "h[0]"),
    *("layers.Dense(3)(keras.Input)", "keras.ops.split(h, 2, axis=-1)[0]", "h[:, None, :]"),
    *("layers.Lambda(lambda t: t, output_shape=5)(h)", "layers.Lambda(tf.square)(h)", "abs(h)"),
    *("layers.TimeDistributed(layers.Dense(2))(h)", "layers.Attention()([h, h])", "h.shape[-1]"),
    *("layers.BatchNormalization()(h, True)", "layers.Softmax(axis=2)(h)", "layers.Dense(3)(3)"),
)


def _calling(draw: Draw) -> Drawn:
    """Draw a functional model with a call that is written in its own way."""
    output = _task(draw)
    call = draw.choice(ODD_CALLS if draw.has("calling") else RIGHT_CALLS)
    text = (
        "in_a = Input((4,))\n"
        "h = layers.Dense(5)(in_a)\n"
        f"z = {call}\n"
        f"model = Model(in_a, {head_layer(output)}(z))"
    )
    return Drawn(text, (Input("in_a", (4,)),), (output,), named=False)


_UNUSED = (
    *("layers.Dense(3)(h)", "h - layers.Dense(5)(in_a)", "Model(in_a, layers.Dense(2)(h))"),
    *("layers.Concatenate()([h, in_b])", "keras.ops.mean(h * 2)", "layers.Dense(5)(in_b) + h"),
)
_WRONG_UNUSED = (
    *("layers.Add()([h, layers.Dense(3)(in_a)])", "layers.Conv1D(3, 3)(h)", "h - in_b"),
    *("keras.ops.matmul(h, h)", "layers.Reshape((2, 3))(h)", "keras.losses.MSE(in_a, h)"),
    *("Model(in_a, layers.Dense(2)(in_b))", "Model(in_b, layers.Dense(2)(in_b))", "h * in_a"),
    *("Model([in_a, in_a], layers.Dense(2)(h))", "Model(in_a, h, in_b)", "tf.square(h - in_a)"),
    *("keras.ops.mean(keras.ops.square(in_a - h))", "Model(h, layers.Dense(2)(h))"),
    *("Model(layers.Dense(2)(h), h)", "Model(inputs=in_a, output=h)", "Model(in_a)"),
)
_GRAPHS = (
    *("Model(in_a, {out})", "Model(inputs=in_a, outputs={out})", "Model([in_a], {out})"),
    *("Model(inputs=[in_a], outputs=[{out}])",),
)
_OTHER_GRAPHS = (
    *("Model(in_b, {out})", "Model([in_a, in_b], {out})", "Model(h, {out})", "Model(in_b, h)"),
    *("Model(in_a, outputs={out}, inputs=in_a)", "Model(inputs={out}, outputs=in_a)"),
    *("Model(base.input, {out})", "Model(in_a, base.layers[0].output)", "Model(in_a, base(in_a))"),
    *("Model(base.inputs, base.layers[0].output)", "Model(in_a, base.get_layer('none').output)"),
    *("Model(base.inputs, base.outputs)", "Model(in_a, base)", "Model(in_a, base.output)"),
    *("Model(in_a, {out}.shape)", "Model(in_a, np.zeros((2, 3)))", "Sequential([in_a, {out}])"),
)


def _unreached(draw: Draw) -> Drawn:
    """Draw a functional model with tensors that reach no output, or come from no input."""
    output = _task(draw)
    unused, graph = draw.choice(_UNUSED), draw.choice(_GRAPHS)
    wrong = draw.has("unreached")
    if wrong and draw.chance(50):
        unused = draw.choice(_WRONG_UNUSED)
    elif wrong:
        graph = draw.choice(_OTHER_GRAPHS)
    base = "base = Sequential([Input((4,)), layers.Dense(5), layers.Dense(2)])\n"
    text = (
        f"{base * ('base' in graph)}"
        f"in_a = Input((4,))\nin_b = Input(({draw.choice((4, 5, 3))},))\n"
        f"h = layers.Dense(5)(in_a)\nunused = {unused}\n"
        f"out_a = {head_layer(output)}(h)\n"
        f"model = {graph.format(out='out_a')}"
    )
    return Drawn(text, (Input("in_a", (4,)),), (output,), named=False)


_LOSSES = (
    *("self.compute_loss(x, y, y_pred)", "self.compute_loss(y=y, y_pred=y_pred)"),
    *("keras.ops.mean(keras.losses.mean_squared_error(y, y_pred))",),
    *("tf.reduce_mean(tf.square(tf.cast(y, 'float32') - y_pred))",),
    *("keras.ops.mean(keras.ops.abs(keras.ops.cast(y, 'float32') - y_pred))",),
)
_WRONG_STEPS = (
    *("x, y, w = data", "x = data", "y = data[2]", "(x, y), w = data", "x = data['x']"),
    *("x, y = data\n        y = keras.ops.concatenate([y, y_pred], axis=0)",),
)


def _test_step(draw: Draw) -> Drawn:
    """Draw a functional model of a class with a `test_step` of its own, perhaps a `train_step`."""
    output = _task(draw)
    wrong = draw.has("test step")
    unpacked = draw.choice(("x, y = data", "x, y = data", "x, y = data[0], data[1]"))
    if wrong and draw.chance(60):
        unpacked = draw.choice(_WRONG_STEPS)
    result = draw.choice(("{'loss': loss}", "{'loss': loss}", "self.compute_metrics(x, y, y_pred)"))
    train = ""
    if draw.chance(40):
        train = (
            "    def train_step(self, data):\n        x, y = data\n"
            "        with tf.GradientTape() as tape:\n"
            f"            y_pred = self(x, training=True)\n"
            f"            loss = {draw.choice(_LOSSES)}\n"
            "        rows = tape.gradient(loss, self.trainable_variables)\n"
            "        self.optimizer.apply(rows, self.trainable_variables)\n"
            "        return {'loss': loss}\n\n"
        )
    called = draw.choice(("self(x, training=False)", "self(x)", "self.call(x)"))
    if wrong and draw.chance(40):
        called = draw.choice(("self(x, y)", "self(y)", "self(x, train=False)", "self.head(x)"))
    text = (
        f"class Tested(Model):\n{train}"
        "    def test_step(self, data):\n"
        f"        {unpacked}\n"
        f"        y_pred = {called}\n"
        f"        loss = {draw.choice(_LOSSES)}\n"
        f"        return {result}\n\n\n"
        "in_a = Input((4,))\n"
        f"model = Tested(in_a, {head_layer(output)}(layers.Dense(5)(in_a)))"
    )
    return Drawn(text, (Input("in_a", (4,)),), (output,), named=False)


_MODELS = {"calling": _calling, "unreached": _unreached, "test step": _test_step}
